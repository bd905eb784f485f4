"""Counts of an immutable database, written beside it so that Datasette need not count.

The file has the name and the form of `datasette inspect`, and Datasette itself makes it.
"""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

FILE_NAME = "inspect-data.json"


def write_inspection(database: Path) -> Path:
    """Refresh the database's entry in `inspect-data.json` beside it; returns that file."""
    from datasette.cli import inspect_  # takes half a second to import: not for --help

    target = database.parent / FILE_NAME
    counts: dict[str, Any] = asyncio.run(inspect_([str(database)], []))
    text = json.dumps(other_entries(target, database) | counts, indent=2)
    partial = target.with_name(f"{FILE_NAME}.partial")
    partial.write_text(f"{text}\n", encoding="utf-8")
    partial.replace(target)
    return target


def other_entries(target: Path, database: Path) -> dict[str, Any]:
    """What the file says of other databases in the same directory that still exist."""
    with suppress(OSError, ValueError):
        entries = json.loads(target.read_text("utf-8"))
        if isinstance(entries, dict):
            return {
                name: entry
                for name, entry in entries.items()
                if name != database.stem and (target.parent / f"{name}{database.suffix}").exists()
            }
    return {}

"""The words that rules go by: the YAML files under `ingest/vocabulary/`, and what was made of them before.

Parsing the large files takes longer than anything else at the start. So what is made of them is kept in the user's
cache directory, as JSON, which is safe to read whoever wrote it. It counts only as long as neither the files nor the
code that read them have changed; where it cannot be kept, it is made at each start.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from fnmatch import fnmatch
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(stem: str) -> Any:
    """What `vocabulary/STEM.yml` says."""
    return parsed(text_of(stem))


def text_of(stem: str) -> bytes:
    """The text of `vocabulary/STEM.yml`, and behind it that of each `STEM-*.yml`: a list too long for one file."""
    folder = files("ingest") / "vocabulary"
    parts = sorted(each.name for each in folder.iterdir() if fnmatch(each.name, f"{stem}-*.yml"))
    return b"\n".join((folder / name).read_bytes() for name in (f"{stem}.yml", *parts))


def parsed(text: bytes) -> Any:
    """The plain data of a YAML text."""
    return yaml.load(text, Loader=LOADER)


def kept(name: str, make: Callable[..., Any], texts: list[bytes], code: list[str]) -> Any:
    """What `make` makes of the texts, as JSON has it: from the cache if it is there.

    `code` names the modules on which that depends, as paths in the package.
    """
    sources = [(files("ingest") / path).read_bytes() for path in ("lexicon.py", *code)]
    key = digest(b"".join(digest(part) for part in (*texts, *sources)))
    place = cache_place(f"{name}.json")
    data = read(place, key)
    if data is None:
        data = json.dumps(make(*texts), ensure_ascii=False).encode()
        write(place, key, data)
    return json.loads(data)


def cache_place(name: str) -> Path | None:
    """Where a file of ours is in the user's cache directory; None for a user without one."""
    folder = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return (Path(folder) if folder else Path.home() / ".cache") / "carrel" / name
    except RuntimeError:
        return None


def read(place: Path | None, key: bytes) -> bytes | None:
    """What was kept under the key; None when there is nothing, or not all of it."""
    try:
        stored = place.read_bytes() if place else b""
    except OSError:
        return None
    head, _, data = stored.partition(b"\n")
    return data if head == key + digest(data) else None


def write(place: Path | None, key: bytes, data: bytes) -> None:
    """Keep the data in one step, if the folder may be written."""
    if place:
        working = place.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            working.write_bytes(key + digest(data) + b"\n" + data)
            working.replace(place)


def digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).hexdigest().encode()

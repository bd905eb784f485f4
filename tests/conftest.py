"""What tests share: the command, databases made by it, and the portal as the Procfile serves it."""

import json
import os
import shlex
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from datasette.app import Datasette
from later import LATER, LaterPortal, lag

from ingest.cli import main

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "demo" / "papers.txt"
SHARED = ROOT.parent / "shared"
SEED = SHARED / "seed" / "papers-listing.txt"

os.environ.setdefault("COLUMNS", "100")


def pytest_collection_modifyitems(items):
    """On Datasette 1.0, what is known to lag behind may fail; on 0.65 nothing may."""
    for item in items:
        if LATER and (reason := lag(item.nodeid)):
            item.add_marker(pytest.mark.xfail(reason=f"Datasette 1.0: {reason}", strict=False))


def carrel(*arguments, stdin=None):
    """Run the command in this process; the result has exit_code, stdout and stderr.

    A thread of its own keeps it apart from the event loop of a test of the portal.
    """
    with ThreadPoolExecutor(1) as thread:
        words = [str(argument) for argument in arguments]
        return thread.submit(CliRunner().invoke, main, words, input=stdin).result()


def rows(database, sql, values=()):
    """The rows of a query, each a dict."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, values)]


def json_lines(*records):
    """Records as a JSON lines source."""
    return "".join(f"{json.dumps(record)}\n" for record in records).encode()


def procfile_settings():
    """The settings with which the portal is served."""
    words = shlex.split((ROOT / "Procfile").read_text())
    pairs = [(words[i + 1], words[i + 2]) for i, word in enumerate(words) if word == "--setting"]
    return {name: {"off": False, "on": True}.get(value) if not value.isdigit() else int(value) for name, value in pairs}


def portal_of(database, metadata=None, **settings):
    """The portal over a database, in this process, as the Procfile serves it; or with other metadata or settings."""
    metadata = metadata or yaml.safe_load((ROOT / "metadata.yml").read_text())
    served = Datasette(
        immutables=[str(database)],
        metadata=metadata,
        **({"config": metadata} if LATER else {}),
        inspect_data=json.loads((database.parent / "inspect-data.json").read_text()),
        template_dir=str(ROOT / "templates"),
        plugins_dir=str(ROOT / "plugins"),
        static_mounts=[("static", str(ROOT / "static"))],
        cors=True,
        settings=procfile_settings() | settings,
    )
    return LaterPortal(served) if LATER else served


@pytest.fixture(scope="session")
def database_of(tmp_path_factory):
    """Makes a database of some records. Tests do not write to it."""

    def make(*records):
        database = tmp_path_factory.mktemp("made") / "papers.db"
        result = carrel("ingest", database, "-", stdin=json_lines(*records))
        assert result.exit_code == 0, result.output
        return database

    return make


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory):
    """The demo listing, ingested once. Tests do not write to it."""
    database = tmp_path_factory.mktemp("demo") / "papers.db"
    result = carrel("ingest", database, DEMO)
    assert result.exit_code == 0, result.output
    return database


@pytest.fixture(scope="session")
def journal_database(database_of):
    """Four papers with all that JSON lines can say."""
    return database_of(*JOURNAL)


@pytest.fixture(scope="session")
def portal(demo_database):
    """A client of the portal over the demo."""
    return portal_of(demo_database).client


@pytest.fixture(scope="session")
def journal(journal_database):
    """A client of the portal over the four papers."""
    return portal_of(journal_database).client


@pytest.fixture(scope="module")
def address(demo_database):
    """Where the demo is served."""
    from served import serving

    with serving(demo_database) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    """A browser. Of a module, as no test of the event loop can run while it does."""
    from served import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser, address):
    """A page whose script errors fail the test."""
    errors = []
    with browser.new_page(viewport={"width": 1280, "height": 900}, base_url=address) as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
    assert errors == []


JOURNAL = [
    {
        "id": "journal:1",
        "title": "Paired Encoders for Café Reviews",
        "abstract": "We train a paired encoder network (PEN) on reviews. Code: https://github.com/example/pen.",
        "authors": ["Ada Núñez", "李明"],
        "year": 2021,
        "published": "2021-03-04",
        "venue": "Journal of Examples",
        "url": "https://example.org/1",
        "doi": "10.1234/example.1",
        "upvotes": 3,
    },
    {
        "title": "Quiet Gradients",
        "abstract": "Gradients may be quiet. We listen to them with a paired encoder network (PEN).",
        "authors": [{"name": "Ada Núñez"}],
        "year": "2022",
        "venue": "Journal of Examples",
        "arxiv_id": "2201.00001v2",
    },
    {
        "title": "A Note Without an Abstract",
        "authors": ["Ada Nunez"],
        "year": 2022,
        "venue": "Workshop on Notes",
    },
    {
        "id": "journal:4",
        "title": "Process Engineering Notes",
        "abstract": "Process engineering notes (PENs) describe plants; see https://notes.example.io/plants.",
        "published": "2020-12-31T10:00:00",
    },
]

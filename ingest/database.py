"""The database file: how it is locked, opened, changed and replaced.

A source is written to a copy beside the database, which replaces it in one step when the source is whole. So a run
that fails or is killed leaves the database as it was before that source, and a portal that serves the file
meanwhile never sees half of one.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from ingest.schema import known_migrations, migrations
from ingest.store import Store

LOCK_SECONDS = 1.0
ANALYSIS_ROWS = 1000  # read of each index by ANALYZE, so that its cost does not grow
EPOCH = "2025-01-01 00:00:00+00:00"  # in place of the time of a migration: same input, same bytes


class DatabaseError(Exception):
    """A database that cannot be used; the message says what, where and what to do."""


@contextmanager
def updating(path: Path, rules: str) -> Iterator[Store]:
    """A store to write to. Leaving the block publishes it; an exception leaves the database as it was.

    `rules` is the version of what reads the papers.
    """
    path = path.resolve()
    try:
        with locked(path), working_copy(path) as working:
            with closing(Database(working, execute_plugins=False)) as db:
                prepare(db, path)
                with db.atomic():
                    yield Store(db, rules)
                db.execute(f"pragma analysis_limit = {ANALYSIS_ROWS}")
                db.execute("analyze")
            publish(working, path)
    except sqlite3.Error as error:
        raise DatabaseError(explain(path, error)) from error
    except OSError as error:
        raise DatabaseError(f"Cannot write {path}: {error.strerror}. The database is as it was.") from error


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """A Carrel database to read from; nothing is written, not even a journal."""
    if not path.is_file():
        raise DatabaseError(f"No such database: {path}. Make one with carrel ingest.")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            db = Database(connection, execute_plugins=False)
            recognise(db, path)
            yield db
    except sqlite3.Error as error:
        raise DatabaseError(explain(path, error)) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """The database with SQLite's write lock held, so that of two runs at once the later is refused.

    A database that does not exist is an empty file meanwhile.
    """
    check(path)
    while True:
        before = inode(path)
        with closing(sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")  # a journal must not outlive the file it is of
            connection.execute("begin immediate")
            if before in (None, inode(path)):
                try:
                    yield
                finally:
                    remove_empty(path)
                return
        # Another run replaced the file between the two looks: the lock is on a file that is gone.


def remove_empty(path: Path) -> None:
    """Leave no empty file where a run was to create the database and failed."""
    with suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()


def inode(path: Path) -> int | None:
    """Which file a name leads to."""
    return path.stat().st_ino if path.exists() else None


def check(path: Path) -> None:
    """Refuse what SQLite would only report in its own words, or create in the wrong place."""
    if path.is_dir():
        raise DatabaseError(f"{path} is a directory: name a file for the database, such as {path / 'papers.db'}.")
    if not path.parent.is_dir():
        raise DatabaseError(f"The directory {path.parent} does not exist: create it, or name another database.")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise DatabaseError(f"{path} is read-only: change its permissions, or name another database.")


@contextmanager
def working_copy(path: Path) -> Iterator[Path]:
    """A copy of the database beside it, removed in the end unless it was published."""
    working = path.with_name(f"{path.name}.ingesting")
    try:
        working.unlink(missing_ok=True)  # left behind by a run that was killed
        with closing(sqlite3.connect(path)) as original, closing(sqlite3.connect(working)) as copy:
            original.backup(copy)
        yield working
    finally:
        for leftover in (working, working.with_name(f"{working.name}-journal")):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)


def prepare(db: Database, path: Path) -> None:
    """Bring the schema up to date."""
    if db.table_names():
        recognise(db, path)
    # The copy is thrown away if anything fails: it needs neither a journal nor to reach the disk step by step.
    db.execute("pragma synchronous = off")
    db.execute("pragma journal_mode = off")
    migrations.apply(db)
    db.execute(f"update {migrations.migrations_table} set applied_at = ?", [EPOCH])
    db.execute("pragma foreign_keys = on")


def recognise(db: Database, path: Path) -> None:
    """Refuse another program's database and a newer schema."""
    applied = {migration.name for migration in migrations.applied(db)}
    if not applied:
        raise DatabaseError(f"{path} is a database of another program: name another file.")
    if applied - known_migrations():
        raise DatabaseError(f"{path} was written by a newer version of Carrel: upgrade Carrel, or name another file.")


def publish(working: Path, path: Path) -> None:
    """Put the finished copy in the database's place in one step, once it is on the disk."""
    with working.open("rb+") as file:
        os.fsync(file.fileno())
    if path.exists():
        shutil.copymode(path, working)
    working.replace(path)


EXPLANATIONS = {
    "file is not a database": "is not an SQLite database: name another file.",
    "database is locked": "is locked by another program that writes it: wait for that one to end and try again.",
    "readonly": "is read-only: change its permissions, or name another database.",
    "unable to open": "cannot be opened: check its permissions.",
    "full": "cannot grow, the disk is full: make room and try again. The database is as it was.",
    "disk I/O": "cannot be written, the disk failed or is full: make room and try again. The database is as it was.",
    "malformed": "is a damaged SQLite database: restore a copy, or name another file.",
}


def explain(path: Path, error: sqlite3.Error) -> str:
    """SQLite's error as a sentence that says what to do."""
    words = str(error)
    for symptom, explanation in EXPLANATIONS.items():
        if symptom in words:
            return f"{path} {explanation}"
    return f"{path} cannot be used: {words}."

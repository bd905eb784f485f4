"""The store: schema, migrations, upserts and full-text search, in one SQLite file.

A source is written to a copy beside the database, which replaces it in one step when the source is whole. So a run
that fails or is killed leaves the database as it was before that source, and a portal that serves the file
meanwhile never sees half of one.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from textwrap import dedent
from typing import Any

from sqlite_utils import Database, Migrations
from sqlite_utils.db import Table

from ingest.extract import Extraction
from ingest.extract.mention import Tag
from ingest.paper import Paper, Reject, digest, slugify

LOCK_SECONDS = 1.0
BATCH = 500  # papers a statement
ANALYSIS_ROWS = 1000  # read of each index by ANALYZE, so that its cost does not grow
EPOCH = "2025-01-01 00:00:00+00:00"  # in place of the time of a migration: same input, same bytes

ENTITIES = {"task": "tasks", "dataset": "datasets", "method": "methods", "metric": "metrics", "modality": "modalities"}
WITH_ROLE = ("datasets", "methods")
MENTION_TABLES = {"links": ("url", "host", "kind"), "acronyms": ("short", "long")}
EVIDENCE = {"field": str, "start": int, "end": int}

migrations = Migrations("carrel")


class StoreError(Exception):
    """A database that cannot be used; the message says what, where and what to do."""


@migrations()
def papers_and_what_they_say(db: Database) -> None:
    """The first schema: all tables of the contract, with their keys and indexes."""
    create_papers(db)
    for singular, plural in ENTITIES.items():
        create_entity(db, singular, plural)
    create_results(db)
    for table, columns in MENTION_TABLES.items():
        create_mentions(db, table, columns)
    create_authors(db)
    create_lineage(db)
    enable_search(db)


def create_papers(db: Database) -> None:
    """Runs with their rejects, and papers, which name the run that last changed them."""
    counts = ("added", "changed", "merged", "unchanged", "rejected")
    table(db, "runs").create(
        {"id": int, "source": str, "format": str, "sha256": str, "version": str} | dict.fromkeys(counts, int),
        pk="id",
        not_null={"source", "format", "sha256", "version", *counts},
    )
    table(db, "rejects").create(
        {"id": int, "run": int, "position": str, "reason": str, "excerpt": str},
        pk="id",
        foreign_keys=[("run", "runs", "id")],
        not_null={"run", "position", "reason", "excerpt"},
    )
    texts = ("key", "title", "abstract", "published", "venue", "url", "doi", "arxiv_id", "contribution", "fingerprint")
    table(db, "papers").create(
        {"id": int} | dict.fromkeys(texts, str) | {"year": int, "upvotes": int, "run": int},
        pk="id",
        column_order=["id", "key", "title", "abstract", "year", "published", "venue", "url"],
        foreign_keys=[("run", "runs", "id")],
        not_null={"key", "title", "abstract", "fingerprint", "run"},
    )
    table(db, "papers").create_index(["key"], unique=True)
    index(db, "papers", "year", "published", "venue", "doi", "arxiv_id", "upvotes", "contribution", "run")
    index(db, "rejects", "run", "reason")


def create_entity(db: Database, singular: str, plural: str) -> None:
    """A table of names and the table that ties them to papers, a row for each pair."""
    create_names(db, plural)
    name = f"{singular}_id"
    role = {"role": str} if plural in WITH_ROLE else {}
    table(db, f"paper_{plural}").create(
        {"paper_id": int, name: int} | role | EVIDENCE | {"rule": str},
        pk=("paper_id", name),
        foreign_keys=[("paper_id", "papers", "id"), (name, plural, "id")],
        not_null={"paper_id", name, *role, *EVIDENCE, "rule"},
    )
    index(db, f"paper_{plural}", "paper_id", name, *role)


def create_names(db: Database, plural: str) -> None:
    """Entities by name and slug, with the number of papers that name them."""
    columns = {"id": int, "name": str, "slug": str, "papers": int}
    table(db, plural).create(columns, pk="id", not_null=set(columns), defaults={"papers": 0})
    for column in ("name", "slug"):
        table(db, plural).create_index([column], unique=True)
    index(db, plural, "papers")


def create_results(db: Database) -> None:
    """Reported numbers, with the metric and the dataset that they belong to where the text says so."""
    table(db, "results").create(
        {"id": int, "paper_id": int, "value": float, "unit": str, "kind": str, "metric_id": int, "dataset_id": int}
        | EVIDENCE
        | {"rule": str},
        pk="id",
        foreign_keys=[("paper_id", "papers", "id"), ("metric_id", "metrics", "id"), ("dataset_id", "datasets", "id")],
        not_null={"paper_id", "value", "kind", *EVIDENCE, "rule"},
    )
    index(db, "results", "paper_id", "metric_id", "dataset_id", "unit", "kind")


def create_mentions(db: Database, name: str, columns: Sequence[str]) -> None:
    """Values that belong to one paper alone, each with its place in the text."""
    table(db, name).create(
        {"id": int, "paper_id": int} | dict.fromkeys(columns, str) | EVIDENCE,
        pk="id",
        foreign_keys=[("paper_id", "papers", "id")],
        not_null={"paper_id", *columns, *EVIDENCE},
    )
    index(db, name, "paper_id", *columns)


def create_authors(db: Database) -> None:
    """Names of people, and who wrote what in which order. Two people of one name are one row."""
    create_names(db, "authors")
    table(db, "paper_authors").create(
        {"paper_id": int, "author_id": int, "position": int},
        pk=("paper_id", "author_id"),
        foreign_keys=[("paper_id", "papers", "id"), ("author_id", "authors", "id")],
        not_null={"position"},
    )
    index(db, "paper_authors", "paper_id", "author_id")


def create_lineage(db: Database) -> None:
    """Which paper names what another paper introduces."""
    parts = (
        f"""
        select later.key, later.title, '{singular}' as kind, {plural}.name, named.role,
          earlier.key as introduced_by, earlier.title as introduced_by_title
        from paper_{plural} named
          join paper_{plural} introduced on introduced.{singular}_id = named.{singular}_id
            and introduced.role = 'introduced' and introduced.paper_id <> named.paper_id
          join {plural} on {plural}.id = named.{singular}_id
          join papers later on later.id = named.paper_id
          join papers earlier on earlier.id = introduced.paper_id
        where named.role <> 'introduced'
        """
        for singular, plural in ENTITIES.items()
        if plural in WITH_ROLE
    )
    db.create_view("lineage", dedent(" union all ".join(parts)))


def enable_search(db: Database) -> None:
    """FTS5 over title and abstract, stemmed, accents folded, kept true by triggers."""
    table(db, "papers").enable_fts(
        ["title", "abstract"], fts_version="FTS5", tokenize="porter unicode61 remove_diacritics 2", create_triggers=True
    )


def table(db: Database, name: str) -> Table:
    return db.table(name)


def index(db: Database, name: str, *columns: str) -> None:
    """An index on each column alone, as facets and foreign keys ask for."""
    for column in columns:
        table(db, name).create_index([column])


@dataclass
class Run:
    """What one ingestion of one source did so far."""

    id: int
    source: str
    format: str
    added: int = 0
    changed: int = 0
    merged: int = 0
    unchanged: int = 0
    rejects: list[Reject] = field(default_factory=list)
    rejected: int = 0

    @property
    def papers(self) -> int:
        """Records that are papers, however they were dealt with."""
        return self.added + self.changed + self.merged + self.unchanged


def values_of(paper: Paper, columns: Iterable[str]) -> list[Any]:
    """The paper's values of these columns."""
    return [getattr(paper, name) for name in columns]


class Store:
    """A database that is being written, inside one transaction."""

    def __init__(self, db: Database, rules: str) -> None:
        self.db = db
        self.rules = rules
        db.execute("create temp table met (key text primary key) without rowid")
        db.execute("create temp table written (paper_id integer primary key)")

    def start(self, source: str, form: str, version: str) -> Run:
        """A row in `runs`; its counts follow with `finish`."""
        zeros = dict.fromkeys(("added", "changed", "merged", "unchanged", "rejected"), 0)
        row = {"source": source, "format": form, "sha256": "", "version": version} | zeros
        inserted = table(self.db, "runs").insert(row)
        return Run(id=int(str(inserted.last_pk)), source=source, format=form)

    def reject(self, run: Run, reject: Reject) -> None:
        """Keep a refused record, so that nothing of a source is lost unsaid."""
        table(self.db, "rejects").insert({"run": run.id} | asdict(reject))
        run.rejected += 1
        if len(run.rejects) < MOST_SHOWN:
            run.rejects.append(reject)

    def news(self, run: Run, papers: Iterable[Paper]) -> list[Paper]:
        """The papers of a batch that the database does not hold as they are; the others are counted."""
        fresh = {paper.key: paper for paper in papers if self.is_first(run, paper)}
        stored = self.fingerprints(fresh)
        known = [key for key, paper in fresh.items() if stored.get(key) == paper.fingerprint(self.rules)]
        run.unchanged += len(known)
        run.changed += sum(key in stored for key in fresh) - len(known)
        run.added += sum(key not in stored for key in fresh)
        return [paper for key, paper in fresh.items() if key not in set(known)]

    def is_first(self, run: Run, paper: Paper) -> bool:
        """Whether the source gives this paper for the first time; a repeated one is merged into it."""
        cursor = self.db.execute("insert or ignore into met (key) values (?)", [paper.key])
        run.merged += cursor.rowcount == 0
        return cursor.rowcount == 1

    def fingerprints(self, keys: Iterable[str]) -> dict[str, str]:
        """The stored fingerprint of each key that the database holds."""
        rows = self.select("select key, fingerprint from papers where key in", list(keys))
        return {str(key): str(fingerprint) for key, fingerprint in rows}

    def select(self, sql: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """Rows of a query that ends in `in`, whatever the number of values."""
        holes = ", ".join("?" * len(values))
        return self.db.execute(f"{sql} ({holes})", values)

    def write(self, run: Run, papers: list[tuple[Paper, Extraction]]) -> None:
        """Insert or update a batch of papers with all that hangs on them."""
        ids = self.write_papers(run, papers)
        self.db.conn.executemany("insert or ignore into written values (?)", [[paper_id] for paper_id in ids.values()])
        for name in (*MENTION_TABLES, "results", "paper_authors", *(f"paper_{plural}" for plural in ENTITIES.values())):
            self.select(f"delete from {name} where paper_id in", list(ids.values()))
        self.write_authors(ids, [paper for paper, _ in papers])
        for name in MENTION_TABLES:
            rows = (
                {"paper_id": ids[paper.key]} | asdict(mention)
                for paper, extraction in papers
                for mention in extraction.mentions[name]
            )
            table(self.db, name).insert_all(rows)
        for singular, plural in ENTITIES.items():
            tagged = [(ids[paper.key], tag) for paper, extraction in papers for tag in extraction.tags(plural)]
            self.write_tags(singular, plural, tagged)
        self.write_results(ids, papers)

    def write_papers(self, run: Run, papers: list[tuple[Paper, Extraction]]) -> dict[str, int]:
        """The papers' own rows; returns their ids by key."""
        columns = ("key", "title", "abstract", "year", "published", "venue", "url", "doi", "arxiv_id", "upvotes")
        added = ("contribution", "fingerprint", "run")
        rows = [
            [
                *(getattr(paper, name) for name in columns),
                extraction.contribution,
                paper.fingerprint(self.rules),
                run.id,
            ]
            for paper, extraction in papers
        ]
        updates = ", ".join(f"{name} = excluded.{name}" for name in (*columns[1:], *added))
        self.db.conn.executemany(
            f"""
            insert into papers ({", ".join((*columns, *added))})
            values ({", ".join("?" * (len(columns) + len(added)))})
            on conflict (key) do update set {updates}
            """,
            rows,
        )
        found = self.select("select key, id from papers where key in", [paper.key for paper, _ in papers])
        return {str(key): int(paper_id) for key, paper_id in found}

    def write_tags(self, singular: str, plural: str, tagged: list[tuple[int, Tag]]) -> None:
        """Which papers name which entities; entities that are new get a row of their own."""
        known = self.ensured(plural, list(dict.fromkeys(tag.name for _, tag in tagged)))
        role = ("role",) if plural in WITH_ROLE else ()
        columns = ("field", "start", "end", "rule", *role)
        rows = (
            {"paper_id": paper_id, f"{singular}_id": known[tag.name]} | {name: getattr(tag, name) for name in columns}
            for paper_id, tag in tagged
        )
        table(self.db, f"paper_{plural}").insert_all(rows)

    def write_results(self, ids: dict[str, int], papers: list[tuple[Paper, Extraction]]) -> None:
        """Reported numbers. A metric or dataset counts only where the paper is tagged with it."""
        results = [
            (ids[paper.key], extraction, result) for paper, extraction in papers for result in extraction.results
        ]
        metrics = self.named("metrics", list({result.metric: 0 for _, _, result in results if result.metric}))
        datasets = self.named("datasets", list({result.dataset: 0 for _, _, result in results if result.dataset}))
        rows = [
            {
                "paper_id": paper_id,
                "value": result.value,
                "unit": result.unit,
                "kind": result.kind,
                "metric_id": metrics.get(result.metric or "") if extraction.has("metrics", result.metric) else None,
                "dataset_id": datasets.get(result.dataset or "")
                if extraction.has("datasets", result.dataset)
                else None,
                "field": result.field,
                "start": result.start,
                "end": result.end,
                "rule": result.rule,
            }
            for paper_id, extraction, result in results
        ]
        table(self.db, "results").insert_all(rows)

    def write_authors(self, ids: dict[str, int], papers: list[Paper]) -> None:
        """New names first, then who wrote what."""
        known = self.ensured("authors", list(dict.fromkeys(name for paper in papers for name in paper.authors)))
        rows = (
            {"paper_id": ids[paper.key], "author_id": known[name], "position": position}
            for paper in papers
            for position, name in enumerate(paper.authors, start=1)
        )
        table(self.db, "paper_authors").insert_all(rows)

    def ensured(self, plural: str, names: list[str]) -> dict[str, int]:
        """The ids of all these names, of which some may be new to the table."""
        known = self.named(plural, names)
        if len(known) < len(names):
            self.insert_names(plural, [name for name in names if name not in known])
            known = self.named(plural, names)
        return known

    def named(self, plural: str, names: list[str]) -> dict[str, int]:
        """The ids of those names that a table of entities holds."""
        return {
            name: entity_id
            for batch in batches(names)
            for name, entity_id in self.select(f"select name, id from {plural} where name in", batch)
        }

    def insert_names(self, plural: str, names: list[str]) -> None:
        """New entities. Where another has the slug, or no letter is Latin, a hash tells them apart."""
        slugs = {name: slugify(name).replace(":", "-") for name in names}
        taken = {
            slug
            for batch in batches(slugs.values())
            for (slug,) in self.select(f"select slug from {plural} where slug in", batch)
        }
        rows = []
        for name, slug in slugs.items():
            free = slug if slug and slug not in taken else "-".join(filter(None, [slug, digest(name)]))
            taken.add(free)
            rows.append({"name": name, "slug": free})
        table(self.db, plural).insert_all(rows)

    def finish(self, run: Run, sha256: str) -> None:
        """Write the run's counts, and what is counted over all papers."""
        counts = {name: getattr(run, name) for name in ("added", "changed", "merged", "unchanged", "rejected")}
        table(self.db, "runs").update(run.id, {"sha256": sha256} | counts)
        if run.added or run.changed:
            for singular, plural in {"author": "authors", **ENTITIES}.items():
                self.count_papers(singular, plural)
        self.db.execute("drop table met")
        self.db.execute("drop table written")

    def count_papers(self, singular: str, plural: str) -> None:
        """How many papers name each entity; one that no paper names any more is removed."""
        named = f"select {singular}_id from paper_{plural}"
        self.db.execute(f"delete from {plural} where id not in ({named})")
        self.db.execute(
            f"""
            update {plural} set papers = (select count(*) from paper_{plural} where {singular}_id = {plural}.id)
            """
        )


MOST_SHOWN = 10  # rejects that a run's summary names


def batches(items: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """Lists of `size` items, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


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
        raise StoreError(explain(path, error)) from error
    except OSError as error:
        raise StoreError(f"Cannot write {path}: {error.strerror}. The database is as it was.") from error


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """A Carrel database to read from; nothing is written, not even a journal."""
    if not path.is_file():
        raise StoreError(f"No such database: {path}. Make one with carrel ingest.")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            db = Database(connection, execute_plugins=False)
            recognise(db, path)
            yield db
    except sqlite3.Error as error:
        raise StoreError(explain(path, error)) from error


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
        raise StoreError(f"{path} is a directory: name a file for the database, such as {path / 'papers.db'}.")
    if not path.parent.is_dir():
        raise StoreError(f"The directory {path.parent} does not exist: create it, or name another database.")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise StoreError(f"{path} is read-only: change its permissions, or name another database.")


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
        raise StoreError(f"{path} is a database of another program: name another file.")
    if applied - known_migrations():
        raise StoreError(f"{path} was written by a newer version of Carrel: upgrade Carrel, or name another file.")


def known_migrations() -> set[str]:
    """The names of all migrations of this version."""
    return {migration.name for migration in migrations.pending(Database(memory=True))}


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

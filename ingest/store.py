"""The store: papers with all that hangs on them, written a batch at a time inside one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from sqlite_utils import Database

from ingest import facets
from ingest.extract import Extraction
from ingest.extract.mention import Tag
from ingest.paper import Paper, Reject, digest, slugify
from ingest.schema import ENTITIES, MENTION_TABLES, WITH_ROLE, table

BATCH = 500  # papers a statement
MOST_SHOWN = 10  # rejects that a run's summary names


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
        facets.unwatch(self.db)
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
        self.index_facets(anew=bool(run.added or run.changed))
        self.db.execute("drop table met")
        self.db.execute("drop table written")

    def index_facets(self, anew: bool) -> None:
        """Make the facet index true, which is left alone otherwise, and see that changes from elsewhere drop it."""
        from ingest import facet_index  # numpy takes a tenth of a second to import: not for --help

        connection = self.db.conn
        if anew or facet_index.read(connection) is None:
            facet_index.write(connection, facet_index.build(connection))
        facets.watch(self.db)

    def count_papers(self, singular: str, plural: str) -> None:
        """How many papers name each entity; one that no paper names any more is removed."""
        named = f"select {singular}_id from paper_{plural}"
        self.db.execute(f"delete from {plural} where id not in ({named})")
        self.db.execute(
            f"""
            update {plural} set papers = (select count(*) from paper_{plural} where {singular}_id = {plural}.id)
            """
        )


def batches(items: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """Lists of `size` items, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch

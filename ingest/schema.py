"""The schema: all tables with their keys, indexes and full-text search, as migrations from the first version on.

ENTITIES, WITH_ROLE and MENTION_TABLES name the tables that hold what papers say; whoever reads or writes them takes the
names from here.
"""

from collections.abc import Sequence
from textwrap import dedent

from sqlite_utils import Database, Migrations
from sqlite_utils.db import DescIndex, Table

from ingest.meanings import count_meanings

ENTITIES = {"task": "tasks", "dataset": "datasets", "method": "methods", "metric": "metrics", "modality": "modalities"}
WITH_ROLE = ("datasets", "methods")
MENTION_TABLES = {"links": ("url", "host", "kind"), "acronyms": ("short", "long")}
EVIDENCE = {"field": str, "start": int, "end": int}
TOKENIZER = "porter unicode61 remove_diacritics 2"
RELEVANCE = "bm25(10.0, 1.0)"  # a word of the title counts ten times one of the abstract

# The index comes first and alone, so that a search that only counts or lists ids reads nothing but the index. The cast
# keeps SQLite from asking the index anew for each id of a filter. `q` takes the search: where q match 'words'.
SEARCH = """
    select
      cast(papers_fts.rowid as integer) as id,
      (select papers.key from papers where papers.id = papers_fts.rowid) as key,
      papers_fts.title as title,
      snippet(papers_fts, 1, '', '', '…', 40) as snippet,
      (select papers.year from papers where papers.id = papers_fts.rowid) as year,
      (select papers.published from papers where papers.id = papers_fts.rowid) as published,
      (select papers.venue from papers where papers.id = papers_fts.rowid) as venue,
      (select papers.upvotes from papers where papers.id = papers_fts.rowid) as upvotes,
      (select papers.contribution from papers where papers.id = papers_fts.rowid) as contribution,
      papers_fts.rank as rank,
      highlight(papers_fts, 0, char(1), char(2)) as marked_title,
      snippet(papers_fts, 1, char(1), char(2), '…', 40) as marked_snippet,
      papers_fts.papers_fts as q
    from papers_fts
"""

migrations = Migrations("carrel")


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


@migrations()
def ranked_search(db: Database) -> None:
    """Titles weigh more in the order of relevance, and a view over the index that a page can filter and sort."""
    db.execute(f"insert into papers_fts (papers_fts, rank) values ('rank', '{RELEVANCE}')")
    db.create_view("search", dedent(SEARCH))


@migrations()
def covering_indexes(db: Database) -> None:
    """Indexes from which alone the papers of an entity, their years and their numbers are read.

    The index on paper_id of a table that ties papers to entities goes: its primary key starts with that column.
    """
    for singular, plural in {**ENTITIES, "author": "authors"}.items():
        role = ("role",) if plural in WITH_ROLE else ()
        table(db, f"paper_{plural}").create_index([f"{singular}_id", *role, "paper_id"])
        for column in ("paper_id", f"{singular}_id"):
            db.execute(f"drop index idx_paper_{plural}_{column}")
    table(db, "papers").create_index(["id", "year"])
    for column, other in (("metric_id", "dataset_id"), ("dataset_id", "metric_id")):
        table(db, "results").create_index([column, other, "unit", "kind", "value"])
        db.execute(f"drop index idx_results_{column}")


@migrations()
def newest_first(db: Database) -> None:
    """Indexes in the order of pages, newest or most upvoted first and equals by number, so that none is sorted anew."""
    for column in ("year", "published", "upvotes"):
        db.execute(f"drop index idx_papers_{column}")
        table(db, "papers").create_index([DescIndex(column)])


@migrations()
def facet_index(db: Database) -> None:
    """Room for the facet index."""
    table(db, "facet_index").create(
        {"facet": str, "definition": str, "names": bytes, "ends": bytes, "postings": bytes},
        pk="facet",
        not_null={"definition", "names", "ends", "postings"},
    )


@migrations()
def meanings_of_acronyms(db: Database) -> None:
    """What short forms mean in the whole corpus, for the search to read."""
    table(db, "meanings").create(
        {"short": str, "long": str, "papers": int}, pk=("short", "long"), not_null={"short", "long", "papers"}
    )
    index(db, "meanings", "long", "papers")
    count_meanings(db)


@migrations()
def lineage_in_time(db: Database) -> None:
    """No paper introduces what an earlier one names, nor in passing what another one has in its title."""
    create_lineage(db)


@migrations()
def introduced_in_titles(db: Database) -> None:
    """An index of what titles introduce, which lineage asks for each name."""
    for singular, plural in ENTITIES.items():
        if plural in WITH_ROLE:
            db.execute(
                f"""
                create index idx_paper_{plural}_introduced_in_title on paper_{plural} ({singular}_id)
                where role = 'introduced' and field = 'title'
                """
            )
    create_lineage(db)


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


def introductions(singular: str, plural: str) -> str:
    """SQL for the papers that count as those that introduce something: in their titles, if any names it there."""
    return f"""
        select introduced.paper_id, introduced.{singular}_id
        from paper_{plural} introduced
        where introduced.role = 'introduced' and (introduced.field = 'title' or not exists (
          select 1 from paper_{plural} titled indexed by idx_paper_{plural}_introduced_in_title
          where titled.{singular}_id = introduced.{singular}_id
            and titled.role = 'introduced' and titled.field = 'title'
        ))
    """


def create_lineage(db: Database) -> None:
    """Which paper names what another one introduces, and not later."""
    parts = (
        f"""
        select later.key, later.title, '{singular}' as kind, {plural}.name, named.role,
          earlier.key as introduced_by, earlier.title as introduced_by_title
        from paper_{plural} named
          join ({introductions(singular, plural)}) introduced
            on introduced.{singular}_id = named.{singular}_id and introduced.paper_id <> named.paper_id
          join {plural} on {plural}.id = named.{singular}_id
          join papers later on later.id = named.paper_id
          join papers earlier on earlier.id = introduced.paper_id
        where named.role <> 'introduced'
          and (earlier.year is null or later.year is null or earlier.year <= later.year)
        """
        for singular, plural in ENTITIES.items()
        if plural in WITH_ROLE
    )
    db.create_view("lineage", dedent(" union all ".join(parts)), replace=True)


def enable_search(db: Database) -> None:
    """FTS5 over title and abstract, stemmed, accents folded, kept true by triggers."""
    table(db, "papers").enable_fts(["title", "abstract"], fts_version="FTS5", tokenize=TOKENIZER, create_triggers=True)


def table(db: Database, name: str) -> Table:
    return db.table(name)


def index(db: Database, name: str, *columns: str) -> None:
    """An index on each column alone, as facets and foreign keys ask for."""
    for column in columns:
        table(db, name).create_index([column])


def known_migrations() -> set[str]:
    """The names of all migrations of this version."""
    return {migration.name for migration in migrations.pending(Database(memory=True))}

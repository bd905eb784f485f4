"""Checks of a finished database: every value stands in its text, every entity has papers, every count is true."""

from collections.abc import Iterator

from sqlite_utils import Database

from ingest.schema import ENTITIES, MENTION_TABLES

EVIDENCE_TABLES = (*MENTION_TABLES, "results", *(f"paper_{plural}" for plural in ENTITIES.values()))
OUTSIDE = """
    select papers.key, found.field, found.start, found."end"
    from {table} found left join papers on papers.id = found.paper_id
    where found.field not in ('title', 'abstract')
      or found.start < 0
      or found.start >= found."end"
      or found."end" > length(case found.field when 'title' then papers.title else papers.abstract end)
      or papers.id is null
"""
MISCOUNTED = """
    select name, papers, (select count(*) from paper_{plural} where {singular}_id = {plural}.id) as counted
    from {plural}
    where papers = 0 or papers <> counted
"""
UNKNOWN_ROLES = """
    select papers.key, role from paper_{plural} join papers on papers.id = paper_id
    where role not in ('introduced', 'used', 'compared', 'mentioned')
"""


def problems(db: Database) -> Iterator[str]:
    """A sentence for each thing that is wrong; none when all is well."""
    for table in EVIDENCE_TABLES:
        for key, field, start, end in db.execute(OUTSIDE.format(table=table)):
            yield f"{table}: a value of {key} stands at {field} {start} to {end}, outside its text."
    for singular, plural in {"author": "authors", **ENTITIES}.items():
        for name, papers, counted in db.execute(MISCOUNTED.format(singular=singular, plural=plural)):
            yield f"{plural}: {name} is said to have {papers} papers and has {counted}."
    for plural in ("methods", "datasets"):
        for key, role in db.execute(UNKNOWN_ROLES.format(plural=plural)):
            yield f"paper_{plural}: {key} has the unknown role {role}."
    yield from index_problems(db)
    for table, row, parent, _ in db.execute("pragma foreign_key_check"):
        yield f"{table}: row {row} refers to a row that {parent} does not have."


def index_problems(db: Database) -> Iterator[str]:
    """Whether the facet index says what the tables say."""
    from ingest import facet_index  # numpy takes a tenth of a second to import: not for --help

    stored, built = facet_index.read(db.conn), facet_index.build(db.conn)
    if stored is None:
        yield "facet_index: it is missing or out of date, run carrel index."
    else:
        for name, postings in built.postings.items():
            if not stored.postings[name].equals(postings):
                yield f"facet_index: {name} is not what the tables say, run carrel index."

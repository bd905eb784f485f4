"""What the database says of one paper: plain values, each with the place and the quote that it stands on."""

from collections.abc import Iterator, Mapping
from sqlite3 import Connection
from typing import Any

from ingest.schema import ENTITIES, WITH_ROLE
from plugins.reading.lineage import lineage

KINDS = ENTITIES
ROLES = ("introduced", "used", "compared", "mentioned")
FIELDS = (*KINDS.values(), "results", "acronyms", "links")
Row = dict[str, Any]

PAPER = "select * from papers where key = ?"
AUTHORS = """
    select authors.name, authors.slug, authors.papers
    from paper_authors join authors on authors.id = paper_authors.author_id
    where paper_authors.paper_id = ?
    order by paper_authors.position
"""
RESULTS = """
    select found.value, found.unit, found.kind, metrics.name as metric, metrics.slug as metric_slug,
      datasets.name as dataset, datasets.slug as dataset_slug, found.field, found.start, found."end", found.rule
    from results found
      left join metrics on metrics.id = found.metric_id
      left join datasets on datasets.id = found.dataset_id
    where found.paper_id = ?
    order by found.field desc, found.start, found.id
"""
LINKS = 'select url, host, kind, field, start, "end" from links where paper_id = ? order by field desc, start, id'
ACRONYMS = 'select short, long, field, start, "end" from acronyms where paper_id = ? order by field desc, start, id'


def paper_record(connection: Connection, key: str) -> Row | None:
    """All that is known of the paper with this key, or None.

    A mapping of the paper's columns with `authors`, a list for each of FIELDS whose values have `field`, `start`, `end`
    and `quote`, and `uses` and `used_by`: papers that introduce what this one names, and the other way round.
    """
    paper = next(rows(connection, PAPER, key), None)
    if paper is None:
        return None
    number = paper["id"]
    found = {plural: rows(connection, entities_sql(kind, plural), number) for kind, plural in KINDS.items()}
    found |= {name: rows(connection, sql, number) for name, sql in MENTIONS.items()}
    return {
        **paper,
        "authors": list(rows(connection, AUTHORS, number)),
        **{field: [value | {"quote": quote(paper, value)} for value in found[field]] for field in FIELDS},
        **dict(zip(("uses", "used_by"), lineage(connection, number), strict=True)),
    }


MENTIONS = {"results": RESULTS, "links": LINKS, "acronyms": ACRONYMS}


def rows(connection: Connection, sql: str, *values: Any) -> Iterator[Row]:
    """The rows of a query, each a dict. Values stand for question marks, or one mapping for names."""
    named = len(values) == 1 and isinstance(values[0], dict)
    return (dict(row) for row in connection.execute(sql, values[0] if named else values))


def quote(paper: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    """The words that a value stands on."""
    return str(paper[value["field"]])[value["start"] : value["end"]]


def entities_sql(kind: str, plural: str) -> str:
    """The entities of one kind that a paper names: by role, those that it introduces first."""
    role = f"{order_of_roles('found.role')}," if plural in WITH_ROLE else ""
    return f"""
        select entity.name, entity.slug, entity.papers, {"found.role," if role else ""}
          found.field, found.start, found."end", found.rule
        from paper_{plural} found join {plural} entity on entity.id = found.{kind}_id
        where found.paper_id = ?
        order by {role} found.field desc, found.start, entity.name
    """


def order_of_roles(column: str) -> str:
    """An SQL expression that sorts roles as a reader ranks them."""
    whens = " ".join(f"when '{role}' then {place}" for place, role in enumerate(ROLES))
    return f"case {column} {whens} end"

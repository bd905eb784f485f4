"""The claims table of a dataset or a metric: every number that is reported on it, only comparable ones side by side."""

from dataclasses import dataclass
from sqlite3 import Connection

from plugins.entities.lookup import Entity
from plugins.entities.record import TEXT, quoted
from plugins.reading.evidence import Row, rows
from plugins.reading.quotation import window

OTHER = {"dataset": "metric", "metric": "dataset"}  # what tells claims on the one apart
CLAIMS_SHOWN = 6  # of a group


@dataclass(frozen=True)
class Group:
    """Claims that can stand together: of one metric, one dataset, one unit and one kind."""

    other_id: int | None
    name: str | None
    slug: str | None
    unit: str | None
    kind: str
    claims: int
    papers: int


def has_claims(entity: Entity) -> bool:
    return entity.kind in OTHER


def groups(connection: Connection, entity: Entity) -> list[Group]:
    """All groups of an entity: those with a name first, then by the number of papers."""
    other = OTHER[entity.kind]
    sql = f"""
        select counted.*, {other}s.name, {other}s.slug
        from (
            select {other}_id as other_id, unit, kind, count(*) as claims, count(distinct paper_id) as papers
            from results where {entity.column} = ? group by 1, 2, 3
          ) counted
          left join {other}s on {other}s.id = counted.other_id
        order by counted.other_id is null, counted.papers desc, counted.claims desc, name, unit, kind
    """
    return [Group(**row) for row in rows(connection, sql, entity.id)]


def claims(connection: Connection, entity: Entity, group: Group) -> list[Row]:
    """The claims of a group by value, each with its paper and the quote in its sentence."""
    other = OTHER[entity.kind]
    sql = f"""
        select results.value, results.unit, results.field, results.start, results."end", results.rule,
          papers.key, papers.title, papers.year,
          {window(TEXT, "results.start", 'results."end"')} as text
        from results join papers on papers.id = results.paper_id
        where results.{entity.column} = ? and results.{other}_id is ? and results.unit is ? and results.kind = ?
        order by results.value desc, results.id
        limit {CLAIMS_SHOWN}
    """
    found = rows(connection, sql, entity.id, group.other_id, group.unit, group.kind)
    return [quoted(row) for row in found]

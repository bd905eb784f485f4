"""Lineage of one paper: which papers introduce what it names, and which name what it introduces.

The same ties as in the view `lineage`, one method or dataset at a time and the newest papers first: so a page reads a
few rows of an index, however many papers name what everyone names.
"""

from collections.abc import Iterator
from sqlite3 import Connection
from typing import Any

from ingest.schema import ENTITIES, WITH_ROLE, introductions

SHOWN = 20  # papers a direction
Tie = dict[str, Any]
KINDS = {singular: plural for singular, plural in ENTITIES.items() if plural in WITH_ROLE}
NAMING_ROLES = ("used", "compared", "mentioned")
PAPER = "papers.id, papers.key, papers.title, papers.year"


def lineage(connection: Connection, paper: int) -> tuple[list[Tie], list[Tie]]:
    """What the paper with a number uses of other papers, and what they use of it, the newest papers first.

    Each tie has the `kind`, `name` and `slug` of what ties, the `role` that it has in the paper that names it, and
    `key`, `title` and `year` of the other paper.
    """
    uses: list[Tie] = []
    used_by: list[Tie] = []
    for kind, plural in KINDS.items():
        for entity in fetched(connection, of_paper(kind, plural), paper=paper):
            about = {name: entity[name] for name in ("name", "slug", "role")} | {"kind": kind}
            values = {"entity": entity["id"], "paper": paper, "year": entity["year"]}
            if entity["role"] != "introduced":
                uses += (about | tie for tie in fetched(connection, introducers(kind, plural), **values))
            elif entity["introduces"]:
                for role in NAMING_ROLES:  # one by one, so that each comes in the order of the index
                    found = fetched(connection, users(kind, plural), role=role, **values)
                    used_by += (about | tie for tie in found)
    return newest(uses), newest(used_by)


def newest(ties: list[Tie]) -> list[Tie]:
    """Those with the papers that came last into the corpus, in the order of their years."""
    last = sorted(ties, key=lambda tie: -tie["id"])[:SHOWN]
    ordered = sorted(last, key=lambda tie: (-(tie["year"] or 0), tie["id"]))
    return [{name: value for name, value in tie.items() if name != "id"} for tie in ordered]


def fetched(connection: Connection, sql: str, **values: Any) -> Iterator[Tie]:
    return (dict(row) for row in connection.execute(sql, values).fetchall())


def of_paper(kind: str, plural: str) -> str:
    """What a paper names, and whether it counts as the one that introduces it."""
    return f"""
        select entity.id, entity.name, entity.slug, named.role, papers.year,
          {is_introduction(kind, plural, "named")} as introduces
        from paper_{plural} named
          join {plural} entity on entity.id = named.{kind}_id
          join papers on papers.id = named.paper_id
        where named.paper_id = :paper
        order by entity.name
    """


def is_introduction(kind: str, plural: str, named: str) -> str:
    """An SQL condition: whether a paper counts as one that introduces what it names."""
    return f"""
        exists (
          select 1 from ({introductions(kind, plural)}) counted
          where counted.{kind}_id = {named}.{kind}_id and counted.paper_id = {named}.paper_id
        )
    """


def introducers(kind: str, plural: str) -> str:
    """The papers that introduce an entity and are not later than the paper that names it."""
    return f"""
        select {PAPER}
        from ({introductions(kind, plural)}) introduced join papers on papers.id = introduced.paper_id
        where introduced.{kind}_id = :entity and introduced.paper_id <> :paper
          and (papers.year is null or :year is null or papers.year <= :year)
        order by introduced.paper_id desc
        limit {SHOWN}
    """


def users(kind: str, plural: str) -> str:
    """The papers that name an entity in one role and are not earlier than the paper that introduces it."""
    return f"""
        select named.role, {PAPER}
        from paper_{plural} named join papers on papers.id = named.paper_id
        where named.{kind}_id = :entity and named.role = :role and named.paper_id <> :paper
          and (papers.year is null or :year is null or papers.year >= :year)
        order by named.paper_id desc
        limit {SHOWN}
    """

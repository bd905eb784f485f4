"""What is known of one entity: its other names, the sentences that define it, its papers.

Each function takes a connection and an entity and returns plain values. Every list is bounded, so that the page of
the largest entity of a large corpus costs what its index costs.
"""

from collections import Counter, defaultdict
from sqlite3 import Connection

from plugins.entities.lookup import Entity
from plugins.reading.evidence import ROLES, Row, rows
from plugins.reading.quotation import quotation, start_in_window, window

TEXT = "case field when 'title' then title else abstract end"
SPELLINGS_READ = 2000  # papers whose words for the entity are compared
SPELLINGS_SHOWN = 24
DEFINITIONS_SHOWN = 6
RARE = 20  # times fewer papers than the most usual definition: more likely another thing of that name


def spellings(connection: Connection, entity: Entity) -> list[Row]:
    """The words by which papers name the entity, most frequent first: `name`, `papers`. Case does not matter."""
    if not entity.has_evidence:
        return similar_names(connection, entity)
    found = rows(
        connection,
        f"""
        select substr(case field when 'title' then title else abstract end, start + 1, "end" - start) as name,
          count(*) as papers
        from (select * from {entity.table} where {entity.column} = ? limit {SPELLINGS_READ}) found
          join papers on papers.id = found.paper_id
        group by 1 order by papers desc, name
        """,
        entity.id,
    )
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        groups[row["name"].casefold().replace("-", " ")].append(row)
    merged = [{"name": group[0]["name"], "papers": sum(row["papers"] for row in group)} for group in groups.values()]
    return sorted(merged, key=lambda row: (-row["papers"], row["name"]))[:SPELLINGS_SHOWN]


def similar_names(connection: Connection, entity: Entity) -> list[Row]:
    """Authors whose names differ in accents, hyphens or case alone, who may be the same person."""
    base = entity.slug[:-11] if is_told_apart(entity.slug) else entity.slug
    found = rows(
        connection,
        "select name, slug, papers from authors where slug = ?1 or (slug > ?1 || '-' and slug < ?1 || '-g')",
        base,
    )
    others = [row for row in found if row["slug"] == base or is_told_apart(row["slug"].removeprefix(base))]
    return [row for row in others if row["slug"] != entity.slug]


def is_told_apart(slug: str) -> bool:
    """Whether a slug ends in the hash that tells two names apart."""
    dash, digest = slug[-11:-10], slug[-10:]
    return dash == "-" and len(digest) == 10 and set(digest) <= set("0123456789abcdef")


def definitions(connection: Connection, entity: Entity) -> list[Row]:
    """Short and long forms that papers define where they name the entity, each with one such sentence."""
    if not entity.has_evidence:
        return []
    found = rows(
        connection,
        f"""
        select acronyms.short, acronyms.long, min(acronyms.id) as id, count(*) as papers
        from (select * from {entity.table} where {entity.column} = ? limit {SPELLINGS_READ}) found
          join acronyms on acronyms.paper_id = found.paper_id and acronyms.field = found.field
            and acronyms.start <= found.start and acronyms."end" >= found."end"
            and found."end" - found.start in (length(acronyms.long), length(acronyms.short))
        group by 1, 2
        """,
        entity.id,
    )
    groups: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for row in found:
        groups[row["short"].rstrip("s"), row["long"].casefold().replace("-", " ").rstrip("s")][row["id"]] += row[
            "papers"
        ]
    ranked = sorted(groups.values(), key=lambda ids: (-ids.total(), min(ids)))[:DEFINITIONS_SHOWN]
    usual = [ids for ids in ranked if ids.total() * RARE > ranked[0].total()]
    return [definition(connection, min(ids)) | {"papers": ids.total()} for ids in usual]


def definition(connection: Connection, acronym_id: int) -> Row:
    """One pair of forms in the sentence that defines it."""
    sql = f"""
        select short, long, key, title, field, start, "end", {window(TEXT, "start", '"end"')} as text
        from acronyms join papers on papers.id = acronyms.paper_id where acronyms.id = ?
    """
    return quoted(next(rows(connection, sql, acronym_id)))


def quoted(row: Row) -> Row:
    """A row with its quote in its sentence in place of the text around it."""
    start = start_in_window(row["start"])
    shown = quotation(row.pop("text"), start, start + row["end"] - row["start"])
    return row | {"before": shown.before, "quote": shown.quote, "after": shown.after}


def roles(connection: Connection, entity: Entity) -> dict[str, int]:
    """Papers by what they do with the entity; one nameless role where there are none."""
    if not entity.has_roles:
        return {"": entity.papers}
    sql = f"select role, count(*) as papers from {entity.table} where {entity.column} = ? group by role"
    counts = {row["role"]: row["papers"] for row in rows(connection, sql, entity.id)}
    return {role: counts[role] for role in ROLES if role in counts}


def papers(connection: Connection, entity: Entity, role: str, size: int, offset: int = 0) -> list[Row]:
    """Papers with the entity in a role, each with the quote in its sentence if it has one.

    The newest come first, but of those that introduce it the oldest, which is most likely its origin.
    """
    around = window(TEXT, "found.start", 'found."end"')
    evidence = f'found.field, found.start, found."end", found.rule, {around} as text'
    condition = f"named.{entity.column} = :id" + (" and named.role = :role" if role else "")
    order = f"papers.year {'' if role == 'introduced' else 'desc'}, papers.id"
    found = rows(
        connection,
        f"""
        select papers.key, papers.title, papers.year, papers.venue,
          {evidence if entity.has_evidence else "found.position"}
        from (
            select named.paper_id from {entity.table} named join papers on papers.id = named.paper_id
            where {condition} order by {order} limit :size offset :offset
          ) chosen
          join {entity.table} found on found.paper_id = chosen.paper_id and found.{entity.column} = :id
          join papers on papers.id = chosen.paper_id
        order by {order}
        """,
        {"id": entity.id, "role": role, "size": size, "offset": offset},
    )
    return [quoted(row) if entity.has_evidence else row for row in found]

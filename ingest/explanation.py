"""What a database says of one paper, in words: every value with its rule and the quote that it stands on."""

from collections.abc import Iterator
from textwrap import fill
from typing import Any

from sqlite_utils import Database

from ingest.database import DatabaseError
from ingest.schema import ENTITIES, WITH_ROLE

WIDTH = 100
QUOTE = """substr(case found.field when 'title' then papers.title else papers.abstract end, start + 1, "end" - start)"""


def explain(db: Database, key: str) -> Iterator[str]:
    """Lines: the paper's text, then each field with its values. An unknown key is a DatabaseError."""
    paper = next(db.query("select * from papers where key = ?", [key]), None)
    if paper is None:
        raise DatabaseError(f"No paper has the key {key}: a paper's address /paper/KEY ends in its key.")
    yield fill(paper["title"], WIDTH)
    yield ""
    yield fill(paper["abstract"], WIDTH) or "(no abstract)"
    yield ""
    yield f"contribution: {paper['contribution'] or 'none'}"
    for field, sql in QUERIES.items():
        values = list(db.query(sql, [paper["id"]]))
        yield f"{field}: {len(values) or 'none'}"
        for value in values:
            yield value_line(value)


def value_line(value: dict[str, Any]) -> str:
    """One value: what it is, where it stands, by which rule, and the quote."""
    what = ", ".join(str(value[name]) for name in value if name not in EVIDENCE and value[name] is not None)
    place = f"{value['field']} {value['start']}-{value['end']}"
    rule = f", rule {value['rule']}" if "rule" in value else ""
    return f'  {what} ({place}{rule}) "{value["quote"]}"'


EVIDENCE = ("field", "start", "end", "rule", "quote")


def tag_query(singular: str, plural: str) -> str:
    role = "found.role," if plural in WITH_ROLE else ""
    return f"""
        select {plural}.name, {role} found.field, found.start, found."end", found.rule, {QUOTE} as quote
        from paper_{plural} found
          join {plural} on {plural}.id = found.{singular}_id
          join papers on papers.id = found.paper_id
        where found.paper_id = ?
        order by found.field desc, found.start, {plural}.name
    """


def mention_query(table: str, columns: str) -> str:
    return f"""
        select {columns}, found.field, found.start, found."end", {QUOTE} as quote
        from {table} found join papers on papers.id = found.paper_id
        where found.paper_id = ?
        order by found.field desc, found.start
    """


QUERIES = {plural: tag_query(singular, plural) for singular, plural in ENTITIES.items()} | {
    "results": f"""
        select found.value, found.unit, found.kind, metrics.name as metric, datasets.name as dataset,
          found.field, found.start, found."end", found.rule, {QUOTE} as quote
        from results found
          join papers on papers.id = found.paper_id
          left join metrics on metrics.id = found.metric_id
          left join datasets on datasets.id = found.dataset_id
        where found.paper_id = ?
        order by found.field desc, found.start
    """,
    "links": mention_query("links", "found.url, found.kind"),
    "acronyms": mention_query("acronyms", "found.short, found.long"),
}

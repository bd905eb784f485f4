"""Named queries of metadata.yml, as either version of Datasette tells them."""

from dataclasses import dataclass

DATABASE = "papers"


@dataclass(frozen=True)
class NamedQuery:
    """One query: its name, title, SQL, and the fragment that says how datasette-vega draws it, if it is drawn."""

    name: str
    title: str
    sql: str
    fragment: str


async def named_query(datasette, name):
    """The query of this name, or None."""
    if hasattr(datasette, "get_canned_query"):
        found = await datasette.get_canned_query(DATABASE, name, None)
    else:
        query = await datasette.get_query(DATABASE, name)
        found = query and vars(query)
    if not found:
        return None
    return NamedQuery(name, found.get("title") or name, found["sql"], found.get("fragment") or "")

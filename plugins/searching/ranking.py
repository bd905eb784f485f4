"""The order of a search that finds very much: bm25 takes 2 microseconds a paper, and a page has a second.

Where more papers are found than can be ranked, those that have the words in their title come first, ranked, and the
others follow as they were loaded: a word of the title weighs so much that hardly another paper would come between.
Where even that, or another order, takes too long, papers come as they were loaded.
"""

import re
from contextvars import ContextVar

from datasette.database import QueryInterrupted, Results

MOST_RANKED = 200_000
MOST_ORDERED = 400_000  # by another column, at half the price
TITLES_FIRST, AS_LOADED = "titles first", "as loaded"
PAGE = re.compile(
    r"(?P<select>select .+?) from search where (?P<where>.+) order by (?P<order>\w+)(?: desc)? "
    r"limit (?P<limit>\d+)(?: offset (?P<offset>\d+))?\Z",
    re.S,
)
FOUND = "select count(*) from papers_fts where papers_fts match :search"

# The search of the request that is answered; it has `papers` (of the corpus) and is told its `order`.
current = ContextVar("carrel.search", default=None)


async def execute_search(execute, page, sql, parameters, **options):
    """The rows of a page of the view `search`, of which `page` is the match of PAGE."""
    search = current.get()
    most = MOST_RANKED if page["order"] == "rank" else MOST_ORDERED
    try:
        if search.papers <= most or await found(execute, parameters) <= most:
            return await execute(sql, parameters, **options)
        rows = await titles_first(execute, page, parameters, options) if page["order"] == "rank" else None
        if rows:
            search.order = TITLES_FIRST
            return rows
    except QueryInterrupted:
        pass
    search.order = AS_LOADED
    return await execute(as_loaded(page, int(page["limit"]), int(page["offset"] or 0)), parameters, **options)


async def found(execute, parameters):
    """How many papers the words alone find."""
    return (await execute(FOUND, {"search": parameters["search"]})).single_value()


async def titles_first(execute, page, parameters, options):
    """The rows of a page, those with the words in their title ranked; None where there are too few or too many."""
    titled, others = parted(parameters["search"])
    count = await execute(f"select count(*) from search where {page['where']}", {**parameters, "search": titled})
    most, offset, first = int(page["limit"]), int(page["offset"] or 0), count.single_value()
    if not 0 < first <= MOST_RANKED:
        return None
    results = await execute(page[0], {**parameters, "search": titled}, **options)
    missing = most - len(results.rows)
    if missing <= 0:
        return results
    rest = as_loaded(page, missing, max(0, offset - first))
    more = await execute(rest, {**parameters, "search": others}, **options)
    return Results([*results.rows, *more.rows], results.truncated or more.truncated, results.description)


def parted(expression):
    """FTS5 expressions for what has the words in its title, and for the rest."""
    in_title = f"title : ({expression})"
    return f"({expression}) AND ({in_title})", f"({expression}) NOT ({in_title})"


def as_loaded(page, most, offset):
    """The SQL of a page without its order."""
    return f"{page['select']} from search where {page['where']} limit {most} offset {offset}"

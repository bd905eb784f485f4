"""What the address of a search asks for, set right before Datasette reads it.

`/papers/search` without words leads to all papers. `?_search=` without a word, as an empty box sends it, asks a table
for all its rows. Data of `/papers/search` come without the columns that serve the page alone.
"""

import re
from functools import wraps
from urllib.parse import parse_qsl, urlencode

from datasette import Response, hookimpl

from plugins.searching.query import has_word

PAGE_COLUMNS = ("marked_title", "marked_snippet", "q")
SEARCH = re.compile(r"(?P<before>.*/papers/)search(?P<form>\.jsono?|\.csv)?$")
OF_SEARCH = ({"_q"}, {"_expand"}, {"_next"}, {"_sort", "rank"})  # what means nothing on the page of all papers


@hookimpl
def asgi_wrapper():
    def wrap(app):
        @wraps(app)
        async def with_right_address(scope, receive, send):
            if scope["type"] == "http":
                query_string = scope.get("query_string", b"")
                elsewhere = all_papers(scope["path"], query_string)
                if elsewhere:
                    return await Response.redirect(elsewhere).asgi_send(send)
                scope = scope | {"query_string": corrected(scope["path"], query_string)}
            return await app(scope, receive, send)

        return with_right_address

    return wrap


def pairs_of(query_string):
    """The names and values of a query string (bytes)."""
    return parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)


def all_papers(path, query_string):
    """Where a search for nothing leads; None for anything else."""
    search = SEARCH.match(path)
    pairs = pairs_of(query_string) if search else []
    if not search or any(name == "_q" and value.strip() for name, value in pairs):
        return None
    kept = [(name, value) for name, value in pairs if not any(of <= {name, value} for of in OF_SEARCH)]
    return f"{search['before']}papers{search['form'] or ''}" + (f"?{urlencode(kept)}" if kept else "")


def corrected(path, query_string):
    """The query string (bytes) that Datasette is to answer at a path."""
    search = SEARCH.match(path)
    as_data = search and search["form"]
    if b"_search" not in query_string and not as_data:
        return query_string
    given = pairs_of(query_string)
    pairs = [(name, value.replace("\0", " ")) for name, value in given]
    pairs = [(name, value) for name, value in pairs if name != "_search" or has_word(value)]
    if as_data and "_col" not in dict(pairs):
        pairs += [("_nocol", column) for column in PAGE_COLUMNS if ("_nocol", column) not in pairs]
    return query_string if pairs == given else urlencode(pairs).encode("latin-1")

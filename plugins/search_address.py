"""What the address of a search asks for, set right before Datasette reads it.

`?_search=` without a word, as an empty box sends it, asks for all rows. Data of `/papers/search` come without the
columns that serve the page alone.
"""

from functools import wraps
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl

from plugins.search_query import has_word

PAGE_COLUMNS = ("marked_title", "marked_snippet", "q")
DATA = ("/papers/search.json", "/papers/search.jsono", "/papers/search.csv")  # below whatever base_url is


@hookimpl
def asgi_wrapper():
    def wrap(app):
        @wraps(app)
        async def with_right_address(scope, receive, send):
            if scope["type"] == "http":
                query = scope.get("query_string", b"")
                scope = scope | {"query_string": corrected(scope["path"], query)}
            await app(scope, receive, send)

        return with_right_address

    return wrap


def corrected(path, query_string):
    """The query string (bytes) that Datasette is to answer at a path."""
    if b"_search" not in query_string and not path.endswith(DATA):
        return query_string
    given = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    pairs = [(name, value.replace("\0", " ")) for name, value in given]
    pairs = [(name, value) for name, value in pairs if name != "_search" or has_word(value)]
    names = {name for name, _ in pairs}
    if path.endswith(DATA) and "_col" not in names:
        pairs += [("_nocol", column) for column in PAGE_COLUMNS if ("_nocol", column) not in pairs]
    return query_string if pairs == given else urlencode(pairs).encode("latin-1")

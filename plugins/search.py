"""`/papers/search?_q=`: ranked search on Datasette's own page of a view, so with its paging, JSON, CSV and SQL.

The template finds in `search`: `query` (as typed), `ignored` (how many words were too many), `sorts` (each with
`label`, `url` and `selected`), and `kept` (pairs of name and value that the search form carries on).
"""

from datasette import hookimpl
from datasette.filters import FilterArguments
from datasette.utils import path_with_replaced_args
from markupsafe import Markup

from plugins.marks import highlighted
from plugins.paper import paper_path
from plugins.search_query import any_of, expression, parse

DATABASE, VIEW = "papers", "search"
MATCHES = "q match :search"
EXCLUDES = "id not in (select rowid from papers_fts where papers_fts match :search)"
NOTHING = "0"
SORTS = (("relevance", "_sort", "rank"), ("newest", "_sort_desc", "year"), ("most upvoted", "_sort_desc", "upvotes"))
NOT_KEPT = ("_q", "_next", "_expand")


@hookimpl
def filters_from_request(request, database, table, datasette):
    """Rows of the view that the query in `_q` finds; an empty box finds all."""
    if (database, table) != (DATABASE, VIEW):
        return None
    text = (request.args.get("_q") or "").strip()
    clause, values = condition(text)
    described = [f'search matches "{text}"'] if text else []
    return FilterArguments(clause, values, described, {"search": search_variables(datasette, request, text)})


def condition(text):
    """Where clauses and their values. A query of nothing but signs finds nothing."""
    if not text:
        return [], {}
    query = parse(text)
    if query.groups:
        return [MATCHES], {"search": expression(query)}
    if query.excluded:
        return [EXCLUDES], {"search": any_of(query.excluded)}
    return [NOTHING], {}


def search_variables(datasette, request, text):
    """What the page says of a search, beside its results."""
    return {
        "query": text,
        "ignored": parse(text).ignored,
        "sorts": [sort_link(datasette, request, *sort) for sort in SORTS],
        "kept": [
            (name, value) for name in request.args if name not in NOT_KEPT for value in request.args.getlist(name)
        ],
    }


def sort_link(datasette, request, label, parameter, column):
    """One way to sort: what it is called, where it leads, and whether it is the one of this page."""
    given = next(((name, request.args[name]) for name in ("_sort", "_sort_desc") if request.args.get(name)), None)
    changed = dict.fromkeys(("_sort", "_sort_desc", "_next")) | {parameter: column}
    return {
        "label": label,
        "url": datasette.urls.path(path_with_replaced_args(request, changed)),
        "selected": (given or ("_sort", "rank")) == (parameter, column),
    }


@hookimpl(tryfirst=True)
def render_cell(row, value, column, table, database, datasette):
    """Titles lead to their papers; titles and snippets show the words that were found."""
    if (database, table) != (DATABASE, VIEW) or column not in ("title", "snippet"):
        return None
    names = row.keys()
    marked = highlighted((row[f"marked_{column}"] if f"marked_{column}" in names else value) or "")
    if column == "title" and "key" in names:
        return Markup('<a href="{}">{}</a>').format(paper_path(datasette, row["key"]), marked)
    return marked or None

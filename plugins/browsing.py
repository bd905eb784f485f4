"""What stands around a list of papers: the search box, the orders, the sizes, and the same list in other forms."""

from urllib.parse import parse_qsl, urlencode

from datasette import Response, hookimpl
from datasette.utils import path_with_replaced_args

from plugins.faceting.corpus import corpus_of
from plugins.pages.asked_once import has_upvotes, once
from plugins.pages.whole_result import whole_result

DATABASE = "papers"
TABLES = ("papers", "search")
OF_THE_WORDS = ("_q", "_search", "_next")
SIZES = (25, 50, 100)
CHARTS = {"tasks": "task", "datasets": "dataset", "methods": "method", "metrics": "metric"}


@hookimpl
def extra_template_vars(request, database, table, view_name, datasette):
    if database != DATABASE or table not in TABLES or view_name != "table":
        return {}
    return lambda: surroundings(datasette, request, table)


async def surroundings(datasette, request, table):
    """The template variables of browse.html that do not depend on what was found."""
    return {
        "kept_arguments": [pair for pair in parse_qsl(request.query_string) if pair[0] not in OF_THE_WORDS],
        "without_words": path(datasette, request, "papers", {"_q": None, "_search": None, "_next": None}),
        "orders": list(orders(request, table, await sortable(datasette))),
        "sizes": list(sizes(datasette, request)),
        "exports": exports(datasette, request, table),
    }


def path(datasette, request, table, arguments, ending=None):
    """The path of a table with the arguments of this page, some of them changed."""
    return path_with_replaced_args(request, arguments, path=datasette.urls.table(DATABASE, table, format=ending))


async def sortable(datasette):
    """The columns that have values to sort by, with what that is called."""
    years = corpus_of(datasette, DATABASE).facets["year"].totals.any()
    return ({"year": "newest"} if years else {}) | (
        {"upvotes": "most upvoted"} if await once(datasette, has_upvotes) else {}
    )


def orders(request, table, sortable):
    """Orders that the corpus has values for, the one of the table itself first."""
    columns = [(None, "most relevant")] if table == "search" else []
    columns += [(column if columns or column != "year" else None, label) for column, label in sortable.items()]
    for column, label in columns if len(columns) > 1 else []:
        yield {
            "label": label,
            "chosen": request.args.get("_sort_desc") == column and not request.args.get("_sort"),
            "path": path_with_replaced_args(request, {"_sort": None, "_sort_desc": column, "_next": None}),
        }


def sizes(datasette, request):
    chosen = request.args.get("_size") or str(datasette.setting("default_page_size"))
    for size in SIZES:
        replaced = path_with_replaced_args(request, {"_size": str(size), "_next": None})
        yield {"label": size, "chosen": str(size) == chosen, "path": replaced}


def exports(datasette, request, table):
    """All of the list, not only from this page on, in other forms."""
    whole = {"_next": None, "_size": "max"}
    query = urlencode([pair for pair in parse_qsl(request.query_string) if pair[0] != "_next"] + [("_from", table)])
    return {
        "csv": path(datasette, request, table, whole | {"_stream": "on", "_dl": "on"}, "csv"),
        "json": path(datasette, request, table, whole | {"_shape": "objects"}, "json"),
        "table": path(datasette, request, table, {"_view": "table"}),
        "charts": [{"label": kind, "path": datasette.urls.path(f"/-/chart/{kind}?{query}")} for kind in CHARTS],
    }


@hookimpl
def register_routes():
    return [(r"^/-/chart/(?P<kind>tasks|datasets|methods|metrics)$", chart)]


async def chart(datasette, request):
    """Redirect to the chart of what the papers of a list name most, the list named by its query string."""
    kind = request.url_vars["kind"]
    singular = CHARTS[kind]
    table = "search" if request.args.get("_from") == "search" else "papers"
    result, parameters = await whole_result(datasette, table, request.query_string)
    sql = f"""select {kind}.name as {singular}, count(*) as papers
from ({result}) as found
  join paper_{kind} on paper_{kind}.paper_id = found.id
  join {kind} on {kind}.id = paper_{kind}.{singular}_id
group by {kind}.id
order by papers desc, {kind}.name
limit 30"""
    fragment = f"g.mark=bar&g.x_column=papers&g.x_type=quantitative&g.y_column={singular}&g.y_type=nominal"
    query = urlencode({"sql": sql} | parameters)
    return Response.redirect(f"{datasette.urls.database(DATABASE)}?{query}#{fragment}")

"""The page before this one: Datasette links to the next one alone."""

from urllib.parse import parse_qsl, urlencode

from datasette import Response, hookimpl
from datasette.utils import path_with_replaced_args, tilde_encode, urlsafe_components
from datasette.utils.asgi import BadRequest

from plugins.pages.whole_result import whole_result

DATABASE = "papers"
DEFAULT_ORDER = "year"
ORDERS = (DEFAULT_ORDER, "upvotes")  # all descending


@hookimpl
def register_routes():
    return [(r"^/-/previous-page$", previous_page)]


@hookimpl
def extra_template_vars(request, database, table, datasette):
    if database != DATABASE or table not in ("papers", "search"):
        return {}
    return {"previous_path": previous_path(datasette, request, table)}


def previous_path(datasette, request, table):
    """Where "previous" leads: counted back in a view, which pages by offset; looked up on demand in a table."""
    place = request.args.get("_next")
    if not place:
        return None
    if table == "papers":
        known = order_of(request) in ORDERS
        return datasette.urls.path(path_with_replaced_args(request, {}, path="/-/previous-page")) if known else None
    offset = int(place) - size_of(datasette, request) if place.isdecimal() else 0
    return path_with_replaced_args(request, {"_next": str(offset) if offset > 0 else None})


def order_of(request):
    """The column that the papers are in descending order of, or None where they are in another order."""
    return None if request.args.get("_sort") else request.args.get("_sort_desc") or DEFAULT_ORDER


def size_of(datasette, request):
    """Papers a page."""
    size = request.args.get("_size") or ""
    return int(size) if size.isdecimal() else datasette.setting("default_page_size")


async def previous_page(datasette, request):
    """Redirect from a page of the table `papers`, named by its query string, to the page before it."""
    arguments = [pair for pair in parse_qsl(request.query_string) if pair[0] != "_next"]
    start = await start_of_previous(datasette, request)
    arguments += [("_next", start)] if start else []
    path = datasette.urls.table(DATABASE, "papers")
    return Response.redirect(f"{path}?{urlencode(arguments)}" if arguments else path)


async def start_of_previous(datasette, request):
    """Datasette's `_next` of the previous page, which names the last paper before it; None for the first page."""
    order = order_of(request)
    value, _, number = (request.args.get("_next") or "").partition(",")
    if order not in ORDERS or not number.isdecimal() or len(number) > 18:
        raise BadRequest("This is not a place in a list of papers. Start from its first page.")
    result, parameters = await whole_result(datasette, "papers", request.query_string)
    before = f"({order} is not null or id <= :number)"
    if value != "$null":
        before = f"({order} > :value or ({order} = :value and id <= :number))"
    sql = f"""
        select id, {order} as value from ({result})
        where {before}
        order by {order}, id desc
        limit 1 offset :size
    """
    place = {"number": int(number), "value": urlsafe_components(value)[0], "size": size_of(datasette, request)}
    last = (await datasette.get_database(DATABASE).execute(sql, parameters | place)).first()
    if last is None:
        return None
    return f"{'$null' if last['value'] is None else tilde_encode(str(last['value']))},{last['id']}"

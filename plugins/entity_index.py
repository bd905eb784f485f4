"""`/tasks`, `/datasets`, `/methods`, `/metrics`, `/authors`: all names of a kind; with `.json` for programs.

`?_q=` searches inside, `?_letter=a` shows what begins with it, `?_sort=name` lists from A to Z, `?_page=2` is a page.
"""

from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from datasette import Response, hookimpl
from datasette.utils.asgi import BadRequest

from plugins.entities.listing import DIGITS, LETTERS, ORDERS, PAGE, Listing, letters, listed
from plugins.entities.lookup import PLURALS
from plugins.pages.answers import json_answer
from plugins.pages.drawing import shares
from plugins.pages.numbers import page_number

DATABASE = "papers"
KINDS = {plural: kind for kind, plural in PLURALS.items()}
LONGEST = 200  # characters of a search

# The names by letter, by Datasette and kind: counted once, as the database does not change while it is served.
counted = WeakKeyDictionary()


@hookimpl
def register_routes():
    return [(rf"^/(?P<plural>{'|'.join(KINDS)})(?P<suffix>\.json)?$", index_page)]


async def index_page(datasette, request):
    """One page of the names of a kind."""
    listing = asked(request)
    plural = PLURALS[listing.kind]
    database = datasette.databases[DATABASE]
    total, names = await database.execute_fn(lambda connection: listed(connection, listing))
    if request.url_vars["suffix"]:
        return json_answer(datasette, {"kind": listing.kind, "names": total, "page": listing.page, plural: names})
    by_kind = counted.setdefault(datasette, {})
    if listing.kind not in by_kind:
        by_kind[listing.kind] = await database.execute_fn(lambda connection: letters(connection, listing.kind))
    context = {
        "listing": listing,
        "plural": plural,
        "total": total,
        "names": names,
        "letters": by_kind[listing.kind],
        "in_all": sum(by_kind[listing.kind].values()),
        "lengths": shares([row["papers"] for row in names]),
        "last_page": -(-total // PAGE),
        "address_with": lambda **changes: address(datasette, listing, **changes),
    }
    return Response.html(await datasette.render_template("entity_index.html", context, request=request))


def asked(request):
    """The listing that a request asks for; what it cannot mean is a 400."""
    letter, order = request.args.get("_letter") or "", request.args.get("_sort") or ""
    if letter and letter not in (DIGITS, *LETTERS):
        raise BadRequest(f"_letter is one of a to z, or {DIGITS} for digits")
    if order and order not in ORDERS:
        raise BadRequest(f"_sort is one of {', '.join(ORDERS)}")
    return Listing(
        kind=KINDS[request.url_vars["plural"]],
        words=" ".join((request.args.get("_q") or "").split())[:LONGEST],
        letter=letter,
        order=order or ("name" if letter else "papers"),
        page=page_number(request, "_page"),
    )


def address(datasette, listing, **changes):
    """The address of this listing with some of it changed, from its first page unless the page is."""
    asked = {"_q": listing.words, "_letter": listing.letter, "_sort": listing.order} | changes
    query = urlencode({name: value for name, value in asked.items() if value})
    return datasette.urls.path(f"/{PLURALS[listing.kind]}") + (f"?{query}" if query else "")

"""`/papers/facet/NAME`: every value of a facet among the papers of a page, to be looked through and searched.

It takes the parameters of the page that it was reached from, `_inside` for a part of a value's name, and `_page`. With
`.json` behind the name it gives the same as JSON.
"""

import unicodedata
from dataclasses import asdict
from urllib.parse import parse_qsl, urlencode

import numpy as np
from datasette import NotFound, Response, hookimpl
from datasette.database import QueryInterrupted
from datasette.utils import add_cors_headers
from datasette.utils.asgi import BadRequest

from ingest.facets import FACETS
from plugins.faceting.rail import chips, links_of, none_value, rail_value, shown_values
from plugins.faceting.selection import DATABASE, Selection

PAGE = 100  # values


@hookimpl
def register_routes():
    return [(rf"^/{DATABASE}/facet/(?P<facet>[a-z_]+)(?P<json>\.json)?$", facet_page)]


async def facet_page(datasette, request):
    """The values of a facet, most papers first."""
    facet = FACETS.get(request.url_vars["facet"])
    if facet is None:
        raise NotFound(f"There is no such facet. There are {', '.join(FACETS)}.")
    searched = request.args.get("_q") and "search" in await datasette.get_database(DATABASE).view_names()
    table = "search" if searched else "papers"
    selection = await Selection.of(datasette, request, table)
    try:
        tally = await selection.tally()
    except QueryInterrupted as error:
        raise BadRequest("This search takes too long to be counted: make it narrower.") from error
    links = links_of(selection, datasette.urls.table(DATABASE, table))
    found = values_of(selection, tally, facet, request.args.get("_inside", ""), page_number(request))
    here = datasette.urls.path(f"/{DATABASE}/facet/{facet.name}{request.url_vars['json'] or ''}")
    context = (
        found
        | neighbours(here, request, found)
        | {
            "facet": facet.name,
            "label": facet.plural,
            "none": none_value(selection, facet, tally.counts(facet)[1], links),
            "result_count": tally.count,
            "papers_url": links.same(),
        }
    )
    context["values"] = [rail_value(selection, facet, number, count, links) for number, count in found["values"]]
    if request.url_vars["json"]:
        headers = {}
        if datasette.cors:
            add_cors_headers(headers)
        return Response.json(context | told(context), headers=headers)
    context |= {"facet_chips": chips(selection, links), "clear_url": links.clear(), "kept": kept(request)}
    return Response.html(await datasette.render_template("facet_values.html", context, request=request))


def told(context):
    """The values as JSON has them."""
    return {"none": asdict(context["none"]), "values": [asdict(value) for value in context["values"]]}


def page_number(request):
    """Which page is asked for, from 1."""
    text = request.args.get("_page") or "1"
    if not (text.isascii() and text.isdigit() and 0 < int(text[:10]) < 10**6):
        raise BadRequest("_page must be the number of a page, from 1.")
    return int(text)


def values_of(selection, tally, facet, inside, page):
    """A page of the numbers of values with their counts, and how many values there are in all."""
    counts, _ = tally.counts(facet)
    candidates = np.array(shown_values(selection, facet, np.flatnonzero(counts).tolist()), np.int64)
    if inside.strip():
        labels, part = selection.corpus.facets[facet.name].labels, fold(inside.strip())
        candidates = candidates[[part in fold(labels[number]) for number in candidates.tolist()]]
    candidates = np.sort(candidates)
    order = candidates[np.argsort(-counts[candidates], kind="stable")]
    shown = order[(page - 1) * PAGE : page * PAGE].tolist()
    return {
        "values": [(number, int(counts[number])) for number in shown],
        "distinct": len(order),
        "inside": inside,
        "page": page,
        "pages": -(-len(order) // PAGE) or 1,
    }


def fold(text):
    """Text without accents and case."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def neighbours(here, request, found):
    """Links to the pages before and behind."""
    pairs = [
        (name, value) for name, value in parse_qsl(request.query_string, keep_blank_values=True) if name != "_page"
    ]

    def url(page):
        return f"{here}?{urlencode([*pairs, ('_page', page)])}" if 1 <= page <= found["pages"] else None

    return {"previous_url": url(found["page"] - 1), "next_url": url(found["page"] + 1)}


def kept(request):
    """The parameters that searching inside the facet keeps."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    return [(name, value) for name, value in pairs if name not in ("_inside", "_page", "_next")]

"""Facets of papers on `/papers/papers` and `/papers/search`: many values a paper, exact counts, in HTML and in JSON.

A table's metadata declares them as `facets: [{label: task}, {label: year}, ...]`; any name of `ingest.facets.FACETS`
will do. Parameters are read by `faceting/parameters.py`. The templates of the two pages get

- `facet_rail`: a list of facets, {name, label, parameter, values, none, any, distinct, more_url}. A value is {slug,
  label, count, selected, toggle_url, or_url, exclude_url}, with `selected` one of "and", "or", "not" and ""; `or_url`
  and `exclude_url` are None where they would change nothing. `none` is {count, selected, toggle_url}, for papers of
  which no value is known; `any` likewise, for those with one. `distinct` is the number of values with a count above 0;
  `more_url` leads to all of them, or is None when they are all shown.
- `facet_chips`: what is chosen, a list of {facet, text, remove_url}; `clear_url` gives up all of it.
- `result_count`: how many papers the whole result has.

Where a search takes too long to be counted, `facet_rail` is empty and `result_count` is None.
"""

import asyncio

from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.filters import FilterArguments

from ingest.facets import FACETS
from plugins.faceting.counting import largest
from plugins.faceting.rail import chips, links_of, rail, rail_value, shown_values
from plugins.faceting.selection import DATABASE, KEY, TABLES, Selection, current


@hookimpl
def filters_from_request(request, database, table, datasette):
    if database != DATABASE or table not in TABLES or request.scope.get(KEY, True) is None:
        return None

    async def conditions():
        if "id" not in await datasette.get_database(database).table_columns("papers"):
            return None  # not papers of Carrel's
        selection = await Selection.of(datasette, request, table)
        request.scope[KEY] = selection
        current.set(selection)
        where, parameters = await selection.conditions()
        return FilterArguments(where, parameters, selection.description())

    return conditions


@hookimpl
def register_facet_classes():
    return [LabelFacet]


class LabelFacet(Facet):
    """A facet of `ingest.facets.FACETS`, in the form that Datasette's own facets have."""

    type = "label"

    async def facet_results(self):
        selection = self.request.scope.get(KEY)
        facets = declared(self)
        if selection is None or not facets:
            return [], []
        selection.declared = [facet.name for facet in facets]
        selection.size = self.get_facet_size()
        if not self.request.url_vars.get("format"):
            return [], []  # a page has the rail instead
        try:
            tally = await selection.tally()
        except QueryInterrupted:
            return [], selection.declared
        return [self.result(selection, tally, facet) for facet in facets], []

    def result(self, selection, tally, facet):
        """One facet as Datasette's JSON has it."""
        counts, _ = tally.counts(facet)
        links = links_of(selection)
        shown = shown_values(selection, facet, largest(counts, selection.size))
        values = [rail_value(selection, facet, number, int(counts[number]), links) for number in shown]
        return {
            "name": facet.name,
            "type": self.type,
            "hideable": False,
            "toggle_url": links.to(facet.name, ()),
            "results": [self.fact(facet, value) for value in values],
            "truncated": int((counts > 0).sum()) > selection.size,
        }

    def fact(self, facet, value):
        return {
            "value": int(value.slug) if facet.number else value.slug,
            "label": value.label,
            "count": value.count,
            "toggle_url": self.ds.absolute_url(self.request, value.toggle_url),
            "selected": bool(value.selected),
        }


def declared(facet_class):
    """The facets that a table's metadata or the request's `_facet_label` asks for."""
    names = [source["config"].get("simple") for source in facet_class.get_configs()]
    return [FACETS[name] for name in dict.fromkeys(names) if name in FACETS]


@hookimpl
def extra_template_vars(request, view_name):
    selection = request and request.scope.get(KEY)
    if view_name != "table" or not isinstance(selection, Selection):
        return {}

    async def variables():
        links = links_of(selection)
        shown = {"facet_chips": chips(selection, links), "clear_url": links.clear()}
        try:
            tally = await selection.tally()
        except QueryInterrupted:
            return {"facet_rail": [], "result_count": None, **shown}
        shown_rail = await asyncio.to_thread(rail, selection, tally)
        return {"facet_rail": shown_rail, "result_count": tally.count, **shown}

    return variables

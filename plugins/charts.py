"""`/charts`: prepared charts, each drawn by the server, with its numbers, a sentence on how to read it, and its SQL.

They are named queries of metadata.yml: which of them, in which order and with which words stands there too, under
`plugins: charts:`. A chart without two rows is left out, as it shows nothing.
"""

import asyncio
from sqlite3 import OperationalError
from urllib.parse import parse_qsl, quote, urlencode
from weakref import WeakKeyDictionary

from datasette import Response, hookimpl
from datasette.utils import sqlite_timelimit

from plugins.entities.lookup import PLURALS
from plugins.faceting.parameters import escaped
from plugins.pages.answers import json_answer
from plugins.pages.drawing import columns, stacks
from plugins.pages.named_queries import named_query

DATABASE = "papers"
ROWS_SHOWN = 12
LONGEST_MS = 2000  # that a query may take; the page is made once, so it may take longer than a page of rows
FACETS = ("modality", "contribution", "year", "venue")

# The charts by Datasette, made once, as the database does not change while it is served; and who is making them.
made = WeakKeyDictionary()
making = WeakKeyDictionary()


@hookimpl
def register_routes():
    return [(r"^/charts(?P<suffix>\.json)?$", charts_page)]


async def charts_page(datasette, request):
    """The page of charts, or what is drawn there as JSON."""
    async with making.setdefault(datasette, asyncio.Lock()):
        if datasette not in made:
            made[datasette] = [chart async for chart in charts_of(datasette)]
    charts = made[datasette]
    if request.url_vars["suffix"]:
        shown = ("name", "title", "reading", "sql", "rows")
        return json_answer(datasette, [{name: chart[name] for name in shown} for chart in charts])
    context = {"charts": charts, "rows_shown": ROWS_SHOWN, "address_of": lambda *of: address_of(datasette, *of)}
    return Response.html(await datasette.render_template("charts.html", context, request=request))


async def charts_of(datasette):
    """The charts that have something to draw, and those that take too long to draw, without rows."""
    for settings in datasette.plugin_config("charts") or []:
        query = await named_query(datasette, settings["query"])
        if query is None or not query.fragment:
            continue
        rows = await rows_of(datasette.databases[DATABASE], query.sql)
        if rows is None or len(rows) > 1:
            yield chart_of(datasette, settings, query, rows)


async def rows_of(database, sql):
    """The rows of a query, each a dict; None if it takes too long."""

    def read(connection):
        with sqlite_timelimit(connection, LONGEST_MS):
            return [dict(row) for row in connection.execute(sql)]

    try:
        return await database.execute_fn(read)
    except OperationalError:
        return None


def chart_of(datasette, settings, query, rows):
    """One chart: its words, its numbers, its drawing, and where it can be drawn in other ways."""
    axes = dict(parse_qsl(query.fragment))
    label, value = axes["g.x_column"], axes["g.y_column"]
    if axes["g.x_type"] == "quantitative":
        label, value = value, label
    path = datasette.urls.query(DATABASE, query.name)
    chart = {
        "name": query.name,
        "title": query.title,
        "reading": settings["reading"],
        "sql": query.sql,
        "rows": rows,
        "label": label,
        "value": value,
        "path": path,
        "vega": f"{path}#{query.fragment}",
        "sql_path": f"{datasette.urls.database(DATABASE)}?{urlencode({'sql': query.sql})}",
    }
    if rows is None:
        return chart
    if axes["g.x_type"] == "ordinal":
        return chart | {"drawing": columns([(row[label], row[value]) for row in rows])}
    grouped = grouped_by(rows, label, value, axes.get("g.color_column"), settings.get("parts"))
    figures = {str(row[label]): row[value] for row in rows}
    if "g.color_column" in axes:
        figures = {str(name): sum(part.values()) for name, part in grouped.items()}
    return chart | {"stacks": stacks(list(grouped.items())[:ROWS_SHOWN]), "figures": figures}


def grouped_by(rows, label, value, color, parts):
    """What each bar is made of: the values of several columns, or of several rows, or one value."""
    grouped = {}
    for row in rows:
        own = grouped.setdefault(row[label], {})
        if parts:
            own.update({part: row[part] or 0 for part in parts})
        else:
            own[row[color] if color else value] = row[value]
    return grouped


def address_of(datasette, column, value):
    """The page of what a bar stands for, if it has one."""
    if value is None:
        return None
    if column in PLURALS:
        return datasette.urls.path(f"/{column}/{quote(str(value), safe='+')}")
    if column in FACETS:
        return f"{datasette.urls.table(DATABASE, 'papers')}?{urlencode({f'_{column}': escaped(str(value))})}"
    if column == "acronym":
        return f"{datasette.urls.query(DATABASE, 'meanings_of_an_acronym')}?{urlencode({column: value})}"
    if column in ("host", "kind"):
        return f"{datasette.urls.table(DATABASE, 'links')}?{urlencode({column: value})}"
    return None

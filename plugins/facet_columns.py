"""Datasette's own facets of a column that is not there, or of lists where no column holds any: said before counting.

Left alone, Datasette runs the SQL and reports a broken query, and its other facets are left unfinished.
"""

import json

from datasette import hookimpl
from datasette.utils.asgi import BadRequest

DATABASE = "papers"
PARAMETERS = ("_facet", "_facet_date")


@hookimpl
def filters_from_request(request, database, table, datasette):
    if database == DATABASE and "_facet_array" in request.args:
        raise BadRequest("No column holds a list: each value has a row of its own, in tables such as paper_tasks.")
    named = [column_of(value) for parameter in PARAMETERS for value in request.args.getlist(parameter)]

    async def check():
        known = await datasette.get_database(database).table_columns(table) if named else []
        for column in named:
            if column not in known:
                raise BadRequest(f"There is no column “{column}” to count values of; {table} has {', '.join(known)}.")

    return check


def column_of(value):
    """The column that a value of the parameter names, by itself or as JSON."""
    if not value.startswith("{"):
        return value
    try:
        facet = json.loads(value)
    except ValueError:
        raise BadRequest("The JSON of a facet cannot be read: name a column instead, as in _facet=year.") from None
    return facet.get("column") or facet.get("simple")

"""What a visitor is told when something cannot be: what happened, why, and what to do; never a path or a traceback."""

import re
import sqlite3
import traceback

from datasette import Forbidden, Response, hookimpl
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

from plugins.serving.limits import LIMITS, RESULT_BYTES, VALUE_BYTES

NO_MEMORY = 507
CORS = {"Access-Control-Allow-Origin": "*"}
PAGES = {
    400: ("This cannot be asked", "Change the address, or start anew from a page of the portal."),
    403: ("This is closed", "What anyone may read starts at the home page."),
    404: ("Nothing is here", "The address may be mistyped. Search for a title, or browse."),
    405: ("This can only be read", "The portal answers GET; it takes no forms and changes nothing."),
    429: ("Too much at once", "Wait a little, then ask again; to read everything, download the database."),
    500: ("Something broke here", "It is not your fault. Try again later; if it stays, tell whoever runs this portal."),
    507: ("Too much for one query", "Ask for less."),
    503: ("Too busy", "Others are asking costly questions just now. Try again in a few seconds."),
}
# An SQL error says which limit it ran into: what happened, and what to do.
LIMITS_REACHED = {
    "interrupted|took too long|too long to answer": (
        "The query took longer than the time limit.",
        "Ask for less: filter on an indexed column, join fewer rows, or sort a smaller result. Without limits, "
        "download the database and ask it at home.",
    ),
    "string or blob too big|BLOB longer|query string is too large": (
        f"A value grew longer than {VALUE_BYTES:,} bytes, or the statement than "
        f"{LIMITS[sqlite3.SQLITE_LIMIT_SQL_LENGTH]:,}.",
        "Take a part of it with substr(), or aggregate fewer rows.",
    ),
    "result larger than": (
        f"A result may have {RESULT_BYTES:,} bytes of text.",
        "Select fewer columns, or fewer rows with limit; the rest comes with offset, or as CSV of the whole table.",
    ),
    "not authorized to use function": (
        "This function makes memory out of a number, or takes too long for long values; the portal refuses it.",
        "Most queries do without: join texts with ||, round numbers with round().",
    ),
    "is prohibited|not authorized": (
        "The portal refuses to attach databases, to change settings, and to read tables about itself.",
        "All that papers say is in the tables that the database's page lists.",
    ),
    "too many columns": (
        f"A result may have {LIMITS[sqlite3.SQLITE_LIMIT_COLUMN]} columns.",
        "Name those that you need.",
    ),
    "too many terms in compound": (
        f"A statement may join {LIMITS[sqlite3.SQLITE_LIMIT_COMPOUND_SELECT]} selects by union.",
        "Use in (...) or a join.",
    ),
    "Expression tree is too large|parser stack overflow": (
        f"An expression may nest {LIMITS[sqlite3.SQLITE_LIMIT_EXPR_DEPTH]} deep.",
        "Use in (...) for long lists, or part the query with a common table expression.",
    ),
    "LIKE or GLOB pattern too complex": (
        f"A pattern may have {LIMITS[sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH]} characters.",
        "Search for words instead: papers_fts match 'words'.",
    ),
    "too many arguments on function": (
        f"A function takes at most {LIMITS[sqlite3.SQLITE_LIMIT_FUNCTION_ARG]} arguments.",
        "Part the call.",
    ),
    "out of memory": (
        "The query needed more memory than all queries together may take.",
        "Ask for less: fewer words in a search, longer beginnings before *, fewer unions.",
    ),
}


def explain(error):
    """What an SQL error means and what to do, or nothing for one that speaks for itself."""
    for pattern, explanation in LIMITS_REACHED.items():
        if re.search(pattern, str(error)):
            return " ".join(explanation)
    return ""


@hookimpl
def prepare_jinja2_environment(env):
    env.globals["explain_sql_error"] = explain


@hookimpl(tryfirst=True)
def handle_exception(datasette, request, exception):
    status, message = told(exception)
    if not isinstance(exception, Base400 | Forbidden | DatasetteError | MemoryError | QueryInterrupted):
        traceback.print_exception(exception)

    async def answer():
        return await error_response(datasette, request, status, message)

    return answer


@hookimpl(tryfirst=True)
def forbidden(datasette, request, message):
    async def answer():
        return await error_response(datasette, request, 403, message)

    return answer


def told(exception):
    """The status of an exception and what may be said of it: nothing of one that was not foreseen."""
    if isinstance(exception, Base400):
        return exception.status, exception.args[0] if exception.args else ""
    if isinstance(exception, Forbidden):
        return 403, exception.args[0] if exception.args else ""
    if isinstance(exception, DatasetteError):
        html = getattr(exception, "message_is_html", False)
        # What Datasette says by itself is about the address, though it calls some of it an error of the server.
        status = 400 if exception.status == 500 else exception.status
        return status, "SQL query took too long" if html else exception.message
    if isinstance(exception, QueryInterrupted):
        return 400, "SQL query took too long"
    if isinstance(exception, MemoryError):
        return NO_MEMORY, "out of memory"
    if isinstance(exception, sqlite3.Error | ValueError):
        return 400, str(exception) if explain(exception) else "the address asks for something that does not work"
    return 500, "The server log says more."


async def error_response(datasette, request, status, message, headers=None):
    """An error as the page, the JSON or the line of CSV that was asked for; no cache keeps it."""
    title, advice = PAGES.get(status, (f"Error {status}", ""))
    headers = {"Cache-Control": "no-store"} | (CORS if datasette.cors else {}) | (headers or {})
    path = request.path.partition("?")[0]
    if path.endswith(".json"):
        told = {"ok": False, "error": message or title, "errors": [message or title], "status": status, "title": title}
        return Response.json(told, status=status, headers=headers)
    if path.endswith(".csv"):
        return Response.text(f"{title}: {message}\n", status=status, headers=headers)
    context = {"status": status, "title": title, "error": message, "advice": explain(message) or advice}
    context["sql"] = request.args.get("sql") or ""
    page = await datasette.render_template("error.html", context, request=request)
    return Response.html(page, status=status, headers=headers)

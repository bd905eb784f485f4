"""What the home page tells: how much of what is in the corpus, and which charts are prepared."""

from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.database import QueryInterrupted

DATABASE = "papers"
COUNTS = """
    select
      (select count(*) from papers) as papers,
      (select count(distinct paper_id) from links where kind = 'code') as with_code,
      (select count(*) from links) as links,
      (select count(*) from acronyms) as acronyms,
      (select count(*) from tasks) as tasks,
      (select count(*) from datasets) as datasets,
      (select count(*) from methods) as methods,
      (select count(*) from results) as results,
      (select count(*) from authors) as authors
"""


# Which charts have something to draw, by Datasette: found once, as the database does not change while it is served.
drawable = WeakKeyDictionary()


@hookimpl
def extra_template_vars(template, datasette):
    if template != "index.html":
        return {}
    return lambda: home_variables(datasette)


async def home_variables(datasette):
    """Counts of the corpus, and the named queries: those that draw a chart and the others."""
    database = datasette.databases.get(DATABASE)
    if database is None or not await database.table_exists("papers"):
        return {"corpus": None}
    overview = (await datasette.client.get(datasette.urls.database(DATABASE, format="json"))).json()
    if datasette not in drawable:
        drawable[datasette] = [query["name"] for query in overview["queries"] if await draws(database, query)]
    return {
        "corpus": dict((await database.execute(COUNTS)).first()),
        "charts": [query for query in overview["queries"] if query["name"] in drawable[datasette]],
        "questions": [query for query in overview["queries"] if not query.get("fragment")],
    }


async def draws(database, query):
    """Whether a query is meant as a chart and has the two rows that datasette-vega needs."""
    if not query.get("fragment"):
        return False
    try:
        return len((await database.execute(query["sql"], page_size=2, truncate=True)).rows) > 1
    except QueryInterrupted:
        return True  # too slow to tell within the time limit, so not empty

"""`/paper/KEY/related.json`: the papers most related to one, and why."""

from urllib.parse import unquote

from datasette import NotFound, hookimpl

from plugins.pages.answers import json_answer
from plugins.searching.related import related_papers

DATABASE = "papers"
MOST = 20
PAPER = "select id from papers where key = :key"


@hookimpl
def register_routes():
    return [(r"^/paper/(?P<key>[^/]+)/related\.json$", related_json)]


async def related_json(datasette, request):
    """Up to 20 papers, the most related first; a 404 where no paper has the key."""
    database = datasette.get_database(DATABASE)
    paper = (await database.execute(PAPER, {"key": unquote(request.url_vars["key"])})).first()
    if paper is None:
        raise NotFound("No paper has this key. It may be mistyped: search for the title instead.")
    return json_answer(datasette, await related_papers(database, paper["id"], MOST))

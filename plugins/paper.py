"""`/paper/KEY`: one paper, what it says, and the quotes that this stands on. The key is the permalink."""

from urllib.parse import quote, unquote

from datasette import NotFound, Response, hookimpl
from markupsafe import Markup

DATABASE = "papers"
PAPER = "select * from papers where key = :key"
AUTHORS = """
    select authors.name from paper_authors join authors on authors.id = paper_authors.author_id
    where paper_authors.paper_id = :id
    order by paper_authors.position
"""
LINKS = "select * from links where paper_id = :id order by field desc, start"
ACRONYMS = """
    select acronyms.*,
      substr(case acronyms.field when 'title' then title else abstract end, start + 1, "end" - start) as quote
    from acronyms join papers on papers.id = acronyms.paper_id
    where paper_id = :id
    order by acronyms.field desc, start
"""


@hookimpl
def register_routes():
    return [(r"^/paper/(?P<key>[^/]+)$", paper_page)]


async def paper_page(datasette, request):
    """The page of the paper with this key, or a 404."""
    key = unquote(request.url_vars["key"])
    database = datasette.databases[DATABASE]
    paper = (await database.execute(PAPER, {"key": key})).first()
    if paper is None:
        raise NotFound("No paper has this key. It may be mistyped: search for the title instead.")
    found = {"id": paper["id"]}
    context = {
        "paper": dict(paper),
        "authors": [row["name"] for row in await database.execute(AUTHORS, found)],
        "links": [dict(row) for row in await database.execute(LINKS, found)],
        "acronyms": [dict(row) for row in await database.execute(ACRONYMS, found)],
    }
    return Response.html(await datasette.render_template("paper.html", context, request=request))


def paper_path(datasette, key):
    """The path of a paper's page."""
    return datasette.urls.path(f"/paper/{quote(key, safe=':+')}")


@hookimpl
def render_cell(row, value, column, database, datasette):
    """A title leads to its paper, in tables and in results of queries that select the key as well."""
    if database != DATABASE or column != "title" or not value:
        return None
    try:
        key = row["key"]
    except (IndexError, KeyError):
        return None
    return Markup('<a href="{}">{}</a>').format(paper_path(datasette, key), value) if key else None

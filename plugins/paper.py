"""`/paper/KEY`: one paper, what it says, and the quotes that this stands on. The key is the permalink."""

from urllib.parse import quote, unquote

from datasette import NotFound, Response, hookimpl
from markupsafe import Markup

DATABASE = "papers"
QUOTED = (
    """substr(case found.field when 'title' then papers.title else papers.abstract end, start + 1, "end" - start)"""
)
PAPER = "select * from papers where key = :key"
AUTHORS = """
    select authors.name from paper_authors join authors on authors.id = paper_authors.author_id
    where paper_authors.paper_id = :id
    order by paper_authors.position
"""
ENTITIES = {"tasks": "task", "datasets": "dataset", "methods": "method", "metrics": "metric", "modalities": "modality"}
WITH_ROLE = ("datasets", "methods")
MENTIONS = """
    select found.*, {quoted} as quote from {table} found join papers on papers.id = found.paper_id
    where found.paper_id = :id
    order by found.field desc, start
"""
RESULTS = f"""
    select found.*, metrics.name as metric, datasets.name as dataset, {QUOTED} as quote
    from results found
      join papers on papers.id = found.paper_id
      left join metrics on metrics.id = found.metric_id
      left join datasets on datasets.id = found.dataset_id
    where found.paper_id = :id
    order by found.field desc, start
"""


def tags_sql(plural):
    """The entities of one kind that a paper names, those that it introduces first."""
    role = "found.role" if plural in WITH_ROLE else "null"
    return f"""
        select {plural}.name, {role} as role, found.rule, {QUOTED} as quote
        from paper_{plural} found
          join {plural} on {plural}.id = found.{ENTITIES[plural]}_id
          join papers on papers.id = found.paper_id
        where found.paper_id = :id
        order by role <> 'introduced', found.field desc, start, name
    """


@hookimpl
def register_routes():
    return [(r"^/paper/(?P<key>[^/]+)$", paper_page)]


async def paper_page(datasette, request):
    """The page of the paper with this key, or a 404."""
    database = datasette.databases[DATABASE]

    async def rows(sql, **values):
        return [dict(row) for row in await database.execute(sql, values)]

    papers = await rows(PAPER, key=unquote(request.url_vars["key"]))
    if not papers:
        raise NotFound("No paper has this key. It may be mistyped: search for the title instead.")
    paper = papers[0]
    context = {
        "paper": paper,
        "authors": [row["name"] for row in await rows(AUTHORS, id=paper["id"])],
        "tags": {plural: await rows(tags_sql(plural), id=paper["id"]) for plural in ENTITIES},
        "results": await rows(RESULTS, id=paper["id"]),
        "links": await rows(MENTIONS.format(table="links", quoted=QUOTED), id=paper["id"]),
        "acronyms": await rows(MENTIONS.format(table="acronyms", quoted=QUOTED), id=paper["id"]),
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

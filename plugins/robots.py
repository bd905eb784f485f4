"""`/robots.txt`: crawlers read papers and entities, not the countless combinations of facets, and ask no SQL."""

from datasette import Response, hookimpl

CLOSED = ("/papers?", "/papers/*?", "/papers.db", "/papers/-/", "/papers.json", "/papers.csv", "/*.csv", "/-/")


@hookimpl
def register_routes():
    return [(r"^/robots\.txt$", robots)]


def robots(datasette):
    lines = ["User-agent: *", *(f"Disallow: {datasette.urls.path(path)}" for path in CLOSED), "Crawl-delay: 2"]
    return Response.text("\n".join(lines) + "\n")

"""Which style sheets and scripts a page loads: datasette-vega's 944 KB only where a chart can be."""

from datasette import hookimpl

STYLE = "/static/carrel.css"
SCRIPT = "/static/carrel.js"
CARDS = (["papers", "papers"], ["papers", "search"])


@hookimpl
def extra_css_urls():
    return [STYLE]


@hookimpl
def extra_js_urls():
    """Our own few comforts. Browsers run a module after the page is there."""
    return [{"url": SCRIPT, "module": True}]


@hookimpl(trylast=True)
def extra_template_vars(request, datasette):
    """Without a chart, the assets that plugins asked for give way to the portal's own."""
    if request is None or can_hold_chart(request):
        return {}
    path = datasette.urls.path
    return {"extra_css_urls": [{"url": path(STYLE)}], "extra_js_urls": [{"url": path(SCRIPT), "module": True}]}


def can_hold_chart(request):
    """A table, a view, a named query and an SQL query have rows to draw; nothing else has, and cards are no rows."""
    parts = request.path.strip("/").split("/")
    if parts in CARDS and request.args.get("_view") != "table":
        return False
    return parts[0] == "papers" and (len(parts) == 2 or bool(request.args.get("sql")) or parts[1:] == ["-", "query"])

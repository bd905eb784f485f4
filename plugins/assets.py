"""Which style sheets and scripts a page loads: datasette-vega's 944 KB only where a chart can be."""

from datasette import hookimpl

STYLE = "/static/carrel.css"


@hookimpl
def extra_css_urls():
    return [STYLE]


@hookimpl(trylast=True)
def extra_template_vars(request, datasette):
    """Without a chart, the assets that plugins asked for give way to the portal's own."""
    if request is None or can_hold_chart(request):
        return {}
    return {"extra_css_urls": [{"url": datasette.urls.path(STYLE)}], "extra_js_urls": []}


def can_hold_chart(request):
    """A table, a view, a named query and an SQL query have rows to draw; nothing else has."""
    parts = request.path.strip("/").split("/")
    return parts[0] == "papers" and (len(parts) == 2 or bool(request.args.get("sql")) or parts[1:] == ["-", "query"])

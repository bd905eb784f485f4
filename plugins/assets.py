"""Which style sheets and scripts a page loads: datasette-vega's 944 KB only where a chart can be."""

from hashlib import blake2b
from pathlib import Path

from datasette import hookimpl

FILES = Path(__file__).parent.parent / "static"


def hashed(name):
    """The address of a static file, with a hash of what it holds, so that browsers may keep it for a year."""
    return f"/static/{name}?{blake2b((FILES / name).read_bytes(), digest_size=6).hexdigest()}"


STYLE = hashed("carrel.css")
SCRIPT = hashed("carrel.js")
CARDS = (["papers", "papers"], ["papers", "search"])


@hookimpl
def prepare_jinja2_environment(env, datasette):
    env.globals["asset"] = lambda name: datasette.urls.path(hashed(name))


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

"""What every page shares: the portal's name, its navigation, and what Datasette's own pages lack for screen readers."""

from datasette import hookimpl
from jinja2.ext import Extension

# What Datasette's templates leave out and have no block for: language, what comes before the style sheets, landmarks,
# order of headings, names of controls.
AMENDMENTS = {
    "base.html": [
        ("<html>", '<html lang="en">'),
        ("<head>", '<head>{% include "_theme.html" %}'),
        ("<header><nav>", "<header>"),
        ('<header class="hd"><nav>', "<header>"),
        ("</nav></header>", "</header>"),
        ('<section class="content">', '<main class="content" id="content">'),
        ("</section>", "</main>"),
    ],
    "table.html": [
        ("<h3", "<h2"),
        ("</h3>", "</h2>"),
        ('<select name="_filter_column', '<select aria-label="Column" name="_filter_column'),
        ('<select name="_filter_op', '<select aria-label="Comparison" name="_filter_op'),
        ('<select name="_sort"', '<select aria-label="Sort by" name="_sort"'),
        ('<input type="text" name="_filter_value', '<input type="text" aria-label="Value" name="_filter_value'),
    ],
    "database.html": [("<h3>Custom SQL query</h3>", "<h2>Custom SQL query</h2>")],
    "query.html": [("<h3", "<h2"), ("</h3>", "</h2>")],
}
EVERYWHERE = [
    ('<textarea id="sql-editor"', '<textarea id="sql-editor" aria-label="SQL"'),
    ('<div class="table-wrapper">', '<div class="table-wrapper" role="region" aria-label="Rows" tabindex="0">'),
]


class Amended(Extension):
    """Amends Datasette's templates as they are compiled, so once and not at each request."""

    def preprocess(self, source, name, filename=None):
        file = (name or "").rpartition(":")[2]
        for old, new in AMENDMENTS.get(file, []) + EVERYWHERE:
            source = source.replace(old, new)
        return source


@hookimpl
def prepare_jinja2_environment(env):
    env.add_extension(Amended)


@hookimpl
def startup(datasette):
    """`portal`: what metadata.yml says of the whole portal, in every template, those of errors included."""

    async def name_portal():
        environment(datasette).globals["portal"] = await instance_metadata(datasette)

    return name_portal


def environment(datasette):
    """The templates' environment, by the one way that this version of Datasette knows."""
    return datasette.get_jinja_environment() if hasattr(datasette, "get_jinja_environment") else datasette.jinja_env


async def instance_metadata(datasette):
    """Title, description, source and licence of the portal, likewise."""
    if hasattr(datasette, "get_instance_metadata"):
        return await datasette.get_instance_metadata()
    return datasette.metadata() or {}

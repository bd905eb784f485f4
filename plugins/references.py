"""Names in place of numbers: a cell that holds the number of a paper or of an entity shows and links to it.

Pages of tables are told names by Datasette itself; pages of one row are not before version 1.0.
"""

from datasette import hookimpl
from markupsafe import Markup

from plugins.paper import paper_path

DATABASE = "papers"
NAMED = {"tasks": "task", "datasets": "dataset", "methods": "method", "metrics": "metric", "authors": "author"}


@hookimpl
def render_cell(value, column, table, database, datasette):
    if database != DATABASE or not table or not isinstance(value, int) or not column.endswith("_id"):
        return None
    return lambda: reference(datasette, table, column, value)


async def reference(datasette, table, column, number):
    """A link to what the number of a foreign key stands for; None where it stands for nothing that has a page."""
    database = datasette.get_database(DATABASE)
    keys = {key["column"]: key["other_table"] for key in await database.foreign_keys_for_table(table)}
    other = keys.get(column)
    if other == "papers":
        row = (await database.execute("select key, title from papers where id = ?", [number])).first()
        return row and Markup('<a href="{}">{}</a>').format(paper_path(datasette, row["key"]), row["title"])
    if other in NAMED:
        row = (await database.execute(f"select slug, name from {other} where id = ?", [number])).first()
        path = row and datasette.urls.path(f"/{NAMED[other]}/{row['slug']}")
        return row and Markup('<a href="{}">{}</a>').format(path, row["name"])
    return None

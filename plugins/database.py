"""The one database: served as `papers`, whatever its file is called, with pages that follow on each other.

Datasette sorts a first page by one column and the pages behind it by that column and the key. Where many rows are
equal, as papers of one year are, SQLite may give those of the first page in the order of an index read backwards; the
next page then repeats some and misses others for good. So the first page is sorted by the key as well.

Datasette counts a filtered table by reading it. The papers of a page are counted by their facets already. A search that
finds very much is ordered by plugins/searching/ranking.py. And Datasette asks for the schema sixteen times a page,
which a file that does not change answers once.
"""

import re
from copy import copy

from datasette import hookimpl
from datasette.database import Database, Results
from datasette.utils import escape_sqlite

from plugins.faceting.selection import current
from plugins.searching import ranking

DATABASE = "papers"
MOST_REMEMBERED = 1000  # names of tables may be anything that a visitor types
NAME = r"\[[^\]]+\]|\w+"
FIRST_PAGE = re.compile(
    rf"select .+? from (?P<table>{NAME}) (?:where .+ )?order by (?P<column>{NAME})(?: desc)? (?=limit \d+\Z)", re.S
)


def remembered(name):
    """A method of the database that asks once, of a file that does not change."""

    async def method(self, *arguments, **options):
        ask = getattr(super(PagedDatabase, self), name)
        if self.is_mutable:
            return await ask(*arguments, **options)
        key = (name, arguments, tuple(options.items()))
        if key not in self.schema:
            if len(self.schema) > MOST_REMEMBERED:
                self.schema.clear()
            self.schema[key] = await ask(*arguments, **options)
        return copy(self.schema[key])  # the caller may change it

    method.__name__ = name
    return method


class PagedDatabase(Database):
    """A database whose sorted pages are sorted to the last row, and whose papers and schema are asked for once."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.schema = {}

    table_exists = remembered("table_exists")
    primary_keys = remembered("primary_keys")
    table_columns = remembered("table_columns")
    table_column_details = remembered("table_column_details")
    foreign_keys_for_table = remembered("foreign_keys_for_table")
    fts_table = remembered("fts_table")
    label_column_for_table = remembered("label_column_for_table")
    get_table_definition = remembered("get_table_definition")
    get_view_definition = remembered("get_view_definition")

    async def execute(self, sql, *arguments, **options):
        page = ranking.current.get() and ranking.PAGE.match(sql)
        if page and arguments:
            return await ranking.execute_search(super().execute, page, sql, *arguments, **options)
        selection = current.get()
        if selection and self.name == DATABASE and await selection.counts_with(sql):
            tally = await selection.tally()
            return Results([(tally.count,)], False, (("count(*)", *[None] * 6),))
        return await super().execute(await self.sorted_by_key(sql), *arguments, **options)

    async def sorted_by_key(self, sql):
        """A first page's SQL with the key behind its column; any other as it is."""
        match = FIRST_PAGE.match(sql)
        if not match:
            return sql
        keys = [escape_sqlite(key) for key in await self.primary_keys(match["table"].strip("[]"))]
        if not keys or match["column"] in keys:
            return sql
        return f"{sql[: match.end()].rstrip()}, {', '.join(keys)} {sql[match.end() :]}"


@hookimpl
def startup(datasette):
    names = [name for name, database in datasette.databases.items() if database.path]
    if len(names) != 1:
        return
    given = datasette.databases[names[0]]
    counts = dict(datasette.inspect_data or {})
    if names[0] in counts:
        counts[DATABASE] = counts.pop(names[0])
        datasette.inspect_data = counts
    # Removing closes the database in later versions of Datasette, so it is opened anew.
    datasette.remove_database(names[0])
    paged = PagedDatabase(datasette, path=given.path, is_mutable=given.is_mutable)
    datasette.add_database(paged, name=DATABASE)

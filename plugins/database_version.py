"""A database of another version of Carrel: what to do about it, said when the portal starts and not on its pages."""

import click
from datasette import hookimpl

from ingest.schema import known_migrations

APPLIED = "select name from _sqlite_migrations where migration_set = 'carrel'"


@hookimpl
def startup(datasette):
    async def check():
        for database in datasette.databases.values():
            if database.path and await database.table_exists("_sqlite_migrations"):
                refuse(database.path, {row["name"] for row in await database.execute(APPLIED)})

    return check


def refuse(path, applied):
    """Stop with a sentence that says what to do, unless the database has the schema of this version."""
    if applied - known_migrations():
        advice = "a newer version of Carrel: upgrade Carrel, or serve another file."
    elif applied and known_migrations() - applied:
        advice = f"an earlier version of Carrel: run carrel index {path}"
    else:
        return
    raise click.ClickException(f"{path} was written by {advice}")

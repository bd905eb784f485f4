"""The one database is served as `papers`, whatever its file is called: URLs, queries and metadata name it so."""

from datasette import hookimpl
from datasette.database import Database

DATABASE = "papers"


@hookimpl
def startup(datasette):
    names = [name for name, database in datasette.databases.items() if database.path]
    if len(names) != 1 or names == [DATABASE]:
        return
    given = datasette.databases[names[0]]
    counts = dict(datasette.inspect_data or {})
    if names[0] in counts:
        counts[DATABASE] = counts.pop(names[0])
        datasette.inspect_data = counts
    # Removing closes the database in later versions of Datasette, so it is opened anew.
    datasette.remove_database(names[0])
    renamed = Database(datasette, path=given.path, is_mutable=given.is_mutable)
    datasette.add_database(renamed, name=DATABASE)

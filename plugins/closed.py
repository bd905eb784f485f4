"""Pages of Datasette that tell of the machine and not of the papers are closed."""

from datasette import Forbidden, hookimpl


@hookimpl
def register_routes():
    return [(r"^/-/(databases|threads)(\.json)?$", closed)]


def closed():
    """`databases` names the path of the file, `threads` what runs."""
    raise Forbidden("This page tells of the server; /papers tells what is in the database.")

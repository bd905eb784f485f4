"""A bound for the memory of SQLite, which only the whole process can have."""

import sqlite3
from contextlib import closing

HEAP_BYTES = 48_000_000


def bounded(app):
    """The app; when a server starts it, which a test does not, all queries together may take so much memory."""

    async def middleware(scope, receive, send):
        if scope["type"] == "lifespan":
            with closing(sqlite3.connect(":memory:")) as connection:
                connection.execute(f"pragma hard_heap_limit = {HEAP_BYTES}")
        await app(scope, receive, send)

    return middleware

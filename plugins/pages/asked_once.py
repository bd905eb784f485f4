"""What pages ask of the database again and again, asked once and kept for as long as the file stays the same."""

import asyncio
from pathlib import Path
from weakref import WeakKeyDictionary

DATABASE = "papers"
UPVOTED = "select exists (select 1 from papers where upvotes > 0)"

answers = WeakKeyDictionary()  # by Datasette: what was asked of which state of the file


async def once(datasette, ask):
    """The answer of `ask(connection)`, a function that runs without a time limit, in a thread, once a file."""
    database = datasette.get_database(DATABASE)
    state = Path(database.path).stat()
    known = answers.setdefault(datasette, {})
    key = (ask, state.st_ino, state.st_mtime_ns)
    if key not in known or (known[key].done() and (known[key].cancelled() or known[key].exception())):
        known[key] = asyncio.ensure_future(database.execute_fn(ask))
    return await asyncio.shield(known[key])


def has_upvotes(connection):
    """Whether there is anything to sort by votes."""
    return bool(connection.execute(UPVOTED).fetchone()[0])

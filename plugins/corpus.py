"""What pages ask of the corpus again and again, asked once and kept for as long as the file stays the same."""

import asyncio
from pathlib import Path
from weakref import WeakKeyDictionary

DATABASE = "papers"
FACTS = """
    select
      exists (select 1 from papers where year is not null) as years,
      exists (select 1 from papers where upvotes is not null) as upvotes
"""

answers = WeakKeyDictionary()


async def once(datasette, ask):
    """The answer of `ask(connection)`, a function that runs without a time limit, in a thread, once a file."""
    database = datasette.get_database(DATABASE)
    state = Path(database.path).stat()
    known = answers.setdefault(datasette, {})
    key = (ask, state.st_ino, state.st_mtime_ns)
    if key not in known or (known[key].done() and (known[key].cancelled() or known[key].exception())):
        known[key] = asyncio.ensure_future(database.execute_fn(ask))
    return await asyncio.shield(known[key])


async def facts(datasette):
    """Whether papers have years and upvotes."""
    return await once(datasette, corpus_facts)


def corpus_facts(connection):
    row = connection.execute(FACTS).fetchone()
    return {"years": bool(row[0]), "upvotes": bool(row[1])}

"""Words as the full-text index holds them: the index's own tokenizer, asked in a database in memory."""

import sqlite3
from contextlib import closing
from functools import lru_cache

from ingest.schema import TOKENIZER

STEMS = "select term from words order by offset"


@lru_cache(maxsize=10_000)
def stems(text):
    """The stems of a text's words, in their order."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f'create virtual table texts using fts5(text, tokenize="{TOKENIZER}")')
        connection.execute("create virtual table words using fts5vocab(texts, instance)")
        connection.execute("insert into texts values (?)", [text])
        return tuple(term for (term,) in connection.execute(STEMS))

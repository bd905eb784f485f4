"""Words as the full-text index holds them: the index's own tokenizer, asked in a database in memory."""

import sqlite3
from contextlib import closing
from functools import lru_cache

from ingest.schema import TOKENIZER

STEMS = "select doc, term from words order by doc, offset"


@lru_cache(maxsize=10_000)
def stems(text):
    """The stems of a text's words, in their order."""
    return stems_of_all([text])[0]


def stems_of_all(texts):
    """The stems of each of several texts."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f'create virtual table texts using fts5(text, tokenize="{TOKENIZER}")')
        connection.execute("create virtual table words using fts5vocab(texts, instance)")
        connection.executemany("insert into texts (rowid, text) values (?, ?)", enumerate(texts))
        found = [[] for _ in texts]
        for number, term in connection.execute(STEMS):
            found[number].append(term)
    return [tuple(terms) for terms in found]

"""The facet index of the database that a Datasette serves: loaded when first asked for, shared by all threads.

Where the file has none, or one that is out of date, it is made anew in memory: counts are exact, only the first page is
slow, and a line on standard error says what to do.
"""

import asyncio
import ctypes
import sqlite3
import sys
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

from ingest import facet_index

from .counting import Corpus

loaded = WeakKeyDictionary()  # by Datasette: the state of the file, and its corpus
lock = Lock()


class ChangedError(Exception):
    """The file was changed since it was read."""


def corpus_of(datasette, database):
    """The corpus of a database, read anew when its file has changed."""
    path = datasette.get_database(database).path
    state = state_of(path)
    with lock:
        if loaded.get(datasette, (None,))[0] != state:
            loaded[datasette] = state, read(path)
        return loaded[datasette][1]


async def corpus_at_hand(datasette, database):
    """The corpus of a database; where it has to be loaded first, other requests go on meanwhile."""
    if is_loaded(datasette, database):
        return corpus_of(datasette, database)
    return await asyncio.to_thread(corpus_of, datasette, database)


def is_loaded(datasette, database):
    """Whether the corpus is at hand, so that asking for it takes no time."""
    return loaded.get(datasette, (None,))[0] == state_of(datasette.get_database(database).path)


def state_of(path):
    """What changes when a file does, or its journal."""
    files = [Path(path), Path(f"{path}-wal")]
    return tuple((file.stat().st_ino, file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.exists())


def read(path):
    """The corpus of a file, with nothing left of what it was made from."""
    corpus = made(path)
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)  # glibc keeps what was freed otherwise, three times what the corpus takes
    return corpus


def made(path):
    state = state_of(path)
    with closing(connected(path)) as connection:
        index = facet_index.read(connection)
        if index is not None:
            return Corpus(index, partial(read_later, path, state))
        print(f"{path} has no facet index that is up to date: carrel index {path} makes one.", file=sys.stderr)
        index = facet_index.build(connection)
        return Corpus(index, index.postings.__getitem__)


def read_later(path, state, name):
    """The postings of one more facet of a file that was read before."""
    with closing(connected(path)) as connection:
        postings = facet_index.read_postings(connection, name)
    if state_of(path) != state:
        raise ChangedError
    return postings


def connected(path):
    return sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)

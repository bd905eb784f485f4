"""How much one query may take, and how the portal's own reading goes beyond it."""

import sqlite3
from contextlib import contextmanager

VALUE_BYTES = 64_000
RESULT_BYTES = 2_000_000
LIMITS = {
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 50,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 32,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


@contextmanager
def own_reading(conn):
    """For what a plugin itself reads inside `database.execute_fn`: values of any length, rows as tuples, uncounted."""
    length = conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2**30)
    factories = conn.text_factory, conn.row_factory
    conn.text_factory, conn.row_factory = str, None
    try:
        yield conn
    finally:
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, length)
        conn.text_factory, conn.row_factory = factories

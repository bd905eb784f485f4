"""What one query may take: bytes of a value, of a row and of a result, size of the statement, memory of all together.

Datasette's time limit counts steps of SQLite's virtual machine, so it sees neither the memory that a query fills nor
the time that is spent inside one function. What runs into a limit is an SQL error; `plugins/errors.py` explains it.
"""

import sqlite3
from weakref import WeakKeyDictionary, ref

from datasette import hookimpl

from plugins.serving.limits import LIMITS, RESULT_BYTES, VALUE_BYTES

# Each makes memory from a number, or (json_patch) works for the product of its arguments' lengths.
REFUSED_FUNCTIONS = {"zeroblob", "randomblob", "printf", "format", "json_patch", "load_extension", "fts3_tokenizer"}
# Every page of the file, what others asked, where the file lies.
REFUSED_TABLES = {"dbstat", "sqlite_stmt", "pragma_database_list"}
LONGEST = "select max(max(length(cast(title as blob)), length(cast(abstract as blob)))) from papers"

# Bytes of the longest text of the papers, by Datasette: read once, as the database does not change while it is served.
longest_texts = WeakKeyDictionary()


@hookimpl
def prepare_connection(conn, database, datasette):
    if database.startswith("_"):
        return
    if datasette not in longest_texts:
        longest_texts[datasette] = longest_text(conn)
    longest = longest_texts[datasette]
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(VALUE_BYTES, 2 * longest))
    for limit, value in LIMITS.items():
        conn.setlimit(limit, value)
    for name, strip in {"trim": str.strip, "ltrim": str.lstrip, "rtrim": str.rstrip}.items():
        conn.create_function(name, 2, trimming(strip), deterministic=True)
    ration = Ration(max(RESULT_BYTES, 8 * longest))
    conn.text_factory, conn.row_factory = ration.text, ration.row
    conn.set_authorizer(authorize)


def longest_text(conn):
    """In bytes; 0 where there are no papers. What is stored can be shown, however long it is."""
    try:
        return conn.execute(LONGEST).fetchone()[0] or 0
    except sqlite3.OperationalError:
        return 0


class Ration:
    """Makes the texts and the rows of a connection, up to a number of bytes for each query."""

    def __init__(self, limit):
        self.limit = limit
        self.cursor = lambda: None
        self.query_bytes = self.row_bytes = 0

    def text(self, value):
        self.row_bytes += len(value)
        if self.row_bytes > self.limit:
            self.refuse()
        return str(value, "utf-8", "replace")

    def row(self, cursor, values):
        if self.cursor() is not cursor:
            self.cursor, self.query_bytes = ref(cursor), 0
        self.query_bytes += self.row_bytes + sum(len(value) for value in values if value.__class__ is bytes)
        self.row_bytes = 0
        if self.query_bytes > self.limit:
            self.refuse()
        return sqlite3.Row(cursor, values)

    def refuse(self):
        self.row_bytes = 0
        raise sqlite3.OperationalError(f"result larger than {self.limit:,} bytes")


def trimming(strip):
    """SQLite's own compares each character of the text with each one of the set: minutes for long ones."""

    def trim(text, characters):
        if text is None or characters is None:
            return None
        return strip(as_text(text), "".join(set(as_text(characters))))

    return trim


def as_text(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def authorize(action, first, second, database, source):
    """Refuses some functions and tables. Writing cannot be: the file is open for reading only, and Datasette takes no
    statement but `select`, so no pragma either."""
    refused = (
        (action == sqlite3.SQLITE_FUNCTION and second.lower() in REFUSED_FUNCTIONS)
        or (action == sqlite3.SQLITE_READ and first.lower() in REFUSED_TABLES)
        or action == sqlite3.SQLITE_ATTACH
    )
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK

"""The stems of the full-text index, as tables of every connection.

`papers_words` (term, doc, cnt) has the papers and the places of each stem counted, `papers_places` (term, doc, col,
offset) has each place.
"""

from datasette import hookimpl

DATABASE = "papers"


@hookimpl
def prepare_connection(conn, database):
    if database == DATABASE:
        for name, form in (("papers_words", "row"), ("papers_places", "instance")):
            conn.execute(f"create virtual table if not exists temp.{name} using fts5vocab(main, papers_fts, {form})")

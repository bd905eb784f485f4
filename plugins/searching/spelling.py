"""Words of the papers that are spelled like a word that few or none of them hold.

The index holds stems; those that begin alike are compared by edits (optimal string alignment: a swap of neighbours is
one). Words that differ in the first letter are not found: that would read the whole index.
"""

import re
import sqlite3
from collections import Counter

from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit
from rapidfuzz.distance import OSA

from plugins.searching.stems import stems

LIMIT_MS = 400
SHORTEST = 4  # letters of a word that is worth correcting
LONGEST = 40
LONG = 6  # letters from which on two edits are allowed
ENDING = 6  # letters that stemming takes off
MOST_STEMS = 6
MOST_FORMS = 3
READ = 10  # papers in which a stem is looked up as it is written
STEMS = "select term, doc from papers_words where term >= :first and term < :last"
WRITTEN = """
    select title || ' ' || abstract as text from papers
    where id in (select doc from papers_places where term = :stem limit :read)
"""


async def alike(database, word):
    """The words that are most like one, the likeliest first; none where looking takes too long."""
    word = word.lower()
    if not SHORTEST <= len(word) <= LONGEST:
        return []
    try:
        found = await alike_stems(database, word)
        papers = {await as_written(database, stem, word): papers for stem, papers in found}
    except QueryInterrupted:
        return []
    edits = {form: OSA.distance(form, word) for form in papers if form}
    likely = [form for form in edits if 0 < edits[form] <= most_edits(word)]
    return sorted(likely, key=lambda form: (edits[form], -papers[form]))[:MOST_FORMS]


async def alike_stems(database, word):
    """The stems that need the fewest edits, of those that need as many the most frequent, each with its papers.

    A slip in its ending keeps a word from being stemmed, so its beginning is compared as well.
    """
    [stem, *_] = stems(word)
    most = most_edits(stem)
    found = []
    bounds = {"first": stem[0], "last": chr(ord(stem[0]) + 1)}
    for term, papers in await database.execute_fn(lambda connection: limited(connection, STEMS, bounds)):
        edits = OSA.distance(stem, term, score_cutoff=most)
        if len(term) >= SHORTEST and len(word) - len(term) <= ENDING:
            edits = min(edits, OSA.distance(word[: len(term)], term, score_cutoff=most))
        if edits <= most and term != stem:
            found.append((edits, -papers, term))
    return [(term, -papers) for _, papers, term in sorted(found)[:MOST_STEMS]]


def most_edits(word):
    """How many edits are taken for slips."""
    return 1 if len(word) < LONG else 2


def limited(connection, sql, values):
    """All rows of a query, however many, within the time that a suggestion may take."""
    with sqlite_timelimit(connection, LIMIT_MS):
        try:
            return connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            raise QueryInterrupted(error, sql, values) from error


async def as_written(database, stem, word):
    """A stem as the papers write it, of several spellings the one most like a word."""
    rows = await database.execute(WRITTEN, {"stem": stem, "read": READ}, custom_time_limit=LIMIT_MS)
    written = Counter(form for row in rows for form in re.findall(r"\w+", row["text"].lower()) if form[:2] == stem[:2])
    forms = [form for form in written if stems(form) == (stem,)]
    return min(forms, key=lambda form: (OSA.distance(form, word), -written[form], form), default=None)

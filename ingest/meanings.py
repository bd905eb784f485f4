"""What short forms mean in a corpus: each with its long forms and the papers that define it so.

Spellings that differ in case, hyphens or the plural are one. The search reads the table to let either form find the
other, so the portal's words go through the same two functions.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from sqlite_utils import Database

SHORTEST_PLURAL = 4  # letters of a word whose last s is taken for the plural's: not "bias", but "labels"


def short_form(text: str) -> str:
    """A short form in the singular: `LLMs` is `LLM`, `CNNS` stays."""
    return text[:-1] if len(text) > 2 and text.endswith("s") and text[:-1].isupper() else text


def long_form(text: str) -> str:
    """A long form in lower case and in the singular, hyphens as spaces."""
    words = text.lower().replace("-", " ").split()
    if words and len(words[-1]) > SHORTEST_PLURAL and words[-1].endswith("s") and not words[-1].endswith(("ss", "us")):
        words[-1] = words[-1][:-1]
    return " ".join(words)


def count_meanings(db: Database) -> None:
    """Fill the table `meanings` from the table `acronyms`."""
    counts: Counter[tuple[str, str]] = Counter()
    for pairs in pairs_of_papers(db):
        counts.update(pairs)
    db.execute("delete from meanings")
    rows = ((short, long, papers) for (short, long), papers in sorted(counts.items()))
    db.conn.executemany("insert into meanings (short, long, papers) values (?, ?, ?)", rows)


def pairs_of_papers(db: Database) -> Iterator[set[tuple[str, str]]]:
    """What each paper defines, once each."""
    rows = db.execute("select paper_id, short, long from acronyms order by paper_id")
    for _, group in groupby(rows, key=itemgetter(0)):
        yield {(short_form(short), long_form(long)) for _, short, long in group}

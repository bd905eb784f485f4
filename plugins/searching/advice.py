"""What to try when a search finds little: other spellings and, where it finds nothing, what each of its parts finds."""

import re

from datasette.database import QueryInterrupted

from plugins.searching.query import Query, expression, parse, text_of
from plugins.searching.spelling import alike

MOST_PARTS = 8
MOST_SUGGESTIONS = 3
FEW = 3  # papers that a slip of the pen may have in common with a search
MORE = 30  # times as many papers that another spelling has to find then
LIMIT_MS = 300
COUNT = "select count(*) from (select 1 from papers_fts where papers_fts match :search limit :most)"
WORD = re.compile(r"\w+")


async def counted(database, search, most=-1):
    """How many papers an FTS5 expression finds, at most `most` of them; None where counting takes too long."""
    try:
        values = {"search": search, "most": most}
        return (await database.execute(COUNT, values, custom_time_limit=LIMIT_MS)).single_value()
    except QueryInterrupted:
        return None


async def advice(database, text, query, found):
    """`did_you_mean` and `parts`, each a list of texts with the number of papers that they find.

    `found` is the number of papers that the search finds.
    """
    groups = query.groups[:MOST_PARTS]
    papers = [await counted(database, expression(Query((group,)))) for group in groups]
    parts = [(" OR ".join(map(text_of, group)), count) for group, count in zip(groups, papers, strict=True)]
    rare = [group for group, count in zip(groups, papers, strict=True) if count is not None and count <= FEW]
    return {
        "did_you_mean": await corrections(database, text, rare, found * MORE),
        "parts": parts if len(query.groups) > 1 and not found else [],
    }


async def corrections(database, text, rare, least):
    """The text with rare words replaced by words like them, where that finds more than `least` papers."""
    words = dict.fromkeys(word for group in rare for term in group for word in WORD.findall(term.words))
    papers = {word: await counted(database, f'"{word}"') for word in words}
    missing = [word for word, count in papers.items() if count is not None and count <= FEW]
    texts = [text]
    for word in missing:
        others = await alike(database, word) or [word]
        texts = [replaced(known, word, other) for known in texts for other in others][:MOST_SUGGESTIONS]
    suggested = [(other, await counted(database, expression(parse(other)))) for other in texts if other != text]
    return [(other, count) for other, count in suggested if count and count > least]


def replaced(text, word, other):
    """The text with the first place of a word given to another."""
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _: other, text, count=1)

"""Whether a name is one of data (a dataset, benchmark or corpus) or of a method, by the head noun nearest to it."""

import re

from ingest.extract.naming import PUNCTUATION, WORD, Find, Namer, lists
from ingest.extract.proposals import cues

HEAD_WINDOW = 120  # characters before a name in which its head noun may stand
DATA_ENDINGS = ("Bench", "Corpus", "Bank")
QUESTIONS = "QA"  # ends the names of datasets and of systems


def is_data(place: Namer, find: Find) -> bool:
    """Whether the nearest head noun says so: in the name, behind it, in its explanation, or before it."""
    name = find.acronym.long if find.acronym else place.text[find.start : find.end]
    last = re.split(r"[\s-]", name)[-1]
    if last.endswith(DATA_ENDINGS) or last.lower() in lists()["heads"]:
        return last.endswith(DATA_ENDINGS) or last.lower() in lists()["data_heads"]
    heads = heads_behind(place, find.end) or heads_before(place, find.start)
    return heads[-1] in lists()["data_heads"] if heads else last.endswith(QUESTIONS)


def heads_behind(place: Namer, position: int) -> list[str]:
    """The head nouns up to the next preposition: "NAME, a new HEAD for", "NAME is a HEAD of"."""
    found = []
    stops, heads = lists()["stops"], lists()["heads"]
    for word in place.words(position, 14):
        lower = word[0].lower()
        if lower in stops and lower != "is":
            break
        if lower in heads:
            found.append(lower)
    return found


def heads_before(place: Namer, position: int) -> list[str]:
    """The head nouns of "we VERB a new HEAD for ..., NAME"."""
    found: list[str] = []
    closed = False
    verbs, stops, heads = cues().verbs, lists()["stops"], lists()["heads"]
    for word in WORD.finditer(place.text, max(0, position - HEAD_WINDOW), position):
        lower = word[0].lower()
        if lower in verbs or lower.endswith("."):
            found, closed = [], False
        elif lower in stops or lower in PUNCTUATION:
            closed = closed or bool(found)
        elif lower in heads and not closed:
            found.append(lower)
    return found

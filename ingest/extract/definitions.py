"""Acronyms that a proposal defines: the title's, and the components of what is proposed."""

import re
from collections.abc import Iterator
from itertools import islice

from ingest.extract.acronyms import Acronym
from ingest.extract.folding import squeezed
from ingest.extract.naming import WORD, Cue, Find, Namer, count, is_camel, lists
from ingest.extract.reading import singular

MOST = 200  # cues, and acronyms, of one text that are followed: no abstract has as many
COMPONENT_WINDOW = 80  # characters before a component in which its cue may stand
PROPOSING = re.compile(
    r"\b(?:we|paper|work|study|authors) (?:\w+ )?(?:propose|introduce|present|develop|design)s? ", re.IGNORECASE
)
PARTS = re.compile(r"\b(?:modules|components|strategies|mechanisms|stages|losses|branches|techniques|designs)\b.*[:,(]")
CAMPAIGN = re.compile(
    r"\b(?:overview|report|findings|shared|task|campaign|challenge|competition|track|at)\b", re.IGNORECASE
)


def of_lists(place: Namer, title: str) -> Iterator[Find]:
    """Definitions in the title whose letters show a name: DiscRE, C-LARA, in a sentence in which the paper proposes."""
    for acronym in islice(place.definitions.values(), MOST):
        short = singular(acronym.short)
        if short.isupper() or short != acronym.short or " " in short or not is_camel(short):
            continue
        if not count(short, title) and squeezed(acronym.long) not in squeezed(title):
            continue
        if CAMPAIGN.search(title):
            return
        sentence = place.reading.sentence_at(place.field, acronym.start)
        before = place.text[sentence.start : acronym.start] if sentence else ""
        find = place.defined(acronym, [], 0, Cue("strong", "a"))
        if find and PROPOSING.search(before) and before.split()[-1] not in ("for", "of", "on", "to", "the"):
            yield find


def components(place: Namer, finds: list[Find], has_name: bool) -> Iterator[Find]:
    """Acronyms defined behind "consists of", "with" and the like, once the paper's own name has stood.

    Where it names nothing else, they have to be announced: "two modules: NAME (SHORT) and ...".
    """
    first = min((find.start for find in finds), default=-1)
    taken = {find.start for find in finds}
    previous = -1
    for acronym in islice(place.definitions.values(), MOST):
        if acronym.start <= first or acronym.start in taken:
            previous = acronym.end
            continue
        find = component(place, acronym, previous) if has_name or is_announced(place, acronym.start) else None
        if find:
            previous = acronym.end
            yield find


def is_announced(place: Namer, position: int) -> bool:
    """Whether the sentence says before a position that the paper's own work has several parts."""
    sentence = place.reading.sentence_at(place.field, position)
    if not sentence or sentence.number < place.reading.first_own:
        return False
    return bool(PARTS.search(place.text[sentence.start : position].lower()))


def component(place: Namer, acronym: Acronym, previous: int) -> Find | None:
    """An acronym's definition when it has a cue before it, stands in a list with one that has, or does something."""
    sentence = place.reading.sentence_at(place.field, acronym.start)
    find = place.defined(acronym, [], 0, Cue("component", "a")) if sentence else None
    if not find or not sentence:
        return None
    start = max(sentence.start, acronym.start - COMPONENT_WINDOW)
    before = [word[0].lower() for word in WORD.finditer(place.text, start, acronym.start)]
    novel = False
    while before and (before[-1] in lists()["component_skipped"] or before[-1].isdigit()):
        novel |= before.pop() in ("novel", "new")
    behind = place.words(acronym.end, 1)
    named = any(map(str.isupper, acronym.long[1:])) or any(word[0] in lists()["component_heads"] for word in behind)
    chained = previous >= sentence.start and before[-1:] in (["and"], [","], [";"])
    acting = any(word[0] in lists()["component_heads"] or is_verb(word[0]) for word in behind)
    cued = novel or (before[-1] in lists()["component_cues"] if before else False)
    cued = cued or (acting and before[-1:] in ([], [","]) and sentence.number >= place.reading.first_own)
    return find._replace(rule="component") if named and (cued or chained) else None


def is_verb(word: str) -> bool:
    """Whether a word right behind a name says what it does, as far as its ending tells."""
    return word.islower() and word.endswith("s") and not word.endswith("ss") and word not in lists()["stops"]

"""Metrics: the measures by which a paper is judged.

The vocabulary knows them. A measure of cost counts where a sentence reports on it, and one that is also an everyday
word where the paper speaks of its own work.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from ingest.extract.mention import Tag
from ingest.extract.reading import Reading
from ingest.extract.scanning import sought
from ingest.extract.task_places import is_break
from ingest.extract.vocabulary import Term
from ingest.lexicon import load

NOT_A_MEASURE = frozenset(
    [
        *("loss", "losses", "regularization", "regularizer", "estimator", "minimization", "objective", "fusion"),
        *("prediction", "model", "models"),
    ]
)
# Words that no name of a measure starts with.
NOT_FIRST = r"(?!(?:a|the|of|in|on|for|as|and|higher|lower|better|fewer|less|more)\b)"
VALUE = re.compile(r"(?: \([\w@-]+\))? (?:of|to|by|from|at|is|was|reaches|reaching) (?:\w+ ){0,3}?[-+]?\d")
MOST_WORDS = 3  # before the last one of a measure
LONGEST = 60  # characters of a measure
CHANGE_REACH = 40  # characters on either side of a cost in which a number or a change has to stand


class Cues(NamedTuple):
    """What `metric_cues.yml` says, compiled."""

    costs: frozenset[str]
    everyday: frozenset[str]
    changes: re.Pattern[str]
    valued: re.Pattern[str]
    measured: frozenset[str]
    settings: frozenset[str]


@cache
def cues() -> Cues:
    data: dict[str, Any] = load("metric_cues")
    return Cues(
        costs=frozenset(data["costs"]),
        everyday=frozenset(data["everyday"]),
        changes=re.compile(rf"\d|\b(?:{'|'.join(data['changes'])})\b", re.IGNORECASE),
        valued=re.compile(rf"\d ?% ({NOT_FIRST}(?:[a-z-]+ ){{1,3}}(?:{'|'.join(data['heads'])}))\b"),
        measured=frozenset(data["measured"]),
        settings=frozenset(data["settings"]),
    )


def extract(reading: Reading) -> Iterator[Tag]:
    """Each metric once, at its first place that counts."""
    seen: set[str] = set()
    for field, terms in reading.terms.items():
        last_task = 0  # where the last task before ends: "CTR prediction" names no metric
        for term in terms:
            if term.kind == "task":
                last_task = max(last_task, term.end)
            elif term.kind == "metric" and term.name not in seen and counts(reading, field, term, last_task):
                seen.add(term.name)
                yield Tag(field=field, start=term.start, end=term.end, name=term.name, rule="vocabulary")
    yield from valued(reading, seen)


def counts(reading: Reading, field: str, term: Term, last_task: int) -> bool:
    """Whether a place names a measure, and one of the paper's own work."""
    if term.compound or term.end < last_task:
        return False
    text = reading.text(field)
    following = re.match(r"(?: \([\w-]+\))?[\s-](\w+)", text[term.end : term.end + 40])
    if following and following[1].lower() in NOT_A_MEASURE:
        return False
    if field == "title":
        return term.name not in cues().costs
    sentence = reading.sentence_at(field, term.start)
    if sentence is None:
        return False
    is_own = sentence.number >= reading.first_own
    if term.name in cues().everyday:
        return is_own
    if term.name not in cues().costs:
        return True
    start, end = max(sentence.start, term.start - CHANGE_REACH), min(sentence.end, term.end + CHANGE_REACH)
    return is_own and bool(cues().changes.search(text, start, end))


@sought("measured")
def measured_words(field: str) -> dict[str, None]:
    """The last words of measures that stand before their value."""
    return dict.fromkeys(cues().measured) if field == "abstract" else {}


def valued(reading: Reading, seen: set[str]) -> Iterator[Tag]:
    """Measures beside their value, where the vocabulary has none."""
    text = reading.paper.abstract
    found = sorted((*behind_values(text), *before_values(reading)))
    known = {place for term in reading.terms["abstract"] if term.kind == "metric" for place in range(*term[2:4])}
    for start, end, rule in found:
        name = text[start:end].removesuffix("s")
        if name not in seen and known.isdisjoint(range(start, end)):
            seen.add(name)
            yield Tag(field="abstract", start=start, end=end, name=name, rule=rule)


def behind_values(text: str) -> Iterator[tuple[int, int, str]]:
    """ "18.86% phone recognition error"."""
    if "%" in text:
        for match in cues().valued.finditer(text):
            yield *match.span(1), "behind-value"


def before_values(reading: Reading) -> Iterator[tuple[int, int, str]]:
    """ "reduces rejection rates by 0.2"."""
    text = reading.paper.abstract
    for last, _ in reading.hits["abstract"]["measured"]:
        end = last - 1
        if VALUE.match(text, end):
            words = text[max(0, end - LONGEST) : end].split(" ")[-MOST_WORDS - 1 :]
            first = next((index + 1 for index in range(len(words) - 2, -1, -1) if is_break(words[index])), 0)
            if first < len(words) - 1 and words[-2] not in cues().settings:
                yield end - len(" ".join(words[first:])), end, "before-value"

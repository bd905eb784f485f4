"""What speaks for a task that a text names: where it stands, what stands beside it, how often, what kind of name it is.

Each piece of evidence is a mark, a few words that name it. `vocabulary/task_weights.yml` says what a mark is worth;
`benchmarks/fit_tasks.py` has learnt that from labelled papers.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache, lru_cache
from itertools import repeat
from typing import NamedTuple

from ingest.extract.reading import Reading, Sentence, once
from ingest.extract.scanning import sought
from ingest.extract.task_places import TOKEN, Place, cues, is_paradigm, named
from ingest.lexicon import load

NEIGHBOURHOOD = 40  # characters beside a place
STARTS = (":", "?", "!", "-", "–", "—")  # behind one of these a title begins anew
ENDS = (*STARTS, ".", ",", ";", "(")
PREPOSITIONS = ("for", "in", "on", "of", "to")
MEANS = 3  # words before a place in a title
TIMES = (2, 3, 5)
TELLING = (
    "aim",
    "called",
    "first own",
    "title purpose",
    "title start",
    "evaluated",
)  # more so of a name that is unknown
UNKNOWN = {mark: f"unknown {mark}" for mark in TELLING}
BEHIND = {word: f"behind {word}" for word in PREPOSITIONS}
ONLY = {mark: f"only {mark}" for mark in ("background", "instrument", "uses")}
ONCE = {mark: f"once {mark}" for mark in ("background", "coordinated", "late")}
IN_TITLE = ("none in title", "some in title", "all in title")
MANY = 6
STEM = 5  # letters by which forms of a word are told as one
SHORTEST = 4  # letters of a word that says something
MOST_AGAIN = 3
EACH_AGAIN = tuple(f"each again {times}" for times in range(MOST_AGAIN))
ONE_AGAIN = tuple(f"one again {times}" for times in range(MOST_AGAIN + 1))
Marks = tuple[str, ...]


@sought("evaluation")
def evaluation_words(_field: str) -> dict[str, None]:
    return dict.fromkeys(cues().words["evaluation"])


class Evidence(NamedTuple):
    """All marks of a task, and the place that shows it best with the rule by which it does."""

    marks: Set[str]
    place: Place
    rule: str

    @property
    def weight(self) -> int:
        return worth(self.marks)


@cache
def weights() -> dict[str, int]:
    """What each mark is worth, in hundredths."""
    known: dict[str, int] = load("task_weights")
    return known


def worth(marks: Iterable[str]) -> int:
    return sum(map(weights().get, marks, repeat(0)))


@once
def evidence(reading: Reading) -> dict[str, Evidence]:
    """By name, what speaks for each task that the text may name."""
    places = named(reading)
    of_all = kinds(reading, places)
    sentences: dict[int, Marks] = {}
    found: dict[str, Evidence] = {}
    for name, named_at in places.items():
        beside = [(place, marks_of(reading, place, sentences)) for place in named_at]
        marks = {*together(beside), *of_all[name]}
        for _, told in beside:
            marks.update(told)
        if "unknown" in marks:
            marks.update([UNKNOWN[mark] for mark in TELLING if mark in marks])
        best, told = beside[0]
        if best.field == "abstract":
            if len(beside) > 1:
                best, told = max(beside, key=lambda pair: worth(pair[1]))
            marks.update(again(reading, best))
        found[name] = Evidence(marks, best, rule_of(best, told))
    return found


def rule_of(place: Place, marks: Marks) -> str:
    """The name of the rule by which a place shows its task."""
    if place.field == "title":
        return "title" if place.how == "vocabulary" else f"title-{place.how}"
    if "evaluated" in marks:
        return "evaluated"
    return "studied" if "own" in marks else "own-part" if "late" in marks else "mentioned"


def marks_of(reading: Reading, place: Place, sentences: dict[int, Marks]) -> Marks:
    """What one place says of a task."""
    if place.field == "title":
        return tuple(in_title(reading, place))
    sentence = reading.sentence_at("abstract", place.start)
    if sentence is None:
        return ()
    if sentence.number not in sentences:
        sentences[sentence.number] = tuple(of_sentence(reading, sentence))
    return (*sentences[sentence.number], *in_abstract(reading, place, sentence))


def in_title(reading: Reading, place: Place) -> Iterator[str]:
    """Where in the title it stands: at a start or an end, behind "for", behind "using", before "with"."""
    title = reading.paper.title
    yield f"title {place.how}"
    before, behind = title[: place.start].rstrip(), title[place.end :].lstrip()
    words = reading.folded["title"][: place.start + 1].rsplit(None, 1)
    word = words[-1] if words else ""
    if not cues().words["instruments"].isdisjoint(reading.folded["title"][: place.start + 1].split()[-MEANS:]):
        yield "title means"
    if not before or before.endswith(STARTS):
        yield "title start"
    elif cues().has("instruments", word):
        yield "title instrument"
    elif word in PREPOSITIONS or cues().has("purposes", word):
        yield "title purpose"
    elif word in ("and", "or"):
        yield "title and"
    else:
        yield "title modified"
    if not behind or behind.startswith(ENDS):
        yield "title end"
    else:
        following = TOKEN.match(behind.lstrip("-"))
        word = following[0] if following else ""
        yield f"title before {'based' if cues().has('uses', word) else 'stop' if cues().has('stops', word) else 'noun'}"


def of_sentence(reading: Reading, sentence: Sentence) -> Iterator[str]:
    """What a sentence of the abstract gives to all tasks in it: by its place, its subject, and what it reports."""
    is_late = sentence.number >= reading.first_own
    yield "late" if is_late else "background"
    if sentence.number == 0:
        yield "first sentence"
    if sentence.number == len(reading.sentences["abstract"]) - 1:
        yield "last sentence"
    is_evaluation = is_late and reading.has_hit(sentence, "evaluation")
    if reading.is_own(sentence):
        yield "own"
        if is_evaluation:
            yield "own evaluation"
        if sentence.number == reading.first_own:
            yield "first own"
    if is_evaluation:
        yield "evaluated"


def in_abstract(reading: Reading, place: Place, sentence: Sentence) -> Iterator[str]:
    """What the words before and after a place in the abstract add."""
    text = reading.paper.abstract
    before = text[max(sentence.start, place.start - NEIGHBOURHOOD) : place.start].rsplit(None, 2)[-2:]
    after = reading.folded["abstract"][place.end + 1 : place.end + NEIGHBOURHOOD].split(None, 1)
    if after:
        yield from behind_marks(after[0])
    if not before:
        return
    last = before[-1]
    words = cues().words
    if last.casefold() in words["aims"]:
        yield "aim" if sentence.number >= reading.first_own else "early aim"
    if last in BEHIND:
        yield BEHIND[last]
    if last.casefold() in words["instruments"]:
        yield "instrument"
    if is_basis(before):
        yield "basis"
    if len(before) > 1 and last[0].isupper() and text[place.start].isupper():
        yield "piece"
    if last in ("and", "or") or last.endswith(","):
        yield "coordinated"


@lru_cache(maxsize=1 << 12)
def behind_marks(word: str) -> Marks:
    """What the word right after a place says."""
    return tuple(mark for mark in ("uses", "nouns", "called") if word in cues().words[mark])


def is_basis(before: Sequence[str]) -> bool:
    """Whether the words before a place end as in "based on"."""
    return len(before) > 1 and before[-1] in ("on", "upon", "to", "for") and cues().has("bases", before[-2])


def again(reading: Reading, place: Place) -> Iterator[str]:
    """How many words of a name that only the abstract has are in the title, and how often they are in the abstract.

    What a paper works on it speaks of in other words too: "detect sarcasm" for sarcasm detection.
    """
    title, abstract = reading.folded["title"], reading.folded["abstract"]
    words = [f" {word[:STEM]}" for word in abstract[place.start + 1 : place.end + 1].split() if len(word) >= SHORTEST]
    if not words:
        return
    titled = [word in title for word in words]
    yield IN_TITLE[(True in titled) + (False not in titled)]
    if len(words) > 1:
        yield "first in title" if titled[0] else "first not in title"
    times = [abstract.count(word) - 1 for word in words]
    yield EACH_AGAIN[min(min(times), MOST_AGAIN - 1)]
    yield ONE_AGAIN[min(max(times), MOST_AGAIN)]


def together(beside: list[tuple[Place, Marks]]) -> Iterator[str]:
    """What the places of a task say together."""
    if len(beside) == 1:
        place, marks = beside[0]
        return alone(marks) if place.field == "abstract" else iter(())
    return of_several([marks for place, marks in beside if place.field == "abstract"], len(beside))


def alone(marks: Marks) -> Iterator[str]:
    """What it says that only one place, in the abstract, has a task."""
    yield from (only for mark, only in ONLY.items() if mark in marks)
    yield from (once for mark, once in ONCE.items() if mark in marks)
    if "background" in marks and "coordinated" in marks:
        yield "once in a list of the background"


def of_several(abstract: list[Marks], places: int) -> Iterator[str]:
    """What several places say, of which these are in the abstract."""
    has_title = len(abstract) < places
    yield from (f"{times} times" for times in TIMES if len(abstract) >= times)
    if sum("own" in marks for marks in abstract) > 1:
        yield "own twice"
    if has_title and abstract:
        yield "title and abstract"
    if not has_title:
        yield from (only for mark, only in ONLY.items() if all(mark in marks for marks in abstract))


def kinds(reading: Reading, places: dict[str, list[Place]]) -> dict[str, list[str]]:
    """By name, what kind of name it is, and how it stands to the others that the text names."""
    methods = set(method_places(reading))
    long_forms = {long.casefold() for long in reading.long_forms.values()}
    spaced = [f" {name} " for name in places]
    count = ["many"] if len(places) > MANY else []
    found: dict[str, list[str]] = {}
    for name, name_spaced in zip(places, spaced, strict=True):
        marks = [*of_name(name), *count, *of_places(name, places[name])]
        if places[name][0][:3] in methods:
            marks.append("method")
        if long_forms and name.casefold() in long_forms:
            marks.append("acronym")
        marks += among(name_spaced, spaced) if len(places) > 1 else ("alone",)
        found[name] = marks
    return found


@lru_cache(maxsize=1 << 14)
def of_name(name: str) -> Marks:
    """What a name says by itself."""
    marks = ["any", f"{min(name.count(' ') + 1, 3)} words"]
    if is_paradigm(name):
        marks.append("paradigm")
    if cues().has("generic", name):
        marks.append("generic")
    return tuple(marks)


def of_places(name: str, places: list[Place]) -> Iterator[str]:
    """What it says that the vocabulary lacks a name, or that a title has it."""
    is_titled = places[0].field == "title"
    if any(place.how == "phrase" for place in places):
        yield "unknown"
        if len(places) > 1:
            yield "unknown twice"
        if is_titled:
            yield "unknown title"
        if cues().has("loose_heads", name.rsplit(" ", 1)[-1]):
            yield "loose head"
    if is_titled and is_paradigm(name):
        yield "paradigm title"


def among(name: str, names: list[str]) -> Iterator[str]:
    """How a name stands to the others, all between spaces: a part of one, or the whole of one and more."""
    if any(name in other for other in names if other != name):
        yield "part"
    if any(other in name for other in names if other != name):
        yield "whole"


def method_places(reading: Reading) -> Iterator[tuple[str, int, int]]:
    """Where the vocabulary has a method: it may be a task too."""
    for field, terms in reading.terms.items():
        for term in terms:
            if term.kind == "method":
                yield field, term.start, term.end

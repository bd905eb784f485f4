"""Numbers in their sentences: the words around a number and what they say of it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from ingest.extract import quantities
from ingest.extract.quantities import Quantity
from ingest.extract.reading import Reading, Sentence
from ingest.extract.vocabulary import Term

TOKEN = re.compile(r"[^\W\d_][\w’'@-]*|[0-9][\w.,]*|[^\w\s]")
BEFORE = 28  # words before a number that may govern it
LONGEST = 1500  # characters of a sentence
AFTER = 8  # words behind it that may name what it counts
GOVERNORS = frozenset(
    ["above", "across", "at", "below", "between", "by", "for", "from", "in", "of", "on", "to", "under", "with"]
)
SHORTEST = 3  # letters of a stem
NONE: frozenset[str] = frozenset()
TOTALLERS = ("the", "all", "its", "our", "these")
LONGEST_TOTAL = 3  # digits: four are a year
REPORTS = ("change", "comparative", "reach", "measures")
PREPOSITIONS = GOVERNORS | {"over", "than"}  # these two do not govern: "by over 8%", "by more than 8%"


@dataclass(frozen=True)
class Line:
    """A sentence and its words, as written and in lower case."""

    reading: Reading
    sentence: Sentence
    text: str
    written: tuple[str, ...]
    words: tuple[str, ...]

    @cached_property
    def marked(self) -> dict[str, list[int]]:
        """What its words may say of a number: by role, where the words that have it stand."""
        found: dict[str, list[int]] = {}
        for index, word in enumerate(self.words):
            for role in roles(word):
                if role in found:
                    found[role].append(index)
                else:
                    found[role] = [index]
        return found

    @cached_property
    def terms(self) -> dict[str, list[Term]]:
        """The vocabulary's terms by kind, in order."""
        found: dict[str, list[Term]] = {}
        for term in self.reading.terms_in(self.sentence):
            found.setdefault(term.kind, []).append(term)
        return found

    @property
    def is_report(self) -> bool:
        """Whether it speaks of change, of a measure or of what was found."""
        return not self.marked.keys().isdisjoint(REPORTS)

    @property
    def is_own(self) -> bool:
        """Whether it speaks of the paper's own work."""
        return "own" in self.marked

    @property
    def is_background(self) -> bool:
        """Whether it says how the world is, and nothing of the paper's own work.

        So does all before the paper first speaks of itself, unless that is late: then the text may be impersonal.
        """
        sentences, first_own = self.reading.sentences["abstract"], self.reading.first_own
        if self.sentence.field == "abstract" and self.sentence.number < first_own <= len(sentences) // 2:
            return True
        return "background" in self.marked and self.marked.keys().isdisjoint(("own", "measures", "comparative"))

    def between(self, start: int, end: int) -> list[str]:
        """The words between two positions, in lower case."""
        return [word.lower() for word in TOKEN.findall(self.text, start, end)]


class Place(NamedTuple):
    """A number in its sentence: it stands before word `first` to word `last`; `before` has the nearest word first."""

    line: Line
    quantity: Quantity
    group: str | None  # of the unit
    first: int
    last: int
    before: tuple[str, ...]
    after: tuple[str, ...]

    def nearest(self, count: int) -> list[str]:
        """The first words before the number that carry meaning."""
        found: list[str] = []
        for word in self.before:
            if word not in "()" and "glue" not in roles(word):
                found.append(word)
                if len(found) == count:
                    break
        return found

    def follows(self, role: str, count: int) -> bool:
        """Whether one of the first words behind the number has the role."""
        places = self.line.marked.get(role)
        return places is not None and any(self.last <= place < self.last + count for place in places)

    def precedes(self, role: str, count: int = BEFORE) -> bool:
        """Whether one of the last words before the number has the role."""
        places = self.line.marked.get(role)
        return places is not None and any(self.first - count <= place < self.first for place in places)

    def governor(self) -> str:
        """The nearest preposition before the number, over glue and other numbers; "up to" when it is alone."""
        is_limit = False
        for word, further in zip(self.before[:10], (*self.before[1:10], ""), strict=False):
            if word == "upto" or (word == "to" and further == "up"):
                is_limit = True
            elif word in GOVERNORS:
                if word != "to" or not is_number(further):  # "of 3 to 5": both are what the first is
                    return word
            elif "glue" not in roles(word) and (word[0].isalpha() or word in ",;:(") and word != self.quantity.unit:
                break
        return "up to" if is_limit else ""

    def term_before(self, kind: str) -> Term | None:
        """The last term of a kind before the number."""
        terms = self.line.terms.get(kind, ())
        return next((term for term in reversed(terms) if term.end <= self.quantity.start), None)

    def term_behind(self, kind: str) -> Term | None:
        """The first term of a kind behind the number."""
        terms = self.line.terms.get(kind, ())
        return next((term for term in terms if term.start >= self.quantity.digits_end), None)

    def between(self, term: Term) -> list[str]:
        """The words between the number and a term on either side of it."""
        if term.start >= self.quantity.digits_end:
            return self.line.between(self.quantity.end, term.start)
        return self.line.between(term.end, self.quantity.start)

    def total(self) -> int:
        """The second number of "5 of the 9", "5 out of 9"; 0 without one."""
        index = 1 if self.after[:1] == ("out",) else 0
        if self.after[index : index + 1] != ("of",):
            return 0
        word = next((word for word in self.after[index + 1 :] if word not in TOTALLERS), "")
        return int(word) if word.isdecimal() and len(word) <= LONGEST_TOTAL else 0

    def noun(self) -> tuple[str, ...]:
        """The words behind the number up to the first that cannot belong to the same noun."""
        for index, word in enumerate(self.after):
            if word in PREPOSITIONS or not word[0].isalpha() or ends_noun(word):
                return self.after[:index]
        return self.after


def ends_noun(word: str) -> bool:
    """Whether a word is a conjunction or a verb, as far as the roles and the ending tell."""
    marks = roles(word)
    return "break" in marks or (not word.endswith("ion") and ("reach" in marks or "change" in marks))


def is_number(word: str) -> bool:
    """Whether a word is the end of a number."""
    return word == "%" or word[:1].isdigit()


@cache
def cues() -> tuple[dict[str, frozenset[str]], dict[str, dict[str, frozenset[str]]]]:
    """The words of `vocabulary/results.yml`: the roles of each whole word, and by their first letters the stems."""
    whole: dict[str, set[str]] = {}
    stems: dict[str, dict[str, set[str]]] = {}
    for role, words in quantities.vocabulary()["words"].items():
        for word in words:
            stem = word.removesuffix("*")
            known = whole if stem == word else stems.setdefault(stem[:SHORTEST], {})
            known.setdefault(stem, set()).add(role)
    frozen = {first: {stem: frozenset(found) for stem, found in known.items()} for first, known in stems.items()}
    return {word: frozenset(found) for word, found in whole.items()}, frozen


@lru_cache(maxsize=1 << 15)
def roles(word: str) -> frozenset[str]:
    """What a word in lower case may say of a number near it."""
    whole, stems = cues()
    found = whole.get(word, NONE)
    for stem, roles_of_stem in stems.get(word[:SHORTEST], {}).items():
        if word.startswith(stem):
            found |= roles_of_stem
    return found


@cache
def groups() -> dict[str | None, str]:
    """The group of each unit."""
    known = {unit["name"]: unit["group"] for unit in quantities.vocabulary()["units"]}
    return known | {quantities.RANK: quantities.RANK}


def find(reading: Reading, field: str, text: str) -> Iterator[list[Place]]:
    """The numbers of a text, sentence by sentence; sentences without are left out."""
    found = quantities.find(text)
    if not found:
        return
    position = 0
    for sentence in pieces(reading.sentences[field]):
        first = position
        while position < len(found) and found[position].start < sentence.end:
            position += 1
        if position > first:
            yield in_sentence(reading, text, sentence, found[first:position])
            if position == len(found):
                return


def pieces(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """The sentences; what is too long for one, in pieces: the rules look at all of a sentence for each number."""
    for sentence in sentences:
        if sentence.end - sentence.start <= LONGEST:
            yield sentence
        else:
            for start in range(sentence.start, sentence.end, LONGEST):
                yield Sentence(sentence.field, start, min(start + LONGEST, sentence.end), sentence.number)


def in_sentence(reading: Reading, text: str, sentence: Sentence, members: list[Quantity]) -> list[Place]:
    """The numbers of one sentence."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []  # the first word of each number and the first behind it
    end = sentence.start
    for quantity in members:
        words += TOKEN.findall(text, end, quantity.start)
        first = len(words)
        words += TOKEN.findall(text, quantity.start, quantity.end)
        spans.append((first, len(words)))
        end = quantity.end
    words += TOKEN.findall(text, end, sentence.end)
    line = Line(reading, sentence, text, tuple(words), tuple(map(str.lower, words)))
    return [place_of(line, quantity, *span) for quantity, span in zip(members, spans, strict=True)]


def place_of(line: Line, quantity: Quantity, first: int, last: int) -> Place:
    """A quantity in its sentence."""
    before = line.words[max(first - BEFORE, 0) : first][::-1]
    after = line.words[last : last + AFTER]
    return Place(line, quantity, groups().get(quantity.unit), first, last, before, after)

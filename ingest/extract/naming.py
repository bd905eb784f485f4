"""Naming: which name stands behind a cue such as "we propose" or "called", if any.

A short walk over the words behind the cue passes determiners, adjectives and the head noun. A name shows by its
capitals, by an acronym that the text defines, or, in lower case, by the explanation that follows it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from ingest.extract.acronyms import Acronym
from ingest.extract.reading import Reading
from ingest.extract.vocabulary import Term
from ingest.lexicon import load

WORD = re.compile(r"[()\[\]{},;:]|[^\s()\[\]{},;:\"“”`*‘]+")
ENDS = ".?!\"'”’"
PUNCTUATION = frozenset("()[]{},;:–—")
CLOSERS = frozenset([")", "]", "}", ",", ";", ":", "–", "—", "--", "-"])
EXPLAINERS = frozenset([",", "–", "—", "(", "--", "-", ":"])
ARTICLES = ("a", "an", "the", "our", "which", "one", "two")
REACH = 20  # words behind a cue that are read
NEAR = 6  # words behind "our" that are read
FARTHEST = 9  # words in lower case between a verb and the name
LATEST = 80  # characters behind a verb's object in which a name may follow in apposition
LONGEST_NAME = 7  # words
LONGEST_PHRASE = 5  # words of a name in lower case
# Capitals or digits inside of a word: DualCoOp, L2P, t-ReX, cMIM, but not Multi-Task.
CAMEL = re.compile(r"(?=.{2})(?:.*[^\W_][A-Z]|[^\W\d_]+-?\d|\d+[A-Z]|[a-z]{1,2}-[A-Z]|[A-Z]-[A-Z])")
# Words in lower case that an explanation follows.
EXPLAINED = re.compile(r" ([a-z][\w-]*)(?: [\w-]+){1,4}(?:,| [-–—]+) (?:an?|which)\b")
SIZE = re.compile(r"[\d.]*[A-Za-z]?\d*")
COMPOUND = re.compile(
    r"-(?:based|style|type|like|aware|guided|driven|inspired|specific|enhanced|augmented|level|free|powered|trained|agnostic"
    r"|centric|oriented|to|of|generated|tuned|annotated|assisted|related|domain|shot|term|end|language|lingual|wise)\b",
    re.IGNORECASE,
)
ADJECTIVE = re.compile(r"(?:[-\w]{3}(?:al|ic|ive|ous|less)|-(?:specific|based|aware|level|free)|lingual)$")
# "a new task, NAME", "NAME, a new task", "the team name NAME": what is to be done, or who does it, is not proposed.
TASK_BEFORE = re.compile(
    r"\b(?:(?:sub)?(?:task|problem)s?|team(?: name)?)[,:]?(?: (?:called|named|dubbed|termed|of|as|namely|is))?"
    r"[ (“\"]*(?:[A-Z][\w-]*(?: [\w-]+){1,5}[”\"]? \()?$"
)
TASK_WORDS = ("task", "problem", "team")  # one of them stands in whatever TASK_BEFORE matches
TASK_BEHIND = re.compile(
    r"[”\"]?(?: \([\w-]+\)|\))?[,:]? (?:tasks?\b|(?:which is |is )?(?:an?|the) (?:[\w-]+ ){0,2}(?:task|problem)\b)"
)
NEARBY = 90  # characters before a name in which such a word may stand

Word: TypeAlias = re.Match[str]
Words: TypeAlias = list[Word]


class Find(NamedTuple):
    """Where a name stands, the index of the word behind it, and its acronym when it has one."""

    start: int
    end: int
    after: int
    rule: str
    acronym: Acronym | None = None


class Cue(NamedTuple):
    """What stands before a name: the kind of cue, the article, and whether the name is in apposition."""

    kind: str
    article: str = ""
    apposed: bool = False


@cache
def lists() -> dict[str, frozenset[str]]:
    """The word lists of introductions.yml, and the unions of the head nouns and of the words that subjects end in."""
    data: dict[str, Any] = load("introductions")
    words = {name: frozenset(map(str, values)) for name, values in data.items()}
    subjects = words["own"] | words["own_nouns"] | words["others"] | words["others_nouns"]
    return words | {"heads": words["data_heads"] | words["method_heads"], "subjects": subjects}


@dataclass(frozen=True, slots=True)
class Namer:
    """Tells the names in one field of a paper. `definitions` are its acronyms by the place where they start."""

    reading: Reading
    field: str
    text: str
    definitions: dict[int, Acronym]

    def words(self, position: int, reach: int = REACH) -> Words:
        """The words from a position to the end of its sentence, without the marks that end it."""
        return list(islice(WORD.finditer(self.text, position, self.end_of(position)), reach))

    def end_of(self, position: int) -> int:
        """The end of the sentence that a position is in, before the marks that end it."""
        sentence = self.reading.sentence_at(self.field, position)
        end = sentence.end if sentence else position
        while end > position and self.text[end - 1] in ENDS:
            end -= 1
        return end

    # Behind a cue

    def object_of(self, position: int, kind: str, is_further: bool = False) -> Iterator[Find]:
        """The names in the object of a verb: behind its determiners, adjectives and head noun.

        `is_further` marks the second object of a verb, behind which no third is looked for.
        """
        cue, before, end = Cue(kind, "", kind == "call"), "", self.end_of(position)
        words: Words = []
        find = self.explained(position) if kind == "strong" else None
        for index, word in enumerate(islice(WORD.finditer(self.text, position, end), FARTHEST)):
            if not find and self.may_name(word):
                words = words or self.words(position)
                find = self.name_at(words, index, cue)
            if find:
                words = words or self.words(position)
                yield find
                yield from self.rest_of_list(words, find.after, Cue(kind, "", True), is_further)
                return
            lower = word[0].lower()
            step = self.step(cue, lower, before)
            if not step:
                if kind != "call" and lower in lists()["stops"]:
                    yield from self.late(word.start(), end)
                return
            cue, before = step, lower

    def step(self, cue: Cue, word: str, before: str) -> Cue | None:
        """The cue behind one more word that is no name; None where the object ends."""
        if word in PUNCTUATION:
            announces = word in (",", ":", "(") and before and not cue.apposed
            return Cue(cue.kind, cue.article, True) if announces else None
        if word in lists()["stops"]:
            return None
        if cue.apposed and cue.kind != "call" and before != ":":
            return None
        return Cue(cue.kind, word, cue.apposed) if word in lists()["articles"] else cue

    def late(self, position: int, end: int) -> Iterator[Find]:
        """ "a family of some models, NAME, which ...": behind the verb's object, only with an explanation."""
        comma = self.text.find(", ", position, min(position + LATEST, end))
        if comma < 0 or not (self.text[comma + 2 : comma + 3].isupper() or comma + 2 in self.definitions):
            return
        words = self.words(comma + 2)
        find = self.name_at(words, 0, Cue("strong", apposed=True))
        if find and is_explained(words, find.after):
            yield find._replace(rule="apposition")

    def after_our(self, position: int) -> Iterator[Find]:
        """ "our NAME", "the proposed NAME", "our method, NAME,"."""
        words = self.words(position, NEAR)
        index = 0
        while index < len(words) and words[index][0].lower() in lists()["ours_skipped"]:
            index += 1
        apposed = index + 1 < len(words) and index > 0 and words[index][0] in (",", "(")
        announced = apposed and words[index + 1][0] in ("namely", "called", "named", "dubbed")
        find = self.name_at(words, index + apposed + announced, Cue("ours", "our", apposed))
        if find and (find.acronym or apposed or count(self.text[find.start : find.end], self.text) > 1):
            yield find

    def called(self, position: int, plain: bool) -> Iterator[Find]:
        """ "a method called NAME"; when `plain`, a name in lower case goes as far as punctuation."""
        words = self.words(position)
        index = 0
        while index < len(words) and words[index][0].lower() in ("a", "an", "the", "as", "our"):
            plain = plain and words[index][0].lower() not in ("a", "an")
            index += 1
        find = self.name_at(words, index, Cue("naming", apposed=True)) or (self.phrase(words, index) if plain else None)
        if find:
            yield find
            yield from self.rest_of_list(words, find.after, Cue("naming", apposed=True))

    def rest_of_list(self, words: Words, index: int, cue: Cue, is_further: bool = False) -> Iterator[Find]:
        """The names that follow one with a comma or "and"."""
        while True:
            index += index < len(words) and words[index][0] == ")"
            start = index
            index += index < len(words) and words[index][0] == ","
            if index < len(words) and words[index][0] in ("and", "&"):
                index += 1
                while index < len(words) and words[index][0] in ("a", "an", "the", "its", "our", "new", "novel"):
                    index += 1
            find = self.name_at(words, index, cue) if index > start else None
            if not find:
                has_second = start < index < len(words) and words[index - 1][0] in ("a", "an")
                if has_second and not is_further and cue.kind in ("strong", "weak"):
                    yield from self.object_of(words[index - 1].start(), cue.kind, is_further=True)
                return
            yield find
            index = find.after

    # At a word

    def may_name(self, word: Word) -> bool:
        """Whether a word has a capital, or starts an acronym's definition."""
        return not word[0].islower() or word.start() in self.definitions

    def name_at(self, words: Words, index: int, cue: Cue) -> Find | None:
        """The name that starts at a word, when the cue and what stands around it make it the paper's own."""
        if index >= len(words) or self.is_after_task(words[index].start()):
            return None
        acronym = self.definitions.get(words[index].start())
        if acronym:
            after = next((i for i in range(index, len(words)) if words[i].start() >= acronym.end), len(words))
            told = cue.kind != "weak" or cue.apposed or is_explained(words, after)
            return self.defined(acronym, words, after, cue) if told else None
        first = words[index][0]
        after = index if first.islower() or first.lower() in lists()["determiners"] else name_end(words, index)
        if after == index:
            return None
        find = Find(words[index].start(), words[after - 1].end(), after, cue.kind)
        if TASK_BEHIND.match(self.text, find.end):
            return None
        return find if self.is_own(find, words, index, cue) else None

    def is_after_task(self, start: int) -> bool:
        """Whether the words before a name say that it is of a task or a team."""
        first = max(0, start - NEARBY)
        before = self.text[first:start]
        return any(map(before.__contains__, TASK_WORDS)) and bool(TASK_BEFORE.search(self.text, first, start))

    def defined(self, acronym: Acronym, words: Words, after: int, cue: Cue) -> Find | None:
        """An acronym's definition behind a cue, unless it is of a task or another known thing."""
        find = Find(acronym.start, acronym.end, after, "defined", acronym)
        if TASK_BEHIND.match(self.text, find.end):
            return None
        if {acronym.short, acronym.short.removesuffix("s")} & lists()["generic"]:
            return None
        if self.is_known(*self.long_span(acronym)) or self.is_known(*self.short_span(acronym)):
            explained = cue.kind == "call" or (not cue.article and is_explained(words, after))
            return find if explained and self.is_thing(acronym.start) else None
        following = words[after][0].lower() if after < len(words) else ""
        if is_adjective(acronym.short, acronym.long):
            return None
        is_task = acronym.long.split()[-1].lower() in lists()["tasks"]
        if is_task and (acronym.long.islower() or following in ("system", "systems", "task", "tasks")):
            return None
        return find

    def is_own(self, find: Find, words: Words, index: int, cue: Cue) -> bool:
        """Whether a name in capitals behind a cue is new: unknown, not used before, and not just an adjective."""
        name = self.text[find.start : find.end]
        if not can_be_name(name) or count(name, self.text, find.start):
            return False
        if is_adjective(name, self.reading.long_forms.get(name, "")):
            return False
        explained = is_explained(words, find.after)
        told = cue.apposed and words[index - 1][0] != "("
        if cue.kind == "weak" and not (told or (explained and not cue.article and is_camel(name))):
            return False
        if self.is_known(find.start, find.end):
            return cue.kind in ("strong", "call") and not cue.article and explained and self.is_thing(find.start)
        following = words[find.after][0].lower() if find.after < len(words) else ","
        bounded = following in CLOSERS or following == "(" or following in lists()["stops"]
        headed = index > 0 and words[index - 1][0].lower() in lists()["heads"]
        direct = cue.article in ("", "the", "our") or cue.apposed or headed
        camel = any(is_camel(word[0]) for word in words[index : find.after])
        if bounded and direct:
            sure = camel or explained or find.after - index > 1 or cue.kind in ("naming", "call")
            return (sure or count(name, self.text) > 1) and (camel or cue.kind != "ours")
        recurs = count(name, self.text) > 1 or bool(count(name, self.reading.paper.title))
        behind = {word[0].lower() for word in words[find.after : find.after + 2]}
        return camel and recurs and (bounded or not behind.isdisjoint(lists()["heads"]))

    def explained(self, position: int) -> Find | None:
        """ "we introduce some words, a new technique": a name in lower case right behind the verb."""
        match = EXPLAINED.match(self.text, position)
        if (
            not match
            or match.start(1) in self.definitions
            or match[1] in lists()["determiners"]
            or match[1].endswith("ly")
        ):
            return None
        words = self.words(position)
        find = self.phrase(words, 0)
        if find and (TASK_BEHIND.match(self.text, find.end) or words[find.after - 1][0] in lists()["generic"]):
            return None
        if find and is_explained(words, find.after, ("a", "an", "which")):
            return find._replace(rule="explained")
        return None

    def phrase(self, words: Words, first: int) -> Find | None:
        """A name in lower case, of two words or more, that punctuation ends."""
        for index in range(first, min(len(words), first + LONGEST_PHRASE)):
            word = words[index]
            if word[0].lower() in lists()["stops"] or word[0] in PUNCTUATION:
                return None
            if index + 1 == len(words) or words[index + 1][0] in CLOSERS:
                find = Find(words[first].start(), word.end(), index + 1, "called")
                return find if index > first and not self.is_known(find.start, find.end) else None
        return None

    # What is known of a place

    def terms_at(self, start: int, end: int) -> Iterator[Term]:
        """The terms of the vocabulary that start at a place and go to its end or beyond."""
        terms = self.reading.terms[self.field]
        for term in islice(terms, bisect_left(terms, start, key=term_start), None):
            if term.start > start:
                return
            if term.end >= end and not term.compound:
                yield term

    def is_known(self, start: int, end: int) -> bool:
        """Whether the vocabulary has a name for the whole of a place."""
        return next(self.terms_at(start, end), None) is not None

    def is_thing(self, start: int) -> bool:
        """Whether what the vocabulary knows at a place is a method or a dataset."""
        return all(term.kind in ("method", "dataset") for term in self.terms_at(start, start))

    def long_span(self, acronym: Acronym) -> tuple[int, int]:
        start = self.text.find(acronym.long, acronym.start)
        return start, start + len(acronym.long)

    def short_span(self, acronym: Acronym) -> tuple[int, int]:
        long_start, long_end = self.long_span(acronym)
        start = self.text.find(acronym.short, long_end if long_start == acronym.start else acronym.start)
        return start, start + len(acronym.short)


def namer(reading: Reading, field: str) -> Namer:
    """The namer of a field."""
    definitions = {acronym.start: acronym for acronym in reading.acronyms if acronym.field == field}
    return Namer(reading, field, reading.text(field), definitions)


def is_adjective(short: str, long: str) -> bool:
    """ "an ultra-high dimensional (UHD) scheme": capitals that stand for an adjective are no name."""
    return long.islower() and short.replace("-", "").isupper() and ADJECTIVE.search(long) is not None


def term_start(term: Term) -> int:
    return term.start


def is_explained(words: Words, after: int, articles: tuple[str, ...] = ARTICLES) -> bool:
    """Whether ", a ..." or ", which" follows."""
    if after + 1 >= len(words) or words[after][0] not in EXPLAINERS:
        return False
    return words[after + 1][0].lower() in articles


def name_end(words: Words, first: int) -> int:
    """The index behind the run of words in capitals that starts at a word; the same index when none does."""
    index = first
    while index < len(words) and index < first + LONGEST_NAME and is_capital(words[index][0]):
        index += 1
        if index + 1 < len(words) and words[index][0] in ("of", "the") and is_capital(words[index + 1][0]):
            index += 1
    return index


def can_be_name(name: str) -> bool:
    """Whether words in capitals are no field's, no adjective, and more than a size or the number of a task."""
    words = name.split()
    if name in lists()["generic"] or any(word.lower() in lists()["not_names"] for word in words):
        return False
    if SIZE.fullmatch(name):
        return False
    if "-" not in name:
        return True
    if COMPOUND.search(words[-1]):
        return False
    return not any(match[0].islower() for word in words for match in COMPOUND.finditer(word))


def is_capital(word: str) -> bool:
    """Whether a word can be part of a name: a capital, or digits."""
    if not word[0].isalnum() or word.endswith(("'s", "’s")):
        return False
    return word[0].isupper() or is_camel(word) or word.replace(".", "").isdigit()


@lru_cache(maxsize=1 << 14)
def is_camel(word: str) -> bool:
    """Whether a word shows by its letters alone that it is a name."""
    rest = word[1:]
    if rest.islower() and rest.isalpha():
        return False
    return not word.islower() and bool(CAMEL.match(word)) and any(map(str.isupper, word))


def count(name: str, text: str, end: int | None = None) -> int:
    """How often a text has the name as a whole word, up to an end."""
    found, start = 0, text.find(name, 0, end)
    while start >= 0:
        behind = start + len(name)
        found += not (text[start - 1 : start].isalnum() or text[behind : behind + 1].isalnum())
        start = text.find(name, behind, end)
    return found

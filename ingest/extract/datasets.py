"""Datasets and benchmarks: those that the vocabulary knows, those that the paper introduces, and others that the text
calls a dataset ("the X benchmark") or names in one list with known ones ("on CIFAR-10, X and Y").

The role tells whether the paper introduces a dataset, uses it, or only mentions it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from ingest.extract.introductions import introduced_names
from ingest.extract.mention import Tag
from ingest.extract.reading import Reading
from ingest.extract.vocabulary import LOADER, folded

NAME_WORD = re.compile(r"(?:#?\d[\w.-]*|[A-Z][\w+&.’'-]*|[a-z]{1,2}[A-Z][\w+-]*|[a-z]+-?[A-Z]{2,}[\w+-]*)$")
NAME_PART = re.compile(r"[a-z]*[A-Z]+[a-z]*[A-Z]|[A-Za-z]+[a-z]*\d|\d+[A-Z]")  # of a word, between hyphens
WORD = re.compile(r"\S+")
LIST_BEFORE = re.compile(r"(?:, and |, | and )(?:the )?$")
LIST_GAP = re.compile(r"(?:, and |, or | and | or |/| & )(?:the |on )?|, ")
LISTED_BEFORE = re.compile(r"(?<![\w-])([A-Z][\w+.-]*[\w+])(?:, and |, or | and | or |, |/)$")
LIST_REACH = 30  # characters of one name of a list and what follows it
LONGEST_LIST = 8
LIST_NAME = re.compile(r"[A-Z][\w+.-]*[\w+](?: [A-Z0-9][\w+.-]*[\w+])?")
EDGES = ".,;:()[]\"'“”‘’"
REACH = 90  # characters before a noun in which its name starts
LONGEST_NAME = 5  # words
BEFORE, AFTER = 100, 30  # characters around a place that tell its role
SHOUTED = 9  # letters of a word in capitals that is no acronym
ROLES = ("introduced", "used", "mentioned")


@dataclass(frozen=True)
class Cues:
    """The word lists of `dataset_cues.yml`."""

    nouns: dict[str, tuple[str, ...]]  # by the first word
    first_words: frozenset[str]
    between: frozenset[str]
    ordinary: frozenset[str]
    uses: frozenset[str]


@cache
def cues() -> Cues:
    text = (files("ingest") / "vocabulary" / "dataset_cues.yml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=LOADER)
    nouns: dict[str, tuple[str, ...]] = {}
    for noun in data["nouns"]:
        first = noun.split()[0]
        nouns[first] = (*nouns.get(first, ()), noun)
    return Cues(
        nouns=nouns,
        first_words=frozenset(nouns),
        between=frozenset(data["between"]),
        ordinary=frozenset(data["ordinary"]),
        uses=frozenset(data["uses"]),
    )


def extract(reading: Reading) -> Iterator[Tag]:
    """Each dataset once, at its first place, with the strongest role of its places."""
    yield from dataset_tags(reading)


@lru_cache(maxsize=4)  # the modalities ask for the datasets of the same paper again
def dataset_tags(reading: Reading) -> tuple[Tag, ...]:
    """What `extract` yields; spellings that differ in case and separators are one dataset."""
    tags: dict[str, Tag] = {}
    known: dict[str, str] = {}
    for tag in found(reading):
        name = known.setdefault(folded(tag.name).replace(" ", ""), tag.name)
        first = tags.setdefault(name, tag)
        if ROLES.index(tag.role or "mentioned") < ROLES.index(first.role or "mentioned"):
            tags[name] = replace(first, role=tag.role)
    return tuple(tags.values())


def found(reading: Reading) -> Iterator[Tag]:
    """All places of datasets: those of the paper's own, those of the vocabulary, those that cues tell."""
    introductions = introduced_names(reading)
    others = {form for each in introductions if not each.is_data for form in (each.name, *each.forms)}
    others |= {short for short, long in reading.long_forms.items() if long.islower()}
    taken: dict[str, set[int]] = {"title": set(), "abstract": set()}  # the characters that name a dataset
    for each in introductions:
        if each.is_data:
            others.update(each.forms)
            taken[each.field].update(range(each.start, each.end))
            yield Tag(
                field=each.field, start=each.start, end=each.end, name=each.name, rule=each.rule, role="introduced"
            )
    for field, text in reading.paper.texts():
        for start, end, name, rule in candidates(reading, field):
            if text[start:end] not in others and taken[field].isdisjoint(range(start, end)):
                taken[field].update(range(start, end))
                role = role_of(reading, field, start, end)
                yield Tag(field=field, start=start, end=end, name=name, rule=rule, role=role)


def candidates(reading: Reading, field: str) -> Iterator[tuple[int, int, str, str]]:
    """Places of one text with the name and the rule, the vocabulary's first."""
    text, known = reading.text(field), []
    foreign: set[int] = set()  # the characters that name something else
    for term in reading.terms[field]:
        if term.kind == "dataset":
            known.append((term.start, term.end))
            yield term.start, term.end, term.name, "vocabulary"
        else:
            foreign.update(range(term.start, term.end))
    for start, end, rule in (*called(reading, field), *listed(text, known)):
        if not foreign.issuperset(range(start, end)):
            yield start, end, text[start:end], rule


def role_of(reading: Reading, field: str, start: int, end: int) -> str:
    """Used where the words around a place say so, unless the text is not yet about the paper there."""
    sentence = reading.sentence_at(field, start)
    if field == "abstract" and sentence and sentence.number < reading.first_own:
        return "mentioned"
    around = reading.folded[field][max(0, start - BEFORE) : end + AFTER].split()
    return "mentioned" if cues().uses.isdisjoint(around) else "used"


def called(reading: Reading, field: str) -> Iterator[tuple[int, int, str]]:
    """Names before a noun that says dataset: "the DAGPap24 competition", "X (Y) benchmark", "A and B datasets"."""
    text = reading.text(field)
    for position, noun in sorted(noun_places(reading, field)):
        span = name_before(text, position)
        while span and (field == "abstract" or any(map(is_name_like, text[slice(*span)].split()))):
            yield *span, "called-dataset"
            gap = LIST_BEFORE.search(text, max(0, span[0] - 10), span[0])
            span = name_before(text, gap.start(), listed=True) if gap and noun.endswith(("s", "a")) else None


def noun_places(reading: Reading, field: str) -> Iterator[tuple[int, str]]:
    """Where a text has one of the nouns."""
    text = reading.folded[field]
    for first in cues().first_words & reading.words[field]:
        for noun in cues().nouns[first]:
            position = text.find(f" {noun} ")
            while position >= 0:
                yield position, noun
                position = text.find(f" {noun} ", position + len(noun))


def name_before(text: str, position: int, listed: bool = False) -> tuple[int, int] | None:
    """The run of name-like words that ends before a position, over words such as "regression" and "(PVR)"."""
    floor = max(0, position - REACH)
    words = [(match[0], match.start()) for match in WORD.finditer(text, floor, position)]
    if floor and words and not text[floor - 1].isspace():
        words = words[1:]
    while not listed and words and (words[-1][0] in cues().between or re.fullmatch(r"\([\w-]+\)", words[-1][0])):
        words.pop()
    run: list[tuple[str, int]] = []
    while words and len(run) < LONGEST_NAME and is_name_word(words[-1][0], bool(run)):
        run.insert(0, words.pop())
    if any(word[0] in "([" for word, _ in run):
        return None
    while run and run[0][0].strip(EDGES) in cues().ordinary:
        run.pop(0)
    if not run or not is_name([word.strip(EDGES) for word, _ in run], words[-1][0] if words else ""):
        return None
    start = run[0][1] + len(run[0][0]) - len(run[0][0].lstrip(EDGES))
    end = run[-1][1] + len(run[-1][0].rstrip(EDGES))
    return (start, end) if start < end else None


def is_name_word(word: str, inside: bool) -> bool:
    """Whether a word can be of a name; punctuation after it, or before it, is the name's end."""
    if inside and word[-1] in EDGES:
        return False
    plain = word.strip(EDGES)
    return bool(NAME_WORD.match(plain)) and not ("-" in plain and plain.rsplit("-", 1)[-1].islower())


def is_name(words: list[str], before: str) -> bool:
    """Whether words are a name rather than a sentence's start or a language: by capitals, digits, or "the" before."""
    if all(map(is_ordinary, words)):
        return False
    if any(map(is_name_like, words)) or words[-1].strip("#").isdigit():
        return True
    return before.lower() in ("the", "on", "standard", "popular") and words[-1] not in cues().ordinary


def is_name_like(word: str) -> bool:
    """Whether capitals or digits inside of a word make it a name: MuTual, WMT14, TREC-IS, but not Multi-Domain."""
    return not is_ordinary(word) and any(NAME_PART.match(part) for part in re.split("[-–_]", word))


def is_ordinary(word: str) -> bool:
    """Whether a word names no data: it has no letter, or is one of the ordinary ones, or a pair of such."""
    if word in cues().ordinary or not any(map(str.isalpha, word)) or (len(word) > SHOUTED and word.isupper()):
        return True
    return all(part in cues().ordinary for part in re.split("[-–]", word))


def listed(text: str, known: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Names in one list with known ones: those after them, and those before."""
    reached = 0
    for start, end in known:
        for first, last in [] if start < reached else names_before(text, start):
            yield first, last, "listed"
        position = end
        while end >= reached and (gap := LIST_GAP.match(text, position)):
            name = LIST_NAME.match(text, gap.end())
            if not name or not any(map(is_name_like, name[0].split())):
                break
            yield name.start(), name.end(), "listed"
            position = name.end()
        reached = max(reached, position)


def names_before(text: str, start: int) -> list[tuple[int, int]]:
    """The names of a list that stand before a known one, the nearest first."""
    names: list[tuple[int, int]] = []
    while match := LISTED_BEFORE.search(text, max(0, start - LIST_REACH), start):
        if len(names) == LONGEST_LIST or not is_name_like(match[1]):
            break
        names.append(match.span(1))
        start = match.start(1)
    return names

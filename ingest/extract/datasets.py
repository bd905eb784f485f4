"""Datasets and benchmarks: those that the vocabulary knows, those that the paper introduces, and others that the text
calls a dataset ("the X benchmark") or names in one list with known ones ("on CIFAR-10, X and Y").

The role tells whether the paper introduces a dataset, uses it, or only mentions it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from ingest.extract import enumeration
from ingest.extract.folding import folded
from ingest.extract.introductions import introduced_names
from ingest.extract.mention import Tag
from ingest.extract.naming import COMPOUND
from ingest.extract.reading import Reading, once
from ingest.extract.scanning import sought
from ingest.lexicon import load

NAME_WORD = re.compile(r"(?:#?\d[\w.-]*|[A-Z][\w+&.’'-]*|[a-z]{1,2}[A-Z][\w+-]*|[a-z]+-?[A-Z]{2,}[\w+-]*)$")
NAME_PART = re.compile(r"[a-z]*[A-Z]+[a-z]*[A-Z]|[A-Za-z]+[a-z]*\d|\d+[A-Z]")  # of a word, between hyphens
WORD = re.compile(r"\S+")
LIST_BEFORE = re.compile(r"(?:, and |, | and )(?:the )?$")
LIST_REACH = 30  # characters of one name of a list and what follows it
BENCH = re.compile(r"(?<![\w-])[A-Z0-9][\w-]*Bench(?:-[A-Z0-9]\w*)?(?![\w-])")
CITED_NOUN = re.compile(r" (?:Corpus|Corpora|Treebank|Treebanks|Collection|Test Suite)\b(?: v?\d+(?:\.\d+)*\b)?")
EVALUATED = re.compile(r" (?:on|across) (?:both |the |two |three )*(?=[A-Z])")
ENUMERATED = re.compile(r"s(?::|,? (?:such as|including|namely)| \(e\.g\.,?| \() ?(?:the )?(?=[A-Z])")
NUMERALS = "0123456789.,+~"
EVALUATION_REACH = 3  # words before "on" among which one says that something is evaluated
LIST_NAME = re.compile(r"[A-Z][\w+.-]*[\w+](?: [A-Z0-9][\w+.-]*[\w+])?")
EDGES = ".,;:()[]\"'“”‘’"
REACH = 90  # characters before a noun in which its name starts
LONGEST_NAME = 5  # words
MOST_PLAIN = 2  # words of a name without capitals or digits inside, unless its acronym follows
BEFORE, AFTER = 100, 30  # characters around a place that tell its role
SHOUTED = 9  # letters of a word in capitals that is no acronym
ROLES = ("introduced", "used", "mentioned")


@dataclass(frozen=True)
class Cues:
    """The word lists of `dataset_cues.yml`."""

    nouns: tuple[str, ...]
    between: frozenset[str]
    ordinary: frozenset[str]
    uses: frozenset[str]
    campaigns: frozenset[str]  # in lower case, without separators
    campaign: re.Pattern[str]
    evaluations: tuple[str, ...]
    enumerated: tuple[str, ...]
    not_data: tuple[str, ...]


@cache
def cues() -> Cues:
    data: dict[str, Any] = load("dataset_cues")
    return Cues(
        nouns=tuple(data["nouns"]),
        between=frozenset(data["between"]),
        ordinary=frozenset(data["ordinary"]),
        uses=frozenset(data["uses"]),
        campaigns=frozenset(name.lower() for name in data["campaigns"]),
        campaign=campaign_pattern(data["campaigns"]),
        evaluations=tuple(data["evaluations"]),
        enumerated=tuple(data["enumerated"]),
        not_data=tuple(data["not_data"]),
    )


def campaign_pattern(names: list[str]) -> re.Pattern[str]:
    """A campaign of shared tasks with its year, and the number of the task: "#SMM4H 2024 Task 1"."""
    # The check of what stands before comes behind the first letter: a search skips fast to one of some letters.
    listed = "|".join(rf"{name[0]}(?<![\w-].){re.escape(name[1:])}" for name in sorted(names, key=len, reverse=True))
    year = r"(?:[-– ]?(?:at )?[A-Z]+)?[-–’' ]{0,2}(?:20)?[0-3]\d(?![\w.])"
    return re.compile(rf"(?:{listed})(?:@[A-Z]+)?{year}(?: (?:Shared )?[Tt]asks? ?\d+(?: and \d+)?)?")


@sought("data noun")
def data_nouns(_field: str) -> dict[str, str]:
    return {noun: noun for noun in cues().nouns}


@sought("campaign")
def campaign_names(_field: str) -> dict[str, None]:
    return dict.fromkeys(cues().campaigns)


def extract(reading: Reading) -> Iterator[Tag]:
    """Each dataset once, at its first place, with the strongest role of its places."""
    yield from dataset_tags(reading)


@once
def dataset_tags(reading: Reading) -> tuple[Tag, ...]:
    """What `extract` yields; spellings that differ in case and separators are one dataset."""
    tags: dict[str, Tag] = {}
    known: dict[str, str] = {}
    for tag in without_campaigns(list(found(reading))):
        name = known.setdefault(folded(tag.name).replace(" ", ""), tag.name)
        first = tags.setdefault(name, tag)
        if ROLES.index(tag.role or "mentioned") < ROLES.index(first.role or "mentioned"):
            tags[name] = replace(first, role=tag.role)
    return tuple(tags.values())


def without_campaigns(tags: list[Tag]) -> list[Tag]:
    """The tags without the campaigns of which a task is named: "SemEval-2022" beside "SemEval-2022 Task 5"."""
    campaigns = {tag.name.split(" Task")[0] for tag in tags if " Task" in tag.name}
    return [tag for tag in tags if tag.name not in campaigns] if campaigns else tags


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
    for term in reading.terms[field]:
        if term.kind == "dataset":
            known.append((term.start, term.end))
            yield term.start, term.end, term.name, "vocabulary"
    for start, end in campaigns(reading, field):
        yield start, end, text[start:end].replace("Shared Task", "Task"), "shared-task"
    listed = [(*span, "listed") for span in enumeration.beside(text, known, LIST_NAME, has_name)]
    told = [*called(reading, field), *benches(text), *listed, *evaluated(text)]
    foreign = foreign_places(reading, field) if told else frozenset()
    for start, end, rule in told:
        if not foreign.issuperset(range(start, end)) and not (rule == "evaluated" and start in foreign):
            yield start, end, text[start:end], rule


def foreign_places(reading: Reading, field: str) -> frozenset[int]:
    """The characters of a text that name something known that is no dataset."""
    others = (term for term in reading.terms[field] if term.kind != "dataset")
    return frozenset(place for term in others for place in range(term.start, term.end))


def role_of(reading: Reading, field: str, start: int, end: int) -> str:
    """Used where the words around a place say so, unless the text is not yet about the paper there."""
    if field == "title":
        return "used"
    sentence = reading.sentence_at(field, start)
    if sentence and sentence.number < reading.first_own:
        return "mentioned"
    around = reading.folded[field][max(0, start - BEFORE) : end + AFTER].split()
    return "mentioned" if cues().uses.isdisjoint(around) else "used"


def campaigns(reading: Reading, field: str) -> Iterator[tuple[int, int]]:
    """Shared tasks by their campaign and year."""
    if reading.hits[field]["campaign"] and " 20" in reading.folded[field]:
        for match in cues().campaign.finditer(reading.text(field)):
            yield match.span()


def benches(text: str) -> Iterator[tuple[int, int, str]]:
    """Names that end as those of benchmarks do."""
    if "Bench" in text:
        for match in BENCH.finditer(text):
            yield *match.span(), "bench-name"


def called(reading: Reading, field: str) -> Iterator[tuple[int, int, str]]:
    """Names before a noun that says dataset: "the DAGPap24 competition", "X (Y) benchmark", "A and B datasets"."""
    text = reading.text(field)
    for position, noun in noun_places(reading, field):
        span = name_before(text, position)
        while span and (field == "abstract" or has_name(text[slice(*span)])):
            yield span[0], noun_end(text, span[1]), "called-dataset"
            gap = LIST_BEFORE.search(text, max(0, span[0] - 10), span[0])
            span = name_before(text, gap.start(), listed=True) if gap and noun.endswith(("s", "a")) else None


def noun_end(text: str, end: int) -> int:
    """The end of a name with the noun, and the version, that are a part of it: "Penn Discourse Treebank 3.0"."""
    noun = CITED_NOUN.match(text, end)
    return noun.end() if noun else end


def noun_places(reading: Reading, field: str) -> list[tuple[int, str]]:
    """Where a text has one of the nouns, in order."""
    return sorted([(last - len(noun) - 1, noun) for last, noun in reading.hits[field]["data noun"]])


def name_before(text: str, position: int, listed: bool = False) -> tuple[int, int] | None:
    """The run of name-like words that ends before a position, over words such as "regression" and "(PVR)"."""
    floor = max(0, position - REACH)
    last = text[floor:position].rsplit(None, 1)[-1:]
    if not last or not (is_name_word(last[0], False) or last[0] in cues().between or last[0][0] == "("):
        return None
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
    if not run:
        return None
    start = run[0][1] + len(run[0][0]) - len(run[0][0].lstrip(EDGES))
    end = run[-1][1] + len(run[-1][0].rstrip(EDGES))
    before = words[-1][0] if words and (len(run) <= MOST_PLAIN or text.startswith(" (", end)) else ""
    return (start, end) if start < end and is_name([word.strip(EDGES) for word, _ in run], before) else None


@lru_cache(maxsize=1 << 14)
def is_name_word(word: str, inside: bool) -> bool:
    """Whether a word can be of a name; punctuation after it, or before it, is the name's end."""
    if inside and word[-1] in EDGES:
        return False
    plain = word.strip(EDGES)
    return (
        bool(NAME_WORD.match(plain))
        and not plain.endswith("-")
        and not ("-" in plain and plain.rsplit("-", 1)[-1].islower())
    )


def is_name(words: list[str], before: str) -> bool:
    """Whether words are a name rather than a sentence's start or a language: by capitals, digits, or "the" before."""
    if all(map(is_ordinary, words)):
        return False
    if any(map(is_name_like, words)):
        return True
    if words[-1].strip("#").isdigit():
        return before.lower() not in ("for", "of", "in")  # "Social Media Mining for Health 2024"
    return before.lower() in ("the", "on", "standard", "popular") and words[-1] not in cues().ordinary


def is_name_like(word: str) -> bool:
    """Whether capitals or digits inside of a word make it a name: MuTual, WMT14, TREC-IS, but not Multi-Domain."""
    return not is_ordinary(word) and any(NAME_PART.match(part) for part in re.split("[-–_]", word))


def has_name(words: str) -> bool:
    """Whether one of some words is like a name."""
    return any(map(is_name_like, words.split()))


@lru_cache(maxsize=1 << 14)
def is_ordinary(word: str) -> bool:
    """Whether a word names no data: it has no letter, or is one of the ordinary ones, or a pair of such."""
    if word in cues().ordinary or not any(map(str.isalpha, word)) or (len(word) > SHOUTED and word.isupper()):
        return True
    return all(part in cues().ordinary for part in re.split("[-–]", word))


def evaluated(text: str) -> Iterator[tuple[int, int, str]]:
    """Names that a text evaluates on, or lists behind "datasets": "Experiments on A and B", "benchmarks (A, B)"."""
    for cue in EVALUATED.finditer(text):
        if is_behind(text, cue.start(), EVALUATION_REACH, cues().evaluations):
            yield from named_from(text, cue.end())
    for cue in ENUMERATED.finditer(text):
        if is_behind(text, cue.start(), 1, cues().enumerated):
            yield from named_from(text, cue.end())


def is_behind(text: str, position: int, reach: int, stems: tuple[str, ...]) -> bool:
    """Whether one of the last words before a position starts with one of the stems."""
    before = text[max(0, position - LIST_REACH) : position].lower().split()[-reach:]
    return any(word.lstrip(NUMERALS).startswith(stems) for word in before)


def named_from(text: str, position: int) -> Iterator[tuple[int, int, str]]:
    """The names of a list that starts at a position."""
    for _ in range(enumeration.LONGEST):
        name = LIST_NAME.match(text, position)
        if not name or not has_name(name[0]) or COMPOUND.search(name[0]):
            return
        following = text[name.end() : name.end() + LIST_REACH].lower().split()
        if any(word.strip(EDGES).startswith(cues().not_data) for word in following[:2]):
            return
        yield name.start(), name.end(), "evaluated"
        gap = enumeration.GAP.match(text, name.end())
        if not gap:
            return
        position = gap.end()

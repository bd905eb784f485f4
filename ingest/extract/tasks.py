"""Tasks: the problems that a paper works on or evaluates on.

The vocabulary knows most of them; a phrase of a title that ends as names of tasks do ("for Crop Yield Prediction")
is one too. What a text mentions is not yet what it works on: the places that name a task are weighed, by where they
stand, by what stands beside them and by their number, and a task in passing is left out.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from operator import itemgetter
from typing import Any, NamedTuple

from ingest.extract.folding import folded
from ingest.extract.introductions import introduced_names
from ingest.extract.mention import Tag
from ingest.extract.reading import Reading, Sentence, once, term_start
from ingest.extract.scanning import sought
from ingest.extract.vocabulary import Term
from ingest.lexicon import load

COORDINATION = re.compile(r"([\w-]+)(?:,? and|,? or|/) ?$")
COORDINATION_REACH = 30
COORDINATORS = (" and ", " or ", "/")
MEANS_REACH = 3  # words
NEIGHBOURHOOD = 40  # characters beside a place
TOKEN = re.compile(r"\w[\w'’/+-]*|[^\w\s]")
WORD = re.compile(r"\w[\w-]*\w")
WORKS_FOR = ("of", "for", "to")  # behind one of the "workers"
MOST_MODIFIERS = 4
LONGEST_OBJECT = 5  # words of what a title says to be detected
SINGULAR = re.compile(r"(?:(?<=[xh])es|(?<=[^sui])(?<!bia)s)$")
LONGEST_TITLE = 500  # characters of a title that are read for phrases
ENOUGH, LEAST = 1, 0  # a paper without a task of enough weight gets its best ones
TITLE, OWN_PART, OWN_SENTENCE, EVALUATED, NAMED, REPEATED, AIM = 4, 1, 1, 1, 1, 1, 2
PARADIGM, GENERIC, INSTRUMENT, PIECE, MEANS = -2, -2, -2, -2, -4

Evidence = tuple[int, str]  # a weight, and the rule that says most


class Place(NamedTuple):
    """Where a text names a task."""

    field: str
    start: int
    end: int
    rule: str = "vocabulary"


@dataclass(frozen=True)
class Cues:
    """The word lists of `task_cues.yml`."""

    words: dict[str, frozenset[str]]
    adjectives: dict[str, str]
    adjective_endings: frozenset[str]  # their last parts
    deeds: dict[str, str]  # verbs, and their nouns, to the nouns
    endings: frozenset[str]  # the last parts of the heads

    def has(self, kind: str, word: str) -> bool:
        return word.casefold() in self.words[kind]


@cache
def cues() -> Cues:
    data: dict[str, list[Any]] = load("task_cues")
    adjectives = {word: name for pair in data.pop("adjectives") for word, name in pair.items()}
    deeds = {word: noun for pair in data.pop("deeds") for verb, noun in pair.items() for word in (verb, noun)}
    endings = frozenset(head.rsplit("-", 1)[-1] for head in data["heads"])
    words = {kind: frozenset(str(word).casefold() for word in listed) for kind, listed in data.items()}
    adjective_endings = frozenset(word.rsplit("-", 1)[-1] for word in adjectives)
    return Cues(words, adjectives, adjective_endings, deeds, endings)


@sought("task head")
def head_words(_field: str) -> dict[str, None]:
    return dict.fromkeys(cues().endings)


@sought("task call")
def calling_words(_field: str) -> dict[str, None]:
    """What `is_called_task` asks for."""
    workers = (f"{worker} {preposition}" for worker in cues().words["workers"] for preposition in WORKS_FOR)
    return dict.fromkeys(("task", "tasks", *workers))


def extract(reading: Reading) -> Iterator[Tag]:
    """Each task that the paper works on once, where it names it first."""
    yield from task_tags(reading)


@once
def task_tags(reading: Reading) -> tuple[Tag, ...]:
    """The tasks of enough weight; a general one only where no other task says the same more precisely."""
    tags = []
    places = named(reading)
    settings: dict[int, Evidence] = {}  # by the number of the sentence
    kept = {name: strongest(reading, name, found, settings) for name, found in places.items()}
    enough = min(ENOUGH, max((weight for weight, _ in kept.values()), default=0))
    names = [name for name, (weight, _) in kept.items() if weight >= max(enough, LEAST)]
    for name in names:
        if is_part(name, names, places):
            continue
        place, rule = places[name][0], kept[name][1]
        tags.append(Tag(field=place.field, start=place.start, end=place.end, name=name, rule=rule))
    return tuple(tags)


def is_part(name: str, names: list[str], places: dict[str, list[Place]]) -> bool:
    """Whether another task says the same more precisely: for a general one any that is named, else one that counts."""
    if cues().has("generic", name):
        return any(other != name and other.endswith(f" {name}") for other in places)
    if places[name][0].field == "title":
        return False
    return any(other != name and f" {name} " in f" {other} " for other in names)


def named(reading: Reading) -> dict[str, list[Place]]:
    """By canonical name, the places of the vocabulary's tasks and of what the title names besides, in order."""
    places: dict[str, list[Place]] = {}
    specific: set[int] = set()  # the title's characters that name a task
    generic: set[int] = set()
    for field, terms in reading.terms.items():
        for term in terms:
            if term.kind == "task":
                places.setdefault(term.name, []).append(Place(field, term.start, term.end))
                for name, place in coordinated(reading, field, term):
                    places.setdefault(name, []).append(place)
                if field == "title":
                    covered = generic if cues().has("generic", term.name) else specific
                    covered.update(range(term.start, term.end))
    for name, place in (*title_phrases(reading), *title_deeds(reading)):
        if specific.isdisjoint(range(place.start, place.end)):
            generic.update(range(place.start, place.end))
            places.setdefault(name, []).append(place)
    for name, place in abstract_phrases(reading):
        places.setdefault(name, []).append(place)
    for name, place in title_adjectives(reading):
        if place.start not in specific and place.start not in generic:
            places.setdefault(name, []).insert(0, place)
    return places


def title_adjectives(reading: Reading) -> Iterator[tuple[str, Place]]:
    """Words of the title that name a way of learning: "Zero-Shot", whatever follows."""
    if cues().adjective_endings.isdisjoint(reading.title_words):
        return
    for word in WORD.finditer(reading.paper.title[:LONGEST_TITLE]):
        name = cues().adjectives.get(word[0].lower())
        if name:
            yield name, Place("title", word.start(), word.end(), "title-adjective")


def coordinated(reading: Reading, field: str, term: Term) -> Iterator[tuple[str, Place]]:
    """ "semantic and instance segmentation" names two tasks: the first without its head noun."""
    text = reading.text(field)
    if not text.endswith(COORDINATORS, 0, term.start):
        return
    before = COORDINATION.search(text, max(0, term.start - COORDINATION_REACH), term.start)
    head = text[term.start : term.end].rsplit(" ", 1)[-1] if before else ""
    if before and not before[1][-1].isupper() and " " in text[term.start : term.end]:
        name = reading.known.name_of("task", f"{before[1]} {head}")
        if name and name != term.name:
            yield name, Place(field, before.start(1), term.end, "coordination")


def canonical(phrase: str) -> str:
    """A phrase in lower case, but for its acronyms."""
    words = phrase.split()
    return " ".join(word if "-" not in word and sum(map(str.isupper, word)) > 1 else word.lower() for word in words)


def named_as(reading: Reading, phrase: str) -> str:
    """The task that a phrase names: the paper's own acronyms in it mean what the paper says."""
    spelled = " ".join(reading.long_forms.get(word, word) for word in phrase.split())
    return reading.known.name_of("task", spelled) or canonical(spelled)


def setting_of(reading: Reading, sentence: Sentence) -> Evidence:
    """What a sentence gives to all tasks in it: by its place, its subject, and what it reports."""
    if sentence.number < reading.first_own:
        return 0, "mentioned"
    weight, rule = OWN_PART, "own-part"
    if reading.is_own(sentence):
        weight, rule = weight + OWN_SENTENCE, "studied"
    if not cues().words["evaluation"].isdisjoint(reading.words_in(sentence)):
        weight, rule = weight + EVALUATED, "evaluated"
    return weight, rule


def strongest(reading: Reading, name: str, places: list[Place], settings: dict[int, Evidence]) -> Evidence:
    """How much speaks for a task that the paper names at these places, and the rule that says most."""
    weight, rule = max((weigh(reading, place, settings) for place in places), key=itemgetter(0))
    if weight > 0:  # what is only background stays so
        weight += min(2, len(places) - 1) * REPEATED
    paradigm, generic = is_paradigm(name) or is_method(reading, places[0]), cues().has("generic", name)
    if paradigm:
        weight += PARADIGM
    if generic:
        weight += GENERIC
    if places[0].field == "title" and is_means(reading, places[0], paradigm or generic):
        weight += MEANS
    return weight, rule


def is_method(reading: Reading, place: Place) -> bool:
    """Whether the vocabulary has the words as a method too."""
    terms = reading.terms[place.field]
    first = bisect_left(terms, place.start, key=term_start)
    same = takewhile(lambda term: term.start == place.start, terms[first:])
    return any(term.kind == "method" and term.end == place.end for term in same)


def is_means(reading: Reading, place: Place, is_loose: bool) -> bool:
    """Whether a title names a task as what it uses: "using X", "X-based", and when `is_loose` "with its X"."""
    title = reading.folded["title"]
    before = title[max(0, place.start - NEIGHBOURHOOD) : place.start + 1].split()
    if before[-1:] in (["using"], ["via"], ["through"], ["by"]):
        return True
    if is_loose and not cues().words["instruments"].isdisjoint(before[-MEANS_REACH:]):
        return True
    return title.startswith(" based ", place.end + 1)


def is_paradigm(name: str) -> bool:
    """Whether a task is a way of learning, which a paper may use without working on it."""
    return cues().has("paradigms", name) or cues().has("paradigm_heads", name.rsplit(" ", 1)[-1])


def weigh(reading: Reading, place: Place, settings: dict[int, Evidence]) -> Evidence:
    """The weight of one place, and the rule that gives it."""
    if place.field == "title":
        return TITLE, "title" if place.rule == "vocabulary" else place.rule
    sentence = reading.sentence_at("abstract", place.start)
    if sentence is None:
        return 0, place.rule
    if sentence.number not in settings:
        settings[sentence.number] = setting_of(reading, sentence)
    weight, rule = settings[sentence.number]
    return weight + beside(reading, place, sentence), rule


def beside(reading: Reading, place: Place, sentence: Sentence) -> int:
    """What the words before and after a place in the abstract add to its weight."""
    text, weight, is_late = reading.paper.abstract, 0, sentence.number >= reading.first_own
    before = text[max(sentence.start, place.start - NEIGHBOURHOOD) : place.start].split()
    after = reading.folded["abstract"][place.end + 1 : place.end + NEIGHBOURHOOD].split(None, 1)
    if after and after[0] in cues().words["uses"]:
        weight += INSTRUMENT
    elif is_late and before and cues().has("aims", before[-1]):
        weight += AIM
    if is_late and after and after[0] in cues().words["nouns"]:
        weight += NAMED
    if len(before) > 1 and before[-1][0].isupper() and text[place.start].isupper():
        weight += PIECE
    if before and (cues().has("instruments", before[-1]) or is_basis(before)):
        weight += INSTRUMENT
    return weight


def is_basis(before: list[str]) -> bool:
    """Whether the words before a place end as in "based on"."""
    return len(before) > 1 and before[-1] in ("on", "upon", "to", "for") and cues().has("bases", before[-2])


def title_phrases(reading: Reading) -> Iterator[tuple[str, Place]]:
    """Phrases of the title that end as names of tasks do, behind a word that says that the paper is for them."""
    title = reading.paper.title[:LONGEST_TITLE]
    if cues().endings.isdisjoint(reading.title_words):
        return
    tokens = list(TOKEN.finditer(title))
    accepted: set[int] = set()
    for index, token in enumerate(tokens):
        if not is_head(token[0]) or not ends_phrase(tokens, index):
            continue
        whole, first = phrase_start(tokens, index)
        before = tokens[whole - 1][0].casefold() if whole else ""
        phrase = title[tokens[first].start() : token.end()]
        if (first == index and "-" not in token[0]) or cues().has("fields", phrase) or is_own_name(phrase, reading):
            continue
        leading = not whole and not is_paradigm(phrase.lower()) and not tokens[first][0].endswith("ing")
        joined = before in ("and", ",", "&") and whole - 2 in accepted
        repeated = not cues().has("instruments", before) and folded(phrase) in reading.folded["abstract"]
        bounded = index - whole < MOST_MODIFIERS and not cues().has("instruments", before)
        general = bounded and cues().has("generic", token[0]) and not title.startswith(" of ", token.end())
        purpose = cues().has("purposes", before) and not is_basis([token[0] for token in tokens[:whole]])
        if leading or joined or repeated or general or purpose:
            accepted.add(index)
            yield named_as(reading, phrase), Place("title", tokens[first].start(), token.end(), "title-phrase")


def title_deeds(reading: Reading) -> Iterator[tuple[str, Place]]:
    """What a title says to be done, as a task: "Detecting Racial Hoaxes", "Identification of Informative Tweets"."""
    if cues().deeds.keys().isdisjoint(reading.title_words):
        return
    tokens = list(TOKEN.finditer(reading.paper.title[:LONGEST_TITLE]))
    for index, token in enumerate(tokens):
        deed = cues().deeds.get(token[0].casefold())
        if not deed or (index and cues().has("instruments", tokens[index - 1][0])):
            continue
        first = index + 1
        if token[0].casefold() == deed:
            if first == len(tokens) or tokens[first][0] != "of":
                continue
            first += 1
        last = object_end(tokens, first)
        if first < last:
            things = canonical(reading.paper.title[tokens[first].start() : tokens[last - 1].end()])
            name = f"{SINGULAR.sub('', things)} {deed}"
            place = Place("title", token.start(), tokens[last - 1].end(), "title-deed")
            yield reading.known.name_of("task", name) or name, place


def object_end(tokens: list[re.Match[str]], first: int) -> int:
    """The end of the noun phrase that starts at a token of a title."""
    last = first
    while last < len(tokens) and tokens[last][0][0].isalnum() and not cues().has("stops", tokens[last][0]):
        last += 1
    return last if last - first <= LONGEST_OBJECT else first


def ends_phrase(tokens: list[re.Match[str]], index: int) -> bool:
    """Whether no noun goes on after the head: "Detection Model" is no task."""
    if index + 1 == len(tokens):
        return True
    following = tokens[index + 1][0]
    return not following[0].isalnum() or any(cues().has(kind, following) for kind in ("stops", "nouns"))


def phrase_start(tokens: list[re.Match[str]], index: int) -> tuple[int, int]:
    """Back over the modifiers of a head noun, and from there forward again over mere praise."""
    first = index
    while first and index - first < MOST_MODIFIERS:
        before = tokens[first - 1][0]
        if not before[0].isalnum() or cues().has("stops", before):
            break
        first -= 1
    whole = first
    while first < index and cues().has("praise", tokens[first][0]):
        first += 1
    return whole, first


def is_own_name(phrase: str, reading: Reading) -> bool:
    """Whether a phrase is a name of the paper's own."""
    own = {form.casefold() for introduction in introduced_names(reading) for form in introduction.forms}
    return phrase.casefold() in own


def is_head(word: str) -> bool:
    """Whether a word ends names of tasks: "parsing", "Self-Verification"."""
    return cues().has("heads", word.casefold().removeprefix("self-"))


def abstract_phrases(reading: Reading) -> Iterator[tuple[str, Place]]:
    """Phrases that end as names of tasks do, and that the abstract calls one: "the task of X", "a model for X"."""
    for sentence in reading.sentences["abstract"][reading.first_own :]:
        if reading.has_hit(sentence, "task head") and reading.has_hit(sentence, "task call"):
            yield from sentence_phrases(reading, sentence)


def sentence_phrases(reading: Reading, sentence: Sentence) -> Iterator[tuple[str, Place]]:
    """Those of one sentence of the abstract."""
    text = reading.paper.abstract
    known = {place for term in reading.terms_in(sentence, "task") for place in range(term.start, term.end)}
    tokens, heads = list(TOKEN.finditer(text, sentence.start, sentence.end)), cues().words["heads"]
    for index, token in enumerate(tokens):
        if token[0].casefold() not in heads or token.start() in known or not ends_phrase(tokens, index):
            continue
        whole, first = phrase_start(tokens, index)
        phrase = text[tokens[first].start() : token.end()]
        if first == index or any(map(str.isdigit, phrase)) or is_paradigm(phrase.lower()):
            continue
        if is_called_task(tokens, whole, index):
            place = Place("abstract", tokens[first].start(), token.end(), "abstract-phrase")
            yield named_as(reading, phrase), place


def is_called_task(tokens: list[re.Match[str]], first: int, last: int) -> bool:
    """Whether the words beside a phrase call it a task: "X task", "the task of X", "a tool for X"."""
    if last + 1 < len(tokens) and tokens[last + 1][0] in ("task", "tasks"):
        return True
    before = [token[0].casefold() for token in tokens[max(0, first - 2) : first]]
    return len(before) == 2 and before[0] in cues().words["workers"] and before[1] in WORKS_FOR

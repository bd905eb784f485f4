"""Where a text may name a task: the vocabulary's names, and phrases that end as names of tasks do.

All that could name a problem is found here; whether the paper works on it is for `task_evidence` to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Any, NamedTuple

from ingest.extract.introductions import introduced_names
from ingest.extract.reading import Reading
from ingest.extract.scanning import sought
from ingest.extract.vocabulary import Term
from ingest.lexicon import load

COORDINATION = re.compile(r"((?:[\w-]+ )?[\w-]+)(?:,? and|,? or|/) ?$")
COORDINATION_REACH = 40
GLUED = re.compile(r"[(―—]")  # what no name goes on behind, though no space is there
COORDINATORS = (" and ", " or ", "/")
TOKEN = re.compile(r"\w[\w'’/+-]*|[^\w\s]")
WORD = re.compile(r"\w[\w-]*\w")
ACRONYM = re.compile(r"\([A-Z][\w-]{1,8}\)")  # "emotion (ME) detection"
LONGEST_WORD = 25  # characters behind a head that are read
CLOSERS = ",.;:!?)]}\"'”’`"
OPENERS = "([{\"'“‘`"
NUMBER = re.compile(r"\d(?!D\b|D[oO]F)")  # 3D and 6DoF stand in names of tasks
PLURAL = re.compile(r"[^siu]s$(?<!ics)(?<!bias)(?<!gas)(?<!lens)(?<!news)(?<!sports)(?<!series)(?<!emotions)")
ADVERB = re.compile(r"ly$(?<!weakly)(?<!fully)(?<!semantically)(?<!anomaly)(?<!assembly)(?<!family)(?<!early)")
MOST = 200  # names in one text: no abstract has as many
MOST_MODIFIERS = 4
LONGEST_MODIFIERS = 80  # characters
LONGEST_OBJECT = 5  # words of what a title says to be detected
ONE_OF_MANY = (
    ("movies", "movie"),
    ("news", "news"),
    ("biases", "bias"),
    ("ies", "y"),
    ("xes", "x"),
    ("ches", "ch"),
    ("shes", "sh"),
)
NO_PLURAL = re.compile(r"[sui]s$|bias$")
NOUN = re.compile(r"(?:ness|ment|tion|sion|ance|ence|ity|cy)$")
LONGEST_TITLE = 500  # characters of a title that are read for phrases


class Place(NamedTuple):
    """Where a text names a task, and how: `vocabulary`, `coordination`, `phrase`, `deed` or `adjective`."""

    field: str
    start: int
    end: int
    how: str = "vocabulary"


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
    endings = frozenset(head.rsplit("-", 1)[-1] for head in (*data["heads"], *data["loose_heads"]))
    words = {kind: frozenset(str(word).casefold() for word in listed) for kind, listed in data.items()}
    words["breaks"] |= words["stops"] | frozenset(load("introductions")["agent_verbs"])
    adjective_endings = frozenset(word.rsplit("-", 1)[-1] for word in adjectives)
    return Cues(words, adjectives, adjective_endings, deeds, endings)


@sought("task head")
def head_words(_field: str) -> dict[str, None]:
    return dict.fromkeys(cues().endings)


def named(reading: Reading) -> dict[str, list[Place]]:
    """By canonical name, the places that may name a task, in the order of the text, the title first."""
    places: dict[str, list[Place]] = {}
    covered: dict[str, set[int]] = {"title": set(), "abstract": set()}  # characters that name a task already
    for field, terms in reading.terms.items():
        data = {(term.start, term.end) for term in terms if term.kind == "dataset"}
        for term in terms:
            if term.kind == "task" and (term.start, term.end) not in data:  # TextVQA is no task
                covered[field].update(range(term.start, term.end))
                places.setdefault(term.name, []).append(Place(field, term.start, term.end))
                for name, place in coordinated(reading, field, term):
                    places.setdefault(name, []).append(place)
    for name, place in (*phrases(reading, "title", covered["title"]), *title_deeds(reading)):
        covered["title"].update(range(place.start, place.end))
        places.setdefault(name, []).append(place)
    for name, place in phrases(reading, "abstract", covered["abstract"]):
        places.setdefault(name, []).append(place)
    for name, place in title_adjectives(reading):
        if place.start not in covered["title"]:
            places.setdefault(name, []).append(place)
    few = islice(places.items(), MOST)
    return {name: sorted(found, key=in_order) if len(found) > 1 else found for name, found in few}


def in_order(place: Place) -> tuple[bool, int]:
    return place.field != "title", place.start


def coordinated(reading: Reading, field: str, term: Term) -> Iterator[tuple[str, Place]]:
    """ "semantic and instance segmentation" names two tasks: the first without its head noun."""
    text = reading.text(field)
    if not text.endswith(COORDINATORS, 0, term.start):
        return
    before = COORDINATION.search(text, max(0, term.start - COORDINATION_REACH), term.start)
    head = text[term.start : term.end].rsplit(" ", 1)[-1] if before else ""
    if before and not before[1][-1].isupper() and " " in text[term.start : term.end]:
        for words in (before[1], before[1].rsplit(" ", 1)[-1]):  # "offensive language and hate speech detection"
            name = reading.known.name_of("task", f"{words} {head}")
            if name and name != term.name:
                yield name, Place(field, before.end(1) - len(words), term.end, "coordination")
                break


def title_adjectives(reading: Reading) -> Iterator[tuple[str, Place]]:
    """Words of the title that name a way of learning: "Zero-Shot", whatever follows."""
    if cues().adjective_endings.isdisjoint(reading.title_words):
        return
    for word in WORD.finditer(reading.paper.title[:LONGEST_TITLE]):
        name = cues().adjectives.get(word[0].lower())
        if name:
            yield name, Place("title", word.start(), word.end(), "adjective")


def phrases(reading: Reading, field: str, covered: set[int]) -> Iterator[tuple[str, Place]]:
    """Phrases that end as names of tasks do, where the vocabulary names none."""
    text = reading.text(field)
    for last, _ in reading.hits[field]["task head"]:
        end = last - 1
        if end - 1 in covered or not ends_phrase(text, end):
            continue
        sentence = reading.sentence_at(field, end - 1)
        if sentence is None or (field == "abstract" and sentence.number < reading.first_own):
            continue  # what is unknown and told of others' work is none of the paper's tasks
        start = phrase_start(text, max(sentence.start, end - LONGEST_MODIFIERS), end)
        if start is None:
            continue
        phrase = " ".join(word for word in text[start:end].split(" ") if not ACRONYM.fullmatch(word))
        if NUMBER.search(phrase) or cues().has("fields", phrase) or is_own_name(phrase, reading):
            continue
        yield named_as(reading, phrase), Place(field, start, end, "phrase")


def ends_phrase(text: str, end: int) -> bool:
    """Whether no noun goes on after the head: "Detection Model" is no task."""
    if text[end : end + 1] != " ":
        return text[end : end + 1] not in ("-", "/", "'", "’")
    behind = text[end + 1 : end + LONGEST_WORD].split(" ", 1)[0].rstrip(CLOSERS)
    return is_break(behind) or cues().has("nouns", behind)


def phrase_start(text: str, first: int, end: int) -> int | None:
    """Back over the modifiers of a head noun, and forward again over mere praise; None for a head alone."""
    words = text[first:end].split(" ")
    head = words.pop().lstrip(OPENERS)
    if not is_head(head):
        return None
    start = end - len(head)  # where the phrase starts so far
    if words and ACRONYM.fullmatch(words[-1]):
        start -= len(words.pop()) + 1
    modifiers: list[str] = []
    while words and len(modifiers) < MOST_MODIFIERS and text[start - 1 : start] == " ":
        word = words.pop().lstrip(OPENERS)
        if is_break(word):
            break
        start -= len(word) + 1
        modifiers.append(word)
    while modifiers and cues().has("praise", modifiers[-1]):
        start += len(modifiers.pop()) + 1
    return start if modifiers or "-" in head else None


@lru_cache(maxsize=1 << 14)
def is_break(word: str) -> bool:
    """Whether a word can be no part of a noun phrase: it ends in a mark, or is a verb, an adverb, a plural."""
    if not word or not word[-1].isalnum() or GLUED.search(word) or cues().has("breaks", word):
        return True
    return word.islower() and len(word) > 3 and bool(PLURAL.search(word) or ADVERB.search(word))


@lru_cache(maxsize=1 << 12)
def is_head(word: str) -> bool:
    """Whether a word ends names of tasks: "parsing", "Self-Verification"."""
    head = word.casefold().removeprefix("self-")
    return cues().has("heads", head) or cues().has("loose_heads", head)


def is_own_name(phrase: str, reading: Reading) -> bool:
    """Whether a phrase is a name of the paper's own."""
    own = {form.casefold() for introduction in introduced_names(reading) for form in introduction.forms}
    return phrase.casefold() in own


def canonical(phrase: str) -> str:
    """A phrase in lower case, but for its acronyms."""
    words = phrase.split()
    return " ".join(word if "-" not in word and sum(map(str.isupper, word)) > 1 else word.lower() for word in words)


def named_as(reading: Reading, phrase: str) -> str:
    """The task that a phrase names: the paper's own acronyms in it mean what the paper says."""
    spelled = " ".join(reading.long_forms.get(word, word) for word in phrase.split())
    return reading.known.name_of("task", spelled) or canonical(spelled)


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
            if first == len(tokens) or tokens[first][0] != "of" or (index and NOUN.search(tokens[index - 1][0])):
                continue  # "accuracy estimation of graphs" is no "graph estimation"
            first += 1
        last = object_end(tokens, first)
        if first < last < len(tokens) and tokens[last][0] == "of" and cues().has("light", tokens[last - 1][0]):
            first, last = last + 1, object_end(tokens, last + 1)
        if first < last:
            things = canonical(reading.paper.title[tokens[first].start() : tokens[last - 1].end()])
            name = f"{singular(things)} {deed}"
            place = Place("title", token.start(), tokens[last - 1].end(), "deed")
            yield reading.known.name_of("task", name) or name, place


def singular(things: str) -> str:
    """A phrase whose last word is one of them: "fake news", "racial bias", "trajectory"."""
    for ending, one in ONE_OF_MANY:
        if things.endswith(ending):
            return things.removesuffix(ending) + one
    return things if NO_PLURAL.search(things) else things.removesuffix("s")


def object_end(tokens: list[re.Match[str]], first: int) -> int:
    """The end of the noun phrase that starts at a token of a title."""
    last = first
    while last < len(tokens) and tokens[last][0][0].isalnum() and not cues().has("stops", tokens[last][0]):
        last += 1
    return last if last - first <= LONGEST_OBJECT else first


def is_paradigm(name: str) -> bool:
    """Whether a task is a way of learning, which a paper may use without working on it."""
    return cues().has("paradigms", name) or cues().has("paradigm_heads", name.rsplit(" ", 1)[-1])

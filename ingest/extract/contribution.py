"""The main contribution of a paper: method, theory, empirical, resource, survey, system or position.

Each kind gathers points from the phrases of the title and the abstract (`vocabulary/contribution.yml`) and from the
names that the paper introduces; the kind with the most points is the paper's. One automaton finds all phrases in one
pass over the folded text.
"""

from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, NamedTuple

import ahocorasick
import yaml

from ingest.extract.introductions import introduced_names
from ingest.extract.reading import Reading
from ingest.extract.vocabulary import LOADER

OWN_NAME = 2  # points for a name that the title introduces, or for a dataset's name
OBJECT_REACH = 90  # characters from a verb to its object
SUBJECT_REACH = 24  # characters from a subject to its verb
FARTHEST = 5_000  # characters of a text that are read for it


class Rule(NamedTuple):
    """What a find is worth, for which kind, up to which number, and what it has to fulfil."""

    kind: str
    points: int
    most: int
    own: bool
    objects: bool


class Use(NamedTuple):
    """What a phrase does: it counts for a rule, or is an object that the rule's verbs wait for."""

    rule: int
    is_object: bool
    at_start: bool
    at_end: bool


class Cues(NamedTuple):
    """The rules, what each kind starts with, and an automaton of their phrases for each field."""

    rules: tuple[Rule, ...]
    start: dict[str, int]
    subjects: frozenset[str]
    automata: dict[str, Any]


@cache
def cues() -> Cues:
    """The file, its phrases written out."""
    text = (files("ingest") / "vocabulary" / "contribution.yml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=LOADER)
    rules: list[Rule] = []
    uses: dict[str, dict[str, list[Use]]] = {"title": {}, "abstract": {}}
    for kind, entry in data["kinds"].items():
        for rule in entry["rules"]:
            number = len(rules)
            rules.append(Rule(kind, rule["points"], rule["most"], bool(rule.get("own")), "object" in rule))
            for phrases, is_object in ((rule["phrases"], False), (rule.get("object", ()), True)):
                for phrase in (each for pattern in phrases for each in written_out(str(pattern))):
                    use = Use(number, is_object, phrase.startswith("^"), phrase.endswith(" $"))
                    uses[rule["in"]].setdefault(phrase.lstrip("^").removesuffix(" $"), []).append(use)
    return Cues(
        rules=tuple(rules),
        start={kind: entry["start"] for kind, entry in data["kinds"].items()},
        subjects=frozenset(data["subjects"]),
        automata={field: automaton(phrases) for field, phrases in uses.items()},
    )


def written_out(pattern: str) -> list[str]:
    """The phrases that a pattern stands for: "our|this method" is "our method" and "this method"."""
    return [" ".join(words) for words in product(*(word.split("|") for word in pattern.split()))]


def automaton(phrases: dict[str, list[Use]]) -> Any:
    built = ahocorasick.Automaton()
    for phrase, uses in phrases.items():
        built.add_word(f" {phrase} ", (phrase, tuple(uses)))
    built.make_automaton()
    return built


def extract(reading: Reading) -> str:
    """The kind with the most points; of equals the first."""
    points = all_points(reading)
    return max(points, key=lambda kind: points[kind])


def all_points(reading: Reading) -> dict[str, int]:
    """The points of each kind, in the order of the file."""
    points = dict(cues().start)
    for field, text in reading.folded.items():
        for rule, found in finds(field, text[:FARTHEST]).items():
            points[rule.kind] += rule.points * min(rule.most, len(found))
    for introduction in introduced_names(reading):
        if introduction.is_data:
            points["resource"] += OWN_NAME
        elif introduction.field == "title":
            points["method"] += OWN_NAME
    return points


def finds(field: str, text: str) -> dict[Rule, set[str]]:
    """The different phrases that count, by rule."""
    found: dict[Rule, set[str]] = {}
    verbs: dict[int, int] = {}  # where the last verb of a rule ends that waits for its object
    rules = cues().rules
    for last, (phrase, uses) in cues().automata[field].iter(text):
        start = last - len(phrase) - 1
        for number, is_object, at_start, at_end in uses:
            rule = rules[number]
            if (at_start and start > 0) or (at_end and last < len(text) - 1):
                continue
            if is_object:
                if last - verbs.get(number, -OBJECT_REACH) < OBJECT_REACH:
                    found.setdefault(rule, set()).add(f"{verbs.pop(number)}")
            elif not rule.own or has_subject(text, start):
                if rule.objects:
                    verbs[number] = last
                else:
                    found.setdefault(rule, set()).add(phrase)
    return found


def has_subject(text: str, position: int) -> bool:
    """Whether a subject that means the paper stands right before a verb, one word between them at most."""
    return not cues().subjects.isdisjoint(text[max(0, position - SUBJECT_REACH) : position].split()[-2:])

"""The main contribution of a paper: method, theory, empirical, resource, survey, system or position.

Each kind gathers points from the phrases of the title and the abstract (`vocabulary/contribution.yml`), from what the
paper says that it does ("we propose a METHOD", "we present a CORPUS", "we investigate"), and from the names that it
introduces; the kind with the most points is the paper's.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from ingest.extract.introductions import introduced_names
from ingest.extract.reading import Reading
from ingest.extract.scanning import sought
from ingest.lexicon import load

OBJECT_REACH = 90  # characters from a verb to its object
COMPOUND_REACH = 16  # characters from one head noun to another of the same phrase: "a corpus annotation tool"
COORDINATION_REACH = 60  # characters from "we" to the second of two verbs
SUBJECT_REACH = 24  # characters from a subject to its verb
ASIDE = (" also ", " additionally ", " further ", " furthermore ")
NO_OBJECT = ("to ", "that ", "using ", "how ")
PLACES = ("rules", "owned", "at_start", "at_end")
OPEN = ("method", "other")  # what verbs say of which the object says more
FARTHEST = 5_000  # characters of a text that are read for it


class Rule(NamedTuple):
    """What a phrase is worth, for which kind, up to which number, and whether the paper has to be its subject."""

    kind: str
    points: int
    most: int
    own: bool


class Phrase(NamedTuple):
    """A phrase and what it does: the rules that it counts for, by how it has to stand, or its part in an act."""

    length: int
    text: str
    rules: tuple[int, ...]
    owned: tuple[int, ...]  # rules that want the paper as the subject
    at_start: tuple[int, ...]
    at_end: tuple[int, ...]
    verb: str  # what it says by itself, as a verb of what the paper does
    object: str  # the kind of what the paper does that with


Match = tuple[int, Phrase]  # a phrase, and where it ends


class Act(NamedTuple):
    """What the paper says that it does: the kind of the verb's object, or what the verb says without one."""

    kind: str
    is_aside: bool  # "we also release"


class Pattern(NamedTuple):
    """What a title is worth that fits a pattern; without one of the stems it cannot."""

    kind: str
    points: int
    stems: tuple[str, ...]
    pattern: re.Pattern[str]


class Cues(NamedTuple):
    """The rules, what else gives points, and the phrases of each field."""

    rules: tuple[Rule, ...]
    start: dict[str, int]
    subjects: frozenset[str]
    breaks: frozenset[str]
    names: dict[str, int]
    acts: dict[str, tuple[int, int, int]]
    titles: tuple[Pattern, ...]
    phrases: dict[str, dict[str, Phrase]]  # by field


@cache
def cues() -> Cues:
    """The file, its phrases written out."""
    data: dict[str, Any] = load("contribution")
    uses: dict[str, dict[str, dict[str, Any]]] = {"title": {}, "abstract": {}}
    rules = rules_of(data["kinds"], uses)
    for role in ("verb", "object"):
        for value, phrases in data[f"{role}s"].items():
            for form, _ in forms(phrases):
                uses["abstract"].setdefault(form, {})[role] = value
    return Cues(
        rules=tuple(rules),
        start={kind: entry["start"] for kind, entry in data["kinds"].items()},
        subjects=frozenset(data["subjects"]),
        breaks=frozenset(data["breaks"]),
        names=data["names"],
        acts={kind: tuple(points) for kind, points in data["acts"].items()},
        titles=tuple(
            Pattern(it["kind"], it["points"], tuple(it["stems"]), re.compile(it["pattern"], re.VERBOSE))
            for it in data["titles"]
        ),
        phrases={field: {text: phrase(text, use) for text, use in used.items()} for field, used in uses.items()},
    )


def rules_of(kinds: dict[str, Any], uses: dict[str, dict[str, dict[str, Any]]]) -> list[Rule]:
    """The rules; what their phrases do is added to `uses`."""
    rules: list[Rule] = []
    for kind, entry in kinds.items():
        for rule in entry["rules"]:
            rules.append(Rule(kind, rule["points"], rule["most"], bool(rule.get("own"))))
            for form, place in forms(rule["phrases"]):
                use = uses[rule["in"]].setdefault(form, {})
                use.setdefault("owned" if rule.get("own") else place, []).append(len(rules) - 1)
    return rules


def forms(patterns: list[Any]) -> Iterator[tuple[str, str]]:
    """The phrases of some patterns, without "^" and "$", each with where it may stand."""
    for phrase in (each for pattern in patterns for each in written_out(str(pattern))):
        place = "at_start" if phrase.startswith("^") else "at_end" if phrase.endswith(" $") else "rules"
        yield phrase.lstrip("^").removesuffix(" $"), place


def written_out(pattern: str) -> list[str]:
    """The phrases that a pattern stands for: "our|this method" is "our method" and "this method"."""
    return [" ".join(words) for words in product(*(word.split("|") for word in pattern.split()))]


def phrase(text: str, uses: dict[str, Any]) -> Phrase:
    rules, owned, at_start, at_end = (tuple(uses.get(place, ())) for place in PLACES)
    return Phrase(len(text), text, rules, owned, at_start, at_end, uses.get("verb", ""), uses.get("object", ""))


@sought("contribution")
def phrases(field: str) -> dict[str, Phrase]:
    return cues().phrases[field]


def extract(reading: Reading) -> str:
    """The kind with the most points; of equals the first."""
    points = all_points(reading)
    return max(points, key=points.__getitem__)


def all_points(reading: Reading) -> dict[str, int]:
    """The points of each kind, in the order of the file."""
    known = cues()
    points = dict(known.start)
    for field, text in reading.folded.items():
        matches: list[Match] = reading.hits[field]["contribution"]
        if len(text) > FARTHEST:
            text = text[:FARTHEST]
            matches = [match for match in matches if match[0] < FARTHEST]
        for number, phrases in finds(text, matches).items():
            rule = known.rules[number]
            points[rule.kind] += rule.points * min(rule.most, len(phrases))
        weigh_acts(points, acts_of(text, matches))
    weigh_title(points, reading.paper.title[:FARTHEST])
    for introduction in introduced_names(reading):
        in_title = introduction.field == "title"
        if introduction.is_data:
            points["resource"] += known.names["data in title" if in_title else "data"]
        elif in_title:
            points["method"] += known.names["method in title"]
    return points


def weigh_title(points: dict[str, int], title: str) -> None:
    """What the form of the title says."""
    lowered = title.lower()
    for kind, worth, stems, pattern in cues().titles:
        if any(map(lowered.__contains__, stems)) and pattern.search(title):
            points[kind] += worth


def weigh_acts(points: dict[str, int], acts: list[Act]) -> None:
    """What the paper does first says most; what it also does says least. Each kind counts once."""
    worth = cues().acts
    seen: set[str] = set()
    for act in acts:
        if act.kind in worth and act.kind not in seen:
            first, later, aside = worth[act.kind]
            points[act.kind] += aside if act.is_aside else later if seen else first
        if not act.is_aside:
            seen.add(act.kind)


def finds(text: str, matches: list[Match]) -> dict[int, set[str]]:
    """The different phrases that count, by the number of the rule."""
    found: dict[int, set[str]] = {}
    for last, (length, phrase, rules, owned, at_start, at_end, _, _) in matches:
        if owned and has_subject(text, last - length - 1):
            rules += owned
        if at_start and last - length == 1:
            rules += at_start
        if at_end and last == len(text) - 1:
            rules += at_end
        for number in rules:
            if number in found:
                found[number].add(phrase)
            else:
                found[number] = {phrase}
    return found


def acts_of(text: str, matches: list[Match]) -> list[Act]:
    """What the paper does, in the order of the text: each verb of its own, with the head noun of its object."""
    acts: list[Act] = []
    verb = noun = -OBJECT_REACH  # where the last verb ended, and the last noun
    is_open = False
    for last, phrase in matches:
        if not (phrase.verb or (is_open and phrase.object)):
            continue
        start = last - phrase.length - 1
        if phrase.verb and (has_subject(text, start) or is_coordinated(text, start)):
            verb = noun = last
            is_open = phrase.verb in OPEN and not text.startswith(NO_OBJECT, last + 1)
            acts.append(Act(phrase.verb, text.endswith(ASIDE, 0, start + 1)))
        elif (
            phrase.object
            and is_open
            and last - verb < OBJECT_REACH
            and (noun == verb or goes_on(text, noun, start, last))
        ):
            noun = last  # of several that end here, the longest comes first
            acts[-1] = acts[-1]._replace(kind=phrase.object)
    return acts


def goes_on(text: str, noun: int, start: int, last: int) -> bool:
    """Whether the phrase whose head ended at `noun` goes on with another, which says what it is."""
    if last <= noun or start - noun >= COMPOUND_REACH:
        return False
    return start < noun or cues().breaks.isdisjoint(text[noun:start].split())


def has_subject(text: str, position: int) -> bool:
    """Whether a subject that means the paper stands right before a verb, one word between them at most."""
    return not cues().subjects.isdisjoint(text[max(0, position - SUBJECT_REACH) : position].rsplit(None, 2)[-2:])


def is_coordinated(text: str, position: int) -> bool:
    """ "we tackle this issue and present": a verb behind "and", where "we" is not far."""
    return text.endswith(" and", 0, position) and " we " in text[max(0, position - COORDINATION_REACH) : position]

"""Modalities: the kinds of data that a paper works on, as far as its words, tasks and datasets say so."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any, NamedTuple

import yaml

from ingest.extract import datasets, tasks
from ingest.extract.mention import Tag
from ingest.extract.reading import Reading
from ingest.extract.vocabulary import LOADER

Place = tuple[bool, int, int]  # whether in the abstract, and where from and to
ENOUGH = 2  # mentions of a kind of data that make it the paper's, wherever they stand


class Modality(NamedTuple):
    """A kind of data. `passing`: one mention of it anywhere is enough."""

    name: str
    passing: bool
    areas: frozenset[str]


class Cues(NamedTuple):
    """The kinds of data, and the phrases that speak for them, by their first words."""

    modalities: tuple[Modality, ...]
    phrases: dict[str, tuple[tuple[str, str], ...]]  # first word -> (phrase, modality's name)
    first_words: frozenset[str]
    unless: tuple[str, ...]  # phrases whose words do not count


@cache
def cues() -> Cues:
    text = (files("ingest") / "vocabulary" / "modalities.yml").read_text("utf-8")
    data: list[dict[str, Any]] = yaml.load(text, Loader=LOADER)
    phrases: dict[str, list[tuple[str, str]]] = {}
    for entry in data:
        for phrase in (*entry["words"], *entry["phrases"]):
            phrases.setdefault(str(phrase).split()[0], []).append((f" {phrase} ", str(entry["name"])))
    return Cues(
        modalities=tuple(
            Modality(str(entry["name"]), bool(entry.get("passing")), frozenset(entry["areas"])) for entry in data
        ),
        phrases={first: tuple(found) for first, found in phrases.items()},
        first_words=frozenset(phrases),
        unless=tuple(f" {phrase} " for entry in data for phrase in entry.get("unless", ())),
    )


def extract(reading: Reading) -> Iterator[Tag]:
    """Each kind of data once, at its first word, or at the task or the dataset that implies it."""
    implied, places = dict(implying(reading)), places_of(reading)
    for modality in cues().modalities:
        tag = by_words(reading, modality, places.get(modality.name, []))
        if not tag and not modality.areas.isdisjoint(implied):
            rule, source = next(implied[area] for area in implied if area in modality.areas)
            tag = Tag(field=source.field, start=source.start, end=source.end, name=modality.name, rule=rule)
        if tag:
            yield tag


def implying(reading: Reading) -> Iterator[tuple[str, tuple[str, Tag]]]:
    """The areas of the paper's datasets and tasks, each with the rule and the mention that says so first."""
    seen = set()
    for kind, tags in (("dataset", datasets.dataset_tags(reading)), ("task", tasks.task_tags(reading))):
        for tag in tags:
            area = str(reading.known.entry(kind, tag.name).get("area"))
            if area not in seen and not tasks.is_paradigm(tag.name):
                seen.add(area)
                yield area, (f"by-{kind}", tag)


def by_words(reading: Reading, modality: Modality, places: list[Place]) -> Tag | None:
    """The first of the modality's words, where there are enough of them or one stands where it counts."""
    if not places or not (modality.passing or len(places) >= ENOUGH or any(is_own(reading, place) for place in places)):
        return None
    late, start, end = min(places)
    return Tag(field="abstract" if late else "title", start=start, end=end, name=modality.name, rule="word")


def places_of(reading: Reading) -> dict[str, list[Place]]:
    """By modality, the first places of each of its words and phrases."""
    places: dict[str, list[Place]] = {}
    for field, text in reading.folded.items():
        for first in cues().first_words & reading.words[field]:
            for phrase, modality in cues().phrases[first]:
                for position in islice(positions(text, phrase), ENOUGH):
                    place = (field == "abstract", position, position + len(phrase) - 2)
                    places.setdefault(modality, []).append(place)
    return places


def positions(text: str, phrase: str) -> Iterator[int]:
    """Where a phrase stands, other than in one that says something else ("part of speech")."""
    others = [other for other in cues().unless if phrase in other and other in text]
    position = text.find(phrase)
    while position >= 0:
        if not any(stands_at(text, position, phrase, other) for other in others):
            yield position
        position = text.find(phrase, position + len(phrase) - 1)


def stands_at(text: str, position: int, phrase: str, other: str) -> bool:
    """Whether the longer phrase stands around the place."""
    return text.startswith(other, position - other.find(phrase))


def is_own(reading: Reading, place: Place) -> bool:
    """Whether a place is in the title or in the part of the abstract that is about the paper."""
    late, start, _ = place
    sentence = reading.sentence_at("abstract", start) if late else None
    return not late or bool(sentence and sentence.number >= reading.first_own)

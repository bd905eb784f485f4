"""Modalities: the kinds of data that a paper works on, as far as its words and datasets say so."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from ingest.extract import datasets
from ingest.extract.mention import Tag
from ingest.extract.reading import Reading
from ingest.extract.scanning import sought
from ingest.lexicon import load

Place = tuple[bool, int, int]  # whether in the abstract, and where from and to
NESTED = 2  # longer phrases that may stand around one word
ENOUGH = 2  # mentions of a kind of data that make it the paper's, wherever they stand


class Modality(NamedTuple):
    """A kind of data. `passing`: one mention of it anywhere is enough, unless the paper works on another kind.

    Its `vague` words say nothing where the paper works on the kind of data named `beside` them; where it works on the
    first of `instead`, they speak for the second.
    """

    name: str
    passing: bool
    areas: frozenset[str]
    beside: str
    vague: frozenset[str]
    instead: tuple[str, ...]


class Cues(NamedTuple):
    """The kinds of data, and the phrases that speak for them; those without a kind speak against."""

    modalities: tuple[Modality, ...]
    phrases: dict[str, list[str]]
    has_exceptions: frozenset[str]  # kinds of data some of whose words do not count in a longer phrase


@cache
def cues() -> Cues:
    data: list[dict[str, Any]] = load("modalities")
    meanings: dict[str, list[str]] = {}
    for entry in data:
        for phrase in (*entry["words"], *entry["phrases"]):
            meanings.setdefault(phrase, []).append(str(entry["name"]))
        for phrase in entry.get("unless", ()):
            meanings.setdefault(phrase, [])
    return Cues(
        modalities=tuple(
            Modality(
                name=str(entry["name"]),
                passing=bool(entry.get("passing")),
                areas=frozenset(entry["areas"]),
                beside=str(entry.get("beside", "")),
                vague=frozenset(entry.get("vague", ())),
                instead=tuple(entry.get("instead", ())),
            )
            for entry in data
        ),
        phrases=meanings,
        has_exceptions=frozenset(str(entry["name"]) for entry in data if entry.get("unless")),
    )


@sought("modality")
def phrases(_field: str) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {phrase: (len(phrase), tuple(names)) for phrase, names in cues().phrases.items()}


def extract(reading: Reading) -> Iterator[Tag]:
    """Each kind of data once, at its first word, or at the dataset that implies it."""
    implied, places = dict(implying(reading)), places_of(reading)
    for modality in cues().modalities:
        if modality.instead and modality.instead[0] in places:
            reassign(reading, modality, places)
    own = {name for name, found in places.items() if any(is_own(reading, place) for place in found)}
    for modality in cues().modalities:
        found = places.get(modality.name)
        if found and places.get(modality.beside):
            found = [place for place in found if word_at(reading, place) not in modality.vague]
        enough = 1 if modality.passing and own <= {modality.name} else ENOUGH
        tag = by_words(reading, modality, found, enough) if found else None
        if not tag and not modality.areas.isdisjoint(implied):
            rule, source = next(implied[area] for area in implied if area in modality.areas)
            tag = Tag(field=source.field, start=source.start, end=source.end, name=modality.name, rule=rule)
        if tag:
            yield tag


def implying(reading: Reading) -> Iterator[tuple[str, tuple[str, Tag]]]:
    """The areas of the paper's datasets, each with the rule and the mention that says so first."""
    seen = set()
    for tag in datasets.dataset_tags(reading):
        area = str(reading.known.entry("dataset", tag.name).get("area"))
        if area not in seen:
            seen.add(area)
            yield area, ("by-dataset", tag)


def reassign(reading: Reading, modality: Modality, places: dict[str, list[Place]]) -> None:
    """Give the places of a modality to another, where all are of vague words: what is seen and heard is a video."""
    found = places.get(modality.name, [])
    if found and all(word_at(reading, place) in modality.vague for place in found):
        other = places.setdefault(modality.instead[1], [])
        other += places.pop(modality.name)


def word_at(reading: Reading, place: Place) -> str:
    late, start, end = place
    return reading.text("abstract" if late else "title")[start:end].lower()


def by_words(reading: Reading, modality: Modality, places: list[Place], enough: int) -> Tag | None:
    """The first of the modality's words, where there are enough of them or one stands where it counts."""
    if len(places) < enough and not any(is_own(reading, place) for place in places):
        return None
    late, start, end = min(places)
    return Tag(field="abstract" if late else "title", start=start, end=end, name=modality.name, rule="word")


def places_of(reading: Reading) -> dict[str, list[Place]]:
    """By modality, the places of its words and phrases, other than in one that says something else."""
    places: dict[str, list[Place]] = {}
    excluded: list[Place] = []
    for field, hits in reading.hits.items():
        late = field == "abstract"
        for last, (length, names) in hits["modality"]:
            place = (late, last - length - 1, last - 1)
            if not names:
                excluded.append(place)
            for name in names:
                places.setdefault(name, []).append(place)
    if excluded:
        for name in cues().has_exceptions & places.keys():
            places[name] = list(outside(places[name], excluded))
    return places


def outside(places: list[Place], excluded: list[Place]) -> Iterator[Place]:
    """The places that are in none of the longer phrases ("part of speech"); both in the order of the text."""
    index = 0
    for place in places:
        while index < len(excluded) and (excluded[index][0], excluded[index][2]) < (place[0], place[2]):
            index += 1
        around = excluded[index : index + NESTED]
        if not any(late == place[0] and start <= place[1] and place[2] <= end for late, start, end in around):
            yield place


def is_own(reading: Reading, place: Place) -> bool:
    """Whether a place is in the title or in the part of the abstract that is about the paper."""
    late, start, _ = place
    sentence = reading.sentence_at("abstract", start) if late else None
    return not late or bool(sentence and sentence.number >= reading.first_own)

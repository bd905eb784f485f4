"""Extraction: what a paper's title and abstract say, each value with the place that it stands on.

One module a field. A module offers a pure function from a `Reading`, which is a paper with what several fields need of
it, to the mentions of its field; adding a field is such a module, a line in `FIELDS`, and its table in
`ingest/schema.py`. When a rule changes what is found, `RULES` goes up, and the next ingestion of a paper reads it anew.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from ingest.extract import contribution, datasets, links, methods, metrics, modalities, results, tasks
from ingest.extract.introductions import introduced_names
from ingest.extract.mention import Mention, Tag
from ingest.extract.reading import Reading
from ingest.extract.results import Result
from ingest.extract.vocabulary import Vocabulary, vocabulary
from ingest.garbage import uncollected
from ingest.paper import Paper

RULES = "7"

FIELDS: dict[str, Callable[[Reading], Iterator[Mention]]] = {
    "links": links.extract,
    "acronyms": lambda reading: iter(reading.acronyms),
    "tasks": tasks.extract,
    "datasets": datasets.extract,
    "methods": methods.extract,
    "metrics": metrics.extract,
    "modalities": modalities.extract,
    "results": results.extract,
}
# What several fields need of a reading.
SHARED: dict[str, Callable[[Reading], object]] = {
    "folded text": attrgetter("folded"),
    "vocabulary": attrgetter("found"),
    "words": attrgetter("hits"),
    "sentences": attrgetter("sentences"),
    "definitions": attrgetter("terms"),
    "introductions": introduced_names,
}
TOGETHER = 200  # papers


@dataclass(frozen=True)
class Extraction:
    """What a paper says: mentions by field, in the order of the text, and what it mainly contributes."""

    mentions: dict[str, list[Mention]]
    contribution: str

    def tags(self, field: str) -> list[Tag]:
        """The mentions of a field of named things, each name once."""
        named = {mention.name: mention for mention in reversed(self.mentions[field]) if isinstance(mention, Tag)}
        return list(named.values())[::-1]

    @property
    def results(self) -> list[Result]:
        return [mention for mention in self.mentions["results"] if isinstance(mention, Result)]

    def has(self, field: str, name: str | None) -> bool:
        """Whether the paper is tagged with a name."""
        return any(tag.name == name for tag in self.tags(field))


def extract(paper: Paper, known: Vocabulary | None = None) -> Extraction:
    """All that a paper says. `known` is the vocabulary, by default the one that comes with the package."""
    return next(extract_all([paper], known))


def extract_all(papers: Iterable[Paper], known: Vocabulary | None = None) -> Iterator[Extraction]:
    """All that each of some papers says.

    One field of some papers is read before the next: what a field needs then stays in the processor's cache, which
    saves a fifth of the time.
    """
    stream = iter(papers)
    while some := list(islice(stream, TOGETHER)):
        with uncollected():  # around the call: what it needed is gone when objects are searched for again
            extractions = extract_together(some, known or vocabulary())
        yield from extractions


def extract_together(papers: list[Paper], known: Vocabulary) -> list[Extraction]:
    readings = [Reading(paper, known) for paper in papers]
    for share in SHARED.values():
        for reading in readings:
            share(reading)
    fields = [[list(extractor(reading)) for reading in readings] for extractor in FIELDS.values()]
    contributions = map(contribution.extract, readings)
    return [
        Extraction(dict(zip(FIELDS, mentions, strict=True)), kind)
        for kind, *mentions in zip(contributions, *fields, strict=True)
    ]

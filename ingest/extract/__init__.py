"""Extraction: what a paper's title and abstract say, each value with the place that it stands on.

One module a field. A module offers a pure function from a `Reading`, which is a paper with what several fields need of
it, to the mentions of its field; adding a field is such a module, a line in `FIELDS`, and its table in
`ingest/schema.py`. When a rule changes what is found, `RULES` goes up, and the next ingestion of a paper reads it anew.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest.extract import contribution, datasets, links, methods, metrics, modalities, results, tasks
from ingest.extract.mention import Mention, Tag
from ingest.extract.reading import Reading
from ingest.extract.results import Result
from ingest.extract.vocabulary import Vocabulary, vocabulary
from ingest.paper import Paper

RULES = "3"

FIELDS: dict[str, Callable[[Reading], Iterator[Mention]]] = {
    "links": lambda reading: links.extract(reading.paper),
    "acronyms": lambda reading: iter(reading.acronyms),
    "tasks": tasks.extract,
    "datasets": datasets.extract,
    "methods": methods.extract,
    "metrics": metrics.extract,
    "modalities": modalities.extract,
    "results": results.extract,
}


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
    reading = Reading(paper, known or vocabulary())
    mentions = {field: list(extractor(reading)) for field, extractor in FIELDS.items()}
    return Extraction(mentions, contribution.extract(reading))

"""Extraction: what a paper's title and abstract say, each value with the place that it stands on.

One module a field. A module offers a pure function from a `Paper` to the mentions of its field; adding a field
is such a module, a line in `EXTRACTORS`, and its table in `ingest/store.py`. When a rule changes what is
found, `RULES` goes up, and the next ingestion of a paper reads it anew.
"""

from collections.abc import Callable, Iterator

from ingest.extract import acronyms, links
from ingest.extract.mention import Mention
from ingest.paper import Paper

RULES = "1"

Extractor = Callable[[Paper], Iterator[Mention]]

EXTRACTORS: dict[str, Extractor] = {
    "links": links.extract,
    "acronyms": acronyms.extract,
}


def extract(paper: Paper) -> dict[str, list[Mention]]:
    """All mentions of a paper by field, in the order in which they stand in the text."""
    return {field: list(extractor(paper)) for field, extractor in EXTRACTORS.items()}

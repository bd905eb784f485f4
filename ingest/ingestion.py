"""The way of a paper through the stages: read, extract, store. One source at a time, in bounded memory."""

from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from ingest import __version__, lineage
from ingest.database import updating
from ingest.extract import RULES, Extraction
from ingest.meanings import count_meanings
from ingest.paper import Paper, Reject, digest
from ingest.sources import OpenSource
from ingest.store import Run, Store, batches
from ingest.workers import Extractor

Progress = Callable[[int], None]


class Batch(NamedTuple):
    """Records on their way: `extracted` waits for what the new papers among them say."""

    records: list[Paper | Reject]
    news: list[Paper]
    extracted: Callable[[], list[Extraction]]
    bytes_read: int


def ingest(database: Path, source: OpenSource, progress: Progress, extractor: Extractor) -> Run:
    """Store one source whole, or raise and leave the database as it was.

    `progress` is called with the number of bytes that were read so far.
    """
    with updating(database, rules_with(extractor.own)) as store:
        run = store.start(source.name, source.format, __version__)
        for batch in under_way(store, run, source, extractor):
            write(store, run, batch)
            progress(batch.bytes_read)
        if run.added or run.changed:
            lineage.recognise(store, extractor.known)
            count_meanings(store.db)
        store.finish(run, source.sha256())
    return run


def rules_with(own: tuple[Path, ...]) -> str:
    """The version of the rules: papers are read anew when it, or a vocabulary, changes."""
    return "-".join([RULES, *(digest(path.read_text("utf-8")) for path in own)])


def under_way(store: Store, run: Run, source: OpenSource, extractor: Extractor) -> Iterator[Batch]:
    """The batches of a source in their order, while a few later ones are read and extracted already."""
    batches_ahead: deque[Batch] = deque()
    for records in batches(source.records):
        news = store.news(run, [record for record in records if isinstance(record, Paper)])
        batches_ahead.append(Batch(records, news, extractor.give(news), source.bytes_read))
        while len(batches_ahead) > extractor.ahead:
            yield batches_ahead.popleft()
    yield from batches_ahead


def write(store: Store, run: Run, batch: Batch) -> None:
    """Write what is new or changed of a batch, and keep its rejects."""
    if batch.news:
        store.write(run, list(zip(batch.news, batch.extracted(), strict=True)))
    for record in batch.records:
        if isinstance(record, Reject):
            store.reject(run, record)

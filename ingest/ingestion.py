"""The way of a paper through the stages: read, extract, store. One source at a time, in bounded memory."""

from collections.abc import Callable
from pathlib import Path

from ingest import __version__
from ingest.extract import extract
from ingest.paper import Paper, Reject
from ingest.sources import OpenSource
from ingest.store import Run, Store, batches, updating

Progress = Callable[[int], None]


def ingest(database: Path, source: OpenSource, progress: Progress) -> Run:
    """Store one source whole, or raise and leave the database as it was.

    `progress` is called with the number of bytes that were read so far.
    """
    with updating(database) as store:
        run = store.start(source.name, source.format, __version__)
        for records in batches(source.records):
            ingest_batch(store, run, records)
            progress(source.bytes_read)
        store.finish(run, source.sha256())
    return run


def ingest_batch(store: Store, run: Run, records: list[Paper | Reject]) -> None:
    """Extract and write what is new or changed of a batch, and keep its rejects."""
    papers = [record for record in records if isinstance(record, Paper)]
    news = store.news(run, papers)
    if news:
        store.write(run, [(paper, extract(paper)) for paper in news])
    for record in records:
        if isinstance(record, Reject):
            store.reject(run, record)

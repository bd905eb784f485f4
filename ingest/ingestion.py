"""The way of a paper through the stages: read, extract, store. One source at a time, in bounded memory."""

from collections.abc import Callable
from pathlib import Path

from ingest import __version__, lineage
from ingest.database import updating
from ingest.extract import RULES, extract_all
from ingest.extract.vocabulary import Vocabulary, vocabulary
from ingest.meanings import count_meanings
from ingest.paper import Paper, Reject, digest
from ingest.sources import OpenSource
from ingest.store import Run, Store, batches

Progress = Callable[[int], None]


def ingest(database: Path, source: OpenSource, progress: Progress, own: tuple[Path, ...] = ()) -> Run:
    """Store one source whole, or raise and leave the database as it was.

    `progress` is called with the number of bytes that were read so far; `own` are vocabularies of the user's.
    """
    known = vocabulary(own)
    with updating(database, rules_with(own)) as store:
        run = store.start(source.name, source.format, __version__)
        for records in batches(source.records):
            ingest_batch(store, run, records, known)
            progress(source.bytes_read)
        if run.added or run.changed:
            lineage.recognise(store, known)
            count_meanings(store.db)
        store.finish(run, source.sha256())
    return run


def rules_with(own: tuple[Path, ...]) -> str:
    """The version of the rules: papers are read anew when it, or a vocabulary, changes."""
    return "-".join([RULES, *(digest(path.read_text("utf-8")) for path in own)])


def ingest_batch(store: Store, run: Run, records: list[Paper | Reject], known: Vocabulary) -> None:
    """Extract and write what is new or changed of a batch, and keep its rejects."""
    papers = [record for record in records if isinstance(record, Paper)]
    news = store.news(run, papers)
    if news:
        store.write(run, list(zip(news, extract_all(news, known), strict=True)))
    for record in records:
        if isinstance(record, Reject):
            store.reject(run, record)

"""Workers: processes that extract beside the one that reads and writes.

Batches come back in the order in which they were given. Workers are started only once there are so many papers that
they pay off: each loads a vocabulary of its own.
"""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

from ingest.extract import Extraction, extract_all
from ingest.extract.vocabulary import vocabulary
from ingest.paper import Paper

FEW = 2_000  # papers for which workers do not pay off
MOST = 4  # workers that one writer keeps up with


class WorkerError(Exception):
    """Workers that cannot go on; the message says what to do."""


class Extractor:
    """Extracts batches of papers in `jobs` processes: one for each core, unless told; in this process if it is one."""

    def __init__(self, own: tuple[Path, ...] = (), jobs: int | None = None) -> None:
        self.own = own
        self.known = vocabulary(own)
        self.jobs = jobs or min(MOST, cores())
        self.few = 0 if jobs else FEW
        self.given = 0  # papers so far
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Extractor":
        return self

    def __exit__(self, *_: object) -> None:
        if self.pool:
            self.pool.shutdown(cancel_futures=True)

    @property
    def ahead(self) -> int:
        """How many batches may be given before the first of them is asked for."""
        return self.jobs + 1 if self.pool else 0

    def give(self, papers: list[Paper]) -> Callable[[], list[Extraction]]:
        """Begin with a batch; what this returns waits for the end and gives what the papers say."""
        self.given += len(papers)
        if not papers or self.jobs == 1 or (self.given <= self.few and not self.pool):
            return lambda: list(extract_all(papers, self.known))
        if not self.pool:
            self.pool = ProcessPoolExecutor(self.jobs, mp_context=get_context("spawn"), initializer=begin)
        with telling():
            batch = self.pool.submit(extract_batch, papers, self.own)
        return lambda: result_of(batch)


def result_of(batch: Future[list[Extraction]]) -> list[Extraction]:
    with telling():
        return batch.result()


@contextmanager
def telling() -> Iterator[None]:
    """Say what to do when a worker is lost."""
    try:
        yield
    except BrokenProcessPool as error:
        raise WorkerError(
            "A process that extracts was stopped, perhaps for want of memory: try again with --jobs 1."
        ) from error


def cores() -> int:
    """The processor's cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# In a worker


def begin() -> None:
    """Leave Ctrl-C to the process that writes, and end with it however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def extract_batch(papers: list[Paper], own: tuple[Path, ...]) -> list[Extraction]:
    return list(extract_all(papers, vocabulary(own)))

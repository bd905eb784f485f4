"""Extraction in several processes: the same database, and one clear sentence when a process is lost."""

import os
import signal

import pytest
from conftest import DEMO, carrel, json_lines, rows

from ingest.paper import Paper
from ingest.workers import Extractor, WorkerError


def test_the_database_is_the_same_whatever_the_number_of_processes(tmp_path):
    papers = json_lines(*({"title": f"Brewing Tea {number}", "abstract": "We use BERT."} for number in range(1_100)))
    for jobs in (1, 2):
        database = tmp_path / f"{jobs}.db"
        assert carrel("ingest", "--jobs", jobs, database, "-", stdin=papers + b"{broken\n").exit_code == 0
        assert carrel("ingest", "--jobs", jobs, database, DEMO).exit_code == 0
    assert (tmp_path / "1.db").read_bytes() == (tmp_path / "2.db").read_bytes()
    assert rows(database, "select added, rejected from runs") == [
        {"added": 1100, "rejected": 1},
        {"added": 231, "rejected": 0},
    ]


def test_a_lost_process_is_told():
    with Extractor(jobs=2) as extractor:
        assert len(extractor.give([Paper("Brewing Tea", "We use BERT.")])()) == 1
        for process in extractor.pool._processes.values():
            os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(WorkerError, match="--jobs 1"):
            extractor.give([Paper("Brewing Tea", "We use BERT.")])()

"""Bad input gets one sentence that says what, where and what to do; the database stays as it was."""

import gzip
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest
from conftest import DEMO, JOURNAL, ROOT, carrel, json_lines, rows


@pytest.fixture
def database(tmp_path):
    """A database of four papers, in a directory of its own."""
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "papers.db"
    carrel("ingest", path, "-", stdin=json_lines(*JOURNAL))
    return path


def assert_refused(result, *words, code=1):
    """One sentence on standard error, no traceback."""
    assert result.exit_code == code, result.output
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("Error: "), result.stderr
    assert result.stderr.count("\n") == 1, result.stderr
    for word in words:
        assert word in result.stderr


SOURCES = {
    "missing": (None, "No such file"),
    "empty": (b"", "is empty"),
    "blank": (b"  \n\n \r\n", "is empty"),
    "binary": (b"\x7fELF\x00\x00\x01", "is binary"),
    "prose": (b"Just a note.\nAnother one.\n", "is of no known format"),
    "markup": (b"<html><body>Title</body></html>", "is of no known format"),
    "json": (b'{\n "title": "pretty-printed"\n}\n', "is of no known format"),
    "cut gzip": (gzip.compress(json_lines(*JOURNAL) * 50)[:-20], "is damaged"),
    "bad gzip": (b"\x1f\x8b\x08\x00rubbish rubbish rubbish", "is damaged"),
    "endless line": (b'{"title": "' + b"x" * 5_000_000 + b'"}\n', "longer than 4,000,000 characters"),
}


@pytest.mark.parametrize(("content", "words"), SOURCES.values(), ids=SOURCES.keys())
def test_a_source_that_cannot_be_read(database, tmp_path, content, words):
    before = database.read_bytes()
    source = tmp_path / "source"
    if content is not None:
        source.write_bytes(content)
    assert_refused(carrel("ingest", database, source), words, str(source))
    assert database.read_bytes() == before
    assert sorted(path.name for path in database.parent.iterdir()) == ["inspect-data.json", "papers.db"]


@pytest.mark.parametrize("content", [SOURCES[name][0] for name in ("empty", "cut gzip", "endless line")])
def test_a_failing_first_source_leaves_no_database(tmp_path, content):
    (tmp_path / "data").mkdir()
    assert_refused(carrel("ingest", tmp_path / "data" / "papers.db", "-", stdin=content), "standard input")
    assert list((tmp_path / "data").iterdir()) == []


def test_a_directory_without_sources(database, tmp_path):
    (tmp_path / "empty").mkdir()
    assert_refused(carrel("ingest", database, tmp_path / "empty"), "holds no files")
    (tmp_path / "empty" / "notes.md").write_text("# Notes\n")
    result = carrel("ingest", database, tmp_path / "empty", "--quiet")
    assert_refused(result, "No source of a known format")


def test_a_pattern_that_fits_nothing(database, tmp_path):
    assert_refused(carrel("ingest", database, tmp_path / "*.jsonl"), "No such file")


def test_a_failing_source_keeps_those_before_it(database, tmp_path):
    result = carrel("ingest", database, DEMO, tmp_path / "missing")
    assert_refused(result, "No such file")
    assert rows(database, "select count(*) as n from papers") == [{"n": 4}]
    bad = tmp_path / "bad.gz"
    bad.write_bytes(SOURCES["cut gzip"][0])
    result = carrel("ingest", database, DEMO, bad, "--quiet")
    assert_refused(result, "is damaged")
    assert rows(database, "select count(*) as n from papers") == [{"n": 235}]


def test_usage_errors_have_code_2(tmp_path):
    for arguments in [("ingest",), ("ingest", tmp_path / "papers.db"), ("ingest", "--fast", "a", "b"), ("export",)]:
        assert carrel(*arguments).exit_code == 2


def test_a_database_that_is_not_sqlite(tmp_path):
    database = tmp_path / "papers.db"
    database.write_text("This is no database, but somebody's notes. " * 100)
    before = database.read_bytes()
    assert_refused(carrel("ingest", database, DEMO), "is not an SQLite database", str(database))
    assert database.read_bytes() == before


def test_a_database_of_another_program(tmp_path):
    database = tmp_path / "notes.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("create table papers (title text)")
    before = database.read_bytes()
    assert_refused(carrel("ingest", database, DEMO), "another program")
    assert database.read_bytes() == before


def test_a_database_of_a_newer_version(database):
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('carrel', 'from_the_future', '')"
        )
    before = database.read_bytes()
    assert_refused(carrel("ingest", database, DEMO), "newer version of Carrel")
    assert database.read_bytes() == before


def test_a_damaged_database(database):
    content = bytearray(database.read_bytes())
    content[4096 : 4096 * 4] = b"\xff" * (4096 * 3)
    database.write_bytes(content)
    assert_refused(carrel("ingest", database, DEMO), str(database))
    assert database.read_bytes() == bytes(content)


def test_a_locked_database(database):
    before = database.read_bytes()
    with closing(sqlite3.connect(database)) as other:
        other.execute("begin immediate")
        assert_refused(carrel("ingest", database, DEMO), "is locked")
    assert database.read_bytes() == before


def test_a_directory_as_database(tmp_path):
    assert_refused(carrel("ingest", tmp_path, DEMO), "is a directory")


def test_a_database_in_no_directory(tmp_path):
    assert_refused(carrel("ingest", tmp_path / "none" / "papers.db", DEMO), "does not exist")


@contextmanager
def without_privileges():
    """Permissions do not bind the superuser, whom tests may run as."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.parametrize("mode", [0o444, 0o555], ids=["file", "directory"])
def test_a_read_only_database(database, mode):
    for path in (*database.parents[:4], database):
        path.chmod(0o755 if path.is_dir() else 0o666)
    (database if mode == 0o444 else database.parent).chmod(mode)
    before = database.read_bytes()
    with without_privileges():
        result = carrel("ingest", database, "-", stdin=DEMO.read_bytes())
    assert_refused(result, "is read-only")
    assert database.read_bytes() == before


def run_limited(database, limit):
    """Run with a limit on the size of files, as on a full disk."""
    return subprocess.run(
        [sys.executable, "-m", "ingest.cli", "ingest", "--quiet", database, DEMO],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


@pytest.mark.parametrize("kilobytes", [100, 300, 600])
def test_a_full_disk(database, kilobytes):
    before = database.read_bytes()
    result = run_limited(database, kilobytes * 1024)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1
    assert "as it was" in result.stderr
    assert database.read_bytes() == before
    assert not database.with_name("papers.db.ingesting").exists()


def start_and_feed(database, papers):
    """A run that has read some papers from standard input and waits for more."""
    run = subprocess.Popen(
        [sys.executable, "-m", "ingest.cli", "ingest", database, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        # Tests that run in the background of a shell hand down that SIGINT is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    records = ({"title": f"Paper {number}", "abstract": "Some words. " * 200} for number in range(papers))
    run.stdin.write(json_lines(*records))
    run.stdin.flush()
    working = database.with_name(f"{database.name}.ingesting")
    for _ in range(400):
        if working.exists() and working.stat().st_size > 2_000_000:
            return run
        time.sleep(0.05)
    raise AssertionError("the run wrote nothing")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_killed_run_leaves_the_database_as_it_was(database, how):
    before = database.read_bytes()
    run = start_and_feed(database, 4000)
    run.send_signal(how)
    run.communicate(timeout=30)
    assert run.returncode != 0
    assert database.read_bytes() == before
    result = carrel("ingest", database, DEMO)
    assert result.exit_code == 0, result.output
    assert rows(database, "select count(*) as n from papers") == [{"n": 235}]
    assert not database.with_name("papers.db.ingesting").exists()


def test_two_runs_at_once(database):
    run = start_and_feed(database, 4000)
    assert_refused(carrel("ingest", database, DEMO), "is locked")
    run.communicate(timeout=60)
    assert run.returncode == 0
    assert rows(database, "select count(*) as n from papers") == [{"n": 4004}]

"""`carrel ingest` as a user runs it: what it reads, what it says, and that it can be run again."""

import gzip
import json
import os
import pty
import re
import shutil
import subprocess
import sys

import pytest
from conftest import DEMO, JOURNAL, ROOT, carrel, json_lines, rows

COUNTS = "select source, format, added, changed, merged, unchanged, rejected from runs order by id"


def outcome(database):
    """The counts of the last run."""
    last = rows(database, COUNTS)[-1]
    return {name: value for name, value in last.items() if value and name not in ("source", "format")}


def test_the_demo_listing_is_read_whole(demo_database):
    lines = DEMO.read_text().split("\n")
    stored = rows(demo_database, "select title, abstract from papers order by id")
    assert [paper["title"] for paper in stored] == lines[0:-1:2]
    assert [paper["abstract"] for paper in stored] == lines[1::2]


def test_the_same_source_again_changes_nothing(tmp_path, demo_database):
    database = tmp_path / "papers.db"
    shutil.copy(demo_database, database)
    before = rows(database, "select * from papers")
    result = carrel("ingest", database, DEMO)
    assert "0 added, 0 changed, 231 unchanged, 0 merged, 0 rejected" in result.stdout
    assert rows(database, "select * from papers") == before
    assert outcome(database) == {"unchanged": 231}


def test_a_changed_abstract_updates_the_paper_and_what_hangs_on_it(tmp_path):
    database = tmp_path / "papers.db"
    carrel("ingest", database, "-", stdin=json_lines(*JOURNAL))
    before = rows(database, "select id, key from papers order by id")
    changed = JOURNAL[0] | {"abstract": "Now a quite different model (QDM) is at http://qdm.org.", "authors": ["Bo"]}
    result = carrel("ingest", database, "-", stdin=json_lines(changed, *JOURNAL[1:]))
    assert "0 added, 1 changed, 3 unchanged" in result.stdout
    assert rows(database, "select id, key from papers order by id") == before
    assert rows(database, "select short from acronyms where paper_id = 1") == [{"short": "QDM"}]
    assert rows(database, "select url from links where paper_id = 1") == [{"url": "http://qdm.org"}]
    found = "select rowid as id from papers_fts where papers_fts match ?"
    assert rows(database, found, ["listen"]) == [{"id": 2}]
    assert rows(database, found, ["quite"]) == [{"id": 1}]
    assert rows(database, found, ["train"]) == []
    assert rows(database, "select name, papers from authors order by name") == [
        {"name": "Ada Nunez", "papers": 1},
        {"name": "Ada Núñez", "papers": 1},
        {"name": "Bo", "papers": 1},
    ]


def test_the_summary_tells_all(tmp_path):
    database = tmp_path / "papers.db"
    source = tmp_path / "papers.jsonl"
    source.write_bytes(json_lines(*JOURNAL) + b'{"title": ""}\nnot json\n')
    result = carrel("ingest", database, source)
    assert result.exit_code == 0
    assert re.search(
        r"^4 papers read in \d+\.\d s: 4 added, 0 changed, 0 unchanged, 0 merged, 2 rejected\.$", result.stdout, re.M
    )
    assert '  rejected: papers.jsonl, line 5: no title: "{"title": ""}"' in result.stdout
    assert '  rejected: papers.jsonl, line 6: not valid JSON: "not json"' in result.stdout
    assert f"{database} holds 4 papers, with\n" in result.stdout
    assert "  links              2 in 2 papers\n" in result.stdout
    assert "  acronyms           3 in 3 papers\n" in result.stdout
    fields = re.findall(r"^  (\w+) +[\d,]+ in [\d,]+ papers?$", result.stdout, re.M)
    assert fields == ["tasks", "datasets", "methods", "metrics", "modalities", "results", "links", "acronyms"]
    assert f"Serve it: make serve DB={database}" in result.stdout
    assert result.stderr == "papers.jsonl: JSON lines, 4 papers, 2 rejected\n"


def test_many_rejects_are_counted_and_kept(tmp_path):
    database = tmp_path / "papers.db"
    result = carrel("ingest", database, "-", stdin=json_lines(JOURNAL[0]) + b"oops\n" * 25)
    assert result.stdout.count("rejected: standard input, line") == 10
    assert "  and 15 more: see the table rejects." in result.stdout
    assert rows(database, "select count(*) as n from rejects where run = 1") == [{"n": 25}]


def test_quiet_prints_nothing(tmp_path):
    result = carrel("ingest", tmp_path / "papers.db", DEMO, "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_elsewhere_the_summary_names_datasette(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = carrel("ingest", "papers.db", DEMO)
    assert "Serve it: datasette serve -i papers.db --inspect-file inspect-data.json" in result.stdout


def test_a_terminal_shows_a_progress_bar_and_a_log_does_not(tmp_path):
    command = [sys.executable, "-m", "ingest.cli", "ingest", tmp_path / "papers.db", DEMO]
    controller, terminal = pty.openpty()
    run = subprocess.Popen(command, stderr=terminal, stdout=subprocess.PIPE, cwd=ROOT)
    run.communicate(timeout=60)
    os.close(terminal)
    shown = os.read(controller, 100_000).decode()
    os.close(controller)
    assert "papers.txt  [####" in shown
    assert "100%" in shown
    plain = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert plain.stderr == "papers.txt: listing, 231 papers, 0 rejected\n"


def test_several_sources_directories_patterns_and_compression(tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.jsonl").write_bytes(json_lines(JOURNAL[0]))
    (tmp_path / "in" / "deep" / "b.dat").write_bytes(gzip.compress(json_lines(JOURNAL[1])))
    (tmp_path / "in" / ".hidden.jsonl").write_bytes(json_lines({"title": "Hidden"}))
    (tmp_path / "in" / "notes.md").write_text("# Notes\n\nNo papers here.\n")
    (tmp_path / "c1.jsonl").write_bytes(json_lines(JOURNAL[2]))
    (tmp_path / "c2.jsonl").write_bytes(json_lines(JOURNAL[3]))
    database = tmp_path / "papers.db"
    result = carrel("ingest", database, tmp_path / "in", tmp_path / "c*.jsonl", DEMO, tmp_path / "in" / "a.jsonl")
    assert result.exit_code == 0, result.output
    assert "Passed over:" in result.stderr
    assert "notes.md is of no known format" in result.stderr
    assert [run["source"] for run in rows(database, COUNTS)] == [
        "a.jsonl",
        "b.dat",
        "c1.jsonl",
        "c2.jsonl",
        "papers.txt",
    ]
    assert rows(database, "select count(*) as n from papers") == [{"n": 235}]


def test_standard_input_may_be_compressed(tmp_path):
    database = tmp_path / "papers.db"
    result = carrel("ingest", database, "-", stdin=gzip.compress(json_lines(*JOURNAL)))
    assert result.exit_code == 0, result.output
    assert rows(database, COUNTS)[0]["source"] == "standard input"


def test_a_file_whose_name_looks_like_a_pattern_is_read(tmp_path):
    source = tmp_path / "papers[1].jsonl"
    source.write_bytes(json_lines(*JOURNAL))
    assert carrel("ingest", tmp_path / "papers.db", source).exit_code == 0


def test_a_repeated_record_is_merged(tmp_path):
    database = tmp_path / "papers.db"
    again = {"title": "quiet gradients!", "abstract": "Another text."}
    carrel("ingest", database, "-", stdin=json_lines({"title": "Quiet Gradients", "abstract": "One text."}, again))
    assert outcome(database) == {"added": 1, "merged": 1}
    assert rows(database, "select abstract from papers") == [{"abstract": "One text."}]


def test_what_json_lines_say_is_stored(journal_database):
    papers = rows(journal_database, "select * from papers order by id")
    assert papers[0] | JOURNAL[0] | {"doi": "10.1234/example.1"} == papers[0] | {
        "authors": JOURNAL[0]["authors"],
        "id": "journal:1",
    }
    assert (papers[1]["year"], papers[1]["arxiv_id"]) == (2022, "2201.00001")
    assert (papers[2]["abstract"], papers[2]["url"]) == ("", None)
    assert (papers[3]["year"], papers[3]["published"]) == (2020, "2020-12-31")
    written = """
        select paper_id, name, slug, papers, position from paper_authors join authors on authors.id = author_id
        order by paper_id, position
    """
    assert [tuple(row.values())[:2] for row in rows(journal_database, written)] == [
        (1, "Ada Núñez"),
        (1, "李明"),
        (2, "Ada Núñez"),
        (3, "Ada Nunez"),
    ]
    slugs = {row["slug"] for row in rows(journal_database, "select slug from authors")}
    assert len(slugs) == 3
    assert all(re.fullmatch(r"[a-z0-9.+-]+", slug) for slug in slugs)


def test_keys_are_permanent(tmp_path, journal_database):
    """Neither order nor an earlier state of the database nor edits of the text change a key."""
    expected = {row["title"]: row["key"] for row in rows(journal_database, "select title, key from papers")}
    for number, records in enumerate((JOURNAL[::-1], [JOURNAL[2], JOURNAL[0], JOURNAL[3], JOURNAL[1]])):
        database = tmp_path / f"{number}.db"
        for record in records:
            assert carrel("ingest", database, "-", stdin=json_lines(record)).exit_code == 0
        edited = [record | {"abstract": "Edited."} for record in records]
        carrel("ingest", database, "-", stdin=json_lines(*edited))
        assert {row["title"]: row["key"] for row in rows(database, "select title, key from papers")} == expected
    assert expected["A Note Without an Abstract"].startswith("a-note-without-an-abstract-")
    assert all(re.fullmatch(r"[a-z0-9.+:-]+", key) for key in expected.values())


def test_titles_of_any_script_have_keys_of_their_own(tmp_path):
    database = tmp_path / "papers.db"
    titles = ["深度学习", "強化学習", "Глубокое обучение", "?", "!", "café", "cafe"]
    carrel("ingest", database, "-", stdin=json_lines(*({"title": title} for title in titles)))
    keys = [row["key"] for row in rows(database, "select key from papers")]
    assert len(set(keys)) == len(titles) - 1  # accents and case tell no papers apart


def test_the_same_input_gives_the_same_bytes(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        carrel("ingest", tmp_path / name / "papers.db", DEMO)
        carrel("ingest", tmp_path / name / "papers.db", "-", stdin=json_lines(*JOURNAL))
    assert (tmp_path / "first" / "papers.db").read_bytes() == (tmp_path / "second" / "papers.db").read_bytes()


def test_counts_are_written_beside_the_database(tmp_path):
    database = tmp_path / "mine.db"
    carrel("ingest", database, "-", stdin=json_lines(*JOURNAL))
    carrel("ingest", tmp_path / "other.db", "-", stdin=json_lines(JOURNAL[0]))
    counts = json.loads((tmp_path / "inspect-data.json").read_text())
    assert counts["mine"]["tables"]["papers"] == {"count": 4}
    assert counts["other"]["tables"]["papers"] == {"count": 1}
    assert counts["mine"]["size"] == database.stat().st_size


def test_sources_are_named_without_their_directories(tmp_path):
    database = tmp_path / "papers.db"
    carrel("ingest", database, DEMO)
    assert str(ROOT).encode() not in database.read_bytes()


def test_memory_does_not_grow_with_the_input(tmp_path):
    """Twenty times the papers, at most a few megabytes more."""

    def peak(papers):
        source = tmp_path / f"{papers}.jsonl"
        with source.open("wb") as file:
            for number in range(papers):
                abstract = f"A made-up method (MUM) does thing {number} well. " * 30
                file.write(json_lines({"title": f"Paper {number}", "abstract": abstract}))
        code = (
            "import resource, sys; from ingest.cli import main; main(sys.argv[1:], standalone_mode=False);"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        run = subprocess.run(
            [sys.executable, "-c", code, "ingest", "--quiet", tmp_path / f"{papers}.db", source],
            capture_output=True, text=True, check=True, cwd=ROOT,
        )  # fmt: skip
        return int(run.stdout) / 1024

    assert peak(10_000) - peak(500) < 12


@pytest.mark.parametrize("arguments", [(), ("ingest",)])
def test_help_shows_an_example(arguments):
    result = carrel(*arguments, "--help")
    assert result.exit_code == 0
    assert not arguments or "carrel ingest papers.db demo/papers.txt" in result.stdout


def test_version():
    assert re.fullmatch(r"carrel, version \d+\.\d+\.\d+\n", carrel("--version").stdout)

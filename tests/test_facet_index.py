"""The facet index: made by ingestion, dropped by changes from elsewhere, made anew on request, never wrong."""

import sqlite3
from contextlib import closing

import pytest
from conftest import DEMO, carrel, json_lines, portal_of, rows

CHANGES = [
    "delete from paper_tasks where paper_id = 1",
    "update paper_methods set role = 'compared' where role = 'used'",
    "insert into links (paper_id, url, host, kind, field, start, end) values (9, 'u', 'h', 'code', 'title', 0, 1)",
    "update papers set contribution = 'survey' where id < 20",
    "update papers set year = 1999 where id < 20",
    "delete from results",
    "update tasks set slug = 'renamed' where slug = 'continual-learning'",
    "insert into papers (key, title, abstract, fingerprint, run, year) values ('k', 't', 'a', 'f', 1, 1815)",
]


@pytest.fixture
def database(tmp_path, demo_database):
    """A copy of the demo to be changed."""
    for name in (demo_database.name, "inspect-data.json"):
        (tmp_path / name).write_bytes((demo_database.parent / name).read_bytes())
    return tmp_path / demo_database.name


def change(database, sql):
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(sql)


async def counts(database, query=""):
    """All counts of a page, by facet and value."""
    response = await portal_of(database).client.get(f"/papers/papers.json?_facet_size=max&{query}")
    assert response.status_code == 200, response.text
    facets = response.json()["facet_results"]
    return {name: {fact["value"]: fact["count"] for fact in facet["results"]} for name, facet in facets.items()}


@pytest.mark.parametrize("sql", CHANGES)
async def test_a_change_from_elsewhere_drops_the_index(database, sql, capfd):
    change(database, sql)
    assert rows(database, "select * from facet_index") == []
    in_memory = await counts(database)
    assert f"carrel index {database}" in capfd.readouterr().err
    assert carrel("index", database).exit_code == 0
    assert await counts(database) == in_memory
    assert "carrel index" not in capfd.readouterr().err


async def test_counts_of_a_changed_database_are_true(database):
    change(database, "update papers set year = 1999 where id < 20")
    assert (await counts(database))["year"] == {1999: 19}


DAMAGES = [
    "drop table facet_index",
    "delete from facet_index where facet = 'task'",
    "update facet_index set postings = substr(postings, 1, 8) where length(postings) > 8",
    "update facet_index set names = 'x'",
    "update facet_index set postings = cast(postings || x'ff' as blob)",
    "update facet_index set postings = cast(x'ffffffff' || substr(postings, 5) as blob) where length(postings) > 8",
    "update facet_index set ends = zeroblob(0)",
    "update facet_index set definition = 'of an older version'",
]


@pytest.mark.parametrize("sql", DAMAGES)
async def test_a_damaged_index_is_not_used(database, demo_database, sql):
    change(database, sql)
    assert await counts(database) == await counts(demo_database)
    audit = carrel("audit", database)
    assert audit.exit_code == 1
    assert "carrel index" in audit.stderr


def test_indexing_makes_the_same_bytes(database, demo_database):
    assert carrel("audit", database).exit_code == 0
    index = "select * from facet_index"
    result = carrel("index", database)
    assert result.exit_code == 0, result.output
    assert result.output == f"{database} has a facet index that is up to date.\n"
    assert rows(database, index) == rows(demo_database, index)
    assert carrel("audit", database).exit_code == 0


def test_ingesting_what_is_known_leaves_the_index(database, demo_database):
    carrel("ingest", database, DEMO)
    assert rows(database, "select * from facet_index") == rows(demo_database, "select * from facet_index")
    triggers = "select name from sqlite_master where type = 'trigger' order by 1"
    assert rows(database, triggers) == rows(demo_database, triggers)


async def test_ingesting_more_keeps_the_index_true(database):
    carrel("ingest", database, "-", stdin=json_lines({"title": "New", "abstract": "On tea.", "year": 2031}))
    assert (await counts(database))["year"] == {2031: 1}
    assert carrel("audit", database).exit_code == 0


@pytest.mark.parametrize("columns", ["id integer primary key, year integer", "number integer, year integer"])
async def test_papers_of_another_program_are_shown_without_facets(tmp_path, columns):
    with closing(sqlite3.connect(tmp_path / "papers.db")) as connection, connection:
        connection.execute(f"create table papers ({columns})")
        connection.execute("insert into papers values (1, 2020)")
    (tmp_path / "inspect-data.json").write_text("{}")
    response = await portal_of(tmp_path / "papers.db").client.get("/papers/papers.json")
    assert response.status_code == 200
    assert response.json()["filtered_table_rows_count"] == 1


def test_only_databases_are_indexed(tmp_path):
    missing = carrel("index", tmp_path / "none.db")
    assert missing.exit_code == 1
    assert "No such database" in missing.output
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "text.db").write_text("not a database at all, not even nearly\n" * 50)
    assert carrel("index", tmp_path / "text.db").exit_code == 1


async def test_a_file_that_changes_while_it_is_served_is_counted_anew(database):
    served = portal_of(database)
    first = (await served.client.get("/papers/papers.json?_facet_size=max")).json()["facet_results"]["year"]["results"]
    change(database, "update papers set year = 1999 where id < 20")
    later = (await served.client.get("/papers/papers.json?_facet_size=max")).json()["facet_results"]["year"]["results"]
    assert first == []
    assert [(fact["value"], fact["count"]) for fact in later] == [(1999, 19)]

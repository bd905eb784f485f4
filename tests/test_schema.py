"""The tables that queries rely on: names, keys, indexes and full-text search."""

import sqlite3
from contextlib import closing

import pytest
from conftest import rows
from sqlite_utils import Database

ENTITIES = ["tasks", "datasets", "methods", "metrics", "modalities"]
EVIDENCE = ["field", "start", "end"]
CONTRACT = {
    "papers": [
        *("id", "key", "title", "abstract", "year", "published", "venue", "url"),
        *("doi", "arxiv_id", "upvotes", "contribution"),
    ],
    "paper_tasks": ["paper_id", "task_id", *EVIDENCE, "rule"],
    "paper_datasets": ["paper_id", "dataset_id", "role", *EVIDENCE, "rule"],
    "paper_methods": ["paper_id", "method_id", "role", *EVIDENCE, "rule"],
    "paper_metrics": ["paper_id", "metric_id", *EVIDENCE, "rule"],
    "paper_modalities": ["paper_id", "modality_id", *EVIDENCE, "rule"],
    "results": ["id", "paper_id", "value", "unit", "kind", "metric_id", "dataset_id", *EVIDENCE],
    "links": ["paper_id", "url", "host", "kind", *EVIDENCE],
    "acronyms": ["paper_id", "short", "long", *EVIDENCE],
    "authors": ["id", "name", "slug", "papers"],
    "paper_authors": ["paper_id", "author_id", "position"],
    "runs": ["id", "source", "format", "sha256", "version", "added", "changed", "merged", "unchanged", "rejected"],
    "rejects": ["run", "position", "reason", "excerpt"],
    "papers_fts": ["title", "abstract"],
} | {name: ["id", "name", "slug", "papers"] for name in ENTITIES}


@pytest.fixture(scope="session")
def db(journal_database):
    with closing(Database(journal_database)) as db:
        yield db


@pytest.mark.parametrize("table", CONTRACT)
def test_columns(db, table):
    assert set(CONTRACT[table]) <= set(db[table].columns_dict)


@pytest.mark.parametrize("table", CONTRACT)
def test_columns_that_lead_elsewhere_are_foreign_keys_with_an_index(db, table):
    leads = {"paper_id", "author_id", "task_id", "dataset_id", "method_id", "metric_id", "modality_id", "run"}
    columns = leads & set(db[table].columns_dict)
    assert {key.column for key in db[table].foreign_keys} == columns
    assert columns <= {index.columns[0] for index in db[table].indexes}


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("papers", {"key", "year", "venue", "contribution", "upvotes"}),
        ("links", {"host", "kind"}),
        ("acronyms", {"short"}),
        ("rejects", {"reason"}),
        *((name, {"name", "slug", "papers"}) for name in [*ENTITIES, "authors"]),
    ],
)
def test_columns_of_facets_and_addresses_have_an_index(db, table, columns):
    assert columns <= {index.columns[0] for index in db[table].indexes}


def test_unique_names_and_keys(db):
    expected = {("papers", "key")}
    expected |= {(table, column) for table in [*ENTITIES, "authors"] for column in ("name", "slug")}
    assert expected <= {
        (table, index.columns[0])
        for table in CONTRACT
        for index in db[table].indexes
        if index.unique and len(index.columns) == 1
    }


def test_the_database_is_whole(journal_database):
    assert rows(journal_database, "pragma integrity_check") == [{"integrity_check": "ok"}]
    assert rows(journal_database, "pragma foreign_key_check") == []
    assert rows(journal_database, "select count(*) > 5 as analysed from sqlite_stat1") == [{"analysed": 1}]


SEARCHES = {"cafe": [1], "CAFÉ": [1], "encoder": [1, 2], "gradient": [2], "engineered": [4], "absent": []}


@pytest.mark.parametrize(("words", "papers"), SEARCHES.items())
def test_search_is_stemmed_and_folds_accents(journal_database, words, papers):
    sql = "select rowid as id from papers_fts where papers_fts match ? order by rowid"
    assert [row["id"] for row in rows(journal_database, sql, [words])] == papers


def test_the_index_agrees_with_the_papers(demo_database, tmp_path):
    copy = tmp_path / "papers.db"
    copy.write_bytes(demo_database.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("insert into papers_fts (papers_fts, rank) values ('integrity-check', 1)")


def test_papers_name_the_run_that_changed_them(db):
    assert db.execute("select distinct run from papers").fetchall() == [(1,)]
    assert db.execute("select added, rejected from runs").fetchall() == [(4, 0)]

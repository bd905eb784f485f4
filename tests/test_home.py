"""The home page: what it counts is there, and each number leads to the papers that it counts."""

import html
import re
import sqlite3
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from conftest import carrel, json_lines, portal_of, rows

COUNTED = {
    "?_task=!none": "select count(distinct paper_id) as n from paper_tasks",
    "?_dataset=!none": "select count(distinct paper_id) as n from paper_datasets",
    "?_dataset=none": "select count(*) as n from papers where id not in (select paper_id from paper_datasets)",
    "?_has=results": "select count(distinct paper_id) as n from results",
    "?_has=code": "select count(distinct paper_id) as n from links where kind = 'code'",
}


@pytest.fixture(scope="module")
async def home(portal):
    return (await portal.get("/")).text


def linked_numbers(text):
    """The paths of browse and the numbers that lead there."""
    found = re.findall(r'<a [^>]*href="(/papers/papers[^"]*)"[^>]*>([\d,]+)(?: papers)?</a>', text)
    return [(html.unescape(path), int(number.replace(",", ""))) for path, number in found]


async def test_counts_are_those_of_the_database(home, demo_database):
    numbers = dict(linked_numbers(home))
    assert numbers["/papers/papers"] == 231
    for query, sql in COUNTED.items():
        assert numbers[f"/papers/papers{query}"] == rows(demo_database, sql)[0]["n"], query


async def test_every_number_leads_to_as_many_papers(home, portal):
    numbers = linked_numbers(home)
    assert len(numbers) > 50
    for path, number in numbers:
        parts = urlsplit(path)
        found = (await portal.get(f"{parts.path}.json?{parts.query}&_size=0&_nofacet=1")).json()
        assert found["filtered_table_rows_count"] == number, path


async def test_every_link_leads_somewhere(home, portal):
    paths = {html.unescape(path) for path in re.findall(r'href="(/[^"#]*)', home)}
    assert {"/papers.db", "/papers/results_on_a_dataset?dataset=ImageNet"} <= paths
    for path in paths:
        assert (await portal.get(path, follow_redirects=True)).status_code == 200, path


async def test_most_frequent_come_first(home, demo_database):
    for plural in ("tasks", "datasets", "methods"):
        section = home.partition(f"<h2>{plural.capitalize()}</h2>")[2].partition("</section>")[0]
        shown = [int(number) for number in re.findall(r">(\d+)</a></li>", section)]
        counted = rows(demo_database, f"select papers from {plural} order by papers desc limit 10")
        assert shown == [row["papers"] for row in counted]


async def test_charts_are_those_that_have_something_to_draw(home, journal):
    """The demo has no years; the journal has."""
    assert "Papers by year" not in home
    assert "/papers/papers_by_year#g.mark=" not in home
    assert home.count("<figure>") == 3
    text = (await journal.get("/")).text
    assert "/papers/papers_by_year#g.mark=" in text
    assert 'aria-label="2022: 2 papers"' in text


async def test_newest_and_most_upvoted_where_they_are_known(home, journal):
    assert "<h2>Newest</h2>" not in home
    text = (await journal.get("/")).text
    newest = text.partition("<h2>Newest</h2>")[2].partition("</section>")[0]
    assert newest.index("Quiet Gradients") < newest.index("Process Engineering Notes")
    assert "3 votes" in text.partition("<h2>Most upvoted</h2>")[2]


async def test_one_search_box(home):
    assert home.count('type="search"') == 1
    assert "autofocus" in home


async def test_it_can_be_cited(home):
    assert "@misc{carrel," in home
    assert "\\url{http://localhost/}" in home


async def test_a_database_without_papers_says_so(tmp_path):
    with closing(sqlite3.connect(tmp_path / "papers.db")) as connection:
        connection.execute("create table notes (id integer primary key)")
    (tmp_path / "inspect-data.json").write_text("{}")
    response = await portal_of(tmp_path / "papers.db").client.get("/")
    assert response.status_code == 200
    assert "carrel ingest" in response.text


async def test_a_paper_that_names_nothing_is_enough(tmp_path):
    carrel("ingest", tmp_path / "papers.db", "-", stdin=json_lines({"title": "Untitled"}))
    response = await portal_of(tmp_path / "papers.db").client.get("/")
    assert response.status_code == 200
    assert ">1 papers</a>" not in response.text
    assert ">1 paper</a>" in response.text

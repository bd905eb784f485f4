"""The portal: pages, JSON, search, facets, named queries and downloads, as a visitor or a program gets them."""

import html
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from urllib.parse import quote_plus, urlsplit

import pytest
import yaml
from conftest import JOURNAL, ROOT, carrel, json_lines, portal_of, rows

METADATA = yaml.safe_load((ROOT / "metadata.yml").read_text())
DATABASE = METADATA["databases"]["papers"]
QUERIES = DATABASE["queries"]
VEGA = "/-/static-plugins/datasette_vega/"


async def page(client, path):
    """The text of a page that is there."""
    response = await client.get(path, follow_redirects=True)
    assert response.status_code == 200, (path, response.text[:500])
    return response.text


async def objects(client, path):
    """The rows of a JSON page, each an object."""
    separator = "&" if "?" in path else "?"
    response = await client.get(f"{path}{separator}_shape=objects", follow_redirects=True)
    assert response.status_code == 200, (path, response.text[:500])
    return response.json()["rows"]


def heading(text):
    """The words of a page's heading."""
    return html.unescape(re.sub(r"<[^>]*>", "", text.partition("<h1")[2].partition(">")[2].partition("</h1>")[0]))


async def test_browse_in_html_and_json(journal):
    text = await page(journal, "/papers/papers")
    assert text.index("Quiet Gradients") < text.index("Process Engineering Notes")  # newest first
    papers = await objects(journal, "/papers/papers.json")
    assert [paper["year"] for paper in papers] == [2022, 2022, 2021, 2020]
    assert '<a href="/paper/journal:4">Process Engineering Notes</a>' in text


async def test_search_in_html_and_json(portal, journal):
    assert "Quiet Gradients" in await page(journal, "/papers/papers?_search=gradient")
    assert [paper["id"] for paper in await objects(journal, "/papers/papers.json?_search=cafe")] == [1]
    assert await objects(journal, "/papers/papers.json?_search=absent") == []
    found = await objects(portal, "/papers/papers.json?_search=continual+learning&_size=max")
    assert 5 < len(found) < 231


async def test_facets(journal, portal):
    papers = (await journal.get("/papers/papers.json")).json()["facet_results"]
    counts = {name: {fact["value"]: fact["count"] for fact in papers[name]["results"]} for name in papers}
    assert counts["year"] == {2022: 2, 2021: 1, 2020: 1}
    assert counts["venue"] == {"Journal of Examples": 2, "Workshop on Notes": 1}
    links = (await portal.get("/papers/links.json")).json()["facet_results"]
    assert links["kind"]["results"][0]["value"] == "code"
    assert links["host"]["results"][0]["value"] == "github.com"


async def test_a_facet_without_values_is_not_shown(portal, journal):
    def headings(text):
        return re.findall(r'<section id="facet-(\w+)"', text)

    assert {"task", "method", "contribution"} <= set(headings(await page(portal, "/papers/papers")))
    assert not {"year", "venue", "author"} & set(headings(await page(portal, "/papers/papers")))
    assert {"year", "venue", "author"} <= set(headings(await page(journal, "/papers/papers")))


async def test_a_paper_and_its_quotes(journal, journal_database):
    key = rows(journal_database, "select key from papers where id = 1")[0]["key"]
    text = await page(journal, f"/paper/{key}")
    assert heading(text) == "Paired Encoders for Café Reviews"
    authors = re.findall(r'href="/author/[^"]+"><bdi>([^<]+)<', text)
    assert authors == ["Ada Núñez", "李明"]
    assert '<a href="https://github.com/example/pen" rel="nofollow">' in text
    assert '<q dir="auto">paired encoder network (PEN)</q>' in text


async def test_every_paper_has_its_page(portal, demo_database):
    for row in rows(demo_database, "select key, title from papers order by id"):
        assert heading(await page(portal, f"/paper/{row['key']}")) == row["title"]


async def test_an_unknown_paper_is_a_404(portal):
    response = await portal.get("/paper/none-such")
    assert response.status_code == 404
    assert "No paper has this key" in response.text


async def test_hostile_texts_are_shown_as_text(tmp_path):
    attack = "<script>alert(1)</script>"
    record = {
        "title": f"{attack} Title",
        "abstract": f"A {attack} method and an attack method (AM) at https://a.example/'onclick='alert(2){attack}.",
        "venue": attack,
        "authors": [attack],
    }
    database = tmp_path / "papers.db"
    carrel("ingest", database, "-", stdin=json_lines(record))
    client = portal_of(database).client
    key = rows(database, "select key from papers")[0]["key"]
    for path in ["/papers/papers", f"/paper/{key}", "/papers/links", "/papers/acronyms", "/papers/authors"]:
        text = await page(client, path)
        assert attack not in text, path
        assert "'onclick=" not in text, path


async def test_the_file_can_be_downloaded(portal, demo_database):
    response = await portal.get("/papers.db")
    assert response.status_code == 200
    assert response.content == demo_database.read_bytes()


async def test_json_may_be_read_from_any_site(portal):
    assert (await portal.get("/papers/papers.json")).headers["access-control-allow-origin"] == "*"


async def test_any_database_file_is_served_as_papers(tmp_path):
    database = tmp_path / "my list.db"
    carrel("ingest", database, "-", stdin=json_lines(*JOURNAL))
    datasette = portal_of(database)
    assert "Quiet Gradients" in await page(datasette.client, "/papers/papers")
    assert [name for name in datasette.databases if not name.startswith("_")] == ["papers"]
    tables = (await datasette.client.get("/papers.json")).json()["tables"]
    assert next(table["count"] for table in tables if table["name"] == "papers") == 4
    assert (await datasette.client.get("/papers.db")).content == database.read_bytes()


async def test_the_chart_script_is_only_where_a_chart_can_be(portal, demo_database):
    key = rows(demo_database, "select key from papers limit 1")[0]["key"]
    for path in ["/", "/papers", f"/paper/{key}", "/papers/papers/1", "/-/versions", "/paper/none", "/papers/search"]:
        text = (await portal.get(path)).text
        assert VEGA not in text, path
    for path in ["/papers/links", "/papers/link_kinds", "/papers?sql=select+1"]:
        assert VEGA in await page(portal, path), path


def shown_tables(database):
    return [row["name"] for row in rows(database, "select name from sqlite_master where type in ('table', 'view')")]


def test_every_table_and_column_is_described(demo_database):
    internal = re.compile(r"sqlite_|papers_fts_")
    tables = [name for name in shown_tables(demo_database) if not internal.match(name)]
    assert set(tables) == set(DATABASE["tables"])
    for name in tables:
        described = DATABASE["tables"][name]
        assert described["description"], name
        columns = [row["name"] for row in rows(demo_database, f"select name from pragma_table_info('{name}')")]
        assert set(described["columns"]) == set(columns), name
        assert all(described["columns"].values()), name


def test_offsets_and_counts_have_units():
    for table in DATABASE["tables"].values():
        for column, words in table["columns"].items():
            if column in ("start", "end"):
                assert "characters" in words
            if column in ("papers", "upvotes", "added", "changed", "merged", "unchanged", "rejected"):
                assert "(number)" in words


def test_the_portal_is_described():
    assert all(METADATA[name] for name in ("title", "description", "source", "license", "license_url"))
    labels = {name: table.get("label_column") for name, table in DATABASE["tables"].items()}
    assert labels["papers"] == "title"
    assert labels["authors"] == labels["tasks"] == "name"


def test_there_are_enough_questions():
    assert len(QUERIES) >= 10
    assert sum("fragment" in query for query in QUERIES.values()) >= 5
    for query in QUERIES.values():
        words = query.get("description") or query.get("description_html")
        assert query["title"]
        assert words
        assert all(f"<code>{name}</code>" in words for name in query.get("params", []))
        assert set(query.get("params", [])) == set(re.findall(r":(\w+)", query["sql"]))


EXAMPLES = {
    "meanings_of_an_acronym": "acronym=CL",
    "search_with_code": "words=continual+learning",
    "links_with_quotes": "host=github.com",
    "results_on_a_dataset": "dataset=cifar-10",
    "who_names_a_method": "method=clip",
}


@pytest.mark.parametrize("name", QUERIES)
async def test_every_question_has_an_answer(portal, journal, name):
    """Where the demo has nothing, for want of years, venues or authors, the journal has."""
    parameters = EXAMPLES.get(name, "")
    answers = await objects(portal, f"/papers/{name}.json?{parameters}")
    answers = answers or await objects(journal, f"/papers/{name}.json?{parameters}")
    assert answers
    assert QUERIES[name]["title"] in await page(portal, f"/papers/{name}?{parameters}")


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("value", ["", '"', "a OR", "';--", "%00", "*", "é", "x" * 2000])
async def test_questions_take_any_value(portal, name, value):
    parameter = QUERIES[name]["params"][0]
    response = await portal.get(f"/papers/{name}.json", params={parameter: value})
    assert response.status_code == 200, response.text


async def test_the_meanings_of_an_acronym(portal):
    lower = await objects(portal, "/papers/meanings_of_an_acronym.json?acronym=llm")
    assert {row["short"] for row in lower} == {"LLM", "LLMs"}


@pytest.mark.parametrize("name", [name for name, query in QUERIES.items() if "fragment" in query])
async def test_a_chart_query_links_to_its_chart(portal, name):
    """The fragment names columns that the query has, and the page and the database page carry it whole."""
    query = QUERIES[name]
    settings = dict(pair.split("=") for pair in query["fragment"].split("&"))
    assert set(settings) - {"g.color_column"} == {"g.mark", "g.x_column", "g.x_type", "g.y_column", "g.y_type"}
    columns = (await portal.get(f"/papers/{name}.json")).json()["columns"]
    assert {settings[name] for name in settings if name.endswith("_column")} <= set(columns)
    assert f'href="?#{query["fragment"]}"' in html.unescape(await page(portal, f"/papers/{name}"))
    assert f'/papers/{name}#{query["fragment"]}"' in html.unescape(await page(portal, "/papers"))


async def test_sql_in_json(portal):
    response = await portal.get("/papers.json", params={"sql": "select count(*) as n from papers", "_shape": "array"})
    assert response.json() == [{"n": 231}]


WRITES = [
    "delete from papers",
    "insert into runs default values",
    "attach '/etc/passwd' as x",
    "pragma journal_mode = wal",
]


@pytest.mark.parametrize("sql", WRITES)
async def test_nothing_can_be_written(portal, demo_database, sql):
    before = demo_database.read_bytes()
    assert (await portal.get("/papers.json", params={"sql": sql})).status_code == 400
    assert demo_database.read_bytes() == before


async def test_templates_only_extend():
    """Parts, whose names start with _, are our own."""
    for template in (ROOT / "templates").glob("[!_]*.html"):
        assert template.read_text().startswith("{% extends "), template.name


async def test_a_running_portal_sees_whole_databases_only(tmp_path):
    """While a new file takes the place of the old one, each answer is of the one or the other, whole."""
    database = tmp_path / "papers.db"
    carrel("ingest", database, "-", stdin=json_lines(*JOURNAL[:2]))
    client = portal_of(database).client
    await page(client, "/papers/papers")
    carrel("ingest", database, "-", stdin=json_lines(*({"title": f"Paper {number}"} for number in range(2000))))
    sql = """
        select count(*) as n, count(distinct papers_fts.rowid) as indexed
        from papers join papers_fts on papers_fts.rowid = papers.id
    """
    for _ in range(20):
        [counts] = await objects(client, f"/papers.json?sql={quote_plus(sql)}")
        assert counts in ({"n": 2, "indexed": 2}, {"n": 2002, "indexed": 2002})


async def test_redirects_stay_here(portal):
    for path in ["/papers/", "/paper/x/", "//example.org/x", "/papers/papers/"]:
        response = await portal.get(path)
        assert urlsplit(response.headers.get("location", "")).netloc in ("", "localhost")


@pytest.mark.parametrize("sort", ["", "_sort=year", "_sort_desc=year", "_sort_desc=contribution", "_sort_desc=upvotes"])
async def test_pages_hold_each_paper_once(portal, sort):
    """Most papers of the demo are equal in what is sorted by."""
    found, path = [], f"/papers/papers.json?{sort}"
    while path:
        data = (await portal.get(path)).json()
        found += [row[0] for row in data["rows"]]
        path = data["next_url"] and data["next_url"].removeprefix("http://localhost")
    assert sorted(found) == list(range(1, 232))


def started(database):
    """What a portal of a database says when it starts to answer one request."""
    options = ["--template-dir", "templates", "--plugins-dir", "plugins", "--get", "/"]
    command = [sys.executable, "-m", "datasette", "serve", "-i", database, *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_a_database_of_an_earlier_version_is_refused_until_it_is_indexed(journal_database, tmp_path):
    database = tmp_path / "papers.db"
    database.write_bytes(journal_database.read_bytes())
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("delete from _sqlite_migrations where name = 'introduced_in_titles'")
        connection.executescript(
            "drop index idx_paper_methods_introduced_in_title; drop index idx_paper_datasets_introduced_in_title"
        )
    refused = started(database)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"Error: {database} was written by an earlier version of Carrel: run carrel index {database}\n"
    )
    assert carrel("index", database).exit_code == 0
    assert started(database).returncode == 0


def test_a_database_of_a_newer_version_is_refused(journal_database, tmp_path):
    database = tmp_path / "papers.db"
    database.write_bytes(journal_database.read_bytes())
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("insert into _sqlite_migrations (migration_set, name) values ('carrel', 'to_come')")
    refused = started(database)
    assert refused.returncode == 1
    assert "newer version of Carrel: upgrade Carrel" in refused.stderr

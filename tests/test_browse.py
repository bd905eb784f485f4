"""Lists of papers as cards: what a card says, the way through the pages, and the same list in other forms."""

import csv
import html
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import carrel, json_lines, portal_of, rows
from later import LATER

BROWSE = "/papers/papers"


async def page(client, path):
    response = await client.get(path, follow_redirects=True)
    assert response.status_code == 200, (path, response.text[:500])
    return response.text


def titles(text):
    """The titles of the cards of a page."""
    found = re.findall(r'<article class="card">\s*<h2[^>]*>(.*?)</h2>', text, flags=re.DOTALL)
    return [html.unescape(re.sub("<[^>]+>", "", title)) for title in found]


def link(text, words):
    """Where the link with these words leads."""
    found = re.search(rf'<a [^>]*?href="([^"]*)"[^>]*>{words}</a>', text)
    return html.unescape(found[1]) if found else None


def local(url):
    """The path and query of a URL of this portal."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" + (f"#{parts.fragment}" if parts.fragment else "")


@pytest.fixture(scope="module")
def many_database(database_of):
    """130 papers of three years, some without a year, most with the same votes."""
    records = [
        {"title": f"Paper {number:03}", "abstract": f"About subject {number % 3}.", "upvotes": number // 40}
        | ({"year": 2020 + number % 3} if number % 4 else {})
        for number in range(130)
    ]
    return database_of(*records)


@pytest.fixture(scope="module")
def many(many_database):
    return portal_of(many_database).client


async def test_a_card_says_who_where_when_and_what(journal, portal):
    text = await page(journal, BROWSE)
    card = text.partition("Paired Encoders for Café Reviews")[2].partition("</article>")[0]
    assert 'Ada Núñez</a>, <a href="/author/' in card
    for words in (
        "李明",
        "Journal of Examples",
        "2021",
        "We train a paired encoder network",
        "paired encoder network</a>",
    ):
        assert words in card
    assert '<a class="tag" href="https://github.com/example/pen" rel="nofollow">code</a>' in card
    assert 'class="tag" href="/task/' in await page(portal, BROWSE)


async def test_a_thousand_authors_are_not_all_named(tmp_path):
    names = [f"Author Number{number}" for number in range(1000)]
    carrel("ingest", tmp_path / "papers.db", "-", stdin=json_lines({"title": "Large", "authors": names}))
    text = await page(portal_of(tmp_path / "papers.db").client, BROWSE)
    assert "Number3</a> and 996 more" in text
    assert "Number4<" not in text


@pytest.mark.parametrize("query", ["", "_sort_desc=upvotes", "year__gt=2020", "_search=subject", "_size=7"])
async def test_the_pages_hold_every_paper_once_and_lead_back(many, query):
    """Years and votes are the same for many papers: nothing is lost or repeated between pages."""
    path, seen, shown = f"{BROWSE}?{query}", [], []
    while path:
        text = await page(many, path)
        seen.append(titles(text))
        shown.append(path)
        path = (found := link(text, "Next")) and local(found)
    whole = rows_of(await many.get(f"{BROWSE}.csv?{query}&_stream=on"))
    assert [title for titles_of_page in seen for title in titles_of_page] == whole
    assert len(set(whole)) == len(whole) > 25
    while len(seen) > 1:
        seen.pop()
        text = await page(many, link(text, "Previous"))
        assert titles(text) == seen[-1]
    assert link(text, "Previous") is None


def rows_of(response):
    """Titles of a CSV file."""
    return [row["title"] for row in csv.DictReader(io.StringIO(response.text))]


@pytest.mark.parametrize("place", ["", "x", "1,2,3", "2020", "2020,x", "$null,1&_sort=key", "2020," + "9" * 30])
async def test_a_place_that_is_none_is_refused(many, place):
    assert (await many.get(f"/-/previous-page?_next={place}")).status_code == 400


async def test_exports_are_of_the_whole_list_from_any_page(many):
    text = await page(many, local(link(await page(many, f"{BROWSE}?year=2021"), "Next")))
    exported = rows_of(await many.get(link(text, "CSV")))
    assert len(exported) == 32
    found = (await many.get(link(text, "JSON"))).json()
    assert [row["title"] for row in found["rows"]] == exported


async def test_the_sql_of_a_page_gives_the_page(many):
    text = await page(many, f"{BROWSE}?year=2021")
    parts = urlsplit(link(text, "the SQL of this page"))
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    found = (await many.get(f"{parts.path}.json", params=query | {"_shape": "objects"})).json()["rows"]
    assert [row["title"] for row in found][:25] == titles(text)


@pytest.mark.parametrize("kind", ["tasks", "datasets", "methods", "metrics"])
async def test_the_chart_of_a_list_counts_its_papers(portal, demo_database, kind):
    text = await page(portal, f"{BROWSE}?contribution=empirical&_sort_desc=upvotes")
    response = await portal.get(link(text, kind))
    parts = urlsplit(response.headers["location"])
    assert f"g.y_column={kind[:-1]}" in parts.fragment
    shown = (await portal.get(f"{parts.path}.json?{parts.query}&_shape=array", follow_redirects=True)).json()
    counted = rows(
        demo_database,
        f"""select {kind}.name as {kind[:-1]}, count(*) as papers
        from paper_{kind} join {kind} on {kind}.id = {kind[:-1]}_id join papers on papers.id = paper_id
        where contribution = 'empirical' group by 1 order by 2 desc, 1 limit 30""",
    )
    assert shown == counted


async def test_a_list_is_also_a_table(portal):
    text = await page(portal, link(await page(portal, f"{BROWSE}?contribution=theory"), "as a table"))
    assert 'class="rows-and-columns"' in text
    assert "<h1>papers</h1>" in re.sub(r"\s+", " ", text)


async def test_a_search_keeps_the_filters_and_the_words(portal):
    text = await page(portal, f"{BROWSE}?contribution=method&_search=continual")
    assert '<input type="hidden" name="contribution" value="method">' in text
    assert 'value="continual"' in text


async def test_nothing_found_says_how_to_go_on(portal):
    text = await page(portal, f"{BROWSE}?_search=zzzz&contribution=method")
    assert "0 papers" in text
    assert titles(text) == []
    assert "papers</a> without the words <q>zzzz</q>" in text
    assert titles(await page(portal, link(text, r"[\d,]+ papers")))
    assert titles(await page(portal, link(text, "All papers")))


async def test_nothing_found_counts_what_each_choice_costs(portal):
    text = await page(portal, "/papers/papers?_task=continual-learning&_modality=audio&_introduces=!none")
    ways = re.findall(r'<li><a href="([^"]*)" rel="nofollow">([\d,]+) papers?</a> without <em>', text)
    assert ways
    for path, number in ways:
        assert f"<h1>{number} paper" in await page(portal, html.unescape(path))


@pytest.mark.parametrize("table", ["paper_tasks", "paper_datasets", "results", "links"])
async def test_a_row_shows_names_instead_of_numbers(portal, demo_database, table):
    [row] = rows(demo_database, f"select * from {table} limit 1")
    [paper] = rows(demo_database, f"select key, title from papers where id = {row['paper_id']}")
    numbers = [row[name] for name in row if name.endswith("_id")]
    text = await page(portal, f"/papers/{table}/{row.get('id') or f'{numbers[0]},{numbers[1]}'}")
    address = f"/papers/papers/{row['paper_id']}" if LATER else f"/paper/{paper['key']}"  # 1.0 links what it names
    assert f'<a href="{address}">{html.escape(paper["title"])}</a>' in text


async def test_orders_are_those_that_have_values(portal, many):
    assert "most upvoted" not in await page(portal, BROWSE)
    text = await page(many, link(await page(many, BROWSE), "most upvoted"))
    assert titles(text)[0] == "Paper 120"
    assert '<strong aria-current="true">most upvoted</strong>' in text


async def test_only_what_runs_from_right_to_left_has_its_direction_found(database_of):
    papers = [{"title": "تعلم الآلة", "abstract": "نقدم طريقة."}, {"title": "Plain", "abstract": "Words."}]
    text = await page(portal_of(database_of(*papers)).client, BROWSE)
    assert re.findall(r'<h2( dir="auto")?><a [^>]*>([^<]+)</a></h2>', text) == [
        (' dir="auto"', "تعلم الآلة"),
        ("", "Plain"),
    ]

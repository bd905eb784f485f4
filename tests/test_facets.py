"""Facets: what their parameters ask for, counts that are exact whatever the page, links that work without scripts."""

import html
import re
from urllib.parse import urlsplit

import pytest
from conftest import portal_of, rows

CORPUS = [
    {"title": "One", "abstract": "We study image classification and object detection on ImageNet.", "year": 2020},
    {"title": "Two", "abstract": "We study image classification on CIFAR-10.", "year": 2021, "venue": "A|B"},
    {"title": "Three", "abstract": "We study object detection on COCO.", "year": 2021, "venue": "none"},
    {"title": "Four", "abstract": "We study machine translation.", "year": 2022, "venue": "!Surprise"},
    {"title": "Five", "abstract": "Nothing is said."},
]


@pytest.fixture(scope="module")
def corpus(database_of):
    """Five papers with tasks, years and venues of awkward names."""
    return portal_of(database_of(*CORPUS)).client


async def browse(client, query, path="/papers/papers.json"):
    """A page as JSON, with its titles and, for each facet, its counts by value."""
    response = await client.get(f"{path}?{query}")
    assert response.status_code == 200, response.text
    data = response.json()
    data["titles"] = {row[data["columns"].index("title")] for row in data["rows"]}
    data["counts"] = {
        name: {fact["value"]: fact["count"] for fact in facet["results"]}
        for name, facet in data["facet_results"].items()
    }
    return data


CHOICES = [
    ("_task=image-classification", {"One", "Two"}),
    ("_task=image-classification&_task=object-detection", {"One"}),
    ("_task=image-classification|machine-translation", {"One", "Two", "Four"}),
    ("_task=image-classification%7Cmachine-translation&_task=!object-detection", {"Two", "Four"}),
    ("_task=!image-classification", {"Three", "Four", "Five"}),
    ("_task=!image-classification|object-detection", {"Four", "Five"}),
    ("_task=none", {"Five"}),
    ("_task=!none", {"One", "Two", "Three", "Four"}),
    ("_task=none|machine-translation", {"Four", "Five"}),
    ("_task=image-classification&_dataset=cifar-10", {"Two"}),
    ("_year=2021", {"Two", "Three"}),
    ("_year=2020|2022", {"One", "Four"}),
    ("_year=!2021", {"One", "Four", "Five"}),
    ("_year=none", {"Five"}),
    ("_venue=A\\|B", {"Two"}),
    ("_venue=\\none", {"Three"}),
    ("_venue=none", {"One", "Five"}),
    ("_venue=\\!Surprise", {"Four"}),
    ("_venue=!\\!Surprise", {"One", "Two", "Three", "Five"}),
    ("_task=object-detection&year=2021", {"Three"}),
    ("_task=object-detection&_search=coco", {"Three"}),
    ("_task=", {"One", "Two", "Three", "Four", "Five"}),
    ("_task=image-classification&_task=image-classification", {"One", "Two"}),
    ("_task=image-classification&_task=!image-classification", set()),
]


@pytest.mark.parametrize(("query", "titles"), CHOICES)
async def test_parameters_choose_papers(corpus, query, titles):
    data = await browse(corpus, query)
    assert data["titles"] == titles
    assert data["filtered_table_rows_count"] == len(titles)


async def test_counts_ignore_the_alternatives_of_their_own_facet(corpus):
    data = await browse(corpus, "_task=image-classification|machine-translation&year__gt=2020")
    assert data["counts"]["task"] == {"image-classification": 1, "machine-translation": 1, "object-detection": 1}
    assert data["counts"]["year"] == {2021: 1, 2022: 1}


async def test_counts_of_values_that_exclude_each_other(corpus):
    """One year was chosen: the other years say how many papers they would add."""
    data = await browse(corpus, "_year=2020")
    assert data["counts"]["year"] == {2020: 1, 2021: 2, 2022: 1}
    assert data["counts"]["task"] == {"image-classification": 1, "object-detection": 1}


async def test_a_chosen_value_without_papers_stays_visible(corpus):
    data = await browse(corpus, "_task=machine-translation&_year=2020")
    assert data["titles"] == set()
    assert data["counts"]["task"] == {"machine-translation": 0}
    facts = data["facet_results"]["task"]["results"]
    assert [fact["selected"] for fact in facts] == [True]
    text = (await corpus.get("/papers/papers?_task=machine-translation&_year=2020")).text
    assert "tasks: machine translation" in text


async def test_counts_are_of_all_pages(portal):
    first = (await portal.get("/papers/papers.json?_size=20&_facet_size=max")).json()
    second = (await portal.get(f"{urlsplit(first['next_url']).path}?{urlsplit(first['next_url']).query}")).json()
    assert first["rows"] != second["rows"]
    for name, facet in first["facet_results"].items():
        counted = {fact["value"]: fact["count"] for fact in facet["results"]}
        assert counted == {fact["value"]: fact["count"] for fact in second["facet_results"][name]["results"]}
        assert all("_next" not in fact["toggle_url"] for fact in second["facet_results"][name]["results"])


async def test_counts_are_those_of_sql(portal, demo_database):
    data = await browse(portal, "_facet_size=max&_facet_label=uses&_facet_label=compares")
    for plural, singular in {"tasks": "task", "datasets": "dataset", "methods": "method", "metrics": "metric"}.items():
        counted = rows(demo_database, f"select slug, papers from {plural}")
        assert data["counts"][singular] == {row["slug"]: row["papers"] for row in counted}
    compared = rows(
        demo_database,
        "select slug, count(*) as n from paper_methods join methods on methods.id = method_id"
        " where role = 'compared' group by 1",
    )
    assert data["counts"]["compares"] == {row["slug"]: row["n"] for row in compared}
    code = rows(demo_database, "select count(distinct paper_id) as n from links where kind = 'code'")
    assert data["counts"]["has"]["code"] == code[0]["n"]


async def test_descriptions_are_in_words(corpus):
    data = await browse(corpus, "_task=image-classification|object-detection&_task=!machine-translation&_year=none")
    assert data["human_description_en"].startswith(
        "where tasks: image classification or object detection; not machine translation and years: none named"
    )


async def test_links_of_a_page_lead_where_their_counts_say(corpus):
    """Every link of the rail is followed; those of values say how many papers they lead to."""
    for query in ["", "_task=image-classification", "_task=image-classification|object-detection", "_year=2021"]:
        text = (await corpus.get(f"/papers/papers?{query}")).text
        links = re.findall(
            r'<li[^>]*>\s*<a href="([^"]+)"[^>]*>([^<]*)</a>(?:<span class="else">.*?</span>)?'
            r'<span class="facet-count">(\d+)<',
            text,
        )
        assert len(links) >= 10
        for link, _, count in links:
            page = (await corpus.get(html.unescape(link).replace("/papers/papers", "/papers/papers.json"))).json()
            if not query:
                assert page["filtered_table_rows_count"] == int(count), link


async def test_chips_give_up_one_choice_each(corpus):
    text = (await corpus.get("/papers/papers?_task=image-classification&_year=!2020&_sort=title")).text
    chips = dict(re.findall(r'<a href="([^"]+)" rel="nofollow" title="Remove">([^<]+)', text))
    assert {html.unescape(link): words.strip() for link, words in chips.items()} == {
        "/papers/papers?_sort=title&_year=!2020": "tasks: image classification",
        "/papers/papers?_sort=title&_task=image-classification": "years: not 2020",
    }
    assert 'href="/papers/papers?_sort=title"' in text


WRONG = [
    "_task=nope",
    "_task=a||b",
    "_task=|",
    "_task=!",
    "_task=image-classification|!object-detection",
    "_year=soon",
    "_venue=%00",
    "_has=everything",
    "_author=';drop table papers;--",
    "_method=" + "x" * 5000,
    "_introduces=<script>alert(1)</script>",
    "&".join(["_task=" + "|".join(["image-classification", *(f"t{number}" for number in range(60))])]),
]


@pytest.mark.parametrize("query", WRONG)
@pytest.mark.parametrize("suffix", ["", ".json"])
async def test_what_means_nothing_is_refused(corpus, query, suffix):
    response = await corpus.get(f"/papers/papers{suffix}?{query}")
    assert response.status_code == 400
    assert "<script>alert(1)" not in response.text or suffix
    name = query.partition("=")[0]
    assert name in response.text or "values are chosen" in response.text
    assert len(response.text) < 10_000


async def test_all_values_of_a_facet(portal, demo_database):
    """Page after page, each value once, most papers first, with the papers that the page is of."""
    path, counted, pages = "/papers/facet/method?_has=code", [], 0
    while path:
        text = (await portal.get(path)).text
        counted += re.findall(r'rel="nofollow">([^<]+)</a>\s*<span class="facet-count">(\d+)</span>', text)
        path = html.unescape((re.findall(r'<a href="([^"]+)" rel="next', text) or [""])[0])
        pages += 1
    expected = rows(
        demo_database,
        """
        select name, count(*) as n from paper_methods join methods on methods.id = method_id
        where paper_id in (select paper_id from links where kind = 'code')
        group by 1
        """,
    )
    shown = {html.unescape(name): int(count) for name, count in counted if name != "none named"}
    assert shown == {row["name"]: row["n"] for row in expected}
    assert pages == -(-len(expected) // 100)
    numbers = [int(count) for name, count in counted if name != "none named"]
    assert numbers == sorted(numbers, reverse=True)


async def test_searching_inside_a_facet(portal, demo_database):
    data = (await portal.get("/papers/facet/task.json?_inside=Detect")).json()
    expected = rows(demo_database, "select name, papers from tasks where name like '%detect%'")
    counted = {value["label"]: value["count"] for value in data["values"]}
    assert counted == {row["name"]: row["papers"] for row in expected}
    assert data["distinct"] == len(expected) > 1
    text = (await portal.get("/papers/facet/task?_inside=Detect&_method=transformer&_search=attention")).text
    assert '<input type="hidden" name="_method" value="transformer">' in text
    assert '<input type="hidden" name="_search" value="attention">' in text


async def test_a_value_of_the_list_leads_to_its_papers(portal):
    for value in (await portal.get("/papers/facet/task.json?_has=code")).json()["values"][:5]:
        assert urlsplit(value["toggle_url"]).path == "/papers/papers"
        data = (await portal.get(value["toggle_url"].replace("/papers/papers?", "/papers/papers.json?"))).json()
        assert data["filtered_table_rows_count"] == value["count"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/papers/facet/nothing", 404),
        ("/papers/facet/task?_page=0", 400),
        ("/papers/facet/task?_page=x", 400),
        ("/papers/facet/task?_page=%C2%B2", 400),
        ("/papers/facet/task?_page=999", 200),
        ("/papers/facet/task?_task=nope", 400),
        ("/papers/facet/task?_inside=%00<script>", 200),
        ("/papers/facet/task?_inside=&_page=", 200),
    ],
)
async def test_awkward_addresses_of_facets(portal, path, status):
    response = await portal.get(path)
    assert response.status_code == status
    assert "\0<script>" not in response.text

"""Entity pages and indexes: what is known of a task, a dataset, a method, a metric or an author, and all of a kind."""

import html
import json
import re
from itertools import pairwise

import pytest
from conftest import portal_of, rows

ATTACK = "<script>alert(1)</script>"
KINDS = {"task": "tasks", "dataset": "datasets", "method": "methods", "metric": "metrics", "author": "authors"}
CORPUS = [
    {
        "title": "KettleNet: Brewing",
        "abstract": f"We introduce KettleNet, a network. {ATTACK} It reaches an accuracy of 91.5% on CIFAR-10.",
        "authors": ["Ada Núñez", f"Ann {ATTACK}"],
        "year": 2019,
    },
    {
        "title": "Pouring",
        "abstract": "We fine-tune KettleNet and a convolutional neural network (CNN) for image classification. "
        "An accuracy of 93.0% on CIFAR-10 is new.",
        "authors": ["Ada Nunez", "李明"],
        "year": 2021,
    },
    {
        "title": "Sipping",
        "abstract": "It outperforms KettleNet. Convolutional neural networks (CNNs) win at image classification: "
        "accuracy improves by 2.5% on CIFAR-10.",
        "authors": ["Ada Núñez"],
        "year": 2021,
    },
    *({"title": f"Cup {n}", "abstract": "We train a CNN on ImageNet.", "year": 2020} for n in range(60)),
]


@pytest.fixture(scope="module")
def database(database_of):
    return database_of(*CORPUS)


@pytest.fixture(scope="module")
def client(database):
    return portal_of(database).client


async def page(client, path, status=200):
    response = await client.get(path)
    assert response.status_code == status, (path, response.text[:500])
    return response.text


async def record(client, path):
    return json.loads(await page(client, path))


def plain(markup):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", markup))).strip()


def part(text, opening, closing):
    return text.partition(opening)[2].partition(closing)[0]


@pytest.mark.parametrize("kind", ["task", "dataset", "method", "metric"])
async def test_every_entity_has_its_page(portal, demo_database, kind):
    for row in rows(demo_database, f"select name, slug, papers from {KINDS[kind]}"):
        text = await page(portal, f"/{kind}/{row['slug']}")
        assert plain(part(text, "<h1>", "</h1>")) == row["name"]
        assert f'<a href="/papers/papers?_{kind}={row["slug"]}">{row["papers"]} paper' in html.unescape(text)


async def test_roles_and_their_papers(client):
    found = await record(client, "/method/kettlenet.json")
    assert found["roles"] == {"introduced": 1, "used": 1, "compared": 1}
    assert [paper["title"] for paper in found["lists"]["introduced"]] == ["KettleNet: Brewing"]
    text = await page(client, "/method/kettlenet")
    assert "3 papers : introduced in 1, used in 1, compared with in 1." in plain(text).replace("papers:", "papers :")
    used = part(text, "<h2>Used in</h2>", "</section>")
    assert '<q class="sentence" dir="auto">We fine-tune <mark>KettleNet</mark> and a convolutional' in used


async def test_a_role_lists_all_its_papers_page_by_page(client, database):
    first = await page(client, "/method/convolutional-neural-network?_role=used")
    sql = """
        select count(*) as n from paper_methods join methods on methods.id = method_id
        where role = 'used' and slug = 'convolutional-neural-network'
    """
    count = rows(database, sql)[0]["n"]
    assert count > 50
    assert 'rel="next" href="/method/convolutional-neural-network?_role=used&amp;_page=2"' in first
    second = await page(client, "/method/convolutional-neural-network?_role=used&_page=2")
    titles = re.findall(r'<a class="title" href="([^"]+)"', first) + re.findall(
        r'<a class="title" href="([^"]+)"', second
    )
    assert len(titles) == len(set(titles)) == count
    assert '<ol start="51">' in second


async def test_other_names_and_the_sentence_that_defines_them(client):
    found = await record(client, "/method/convolutional-neural-network.json")
    assert {"convolutional neural network", "CNN"} <= {row["name"] for row in found["spellings"]}
    assert found["spellings"][0]["name"] == "CNN"
    [definition] = found["definitions"]
    assert (definition["short"], definition["long"], definition["papers"]) == ("CNN", "convolutional neural network", 2)
    text = await page(client, "/method/convolutional-neural-network")
    assert "<mark>convolutional neural network (CNN)</mark>" in text


async def test_what_goes_with_it_leads_to_the_papers_with_both(client):
    found = await record(client, "/method/kettlenet.json")
    assert {row["name"]: row["papers"] for row in found["companions"]["dataset"]} == {"CIFAR-10": 3}
    text = await page(client, "/method/kettlenet")
    assert 'href="/papers/papers?_method=kettlenet&amp;_dataset=cifar-10"' in text
    both = (await client.get("/papers/papers.json?_method=kettlenet&_dataset=cifar-10&_shape=objects")).json()
    assert len(both["rows"]) == 3


async def test_years_are_drawn_and_tabled(client):
    found = await record(client, "/method/kettlenet.json")
    assert found["years"] == {"2019": 1, "2020": 0, "2021": 2}
    figure = part(await page(client, "/method/kettlenet"), '<figure class="drawing">', "</figure>")
    assert 'role="img" aria-label="Papers by year, 2019 to 2021; most in 2021, 2"' in figure
    assert figure.count("<rect") == 3
    assert '<a href="/papers/papers?_method=kettlenet&amp;_year=2021">2</a>' in html.unescape(figure).replace(
        "&", "&amp;"
    )


async def test_no_chart_without_years(portal):
    assert '<figure class="drawing">' not in await page(portal, "/method/transformer")


async def test_only_comparable_claims_stand_together(client):
    groups = (await record(client, "/dataset/cifar-10.json"))["claims"]
    found = {
        (group["metric"], group["unit"], group["kind"]): [claim["value"] for claim in group["shown"]]
        for group in groups
    }
    assert found == {("accuracy", "%", "absolute"): [93.0, 91.5], ("accuracy", "%", "improvement"): [2.5]}
    on_metric = (await record(client, "/metric/accuracy.json"))["claims"]
    assert {group["dataset"] for group in on_metric} == {"CIFAR-10"}
    text = await page(client, "/dataset/cifar-10")
    claims = part(text, '<section class="claims"', "</section>")
    assert "An accuracy of <mark>93.0%</mark> on CIFAR-10 is new." in claims
    assert "no ranking" in claims
    assert not re.search("leaderboard|state of the art|rank [0-9]", text, re.I)


async def test_claims_of_the_demo_are_sorted_and_quoted(portal, demo_database):
    """All claims on all datasets and metrics: in order, and each quote holds the number that it stands for."""
    for kind in ("dataset", "metric"):
        for row in rows(demo_database, f"select slug from {KINDS[kind]} where id in (select {kind}_id from results)"):
            for group in (await record(portal, f"/{kind}/{row['slug']}.json"))["claims"]:
                values = [claim["value"] for claim in group["shown"]]
                assert all(one >= other for one, other in pairwise(values))
                assert all(claim["quote"] and claim["before"] + claim["after"] for claim in group["shown"])


async def test_authors(client):
    found = await record(client, "/author/ada-nunez.json")
    assert (found["name"], found["papers"]) == ("Ada Núñez", 2)
    assert [row["name"] for row in found["spellings"]] == ["Ada Nunez"]
    assert [row["name"] for row in found["companions"]["author"]] == [f"Ann {ATTACK}"]
    assert [paper["title"] for paper in found["lists"][""]] == ["Sipping", "KettleNet: Brewing"]
    assert "may be one person" in await page(client, "/author/ada-nunez")


async def test_a_name_leads_to_its_page(client):
    response = await client.get("/method/KettleNet")
    assert (response.status_code, response.headers["location"]) == (302, "/method/kettlenet")
    slug = (await record(client, "/authors.json?_q=李明"))["authors"][0]["slug"]
    assert (await client.get("/author/%E6%9D%8E%E6%98%8E")).headers["location"] == f"/author/{slug}"


async def test_an_unknown_entity_says_what_is_near(client):
    text = await page(client, "/method/ketlenet", status=404)
    assert '<a href="/method/kettlenet">' in text
    assert '<a href="/methods?_q=ketlenet">' in text
    hostile = await page(client, f"/task/{ATTACK.replace('/', '%2F')}", status=404)
    assert ATTACK not in hostile
    assert "No task has the address" in hostile


@pytest.mark.parametrize("query", ["_role=hero", "_page=0", "_page=x", "_page=99999999999999", "_claims=-1", "_page=٣"])
async def test_a_parameter_that_means_nothing_is_a_400(client, query):
    assert (await client.get(f"/method/kettlenet?{query}")).status_code == 400


async def test_hostile_names_are_text(client, database):
    slug = rows(database, "select slug from authors where name like 'Ann%'")[0]["slug"]
    for path in (f"/author/{slug}", "/authors", f"/authors?_q={ATTACK}", "/method/kettlenet"):
        assert ATTACK not in await page(client, path), path


@pytest.mark.parametrize("plural", KINDS.values())
async def test_an_index_has_all_names_once(client, database, plural):
    kind = next(kind for kind in KINDS if KINDS[kind] == plural)
    names = {row["name"] for row in rows(database, f"select name from {plural}")}
    found = await record(client, f"/{plural}.json?_sort=name")
    assert found["names"] == len(names)
    assert {row["name"] for row in found[plural]} == names
    text = await page(client, f"/{plural}")
    for row in found[plural]:
        assert f'href="/{kind}/{row["slug"]}"' in text
        assert f'href="/papers/papers?_{kind}={row["slug"]}"' in text


async def test_an_index_by_count_by_name_and_by_letter(portal):
    by_count = [row["papers"] for row in (await record(portal, "/tasks.json"))["tasks"]]
    assert by_count == sorted(by_count, reverse=True)
    by_name = [row["slug"] for row in (await record(portal, "/tasks.json?_sort=name"))["tasks"]]
    assert by_name == sorted(by_name)
    under_c = (await record(portal, "/tasks.json?_letter=c"))["tasks"]
    assert under_c
    assert all(row["slug"].startswith("c") for row in under_c)
    text = await page(portal, "/tasks?_letter=c")
    assert 'aria-current="page"' in part(text, '<nav class="letters"', "</nav>")


async def test_an_index_turns_its_pages(portal, demo_database):
    first, second = [await record(portal, f"/methods.json?_page={number}") for number in (1, 2)]
    total = rows(demo_database, "select count(*) as n from methods")[0]["n"]
    slugs = [row["slug"] for row in first["methods"] + second["methods"]]
    assert len(slugs) == len(set(slugs)) == min(total, 240)
    assert 'rel="next" href="/methods?_sort=papers&amp;_page=2"' in await page(portal, "/methods")


@pytest.mark.parametrize(
    ("words", "name"), [("NUNEZ", "Ada Núñez"), ("núñez", "Ada Núñez"), ("李", "李明"), ("ada n", "Ada Nunez")]
)
async def test_search_inside_an_index(client, words, name):
    found = (await client.get("/authors.json", params={"_q": words})).json()
    assert name in {row["name"] for row in found["authors"]}


@pytest.mark.parametrize("words", ["%", "_", "'", '"', "\\", "*", "zzzz", "a" * 5000])
async def test_search_inside_takes_any_text(client, words):
    response = await client.get("/tasks", params={"_q": words})
    assert response.status_code == 200
    assert "Show all" in response.text


@pytest.mark.parametrize("query", ["_letter=ab", "_letter=%25", "_sort=drop", "_page=1e3"])
async def test_an_index_refuses_what_it_cannot_mean(client, query):
    assert (await client.get(f"/tasks?{query}")).status_code == 400


CELLS = {
    "/papers/tasks": 'href="/task/',
    "/papers/paper_methods": 'href="/method/',
    "/papers/authors": 'href="/author/',
    "/papers/results": 'href="/metric/accuracy"',
    "/papers/lineage": 'href="/method/KettleNet"',
    "/papers/papers_by_dataset": 'href="/dataset/CIFAR-10"',
}


@pytest.mark.parametrize("path", CELLS)
async def test_names_in_tables_lead_to_their_pages(client, path):
    rows_of_table = part(await page(client, path), '<table class="rows-and-columns">', "</table>")
    assert CELLS[path] in rows_of_table
    for target in set(re.findall(r'href="(/(?:task|dataset|method|metric|author)/[^"]+)"', rows_of_table)):
        assert (await client.get(html.unescape(target), follow_redirects=True)).status_code == 200, target


@pytest.mark.parametrize(("kind", "other"), [("task", "method"), ("method", "method"), ("dataset", "metric")])
async def test_company_is_counted_as_sql_counts_it(portal, demo_database, kind, other):
    sql = f"""
        select {KINDS[other]}.slug, count(*) as papers
        from paper_{KINDS[kind]} own
          join {KINDS[kind]} entity on entity.id = own.{kind}_id
          join paper_{KINDS[other]} theirs on theirs.paper_id = own.paper_id
          join {KINDS[other]} on {KINDS[other]}.id = theirs.{other}_id
        where entity.slug = ? and {KINDS[other]}.slug <> ?
        group by 1 order by 2 desc
    """
    for row in rows(demo_database, f"select slug from {KINDS[kind]} order by papers desc limit 10"):
        itself = row["slug"] if kind == other else ""
        counted = {found["slug"]: found["papers"] for found in rows(demo_database, sql, [row["slug"], itself])}
        shown = (await record(portal, f"/{kind}/{row['slug']}.json"))["companions"][other]
        assert {company["slug"]: company["papers"] for company in shown}.items() <= counted.items()
        assert [company["papers"] for company in shown] == sorted(counted.values(), reverse=True)[:8]

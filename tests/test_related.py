"""Related papers: which, why, in which order, on the page and in JSON."""

import html
import re

import pytest
from conftest import carrel, json_lines, portal_of, rows

FILLER = [
    {"title": f"Filler {number}", "abstract": f"Sentence {number} says nothing of note about ImageNet."}
    for number in range(40)
]
PAPERS = [
    {
        "title": "Teapot Detection",
        "abstract": "We detect teapots on CIFAR-10. The spouts of teapots are hard.",
        "year": 2020,
    },
    {"title": "More on Teapots", "abstract": "Teapots again, with their spouts, and other dishes.", "year": 2021},
    {"title": "Something Else", "abstract": "We train on CIFAR-10 and on ImageNet."},
    {"title": "Brewing", "abstract": "We propose SlowBrew, a method for tea."},
    {"title": "After Brewing", "abstract": "We build on SlowBrew and evaluate it on ImageNet."},
    {"title": "Alone", "abstract": ""},
    *FILLER,
]


@pytest.fixture(scope="session")
def kitchen(database_of):
    """A portal over papers of which few have something in common."""
    return database_of(*PAPERS)


async def related(database, title, client=None):
    """The related papers of the paper with a title, as JSON has them."""
    [paper] = rows(database, "select key from papers where title = ?", [title])
    response = await (client or portal_of(database).client).get(f"/paper/{paper['key']}/related.json")
    assert response.status_code == 200, response.text
    return response.json()


async def test_words_in_common_relate(kitchen):
    first, *others = await related(kitchen, "Teapot Detection")
    assert first["title"] == "More on Teapots"
    assert first["year"] == 2021
    assert first["why"] == ["both say “teapot”, “spouts”"]
    assert "Something Else" in [other["title"] for other in others]


async def test_a_rare_dataset_relates_and_is_named(kitchen):
    found = {other["title"]: other["why"] for other in await related(kitchen, "Something Else")}
    assert "dataset: CIFAR-10" in found["Teapot Detection"]


async def test_lineage_relates_in_both_directions(kitchen):
    [later] = [other for other in await related(kitchen, "Brewing") if other["title"] == "After Brewing"]
    assert "used SlowBrew of this paper" in later["why"]
    [earlier] = [other for other in await related(kitchen, "After Brewing") if other["title"] == "Brewing"]
    assert "introduces SlowBrew" in earlier["why"]


@pytest.mark.parametrize(
    ("brewed", "built", "told"),
    [(2020, 2021, "introduces SlowBrew"), (2021, 2020, "method: SlowBrew"), (None, 2020, "introduces SlowBrew")],
)
async def test_lineage_relates_in_the_order_of_time(database_of, brewed, built, told):
    database = database_of(*PAPERS[:3], PAPERS[3] | {"year": brewed}, PAPERS[4] | {"year": built}, *FILLER)
    [earlier] = [other for other in await related(database, "After Brewing") if other["title"] == "Brewing"]
    assert told in earlier["why"]


async def test_what_a_title_introduces_no_paper_introduces_in_passing(database_of):
    titled = {"title": "BERT: Brewing Early Red Tea", "abstract": "We describe it."}
    passing = {"title": "On Cups", "abstract": "We present BERT, a kettle for cups."}
    user = {"title": "On Spouts", "abstract": "We fine-tune BERT on spouts."}
    why = {other["title"]: other["why"] for other in await related(database_of(titled, passing, user), "On Spouts")}
    assert "introduces BERT" in why[titled["title"]]
    assert "introduces BERT" not in why[passing["title"]]


async def test_a_paper_with_nothing_in_common_has_none(kitchen):
    assert await related(kitchen, "Alone") == []
    [paper] = rows(kitchen, "select key from papers where title = 'Alone'")
    assert "Related papers" not in (await portal_of(kitchen).client.get(f"/paper/{paper['key']}")).text


async def test_every_paper_of_the_demo(portal, demo_database):
    """None is related to itself, all say why, and asking again says the same."""
    for row in rows(demo_database, "select title from papers where id % 10 = 0"):
        found = await related(demo_database, row["title"], portal)
        assert 0 < len(found) <= 20
        assert all(other["why"] and other["title"] != row["title"] for other in found)
        assert found == await related(demo_database, row["title"], portal)


async def test_the_page_names_the_first_of_them(portal, demo_database):
    [paper] = rows(demo_database, "select key, title from papers where id = 7")
    page = html.unescape((await portal.get(f"/paper/{paper['key']}")).text)
    section = re.search(r'<section class="related">.*?</section>', page, re.S)[0]
    first = (await related(demo_database, paper["title"], portal))[:6]
    assert re.findall(r'href="/paper/([^"]+)"', section)[:6] == [other["key"] for other in first]
    assert first[0]["why"][0] in section


async def test_the_only_paper_of_a_portal(tmp_path):
    database = tmp_path / "papers.db"
    carrel("ingest", database, "-", stdin=json_lines(PAPERS[0]))
    assert await related(database, "Teapot Detection") == []


@pytest.mark.parametrize("key", ["none-such", "%00", "a%2Fb", "';--"])
async def test_an_unknown_paper_is_a_404(portal, key):
    assert (await portal.get(f"/paper/{key}/related.json", follow_redirects=True)).status_code == 404

"""The page of a paper: its evidence in the text and beside it, its citation, and what programs read of it."""

import html
import json
import re

import pytest
from conftest import SEED, carrel, portal_of, rows

from plugins.reading.highlights import KIND_OF

RICH = "diffusion-models-and-semi-supervised-learners-benefit-mutually-6dc1cc4c89"
ATTACK = "<script>alert(1)</script>"
CORPUS = [
    {
        "id": "t:1.bib",
        "title": f"{ATTACK} Contrastive Learning",
        "abstract": f"We introduce TeaKettleNet, a network. {ATTACK} It has an accuracy of 91.5% on CIFAR-10. {ATTACK}",
        "authors": [f"Ann {ATTACK}", "李明"],
        "venue": f"Journal of {ATTACK}",
        "year": 2021,
    },
    {
        "id": "t:2",
        "title": "Pouring",
        "abstract": "We pour tea. We fine-tune TeaKettleNet on cups.",
        "authors": [f"Author {n}" for n in range(1000)],
    },
    {"id": "t:3", "title": "تعلم الآلة", "abstract": "تعلم الآلة مع CIFAR-10."},
    {"id": "t:4", "title": "A Note Without an Abstract"},
]


@pytest.fixture(scope="module")
def database(database_of):
    return database_of(*CORPUS)


@pytest.fixture(scope="module")
def client(database):
    return portal_of(database).client


async def page(client, path):
    response = await client.get(path)
    assert response.status_code == 200, (path, response.text[:500])
    return response.text


def plain(markup):
    """What a reader sees of markup."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup)).strip()


def part(text, opening, closing):
    """What stands between two pieces of markup."""
    return text.partition(opening)[2].partition(closing)[0]


@pytest.fixture(scope="module", params=["demo", "seed"])
def listing(request, demo_database, tmp_path_factory):
    """The demo, and where it is at hand a listing as a site gives it."""
    if request.param == "demo":
        return demo_database
    if not SEED.exists():
        pytest.skip(f"{SEED} is not at hand")
    path = tmp_path_factory.mktemp("seed") / "papers.db"
    assert carrel("ingest", path, SEED).exit_code == 0
    return path


async def test_texts_are_whole_and_each_value_is_marked_where_it_stands(listing):
    """For every paper: each anchor is there once, each quote leads to one, and no character of a text is lost."""
    portal = portal_of(listing).client
    for row in rows(listing, "select key, title, abstract from papers"):
        text = await page(portal, f"/paper/{row['key']}")
        record = json.loads(await page(portal, f"/paper/{row['key']}.json"))
        assert plain(part(text, '<h1 dir="auto">', "</h1>")) == row["title"]
        assert plain(part(text, '<p dir="auto">', "</p>")) == row["abstract"]
        values = [value for field in KIND_OF for value in record[field]]
        anchors = re.findall(r'<mark class="kind-\w+[^>]* id="(e\d+)"', text)
        assert sorted(anchors) == sorted(f"e{number}" for number in range(1, len(values) + 1))
        assert {f"#{anchor}" for anchor in anchors} == set(re.findall(r'class="quote" href="(#e\d+)"', text))
        for value in values:
            assert value["quote"] == row[value["field"]][value["start"] : value["end"]]
            assert value["quote"]


async def test_each_field_stands_beside_the_text_with_its_ground(portal):
    text = await page(portal, f"/paper/{RICH}")
    aside = part(text, "<aside", "</aside>")
    assert '<a class="entity kind-dataset" href="/dataset/imagenet">ImageNet</a>' in aside
    assert '<a class="count" href="/papers/papers?_dataset=imagenet">' in aside
    assert "“" not in aside  # quotation marks are dress
    assert re.search(r"<h3>introduced</h3>\s*<ul>\s*<li>\s*<a [^>]*>Dual pseudo training</a>", aside)
    assert re.search(r'<q dir="auto">Diffusion Models</q></a> <span class="rule"[^>]*>vocabulary</span>', aside)
    assert (
        '<a class="entity kind-link" href="https://github.com/ML-GSAI/DPT" rel="nofollow">code on github.com</a>'
        in aside
    )


async def test_results_are_a_table_with_sentences(portal):
    text = await page(portal, f"/paper/{RICH}")
    table = part(text, '<section class="results">', "</section>")
    cells = [plain(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", part(table, "<tbody>", "</tr>"), re.S)]
    assert cells[:4] == ["3.08", "absolute", "FID", "ImageNet"]
    assert "DPT obtains a Fréchet Inception Distance (FID) of 3.08 with one label" in cells[4]
    assert 'href="/metric/fid"' in table
    assert 'href="/dataset/imagenet"' in table


async def test_acronyms_are_expanded_where_they_stand_again(portal):
    text = await page(portal, f"/paper/{RICH}")
    assert re.search(r'256x256, <abbr title="Dual pseudo training">DPT</abbr> obtains', text)
    assert 'href="/papers/meanings_of_an_acronym?acronym=DPT"' in text
    assert "<abbr" not in part(text, '<a href="https://github.com', "</a>")


@pytest.mark.parametrize(("year", "told"), [(2021, True), (2020, False)])
async def test_no_lineage_from_a_later_paper(database_of, year, told):
    client = portal_of(database_of(CORPUS[0], CORPUS[1] | {"year": year})).client
    for path in ("/paper/t:1.bib", "/paper/t:2"):
        assert ('<section class="lineage">' in await page(client, path)) is told


async def test_the_legend_names_each_kind_that_is_there(portal):
    text = await page(portal, f"/paper/{RICH}")
    shown = re.findall(r'<input type="checkbox" id="show-(\w+)" checked', text)
    assert shown == ["task", "dataset", "method", "metric", "modality", "result", "acronym", "link"]
    assert shown == list(dict.fromkeys(shown))
    for kind in shown:
        assert f'class="kind-{kind}' in part(text, "<h1", "<aside")


async def test_lineage_is_told_on_both_sides(client):
    later, earlier = await page(client, "/paper/t:2"), await page(client, "/paper/t:1.bib")
    tie = plain(part(later, '<section class="lineage">', "</section>"))
    assert re.sub(r"\s+", " ", tie).startswith(
        "Lineage uses TeaKettleNet, introduced by <script>alert(1)</script> Contrastive"
    )
    assert 'href="/paper/t:1.bib"' in part(later, '<section class="lineage">', "</section>")
    used_by = part(earlier, '<section class="lineage">', "</section>")
    assert "TeaKettleNet" in used_by
    assert 'used by <a href="/paper/t:2">' in used_by


async def test_citation_metadata(journal, journal_database):
    key = rows(journal_database, "select key from papers where id = 1")[0]["key"]
    text = await page(journal, f"/paper/{key}")
    meta = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', text)
    assert ("citation_title", "Paired Encoders for Café Reviews") in meta
    assert [value for name, value in meta if name == "citation_author"] == ["Ada Núñez", "李明"]
    assert ("citation_publication_date", "2021/03/04") in meta
    assert ("citation_journal_title", "Journal of Examples") in meta
    assert ("citation_doi", "10.1234/example.1") in meta
    assert ("og:title", "Paired Encoders for Café Reviews") in meta
    assert f'<link rel="canonical" href="http://localhost/paper/{key}">' in text


FORMATS = {
    ".bib": ("application/x-bibtex", "@article{"),
    ".ris": ("application/x-research-info-systems", "TY  - JOUR"),
    ".csl.json": ("application/vnd.citationstyles.csl+json", "["),
    ".json": ("application/json", "{"),
}


@pytest.mark.parametrize("suffix", FORMATS)
async def test_a_suffix_gives_another_format(client, suffix):
    """The key itself ends in .bib, and its own page is still reached."""
    kind, beginning = FORMATS[suffix]
    response = await client.get(f"/paper/t:1.bib{suffix}")
    assert response.headers["content-type"] == f"{kind}; charset=utf-8"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.text.startswith(beginning)
    assert "text/html" in (await client.get("/paper/t:1.bib")).headers["content-type"]
    assert (await client.get(f"/paper/none{suffix}")).status_code == 404


async def test_the_box_holds_what_the_file_holds(client):
    text = await page(client, "/paper/t:1.bib")
    assert html.unescape(part(text, '<pre id="bibtex" tabindex="0">', "</pre>")) == await page(
        client, "/paper/t:1.bib.bib"
    )


async def test_json_of_a_paper(client):
    record = json.loads(await page(client, "/paper/t:1.bib.json"))
    assert record["key"] == "t:1.bib"
    assert record["page"] == "http://localhost/paper/t:1.bib"
    [method] = [value for value in record["methods"] if value["role"] == "introduced"]
    assert (method["name"], method["quote"], method["slug"]) == ("TeaKettleNet", "TeaKettleNet", "teakettlenet")
    assert record["authors"][1]["name"] == "李明"


async def test_hostile_texts_are_text_everywhere(client):
    text = await page(client, "/paper/t:1.bib")
    assert ATTACK not in text
    assert html.escape(ATTACK) in text
    assert plain(part(text, '<p dir="auto">', "</p>")) == CORPUS[0]["abstract"]


async def test_a_thousand_authors_open_on_request(client):
    text = await page(client, "/paper/t:2")
    assert "and 988 more authors" in text
    assert text.count('href="/author/author-') == 1000
    assert 'href="/author/author-999"' in part(text, '<details class="authors">', "</details>")


async def test_what_is_missing_is_said_or_left_out(client):
    text = await page(client, "/paper/t:4")
    assert "The source gives no abstract" in text
    assert "Nothing was read out of this text" in text
    for absent in ("None", "Highlighted", "<h2>Results", "<h2>Lineage", "citation_doi", "?_year="):
        assert absent not in text, absent


async def test_texts_run_in_their_own_direction(client):
    text = await page(client, "/paper/t:3")
    assert '<h1 dir="auto">' in text
    assert '<p dir="auto">' in text
    assert '<q dir="auto">CIFAR-10</q>' in text

"""Ranked search: what is found, in which order, how it is shown, and that no text is an error."""

import html
import re
from urllib.parse import quote_plus
from xml.etree import ElementTree

import pytest
from conftest import carrel, json_lines, portal_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PAPERS = [
    {"title": "Dense Retrieval", "abstract": "Passages are found by vectors.", "year": 2020, "upvotes": 7},
    {
        "title": "A Survey",
        "abstract": "Dense retrieval, and sparse retrieval, of passages.",
        "year": 2023,
        "upvotes": 1,
    },
    {"title": "Sparse Indexes", "abstract": "Inverted lists. Dense ones differ; retrieval is fast.", "year": 2019},
    {"title": "Self-Attention in C++", "abstract": "A self attention kernel, <b>fast</b>.", "year": 2021, "upvotes": 9},
    {"title": "Überraschende Prüfung", "abstract": "机器 翻译 models surprise. Модели удивляют.", "year": 2022},
]


@pytest.fixture(scope="session")
def shelf(database_of):
    """A client of a portal over five papers."""
    return portal_of(database_of(*PAPERS)).client


async def found(client, text, rest=""):
    """The titles that a search finds, in order."""
    response = await client.get(f"/papers/search.json?_shape=objects&_q={quote_plus(text)}{rest}")
    assert response.status_code == 200, response.text
    return [row["title"] for row in response.json()["rows"]]


SEARCHES = {
    "dense retrieval": ["Dense Retrieval", "A Survey", "Sparse Indexes"],
    '"dense retrieval"': ["Dense Retrieval", "A Survey"],
    "“dense retrieval”": ["Dense Retrieval", "A Survey"],
    "title:dense": ["Dense Retrieval"],
    "title: dense": ["Dense Retrieval"],
    "abstract:dense": ["A Survey", "Sparse Indexes"],
    'title:"dense retrieval"': ["Dense Retrieval"],
    "dense -survey": ["Dense Retrieval", "Sparse Indexes"],
    'dense -"sparse retrieval" -title:indexes': ["Dense Retrieval"],
    "surpris*": ["Überraschende Prüfung"],
    "uberraschende": ["Überraschende Prüfung"],
    '"sparse retr"*': ["A Survey"],
    "kernel OR inverted": ["Sparse Indexes", "Self-Attention in C++"],
    "fast kernel OR inverted": ["Sparse Indexes", "Self-Attention in C++"],
    "(fast) AND (inverted)": ["Sparse Indexes"],
    "self-attention": ["Self-Attention in C++"],
    "C++": ["Self-Attention in C++"],
    "-dense": ["Self-Attention in C++", "Überraschende Prüfung"],
    "модели": ["Überraschende Prüfung"],
    "翻译": ["Überraschende Prüfung"],
    "nowhere": [],
    "dense nowhere": [],
}


@pytest.mark.parametrize(("text", "titles"), SEARCHES.items())
async def test_what_is_found(shelf, text, titles):
    assert sorted(await found(shelf, text)) == sorted(titles)


async def test_titles_weigh_more(shelf):
    assert (await found(shelf, "dense retrieval"))[0] == "Dense Retrieval"
    assert (await found(shelf, "sparse"))[0] == "Sparse Indexes"


async def test_other_orders(shelf):
    newest = await found(shelf, "dense", "&_sort_desc=year")
    assert newest == ["A Survey", "Dense Retrieval", "Sparse Indexes"]
    assert (await found(shelf, "dense", "&_sort_desc=upvotes"))[0] == "Dense Retrieval"


async def test_without_words_all_papers_are_there(shelf):
    for path in ("/papers/search", "/papers/search?_q=", "/papers/search?_q=++&_sort=rank&_expand=off&_next=50"):
        response = await shelf.get(path)
        assert (response.status_code, response.headers["location"]) == (302, "/papers/papers")
    response = await shelf.get("/papers/search.json?_q=&_year=2020")
    assert response.headers["location"] == "/papers/papers.json?_year=2020"


async def test_pages_follow_each_other(portal):
    """Page after page gives what one large page gives."""
    for order in ("", "&_sort_desc=year", "&_sort=title"):
        whole = await found(portal, "model", f"&_size=500{order}")
        pages, path = [], f"/papers/search.json?_shape=objects&_q=model&_size=20{order}"
        while path:
            page = (await portal.get(path)).json()
            pages += [row["title"] for row in page["rows"]]
            path = (page["next_url"] or "").removeprefix("http://localhost")
        assert pages == whole
        assert len(whole) > 60


async def test_what_is_too_much_to_rank_has_titles_first(portal, monkeypatch):
    """No paper is missed or repeated, whatever the page."""
    whole = await found(portal, "learning -graph", "&_size=500")
    titled = await found(portal, "title:learning -graph", "&_size=500")
    monkeypatch.setattr("plugins.searching.ranking.MOST_RANKED", len(titled))
    pages, path = [], "/papers/search.json?_shape=objects&_q=learning+-graph&_size=7"
    while path:
        page = (await portal.get(path)).json()
        pages += [row["title"] for row in page["rows"]]
        path = (page["next_url"] or "").removeprefix("http://localhost")
    assert set(pages[: len(titled)]) == set(titled)
    assert sorted(pages) == sorted(whole)
    assert 10 < len(titled) < len(whole) - 10
    page = (await portal.get("/papers/search?_q=learning+-graph")).text
    assert "those with them in the title come first" in notes(page)[-1]


async def test_what_is_too_much_to_order_comes_as_it_was_loaded(portal, monkeypatch):
    monkeypatch.setattr("plugins.searching.ranking.MOST_RANKED", 1)
    monkeypatch.setattr("plugins.searching.ranking.MOST_ORDERED", 1)
    for order in ("", "&_sort_desc=year"):
        assert len(await found(portal, "learning", f"&_size=20{order}")) == 20
    assert "as they were loaded" in notes((await portal.get("/papers/search?_q=learning")).text)[-1]


async def test_the_page_marks_what_was_found(shelf):
    text = (await shelf.get("/papers/search?_q=dense+retrieval")).text
    assert re.search(r'<a href="/paper/[^"]+"><mark>Dense</mark> <mark>Retrieval</mark></a>', text)
    assert "<mark>Dense</mark> ones differ; <mark>retrieval</mark> is fast." in text


async def test_data_come_without_marks(shelf):
    rows = (await shelf.get("/papers/search.json?_q=dense&_shape=array")).json()
    assert {"key", "title", "snippet", "rank", "year"} <= set(rows[0])
    assert not {"q", "marked_title", "marked_snippet"} & set(rows[0])
    csv = (await shelf.get("/papers/search.csv?_q=dense")).text
    assert csv.startswith("id,key,title,snippet,")
    assert "\x01" not in csv
    chosen = (await shelf.get("/papers/search.json?_q=dense&_col=title&_shape=array")).json()
    assert list(chosen[0]) == ["title"]


HOSTILE = [
    *('"', '""', '"unbalanced', 'un"balanced', "'", "*", "**", "-", "--", "- -", "-*", "(((", ")(", "()", "a(b"),
    *("AND", "OR", "NOT", "NEAR", "OR OR", "AND OR a", "a OR", "OR a", "-a OR -b", "a OR -b", "NEAR(a b, 3)", "a AND"),
    *("title:", "title:title:", "title:*", "-title:", "abstract:-a", "nosuch:a", "title : a", "{title} : a", "^a"),
    *("C++", "self-attention", "a+b", "a.b", "a/b", "a\\b", "%", "%%", "_", "a_b", ":x", "$1", "?", ";--", "';--"),
    *(
        "\0",
        "a\0b",
        '"a\0b"',
        "\x01",
        "a\x01b\x02",
        "\ufeff",
        "\u200b",
        "\u202e",
        "\ud800",
        "🙂",
        "🙂 dense",
        "dense OR 🙂",
    ),
    *("é", "e\u0301", "\u0301", "ß", "İ", "机器翻译", "모델", "модель", "नमस्ते", "مرحبا", "𞤀", "𞤀 dense", "ﬁ", "①"),
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "x" * 5000, "a " * 2500, '"' * 5001),
    *("a* " * 1666, "-a " * 1666, "a OR " * 1000, "(" * 5000, "title:" * 800, "\n\r\t", "%00", "rank", "q", "dense^2"),
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_no_text_is_an_error(shelf, text):
    value = quote_plus(text.encode("utf-8", "surrogatepass"))
    for form in ("", ".json", ".csv"):
        response = await shelf.get(f"/papers/search{form}?_q={value}", follow_redirects=True)
        assert response.status_code == 200, (form, text[:50], response.text[:300])
        assert "<script>alert" not in response.text or form
        assert "<img src=x" not in response.text or form


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.text('ab"*-():^{}+ \0TitleORAND', max_size=40))
async def test_no_random_text_is_an_error(shelf, text):
    response = await shelf.get("/papers/search.json", params={"_q": text}, follow_redirects=True)
    assert response.status_code == 200, response.text


async def test_marks_in_a_text_are_harmless(tmp_path):
    """Signs that a text holds, however they came there, open and close nothing."""
    from plugins.searching.marks import highlighted

    assert highlighted("\x02a \x01b \x01<i>\x02 c\x01") == "a b <mark>&lt;i&gt;</mark> c"
    attack = "<script>alert(1)</script>"
    database = tmp_path / "papers.db"
    carrel(
        "ingest", database, "-", stdin=json_lines({"title": f"{attack} \x01title", "abstract": f"{attack} \x01 \x02"})
    )
    client = portal_of(database).client
    for text in ("script", "alert", "title", attack):
        page = (await client.get("/papers/search", params={"_q": text})).text
        assert attack not in page
        assert "&lt;<mark>" in page or "&lt;script&gt;" in page
        assert not re.search("[\x01\x02]", html.unescape(page))


@pytest.mark.parametrize("text", ["", "+", "%20", "%22", "%22%22", "%00", "*", "%F0%9F%99%82"])
async def test_the_other_search_takes_an_empty_box(shelf, text):
    """Datasette's own search, which `?_search=` asks for on any table."""
    for form in ("", ".json"):
        response = await shelf.get(f"/papers/papers{form}?_search={text}")
        assert response.status_code == 200, response.text[:300]
    assert len((await shelf.get(f"/papers/papers.json?_search={text}")).json()["rows"]) == 5


DEFINING = [
    {"title": "Passages", "abstract": "We study dense passage retrieval (DPR) in depth."},
    {"title": "More passages", "abstract": "Dense passage retrieval (DPR) again."},
    {"title": "Short form alone", "abstract": "DPR is everywhere."},
    {"title": "Long form alone", "abstract": "Dense passage retrieval is everywhere."},
    {"title": "Information", "abstract": "Mutual information (MI) is estimated."},
    {"title": "Motors", "abstract": "Motor imagery (MI) is decoded."},
    {"title": "Instructions", "abstract": "Instruction tuning (IT) helps."},
    *({"title": f"Pronoun {number}", "abstract": "It works, and it is fast."} for number in range(20)),
]


@pytest.fixture(scope="session")
def acronyms(database_of):
    """A client of a portal over papers that define acronyms."""
    return portal_of(database_of(*DEFINING)).client


def notes(page):
    """What the page says of the search, without its marks."""
    parts = re.findall(r'<p class="note">.*?</p>', page, re.S)
    return [" ".join(html.unescape(re.sub("<[^>]+>", "", part)).split()) for part in parts]


@pytest.mark.parametrize("text", ["DPR", "dpr", "DPRs", "dense passage retrieval", "Dense-Passage Retrieval"])
async def test_either_form_of_an_acronym_finds_the_other(acronyms, text):
    titles = {"Passages", "More passages", "Short form alone", "Long form alone"}
    assert set(await found(acronyms, text)) == titles
    page = (await acronyms.get("/papers/search", params={"_q": text})).text
    assert "Also searched for" in notes(page)[0]
    off = html.unescape(re.search(r'<a href="([^"]+)"[^>]*>Search for the words as typed', page)[1])
    page = (await acronyms.get(off)).text
    assert page.count("Short form alone") + page.count("Long form alone") == 1
    on = html.unescape(re.search(r'<a href="([^"]+)"[^>]*>Search for the other forms', page)[1])
    assert "Also searched for" in (await acronyms.get(on)).text


async def test_data_tell_what_else_was_looked_for(acronyms):
    response = await acronyms.get("/papers/search.json?_q=DPR&_extra=human_description_en")
    assert 'search matches "DPR" or "dense passage retrieval"' in response.json()["human_description_en"]


async def test_browsers_can_take_the_portal_for_a_search_engine(portal):
    link = re.search(r'<link rel="search" type="([^"]+)" href="([^"]+)"', (await portal.get("/")).text)
    response = await portal.get(link[2])
    assert response.headers["content-type"].startswith(link[1])
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = ElementTree.fromstring(response.text)
    assert 0 < len(root.find(f"{space}ShortName").text) <= 16
    for address in root.findall(f"{space}Url"):
        path = address.attrib["template"].removeprefix("http://localhost").replace("{searchTerms}", "learning")
        assert (await portal.get(path)).status_code == 200


async def test_an_expansion_stays_where_it_was_asked_for(acronyms):
    assert await found(acronyms, "title:DPR") == []
    assert set(await found(acronyms, "everywhere DPR")) == {"Short form alone", "Long form alone"}
    assert await found(acronyms, "dense passage retrieval everywhere -long") == ["Short form alone"]
    assert set(await found(acronyms, "DPR OR motor")) >= {"Long form alone", "Motors"}
    assert await found(acronyms, "dpr*", "&_expand=off") == await found(acronyms, "dpr*")


async def test_several_meanings_are_all_looked_for(acronyms):
    assert set(await found(acronyms, "MI")) == {"Information", "Motors"}
    page = (await acronyms.get("/papers/search?_q=MI")).text
    assert "motor imagery" in notes(page)[0]
    assert "mutual information" in notes(page)[0]


async def test_a_common_word_is_no_acronym(acronyms):
    assert len(await found(acronyms, "IT")) == 21
    assert notes((await acronyms.get("/papers/search?_q=IT")).text) == []
    assert await found(acronyms, "instruction tuning") == ["Instructions"]


async def test_demo_acronyms(portal):
    """Both forms find the same papers, and each alone fewer."""
    short, long = await found(portal, "LLM", "&_size=max"), await found(portal, "large language models", "&_size=max")
    assert len(short) > len(await found(portal, "LLM", "&_size=max&_expand=off"))
    assert len(set(short) & set(long)) > len(short) / 2


async def test_did_you_mean(portal):
    for typed, meant in {
        "contnual learning": "continual learning",
        "lerning": "learning",
        '"contnual learning"': '"continual learning"',
        "title:lerning": "title:learning",
        "reinforcemnt lerning": "reinforcement learning",
    }.items():
        page = (await portal.get("/papers/search", params={"_q": typed})).text
        suggestion = re.search(r'Did you mean\s*<a href="([^"]+)"[^>]*>([^<]+)</a> \((\d+)\)', page)
        assert html.unescape(suggestion[2]) == meant
        assert len(await found(portal, meant, "&_size=max")) >= int(suggestion[3]) > 0
        assert (await portal.get(html.unescape(suggestion[1]))).status_code == 200


async def test_what_each_part_finds(shelf):
    page = (await shelf.get("/papers/search?_q=kernel+vectors+nowhere")).text
    said = " ".join(notes(page))
    assert "kernel: 1 paper" in said
    assert "vectors: 1 paper" in said
    assert "nowhere: 0 papers" in said
    anything = html.unescape(re.search(r'<a href="([^"]+)"[^>]*>any of them', page)[1])
    assert (await shelf.get(anything)).text.count('<article class="card">') == 2


async def test_nothing_is_said_of_a_search_that_finds(shelf):
    assert notes((await shelf.get("/papers/search?_q=dense")).text) == []


async def test_the_home_page_leads_to_the_search(shelf):
    text = (await shelf.get("/")).text
    forms = re.findall(r'<form[^>]*role="search"[^>]*>.*?</form>', text, re.S)
    assert len(forms) == 1
    assert all('action="/papers/search"' in form and 'name="_q"' in form for form in forms)


async def test_the_form_keeps_what_narrows_the_search(shelf):
    text = (await shelf.get("/papers/search?_q=dense&_sort_desc=year&year__gt=2019&_next=0")).text
    form = re.search(r'<form class="refine".*?</form>', text, re.S)[0]
    assert 'name="_q" value="dense"' in form
    assert 'name="_sort_desc" value="year"' in form
    assert 'name="year__gt" value="2019"' in form
    assert "_next" not in form

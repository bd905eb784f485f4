"""What answers say of themselves: which scripts may run, how long they may be kept, how they are packed."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from conftest import portal_of
from later import LATER

PAGES = [
    "/",
    "/papers",
    "/papers/papers",
    "/papers/papers_by_task",
    "/papers?sql=select+1",
    "/papers/papers/1",
    "/none",
]
DATA = ["/papers/papers.json", "/papers/papers.csv", "/papers.json?sql=select+1"]


def policy(response):
    parts = response.headers["content-security-policy"].split("; ")
    return {name: values.split(" ") for name, _, values in (part.partition(" ") for part in parts)}


async def page(client, path):
    response = await client.get(path)
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_runs_our_scripts_alone(portal, path):
    response = await portal.get(path, follow_redirects=True)
    allowed = policy(response)
    assert ("'unsafe-inline'" in allowed["script-src"]) == LATER
    assert allowed["frame-ancestors"] == ["'self'"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] in ("no-referrer", "strict-origin-when-cross-origin")
    for script in [] if LATER else re.findall(r"<script>(.*?)</script>", response.text, re.S):
        assert f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in allowed["script-src"], script
    assert not re.findall(r"<[a-z][^>]* on[a-z]+=", response.text)
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//(?!127|localhost)[^\"]*\.(?:js|css)", response.text)


@pytest.mark.parametrize("path", PAGES)
async def test_code_is_made_only_where_a_chart_can_be(portal, path):
    response = await portal.get(path, follow_redirects=True)
    loads_charts = "datasette_vega" in response.text
    assert ("'unsafe-eval'" in policy(response)["script-src"]) == loads_charts


@pytest.mark.parametrize("path", DATA)
async def test_data_run_nothing_and_are_open(portal, path):
    response = await portal.get(path, follow_redirects=True)
    assert policy(response)["default-src"] == ["'none'"]
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/", "/papers/papers?_sort=year", "/papers/papers.json", "/static/carrel.css"])
async def test_what_a_browser_has_is_not_sent_again(portal, path):
    first = await portal.get(path)
    assert first.headers["cache-control"].startswith("public, max-age=")
    again = await portal.get(path, headers={"if-none-match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = await portal.get(path, headers={"if-none-match": '"other"'})
    assert other.status_code == 200
    assert other.content == first.content or path.endswith(".json")  # which tells its time


async def test_tags_tell_addresses_and_databases_apart(portal, journal):
    tags = [
        (await client.get(path)).headers["etag"] for client in (portal, journal) for path in ("/", "/papers/papers")
    ]
    assert len(set(tags)) == 4


@pytest.mark.parametrize("path", ["/none", "/papers?sql=selec", "/papers/papers.json?_sort=none", "/static/none.css"])
async def test_no_error_is_kept(portal, path):
    response = await portal.get(path, follow_redirects=True)
    assert response.status_code >= 400
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


async def test_what_is_for_one_visitor_is_not_kept_for_others(portal):
    response = await portal.get("/", headers={"cookie": "a=b"})
    assert "etag" not in response.headers
    assert "public" not in response.headers.get("cache-control", "")


@pytest.mark.parametrize("path", ["/", "/papers/papers?_task=continual-learning"])
async def test_a_kept_page_is_the_page(demo_database, path):
    client = portal_of(demo_database).client
    first, second = await client.get(path), await client.get(path)
    assert (first.text, first.headers["etag"]) == (second.text, second.headers["etag"])
    plain = await client.get(path, headers={"accept-encoding": "identity"})
    assert (plain.text, plain.headers.get("content-encoding")) == (first.text, None)
    other_host = await client.get(path, headers={"host": "elsewhere.example"})
    assert "elsewhere.example" not in (await client.get(path)).text
    assert other_host.status_code == 200


async def test_pages_are_kept_apart_by_their_parameters(demo_database):
    client = portal_of(demo_database).client
    counts = [
        re.search(r"<h1>([\d,]+) papers?", (await client.get(f"/papers/papers?{query}")).text)[1]
        for query in ("_task=continual-learning", "_task=!continual-learning", "_task=continual-learning")
    ]
    assert counts[0] == counts[2] != counts[1]


@pytest.mark.parametrize("path", ["/", "/papers", "/papers/papers", "/charts"])
async def test_hashed_static_files_are_kept_for_a_year(portal, path):
    files = re.findall(r"\"(/static/[^\"]+)\"", await page(portal, path))
    assert files
    for file in files:
        assert "immutable" in (await portal.get(file)).headers["cache-control"], file
    assert "immutable" in (await portal.get("/static/carrel.css?abc")).headers["cache-control"]
    assert "immutable" not in (await portal.get("/static/carrel.css")).headers["cache-control"]


async def test_answers_are_packed(portal):
    for path in ("/", "/papers/papers.json", "/papers/papers.csv?_stream=1&_size=max"):
        response = await portal.get(path, headers={"accept-encoding": "gzip"})
        assert response.headers["content-encoding"] == "gzip", path
        assert "accept-encoding" in response.headers["vary"].lower()


async def test_the_file_comes_as_it_is(portal, demo_database):
    response = await portal.get("/papers.db", headers={"accept-encoding": "gzip"})
    assert response.content == demo_database.read_bytes()
    assert "content-encoding" not in response.headers


async def test_crawlers_are_kept_from_facets_and_sql(portal):
    text = (await portal.get("/robots.txt")).text
    assert {"Disallow: /papers?", "Disallow: /papers/*?"} <= set(text.splitlines())
    assert "Disallow: /\n" not in text
    assert "/paper/" not in text

"""How heavy pages are: what a first visit transfers, compressed, with all that the page loads."""

import gzip
import html
import re

import pytest

BUDGET = 60_000  # bytes
LOADED = re.compile(r'<(?:link rel="stylesheet"|script)[^>]* (?:href|src)="([^"]+)"')


@pytest.mark.parametrize("path", ["/", "/papers/papers", "/papers/search?_q=learning"])
async def test_a_first_visit_is_light(portal, path):
    page = await portal.get(path)
    parts = [html.unescape(part) for part in LOADED.findall(page.text)]
    assert "/static/carrel.css" in [part.split("?")[0] for part in parts]
    assert all(part.startswith("/") and not part.startswith("//") for part in parts)
    answers = [page, *[await portal.get(part) for part in parts]]
    assert {answer.status_code for answer in answers} == {200}
    assert sum(len(gzip.compress(answer.content)) for answer in answers) < BUDGET

"""The portal in a real browser, served by the command of the Procfile."""

import shlex

import pytest
from conftest import ROOT
from served import keep, needs_chromium

DRAWN = ["What abstracts name", "What papers contribute", "Kinds of data"]

pytestmark = needs_chromium


def drawn_pixels(page):
    """How many pixels of the chart have the colour of Vega's bars, once the chart is there."""
    page.wait_for_selector("canvas.marks", timeout=15_000)
    return page.evaluate(
        """() => {
            const canvas = document.querySelector("canvas.marks");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let count = 0;
            for (let i = 0; i < data.length; i += 4)
                count += data[i] === 76 && data[i + 1] === 120 && data[i + 2] === 168;
            return count;
        }"""
    )


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_shows_at_once_from_a_link_of_the_home_page(page, address, name):
    page.goto(address)
    page.get_by_role("figure").filter(has_text=name).get_by_role("link", name="Draw it your way").click()
    assert drawn_pixels(page) > 500
    keep(page, f"chart-{name.lower().replace(' ', '-')}")


def test_the_link_on_a_question_shows_its_chart(page, address):
    page.goto(f"{address}/papers/link_kinds")
    assert page.locator("canvas.marks").count() == 0
    page.get_by_role("link", name="Show the chart").click()
    assert drawn_pixels(page) > 500


def test_search_from_the_home_page_to_a_paper(page, address):
    page.goto(address)
    keep(page, "home")
    assert page.evaluate("document.activeElement.name") == "_q"
    page.keyboard.type("continual learning")
    page.keyboard.press("Enter")
    page.wait_for_url("**/papers/search?_q=*")
    keep(page, "search")
    title = page.locator(".card h2 a").first
    words = title.inner_text()
    title.click()
    page.wait_for_url("**/paper/*")
    assert page.locator("h1").inner_text() == words
    keep(page, "paper")


def test_what_the_columns_mean_opens_on_request(page, address):
    page.goto(f"{address}/papers/papers")
    keep(page, "browse")
    page.get_by_role("link", name="as a table").click()
    descriptions = page.locator("dl.column-descriptions")
    assert not descriptions.is_visible()
    page.get_by_text("What the columns mean").click()
    assert descriptions.is_visible()


@pytest.mark.parametrize("path", ["/", "/papers/papers", "/papers/link_kinds"])
def test_nothing_is_wider_than_a_phone(browser, address, path):
    with browser.new_page(viewport={"width": 390, "height": 800}) as phone:
        phone.goto(f"{address}{path}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        keep(phone, f"phone-{path.strip('/').replace('/', '-') or 'home'}")


@pytest.mark.parametrize("path", ["/", "/papers/papers", "/papers/link_kinds", "/papers"])
def test_nothing_comes_from_elsewhere(page, address, path):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}{path}")
    assert asked
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


def test_the_procfile_is_what_serves():
    words = shlex.split((ROOT / "Procfile").read_text())
    assert words[:5] == ["web:", "MALLOC_ARENA_MAX=2", "exec", "datasette", "serve"]
    assert {"-i", "--cors", "--inspect-file", "--plugins-dir"} <= set(words)

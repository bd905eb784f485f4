"""Comforts of the pages: keys, light and dark, and that nothing needs script."""

import re

import pytest
from served import needs_chromium

pytestmark = needs_chromium

BROWSE = "/papers/papers"


def focused(page):
    """The words of what has the focus."""
    return page.evaluate("document.activeElement.innerText")


def test_keys_move_between_cards_and_open_one(page, address):
    page.goto(f"{address}{BROWSE}")
    titles = page.locator(".card h2").all_inner_texts()
    page.keyboard.press("j")
    assert focused(page) == titles[0]
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert focused(page) == titles[2]
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    assert focused(page) == titles[0]
    page.keyboard.press("Enter")
    page.wait_for_url("**/paper/*")
    assert page.locator("h1").inner_text() == titles[0]


@pytest.mark.parametrize("path", [BROWSE, "/tasks", "/papers", "/papers/links"])
def test_a_slash_leads_to_the_search_box_and_types_itself_there(page, address, path):
    page.goto(f"{address}{path}")
    page.locator("h1").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("a/b?j")
    assert page.evaluate("document.activeElement.value") == "a/b?j"


def test_a_question_mark_shows_the_keys_and_hides_them(page, address):
    page.goto(f"{address}{BROWSE}")
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    assert keys.is_visible()
    page.keyboard.press("?")
    assert not keys.is_visible()
    page.get_by_role("button", name="Keys").click()
    assert keys.is_visible()
    page.keyboard.press("Escape")
    assert not keys.is_visible()


def ground(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_system_chooses_colours_until_the_reader_does(browser, address, scheme):
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(address)
        systems = ground(page)
        other = {"light": "dark", "dark": "light"}[scheme]
        page.get_by_role("button", name=f"Switch to {other} colours").click()
        chosen = ground(page)
        assert chosen != systems
        page.goto(f"{address}{BROWSE}")
        assert ground(page) == chosen
        page.get_by_role("button", name=f"Switch to {scheme} colours").click()
        assert ground(page) == systems


def test_without_script_nothing_is_offered_that_needs_it(browser, address):
    with browser.new_page(java_script_enabled=False) as page:
        for path in ["/", BROWSE, "/tasks"]:
            page.goto(f"{address}{path}")
            assert page.get_by_role("button", name=re.compile("colours|Dark|Keys")).count() == 0


def test_the_facets_are_beside_the_list_on_a_desktop_and_a_drawer_on_a_phone(browser, address):
    with browser.new_page(java_script_enabled=False, viewport={"width": 1200, "height": 900}) as desktop:
        desktop.goto(f"{address}{BROWSE}")
        assert desktop.locator("#facet-task a").first.is_visible()
        assert not desktop.get_by_text("Narrow the list").is_visible()
    with browser.new_page(java_script_enabled=False, viewport={"width": 390, "height": 800}) as phone:
        phone.goto(f"{address}{BROWSE}")
        assert not phone.locator("#facet-task a").first.is_visible()
        phone.get_by_text("Narrow the list").click()
        assert phone.locator("#facet-task a").first.is_visible()


def test_skipping_leads_to_the_content(page, address):
    page.goto(f"{address}{BROWSE}")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")

"""What axe-core finds on each kind of page, light and dark, on a desktop and on a phone: nothing serious."""

import pytest
from conftest import rows
from served import keep, needs_chromium

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = needs_chromium

PAGES = {
    "home": "/",
    "browse": "/papers/papers",
    "search": "/papers/search?_q=continual+learning&_task=continual-learning&_has=code",
    "nothing-found": "/papers/search?_q=zzzzz&_task=continual-learning",
    "facet": "/papers/facet/task",
    "paper": "/paper/{key}",
    "task": "/task/continual-learning",
    "dataset": "/dataset/imagenet",
    "method": "/method/transformer",
    "tasks": "/tasks",
    "charts": "/charts",
    "table-of-papers": "/papers/papers?_view=table",
    "table": "/papers/links",
    "row": "/papers/papers/1",
    "database": "/papers",
    "query": "/papers/link_kinds",
    "sql": "/papers?sql=select+name,+papers+from+tasks+limit+5",
    "missing": "/paper/none",
    "wrong": "/papers/papers?_task=none-such",
}
WINDOWS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(browser, address, demo_database, name, scheme, window):
    """With all that can be opened open. On a phone nothing is wider than the window."""
    path = PAGES[name].format(key=rows(demo_database, "select key from papers where id = 1")[0]["key"])
    with browser.new_page(viewport=WINDOWS[window], color_scheme=scheme) as page:
        page.goto(f"{address}{path}")
        keep(page, f"{name}-{scheme}-{window}")
        page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
        found = axe.Axe().run(page).response["violations"]
        serious = [
            (violation["id"], node["html"])
            for violation in found
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]
        assert serious == []
        assert page.evaluate("document.documentElement.scrollWidth") <= WINDOWS[window]["width"]
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.locator("main h1").count() == 1

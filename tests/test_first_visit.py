"""A first visit, without SQL and without script: find papers, see why one is listed, cite it, take the list home."""

import csv
import io
import re

import pytest
from conftest import SEED, carrel, rows
from served import chromium, keep, needs_chromium, serving

pytestmark = needs_chromium

CLICKS = 5


class Visitor:
    """Someone who types and clicks, and whose clicks are counted."""

    def __init__(self, page):
        self.page = page
        self.clicks = 0

    def click(self, locator):
        locator.click()
        self.clicks += 1

    def narrow(self, facet, value):
        """Choose a value of a facet that is in sight."""
        self.click(self.page.locator(f"#facet-{facet}").get_by_role("link", name=value, exact=True))


@pytest.fixture(scope="module")
def visited(tmp_path_factory, demo_database):
    """The listing with a paper to find where there is one, else the demo."""
    if not SEED.exists():
        yield demo_database
        return
    database = tmp_path_factory.mktemp("seed") / "papers.db"
    assert carrel("ingest", database, SEED).exit_code == 0
    yield database


def wanted(database):
    """Papers on continual learning that introduce a method or data and have code, each with a dataset it names."""
    return rows(
        database,
        """
        select papers.title, datasets.name as dataset
        from papers
          join paper_tasks on paper_tasks.paper_id = papers.id
          join tasks on tasks.id = task_id and tasks.slug = 'continual-learning'
          join paper_datasets on paper_datasets.paper_id = papers.id
          join datasets on datasets.id = dataset_id
        where papers.id in (select paper_id from links where kind = 'code')
          and papers.id in (
            select paper_id from paper_methods where role = 'introduced'
            union select paper_id from paper_datasets where role = 'introduced'
          )
        order by datasets.name <> 'CIFAR-100', datasets.papers desc, datasets.name
        """,
    )


def test_a_first_visit(visited):
    found = wanted(visited)
    dataset = found[0]["dataset"]
    titles = {row["title"] for row in found if row["dataset"] == dataset}
    with serving(visited) as address, chromium() as browser:
        page = browser.new_page(java_script_enabled=False, accept_downloads=True)
        visitor = Visitor(page)
        page.goto(address)
        page.locator("#search:focus").wait_for()  # it has the focus by itself, soon after the page has come
        page.keyboard.type("continual learning")
        page.keyboard.press("Enter")
        visitor.narrow("introduces", "any named")
        visitor.narrow("has", "code")
        visitor.narrow("dataset", dataset)
        shown = page.locator(".card h2")
        assert titles <= set(shown.all_inner_texts())
        keep(page, "first-visit-list")
        with page.expect_download() as download:
            visitor.click(page.get_by_role("link", name="CSV"))
        listed = download.value.path().read_text()
        assert all(title in listed for title in titles)
        assert len(list(csv.reader(io.StringIO(listed)))) == shown.count() + 1
        title = shown.first.inner_text()
        visitor.click(shown.first.get_by_role("link"))
        keep(page, "first-visit-paper")
        assert page.locator("h1").inner_text() == title
        assert page.locator("mark", has_text=dataset).is_visible()
        assert title in re.sub("[{}]", "", page.locator("#cite pre").inner_text())
        assert visitor.clicks <= CLICKS

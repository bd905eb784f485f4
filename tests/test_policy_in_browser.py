"""The policy of headers in a real browser: no page is refused what it needs, and a script that got in does not run."""

import pytest
from served import needs_chromium

pytestmark = needs_chromium
PAGES = ["/", "/papers", "/papers/papers", "/papers/papers_by_task", "/papers?sql=select+1+as+n", "/charts", "/none"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_that_a_page_needs_is_refused(browser, address, path):
    said = []
    with browser.new_page() as page:
        page.on("console", lambda message: said.append(message.text))
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
    assert [text for text in said if "Content Security Policy" in text] == []


def test_a_script_that_got_into_a_page_does_not_run(browser, address):
    with browser.new_page() as page:
        page.goto(f"{address}/")
        page.evaluate(
            """() => {
                const script = document.createElement("script");
                script.textContent = "window.ran = true";
                document.body.append(script);
            }"""
        )
        assert page.evaluate("window.ran") is None

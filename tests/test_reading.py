"""Papers, entities and charts in a real browser: legend, citation, print, small screens, and what axe-core says."""

import pytest
from served import keep, needs_chromium, serving

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = needs_chromium

ATTACK = "<script>document.title = 'taken'</script>"
LONG = "A Considerably Longer Title Than Most, With_An_Unbroken_Name_" + "X" * 80
CORPUS = [
    {
        "id": "t:1",
        "title": f"KettleNet: Image Classification {ATTACK}",
        "abstract": f"{ATTACK} We introduce KettleNet, a convolutional neural network (CNN) for image classification. "
        "It reaches an accuracy of 91.5% on CIFAR-10, 2.5 points above a CNN. Code: https://github.com/example/kettle.",
        "authors": ["Ada Núñez", ATTACK],
        "venue": "Journal of Tea",
        "year": 2021,
    },
    {
        "id": "t:2",
        "title": LONG,
        "abstract": "We fine-tune KettleNet.",
        "authors": [f"Author {n}" for n in range(1000)],
    },
    {
        "id": "t:3",
        "title": "تعلم الآلة للجميع",
        "abstract": "نقدم طريقة جديدة مع CIFAR-10 في تعلم الآلة.",
        "year": 2020,
    },
    {"id": "t:4", "title": "A Note Without an Abstract", "authors": ["李明"]},
    {"id": "t:5", "title": "李明的茶", "abstract": "我们在 ImageNet 上训练 KettleNet。", "year": 2022},
]
PAGES = [
    *(f"/paper/t:{number}" for number in range(1, 6)),
    *("/method/kettlenet", "/dataset/cifar-10", "/metric/accuracy", "/author/ada-nunez", "/task/none"),
    *("/methods", "/authors?_letter=a", "/charts"),
]
LOOKS = {"light": (1280, "light"), "dark": (1280, "dark"), "phone": (390, "light"), "dark-phone": (390, "dark")}


@pytest.fixture(scope="module")
def database(database_of):
    return database_of(*CORPUS)


@pytest.fixture(scope="module")
def address(database):
    with serving(database) as address:
        yield address


def background(page, selector):
    return page.locator(selector).first.evaluate("element => getComputedStyle(element).backgroundColor")


NONE = "rgba(0, 0, 0, 0)"


def test_the_legend_turns_a_kind_off_and_on_by_keyboard(page):
    page.goto("/paper/t:1")
    assert background(page, ".abstract mark.kind-method") != NONE
    page.locator("#show-method").focus()
    page.keyboard.press("Space")
    assert background(page, ".abstract mark.kind-method") == NONE
    assert background(page, ".abstract mark.kind-dataset") != NONE
    assert background(page, "h1 mark.kind-method") == NONE
    page.keyboard.press("Space")
    assert background(page, ".abstract mark.kind-method") != NONE


def test_all_kinds_are_reached_by_tab(page):
    page.goto("/paper/t:1")
    reached = []
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
    kinds = page.locator(".legend input").evaluate_all("inputs => inputs.map(input => input.id)")
    assert len(kinds) >= 6
    assert [name for name in dict.fromkeys(reached) if name in kinds] == kinds
    assert "copy" in reached


def test_without_script_all_is_shown_and_can_be_turned_off(browser, address):
    with browser.new_page(java_script_enabled=False, base_url=address) as page:
        page.goto("/paper/t:1")
        assert page.locator(".abstract mark").count() > 5
        assert page.locator("pre#bibtex").is_visible()
        assert not page.locator("button.copy").is_visible()
        page.locator("#show-dataset").uncheck()
        keep(page, "paper-without-script")
        page.goto("/charts")
        assert page.locator("section.chart svg").first.is_visible()


def test_the_citation_is_copied(browser, address):
    context = browser.new_context(base_url=address, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/paper/t:1")
    page.locator("button.copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("pre#bibtex").text_content()
    assert copied.startswith("@article{nunez2021kettlenet,")
    context.close()


def test_a_quote_leads_to_its_words(page):
    page.goto("/paper/t:1")
    quote = page.locator("aside .quote", has_text="CIFAR-10")
    quote.focus()
    assert page.locator("mark.lit").inner_text() == "CIFAR-10"
    page.keyboard.press("Enter")
    assert page.locator("mark:target").inner_text() == "CIFAR-10"
    keep(page, "paper-quote")


def test_the_reading_column_has_60_to_68_characters(page):
    """An average line of running text in the abstract's own type."""
    page.goto("/paper/t:1")
    width = page.evaluate(
        """() => {
            const line = document.querySelector(".abstract p");
            const ruler = document.createElement("span");
            const text = "It reaches an accuracy on par with much larger networks, and it runs on a small kettle. ";
            ruler.textContent = text;
            ruler.style.whiteSpace = "pre";
            line.append(ruler);
            const characters = line.clientWidth / (ruler.getBoundingClientRect().width / text.length);
            ruler.remove();
            return characters;
        }"""
    )
    assert 60 <= width <= 68


def test_print_leaves_out_what_paper_cannot_do(page):
    page.goto("/paper/t:1")
    page.emulate_media(media="print", color_scheme="dark")
    keep(page, "paper-print")
    for gone in (".masthead", ".legend", "button.copy", "footer", "aside .count"):
        assert not page.locator(gone).first.is_visible(), gone
    for there in ("h1", ".abstract p", "aside .quote", ".results table", "pre#bibtex"):
        assert page.locator(there).first.is_visible(), there
    assert page.locator(".abstract p").evaluate("element => getComputedStyle(element).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_hostile_texts_run_nowhere(page):
    for path in PAGES:
        page.goto(path)
        assert page.title() != "taken", path
    page.goto("/paper/t:1")
    assert ATTACK in page.locator("h1").inner_text()


def test_a_text_from_right_to_left_is_set_so(page):
    page.goto("/paper/t:3")
    for place in ("h1", ".abstract p"):
        assert page.locator(place).evaluate("element => getComputedStyle(element).direction") == "rtl"
        assert page.locator(place).evaluate("element => getComputedStyle(element).textAlign") == "start"
    assert page.locator("mark.kind-dataset").inner_text() == "CIFAR-10"


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone(browser, address, path):
    with browser.new_page(viewport={"width": 390, "height": 800}, base_url=address) as phone:
        phone.goto(path)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious(browser, address, look):
    width, scheme = LOOKS[look]
    found = {}
    with browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=address) as page:
        for path in PAGES:
            page.goto(path)
            keep(page, f"{path.strip('/').replace('/', '-').replace('?', '-')}-{look}")
            for violation in axe.Axe().run(page).response["violations"]:
                if violation["impact"] in ("serious", "critical"):
                    found[path, violation["id"]] = [node["html"][:200] for node in violation["nodes"][:3]]
    assert found == {}

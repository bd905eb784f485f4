"""What a search finds, against a matcher that reads words one by one: random queries over small made-up papers."""

import random

import pytest
from conftest import portal_of, rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# Words that stemming leaves alone and of which some begin others.
WORDS = ("zib", "zibo", "zibol", "kot", "kotu", "lam", "lamu", "pum")
NUMBERS = tuple(range(40))


def text(chooser, most):
    return " ".join(chooser.choices(WORDS, k=chooser.randint(1, most)))


def made_up_papers():
    """Papers whose title starts with a number of their own, as titles tell papers apart."""
    chooser = random.Random(7)
    return [(f"n{number} {text(chooser, 3)}", text(chooser, 6)) for number in NUMBERS]


PAPERS = made_up_papers()


@pytest.fixture(scope="session")
def made_up(database_of):
    records = ({"title": title, "abstract": abstract} for title, abstract in PAPERS)
    return portal_of(database_of(*records)).client


columns = st.sampled_from([None, "title", "abstract"])
terms = st.tuples(columns, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.booleans())
groups = st.lists(terms, min_size=1, max_size=3)


def matches(term, paper):
    """Whether a paper has the words of a term, the last of them whole or, for a beginning, as one."""
    column, wanted, is_prefix = term
    texts = {None: paper, "title": paper[:1], "abstract": paper[1:]}[column]
    for words in map(str.split, texts):
        for start in range(len(words) - len(wanted) + 1):
            here = words[start : start + len(wanted)]
            is_last = here[-1].startswith(wanted[-1]) if is_prefix else here[-1] == wanted[-1]
            if here[:-1] == wanted[:-1] and is_last:
                return True
    return False


def typed(term):
    column, words, is_prefix = term
    written = words[0] if len(words) == 1 else f'"{" ".join(words)}"'
    return f"{column}:" * bool(column) + written + "*" * is_prefix


async def found(client, query):
    response = await client.get("/papers/search.json", params={"_q": query, "_shape": "array", "_size": "max"})
    assert response.status_code == 200, response.text
    return {row["title"] for row in response.json()}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(groups, min_size=0, max_size=3), st.lists(terms, max_size=2), st.randoms(use_true_random=False))
async def test_a_search_finds_what_it_says(made_up, wanted, excluded, chooser):
    if not wanted and not excluded:
        return
    pieces = [" OR ".join(map(typed, group)) for group in wanted] + [f"-{typed(term)}" for term in excluded]
    chooser.shuffle(pieces)
    expected = {
        paper[0]
        for paper in PAPERS
        if all(any(matches(term, paper) for term in group) for group in wanted)
        and not any(matches(term, paper) for term in excluded)
    }
    assert await found(made_up, " ".join(pieces)) == expected


async def test_the_matcher_tells_papers_apart():
    """The papers are such that the test above can fail."""
    for term in [
        (None, ["zib"], False),
        (None, ["zib"], True),
        ("title", ["kot"], False),
        (None, ["lam", "pum"], False),
    ]:
        assert 0 < sum(matches(term, paper) for paper in PAPERS) < len(PAPERS)


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_title_finds_its_paper_first(made_up, number):
    title, _ = PAPERS[number]
    response = await made_up.get("/papers/search.json", params={"_q": title, "_shape": "array"})
    assert response.json()[0]["title"] == title


async def test_every_title_of_the_demo_finds_its_paper_first(portal, demo_database):
    for row in rows(demo_database, "select title from papers where id % 5 = 0"):
        response = await portal.get("/papers/search.json", params={"_q": row["title"], "_shape": "array", "_size": 1})
        assert [paper["title"] for paper in response.json()] == [row["title"]]

"""Every count against plain SQL, whatever is chosen: on corpora made at random and on the demo."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlencode

import numpy as np
import pytest
from conftest import carrel, json_lines, portal_of
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.facet_index import FacetIndex, Postings
from ingest.facets import FACETS
from plugins.faceting.counting import Corpus, Tally
from plugins.faceting.parameters import Choice, ParameterError, choices_of, escaped

SENTENCES = [
    "We study image classification on ImageNet.",
    "We study object detection with a transformer on COCO.",
    "We introduce TeaNet, a method for machine translation.",
    "We introduce TeaSet, a dataset for question answering.",
    "We outperform BERT on SQuAD.",
    "Code is at https://github.com/example/tea.",
    "A paired encoder network (PEN) reaches 91.2% accuracy on CIFAR-10.",
    "We use contrastive learning and gradient descent.",
    "Nothing else is said.",
]
WORDS = ["image", "transformer", "tea", "study", "network", "absent"]
PAPER = st.fixed_dictionaries(
    {
        "abstract": st.lists(st.sampled_from(SENTENCES), max_size=4).map(" ".join),
        "year": st.sampled_from([None, 2020, 2021, 2022]),
        "venue": st.sampled_from([None, "A|B", "none", "!C", "D\\E", "Journal of Tea"]),
        "authors": st.lists(st.sampled_from(["Ada Núñez", "Bo Li", "C. D."]), max_size=2, unique=True),
    }
)
NAMED = "select slug, paper_id from paper_{0}s join {0}s on {0}s.id = {0}_id"
SQL = {name: [NAMED.format(name)] for name in ["task", "dataset", "method", "metric", "author"]} | {
    "modality": ["select slug, paper_id from paper_modalities join modalities on modalities.id = modality_id"],
    "introduces": [NAMED.format(name) + " where role = 'introduced'" for name in ["method", "dataset"]],
    "uses": [NAMED.format(name) + " where role = 'used'" for name in ["method", "dataset"]],
    "compares": [NAMED.format("method") + " where role = 'compared'"],
    **{name: [f"select {name}, id from papers where {name} is not null"] for name in ["year", "venue", "contribution"]},
    "has": [
        "select kind, paper_id from links where kind <> 'other'",
        "select 'results', paper_id from results",
        "select 'acronyms', paper_id from acronyms",
    ],
}


class Oracle:
    """What plain SQL says: the values of each paper, read row by row, and sets of papers made of them in Python."""

    def __init__(self, database):
        with closing(sqlite3.connect(database)) as connection:
            self.papers = {row[0] for row in connection.execute("select id from papers")}
            self.years = dict(connection.execute("select id, year from papers"))
            self.having = {name: self.values(connection, name) for name in FACETS}
            self.found = {word: self.search(connection, word) for word in WORDS}

    def values(self, connection, name):
        """The papers of each value of a facet."""
        having = {}
        for sql in SQL[name]:
            for value, paper in connection.execute(sql):
                having.setdefault(str(value), set()).add(paper)
        return having

    def search(self, connection, word):
        return {row[0] for row in connection.execute("select rowid from papers_fts where papers_fts match ?", [word])}

    def chosen(self, name, choice):
        having = self.having[name]
        papers = set().union(*(having[value] for value in choice.values))
        if choice.none:
            papers |= self.papers - set().union(*having.values())
        return self.papers - papers if choice.negated else papers

    def counts(self, name, choices, given):
        """The counts of one facet, its alternatives left out of account."""
        left = set(given)
        for other, choice in choices:
            alternative = not choice.negated and (FACETS[name].single or len(choice.values) + choice.none > 1)
            if other != name or not alternative:
                left &= self.chosen(other, choice)
        return {value: len(papers & left) for value, papers in self.having[name].items() if papers & left}


def choices_from(oracle, data):
    """Choices of values that there are, with those of the same facet together."""
    named = [name for name, having in oracle.having.items() if having]
    drawn = []
    for name in data.draw(st.lists(st.sampled_from(named), max_size=4)):
        values = data.draw(st.lists(st.sampled_from(sorted(oracle.having[name])), max_size=3, unique=True))
        choice = Choice(tuple(values), data.draw(st.booleans()) or not values, data.draw(st.booleans()))
        if (name, choice) not in drawn:
            drawn.append((name, choice))
    return drawn


def page_agrees(oracle, client, loop, data):
    """One page of random choices, with a search or a column filter, counted by the portal and by the oracle."""
    choices = choices_from(oracle, data)
    pairs = [(f"_{name}", choice.text) for name, choice in choices]
    given, table = oracle.papers, "papers"
    kind = data.draw(st.sampled_from(["none", "search", "ranked", "year"]))
    word = data.draw(st.sampled_from(WORDS))
    if kind in ("search", "ranked"):
        table = "search" if kind == "ranked" else "papers"
        pairs.append(("_q" if kind == "ranked" else "_search", word))
        given = oracle.found[word]
    if kind == "year":
        pairs.append(("year__gt", "2020"))
        given = {paper for paper, year in oracle.years.items() if year and year > 2020}
    pairs += [("_facet_label", name) for name in FACETS] + [("_facet_size", "max"), ("_size", "max")]
    response = in_thread(loop.run_until_complete, client.get(f"/papers/{table}.json?{urlencode(pairs)}"))
    page = response.json()
    assert response.status_code == 200, page
    expected = set(given)
    for name, choice in choices:
        expected &= oracle.chosen(name, choice)
    place = page["columns"].index("id")
    assert {row[place] for row in page["rows"]} == expected
    assert page["filtered_table_rows_count"] == len(expected)
    for name in FACETS:
        facts = page["facet_results"][name]["results"]
        counted = {str(fact["value"]): fact["count"] for fact in facts if fact["count"]}
        assert counted == oracle.counts(name, choices, given), name
        chosen = {value for other, choice in choices if other == name for value in choice.values}
        assert {str(fact["value"]) for fact in facts if fact["selected"]} == chosen


@pytest.fixture(scope="module")
def loop():
    """A loop of its own for tests that hypothesis runs many times."""
    with closing(asyncio.new_event_loop()) as loop:
        yield loop


def in_thread(function, *arguments):
    """Away from the loop of other tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function, *arguments).result()


@pytest.fixture(scope="module")
def demo(demo_database):
    return Oracle(demo_database), portal_of(demo_database).client


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_counts_of_the_demo(demo, loop, data):
    page_agrees(*demo, loop, data)


@settings(deadline=None, max_examples=8)
@given(papers=st.lists(PAPER, max_size=12), data=st.data())
def test_counts_of_any_corpus(tmp_path_factory, loop, papers, data):
    database = tmp_path_factory.mktemp("random") / "papers.db"
    source = json_lines(*({"title": f"Paper {number}"} | paper for number, paper in enumerate(papers, start=1)))
    result = carrel("ingest", database, "-", stdin=source + json_lines({"title": "Last"}))
    assert result.exit_code == 0, result.output
    oracle, client = Oracle(database), portal_of(database).client
    for _ in range(5):
        page_agrees(oracle, client, loop, data)


@given(values=st.lists(st.text(min_size=1).map(str.strip).filter(bool), min_size=1, max_size=4, unique=True))
def test_a_choice_is_read_as_it_is_written(values):
    for choice in [Choice(tuple(values)), Choice(tuple(values), negated=True), Choice(tuple(values), none=True)]:
        [read] = choices_of(urlencode({"_venue": choice.text}))["venue"]
        assert read == choice


@given(text=st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        choices = choices_of(urlencode({"_venue": text}))
    except ParameterError:
        return
    for choice in choices.get("venue", ()):
        assert choice.values or choice.none
        assert choices_of(urlencode({"_venue": choice.text}))["venue"] == (choice,)


@given(value=st.text(min_size=1))
def test_escaping_leaves_slugs_alone(value):
    assert escaped("image-classification") == "image-classification"
    assert escaped(value).replace("\\", "").count("|") == value.count("|")


LARGE = 150_000  # papers: more than one part of 65,536


@pytest.fixture(scope="module")
def large():
    """Postings of many papers: tasks that nearly all, some or few have, and a year for most."""
    random = np.random.default_rng(1)
    members = [np.flatnonzero(random.random(LARGE) < share) for share in (0.9, 0.3, 0.07, 0.05, 0.01, 0.0001, 0.0001)]
    years = random.integers(0, 300, LARGE)
    by_year = [np.flatnonzero(years == year) for year in range(1, 300)]
    order = np.argsort(random.integers(0, 40_000, LARGE), kind="stable")
    by_method = [np.sort(papers) for papers in np.array_split(order, 40_000)]
    postings = {
        "task": members,
        "method": by_method,
        "year": by_year,
        "author": [*members[3:], *([members[6][:1]] * 80_000)],
    }
    index = FacetIndex(np.arange(1, LARGE + 1), {name: postings_of(values) for name, values in postings.items()})
    return Corpus(index, None), postings


def postings_of(values):
    names = [f"{number:06}" for number in range(len(values))]
    ends = np.cumsum([len(papers) for papers in values]).astype(np.uint32)
    return Postings(names, names, ends, np.concatenate(values).astype(np.uint32))


@pytest.mark.parametrize("share", [0, 0.001, 0.05, 0.2, 0.5, 0.97, 1])
def test_counts_of_a_large_corpus(large, share):
    """Whatever way counts best for a set of this size, it counts right."""
    corpus, postings = large
    found = np.random.default_rng(2).random(LARGE) < share
    tally = Tally(corpus, {}, corpus.set_of(np.flatnonzero(found) + 1))
    assert tally.count == found.sum()
    for name, values in postings.items():
        counts, unnamed = tally.counts(FACETS[name])
        assert counts.tolist() == [int(found[papers].sum()) for papers in values]
        named = np.zeros(LARGE, bool)
        named[np.concatenate(values)] = True
        assert unnamed == (found & ~named).sum()


@pytest.mark.parametrize("name", ["task", "method", "year", "author"])
def test_choices_in_a_large_corpus(large, name):
    corpus, postings = large
    for value, papers in [*list(enumerate(postings[name]))[:7], (len(postings[name]) - 1, postings[name][-1])]:
        tally = Tally(corpus, {name: (Choice((f"{value:06}",)),)})
        assert np.flatnonzero(tally.found.found).tolist() == papers.tolist()
        without = Tally(corpus, {name: (Choice((f"{value:06}",), negated=True),)})
        assert without.count == LARGE - len(papers)

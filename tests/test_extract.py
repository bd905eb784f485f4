"""Links and acronyms as they are read out of titles and abstracts, each with the words it stands on."""

import subprocess
import sys

import pytest
import yaml
from conftest import ROOT, SEED, SHARED, carrel, json_lines, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.extract import extract
from ingest.paper import Paper


def extracted(tmp_path, abstract, title="A Title"):
    """The database after a paper of this text."""
    database = tmp_path / "papers.db"
    carrel("ingest", database, "-", stdin=json_lines({"title": title, "abstract": abstract}))
    return database


LINKS = {
    "Code: https://github.com/a/b.": [("https://github.com/a/b", "github.com", "code")],
    "Code (https://github.com/a/b_(c)), data.": [("https://github.com/a/b_(c)", "github.com", "code")],
    r"at \url{https://github.com/a/b}.": [("https://github.com/a/b", "github.com", "code")],
    "at https://github.com/a/b}{https://github.com/a/b.": [("https://github.com/a/b", "github.com", "code")],
    "at github.com/a/b, and again http://www.github.com/a/b/.": [("https://github.com/a/b", "github.com", "code")],
    "See [a.github.io](https://a.github.io).": [("https://a.github.io", "a.github.io", "project")],
    "See www.example.org/x?y=1&z=2#top!": [("https://www.example.org/x?y=1&z=2#top", "example.org", "other")],
    "<https://huggingface.co/org/model> and “https://huggingface.co/datasets/org/set”": [
        ("https://huggingface.co/org/model", "huggingface.co", "model"),
        ("https://huggingface.co/datasets/org/set", "huggingface.co", "data"),
    ],
    "https://zenodo.org/record/1; https://gitlab.example.edu/x; https://HOST.example": [
        ("https://zenodo.org/record/1", "zenodo.org", "data"),
        ("https://gitlab.example.edu/x", "gitlab.example.edu", "code"),
        ("https://HOST.example", "host.example", "other"),
    ],
    "Run-on https://a.org/xhttps://b.org/y": [("https://a.org/x", "a.org", "other")],
    "No link: https:// or http://localhost or a.b or me@github.io or e.g. this": [],
}


@pytest.mark.parametrize(("text", "links"), LINKS.items())
def test_links(tmp_path, text, links):
    database = extracted(tmp_path, text)
    assert [tuple(row.values()) for row in rows(database, "select url, host, kind from links order by id")] == links


ACRONYMS = {
    "We train convolutional neural networks (CNNs).": [("CNNs", "convolutional neural networks")],
    "A recurrent neural network (RNNs) is used.": [("RNNs", "recurrent neural network")],
    "We use SAP (Sequential Autoregressive Prompting) here.": [("SAP", "Sequential Autoregressive Prompting")],
    "Self-supervised learning (SSL) and mixture-of-experts (MoE).": [
        ("SSL", "Self-supervised learning"),
        ("MoE", "mixture-of-experts"),
    ],
    "Long short-term memory (LSTM; Author, 1997) works.": [("LSTM", "Long short-term memory")],
    "The mutual information of input and output (denoted as MI) grows.": [("MI", "mutual information")],
    "Our method learns to plan (L2P).": [("L2P", "learns to plan")],
    "We propose NOVA, a novel Nested Optimizer for Vision Agents, which wins.": [
        ("NOVA", "Nested Optimizer for Vision Agents")
    ],
    "We introduce Paired Encoder Training, or PET.": [("PET", "Paired Encoder Training")],
    "Graph networks [GNs] and area under the curve (AUC)": [("GNs", "Graph networks"), ("AUC", "area under the curve")],
    "Models (e.g., CLIP and ALIGN) of (Author et al., 2020) or (Figure 2) or (left) win (ours).": [],
    "Thus, the TeX2Solver helps users. It is in C (which I like) and B (2).": [],
    "Nothing (at all) is here ().": [],
    "We call Turning Implicit leaves into Explicit leaves (TIE) a step.": [
        ("TIE", "Turning Implicit leaves into Explicit leaves")
    ],
    "Brewing is a task.Then, we add a novel steeping method (DP-Pot).": [],
    "The regret against a pot that pours last is O(OPT).": [],
    "We test in the pour-incremental case (PourNet).": [],
    "In the 5-cup setting of Few-TEAS (INTES) it pours.": [],
    "Its core is the Many Middle Windows net (M2W).": [("M2W", "Many Middle Windows net")],
}


@pytest.mark.parametrize(("text", "acronyms"), ACRONYMS.items())
def test_acronyms(tmp_path, text, acronyms):
    database = extracted(tmp_path, text)
    assert [tuple(row.values()) for row in rows(database, "select short, long from acronyms order by id")] == acronyms


def test_a_title_defines_its_name(tmp_path):
    database = extracted(tmp_path, "", title="CSP: Contrastive Spatial Pre-Training for Maps")
    assert rows(database, "select short, long, field, start, end from acronyms") == [
        {"short": "CSP", "long": "Contrastive Spatial Pre-Training", "field": "title", "start": 0, "end": 37}
    ]


def test_a_title_that_spells_its_name_defines_nothing(tmp_path):
    database = extracted(tmp_path, "", title="PotPour: A Pot Pour Corpus")
    assert rows(database, "select short, long from acronyms") == []


def test_the_quote_of_an_acronym_holds_both_forms(demo_database):
    quotes = """
        select short, long,
          substr(case field when 'title' then title else abstract end, start + 1, "end" - start) as quote
        from acronyms join papers on papers.id = paper_id
    """
    found = rows(demo_database, quotes)
    assert len(found) > 200
    assert all(row["short"] in row["quote"] and row["long"] in row["quote"] for row in found)


def test_patterns_of_links_are_valid():
    patterns = yaml.safe_load((ROOT / "ingest" / "vocabulary" / "links.yml").read_text())
    assert {entry["kind"] for entry in patterns["kinds"]} == {"code", "project", "model", "data"}
    hosts = [host for entry in patterns["kinds"] for host in entry["hosts"]]
    assert len(set(hosts)) == len(hosts)
    assert all(host == host.lower() and "." in host for host in hosts)


marks = st.sampled_from([*"()[],.:{\\$", "((", "))", ", or", ", a", "https://", "www."])
names = st.from_regex(r"[A-Z][a-z]{0,6}|[A-Z]{2,6}s?", fullmatch=True)
texts = st.lists(marks | names | st.text(max_size=8), max_size=60)
HOSTILE = ["(", "()", "(A) ", "https://", "a.b/(", "AB (", "AB, a Big Cat ", "{\\em ", "$x$ ", "((LSTM) ", "A: "]


@settings(deadline=None)
@given(texts.map(" ".join), texts.map("".join))
def test_mentions_lie_in_their_text(title, abstract):
    paper = Paper(title=title, abstract=abstract)
    stored = dict(paper.texts())
    for mentions in extract(paper).mentions.values():
        for mention in mentions:
            assert 0 <= mention.start < mention.end <= len(stored[mention.field])


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_take_linear_time(tmp_path, unit):
    """A megabyte of nested brackets, half links and the like: a quadratic reader would take hours."""
    database = extracted(tmp_path, unit * (1_000_000 // len(unit)), title=unit * 20 + "x")
    assert rows(database, "select count(*) as n from papers") == [{"n": 1}]


@pytest.mark.skipif(not SEED.exists(), reason="the hand-made answers are not here")
def test_scores_on_the_hand_made_answers(tmp_path):
    database = tmp_path / "papers.db"
    carrel("ingest", database, SEED)
    command = [sys.executable, SHARED / "gold" / "score.py", database, SHARED / "gold" / "dev.jsonl", SEED]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    scores = {line.split()[0]: float(line.split()[3]) for line in report.splitlines()[1:-1]}
    assert report.endswith("papers not found: none\n")
    assert scores["links"] == 1.0
    assert scores["acronyms"] >= 0.95

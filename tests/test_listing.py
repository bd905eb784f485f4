"""Listings: pages saved as text. Boilerplate goes, pairs stay pairs, what is neither is rejected with its line."""

import pytest
import yaml
from conftest import DEMO, ROOT, SEED, carrel, rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LONG = "We study a thing with care and find that it behaves well on all the data that we had at hand. " * 4

BOILERPLATE = [
    "Get trending papers in your email inbox once a day!",
    "Get trending papers in your email inbox!",
    "Subscribe",
    "Submitted by a-user_42",
    "Submitted by Jane Q. Public",
    "Upvote 12",
    "12",
    "·",
    "- 3 comments",
    "3 comments",
    "",
    " \t",
]


def ingest_text(tmp_path, content):
    """Ingest a listing; returns the papers and the rejects that the database then holds."""
    database = tmp_path / "papers.db"
    database.unlink(missing_ok=True)
    result = carrel("ingest", database, "-", stdin=content if isinstance(content, bytes) else content.encode())
    assert result.exit_code == 0, result.output
    rejects = [(row["position"], row["reason"]) for row in rows(database, "select * from rejects order by id")]
    return stored_pairs(database), rejects


def stored_pairs(database):
    return [(row["title"], row["abstract"]) for row in rows(database, "select title, abstract from papers order by id")]


def demo_pairs(count=12):
    lines = DEMO.read_text().split("\n")
    return list(zip(lines[0::2], lines[1::2], strict=False))[:count]


def listing(pairs):
    return "".join(f"{title}\n{abstract}\n" for title, abstract in pairs)


@pytest.mark.skipif(not SEED.exists(), reason="the seed listing is not here")
def test_the_seed_listing_is_read_whole(tmp_path):
    papers, rejects = ingest_text(tmp_path, SEED.read_bytes())
    assert (len(papers), rejects) == (231, [])
    assert papers[0][0] == "Building Efficient Lightweight CNN Models"
    assert not any("texttt" in text or "\\" in text or "Subscribe" in text for paper in papers for text in paper)


VARIANTS = {
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "blank lines": lambda text: text.replace("\n", "\n\n  \n").encode(),
    "no last newline": lambda text: text.rstrip("\n").encode(),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "two files joined": lambda text: "\ufeff".join(text.splitlines(keepends=True)).encode(),
    "non-breaking and zero-width spaces": lambda text: text.replace(" ", "\u00a0\u200b ").encode(),
}


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_variants_of_the_same_text(tmp_path, variant):
    assert ingest_text(tmp_path, variant(listing(demo_pairs()))) == (demo_pairs(), [])


def test_windows_1252_bytes(tmp_path):
    text = f"Na\u00efve \u201cquotes\u201d\n{LONG}\u2013 caf\u00e9.\n"
    papers, _ = ingest_text(tmp_path, text.encode("cp1252") + f"Grüße\n{LONG}\n".encode())
    assert [title for title, _ in papers] == ["Naïve “quotes”", "Grüße"]
    assert papers[0][1].endswith("– café.")


def test_a_title_without_an_abstract_at_the_end_is_rejected(tmp_path):
    papers, rejects = ingest_text(tmp_path, listing(demo_pairs(3)) + "A Lonely Title\n")
    assert papers == demo_pairs(3)
    assert rejects == [("line 7", "a title without an abstract")]


def test_a_title_without_an_abstract_is_not_paired_with_the_next_source(tmp_path):
    (tmp_path / "1.txt").write_text(listing(demo_pairs(3)) + "A Lonely Title\n")
    (tmp_path / "2.txt").write_text(f"{LONG}\n" + listing(demo_pairs()[3:6]))
    database = tmp_path / "papers.db"
    carrel("ingest", database, tmp_path / "1.txt", tmp_path / "2.txt")
    assert [row["title"] for row in rows(database, "select title from papers order by id")] == [
        title for title, _ in demo_pairs(6)
    ]
    assert [tuple(row.values()) for row in rows(database, "select run, position, reason from rejects")] == [
        (1, "line 7", "a title without an abstract"),
        (2, "line 1", "an abstract without a title"),
    ]


def test_lines_that_are_neither(tmp_path):
    pairs = demo_pairs(4)
    text = (
        f"{pairs[0][0]}\nPage 2\n{pairs[0][1]}\n"
        f"A Title That Lost Its Abstract\n{pairs[1][0]}\n{pairs[1][1]}\n{LONG}\n"
        f"{pairs[2][0]}\nloading...\n{pairs[2][1]}\n{pairs[3][0]}\n{pairs[3][1]}\n"
    )
    papers, rejects = ingest_text(tmp_path, text)
    assert papers == pairs
    assert rejects == [
        ("line 2", "neither a title nor an abstract"),
        ("line 4", "a title without an abstract"),
        ("line 7", "an abstract without a title"),
        ("line 9", "neither a title nor an abstract"),
    ]


def test_subscribe_is_cut_only_where_a_site_glues_it(tmp_path):
    text = (
        f"Get trending papers in your email inbox!\nSubscribeDual Nets\n{LONG}\n"
        f"Subscribe to Learning: A Survey\n{LONG}\nSubscribeNet\n{LONG}\n"
    )
    papers, _ = ingest_text(tmp_path, text)
    assert [title for title, _ in papers] == ["Dual Nets", "Subscribe to Learning: A Survey", "SubscribeNet"]


def test_short_abstracts_are_abstracts(tmp_path):
    pairs = [("Fast Nets", "We make nets fast."), ("Is It So?", "It is so, as far as we can see."), ("Slow Nets", LONG)]
    assert ingest_text(tmp_path, listing(pairs))[0] == [(title, abstract.strip()) for title, abstract in pairs]


def test_boilerplate_patterns_are_valid():
    patterns = yaml.safe_load((ROOT / "ingest" / "vocabulary" / "boilerplate.yml").read_text())
    assert set(patterns) == {"lines", "glued"}
    assert all(isinstance(pattern, str) and pattern for values in patterns.values() for pattern in values)


noise = st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass"))
insertions = st.lists(st.tuples(st.integers(0, 24), st.sampled_from(BOILERPLATE)), max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(insertions)
def test_boilerplate_anywhere_loses_and_mispairs_nothing(tmp_path, insertions):
    lines = listing(demo_pairs()).splitlines()
    for position, line in sorted(insertions, reverse=True):
        lines.insert(position, line)
    assert ingest_text(tmp_path, "\n".join(lines)) == (demo_pairs(), [])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
def test_no_input_crashes_the_reader(tmp_path, noise):
    """Noise after papers: the papers before it are safe, and each piece of noise is a paper, a reject or dropped."""
    database = tmp_path / "papers.db"
    database.unlink(missing_ok=True)
    content = listing(demo_pairs(3)).encode() + noise + b"\n" + listing(demo_pairs()[3:4]).encode()
    result = carrel("ingest", database, "-", "--quiet", stdin=content)
    if b"\0" in noise:
        assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
        return
    assert result.exit_code == 0, result.output
    stored = [
        (row["title"], row["abstract"]) for row in rows(database, "select title, abstract from papers order by id")
    ]
    assert stored[:3] == demo_pairs(3)
    assert demo_pairs()[3][1] in [abstract for _, abstract in stored] or b"." in noise


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_file_crashes_the_command(tmp_path, content):
    result = carrel("ingest", tmp_path / "papers.db", "-", "--quiet", stdin=content)
    assert result.exit_code in (0, 1)
    assert result.exit_code == 0 or (result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1)

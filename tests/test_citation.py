"""Citations: what a paper's record becomes in BibTeX, RIS and CSL-JSON, whatever its texts hold."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from plugins.reading.citation import Work, bibtex, citation_key, csl_json, escaped, family_and_given, ris

LATEX = LatexNodes2Text(strict_latex_spaces=True, keep_comments=False)
UNKNOWN_TO_READER = {
    "braceleft": r"\{",
    "braceright": r"\}",
    "less": "<",
    "greater": ">",
    "asciicircum": "^",
    "bar": "|",
}
SPECIALS = r"\{}$&#%_~^<>|" + '"'
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)
names = st.text(st.sampled_from("ab é李, {}\\and "), max_size=12)
PREPRINT = Work(
    key="arxiv:2201.00001",
    title="Quiet GANs: 100% of $ & # in {café}_x",
    authors=("Ada Núñez", "李明", "Jan van der Berg"),
    year=2022,
    published="2022-01-05",
    arxiv_id="2201.00001",
    abstract="Gradients may be quiet.",
    keywords=("image generation",),
    page="https://example.org/paper/arxiv:2201.00001",
)
ARTICLE = Work(key="k", title="On Tea", authors=("Ada Núñez",), year=2021, venue="Journal of Tea", doi="10.1234/a_b{c}")
TALK = Work(
    key="k", title="A Study of Tea", authors=("Lee, Ann",), year=2020, venue="Proceedings of the Tea Conference"
)
BARE = Work(key="a-note-0f9a", title="李", page="https://example.org/paper/a-note-0f9a")


def fields(entry):
    """The fields of an entry, told apart by counting braces as BibTeX does."""
    found = {}
    for match in re.finditer(r"^  (\w+) = \{", entry, re.M):
        depth = 1
        for place in range(match.end(), len(entry)):
            depth += {"{": 1, "}": -1}.get(entry[place], 0)
            if depth == 0:
                found[match[1]] = entry[match.end() : place]
                break
    return found


@pytest.mark.parametrize(
    ("work", "kind", "venue"),
    [(PREPRINT, "misc", None), (ARTICLE, "article", "journal"), (TALK, "inproceedings", "booktitle")],
)
def test_the_type_follows_from_the_venue(work, kind, venue):
    entry = bibtex(work)
    assert entry.startswith(f"@{kind}{{{citation_key(work)},\n")
    assert entry.endswith("}\n")
    assert {name for name in ("journal", "booktitle", "howpublished") if name in fields(entry)} == {venue} - {None}


def test_the_fields_of_an_entry():
    assert fields(bibtex(PREPRINT)) == {
        "title": r"Quiet {GANs:} 100\% of \$ \& \# in \textbraceleft{}café\textbraceright{}\_x",
        "author": "Ada Núñez and 李明 and Jan van der Berg",
        "year": "2022",
        "eprint": "2201.00001",
        "archiveprefix": "arXiv",
        "url": "https://example.org/paper/arxiv:2201.00001",
    }
    assert fields(bibtex(ARTICLE))["doi"] == "10.1234/a_b%7Bc%7D"
    assert set(fields(bibtex(BARE))) == {"title", "url"}


@given(words)
@example(SPECIALS)
@example(SPECIALS * 2)
def test_latex_prints_the_text_as_it_is(text):
    """Another reader of LaTeX gets the text back. Its own reading of quotes and dashes is not at stake."""
    text = re.sub(r"[`'?!-]", "", text)
    markup = re.sub(r"\\text(\w+)\{\}", lambda match: UNKNOWN_TO_READER.get(match[1], match[0]), escaped(text))
    printed = LATEX.latex_to_text(markup)
    assert " ".join(printed.split()) == " ".join(text.split())


@given(words, st.lists(names, max_size=3), words, words)
@example("a } b", ["x { y and z"], "}", "{")
@example("\\", ["\\"], "\\", "\\")
def test_an_entry_is_whole_whatever_it_holds(title, authors, venue, url):
    """Braces balance and never close the entry early, and each field can be told from the next."""
    work = Work(key="k", title=title, authors=tuple(authors), venue=venue, url=url, doi=url)
    entry = bibtex(work)
    depths = []
    depth = 0
    for character in entry.rstrip("\n"):
        depth += {"{": 1, "}": -1}.get(character, 0)
        depths.append(depth)
    assert depth == 0
    assert min(depths[entry.index("{") : -1]) >= 1
    assert len(fields(entry)) == len(re.findall(r"^  \w+ = \{", entry, re.M))


def test_a_name_with_and_stays_one_person():
    assert fields(bibtex(Work(key="k", title="T", authors=("Research and Ships", "Ann Lee"))))["author"] == (
        "{Research and Ships} and Ann Lee"
    )


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ada Núñez", ("Núñez", "Ada")),
        ("Jan van der Berg", ("van der Berg", "Jan")),
        ("Lee, Ann", ("Lee", "Ann")),
        ("李明", ("李明", "")),
        ("", ("", "")),
    ],
)
def test_names_in_two_parts(name, parts):
    assert family_and_given(name) == parts


@pytest.mark.parametrize(
    ("work", "key"),
    [(PREPRINT, "nunez2022quiet"), (ARTICLE, "nunez2021tea"), (TALK, "lee2020study"), (BARE, "a-note-0f9a")],
)
def test_citation_keys(work, key):
    assert citation_key(work) == key


@given(words, st.lists(words, max_size=2))
def test_citation_keys_are_plain(title, authors):
    assert re.fullmatch(r"[a-z0-9.:-]+", citation_key(Work(key="k-1", title=title, authors=tuple(authors))))


def test_ris():
    lines = ris(PREPRINT).split("\r\n")
    assert lines[0] == "TY  - UNPB"
    assert lines[-2:] == ["ER  - ", ""]
    assert {"TI  - Quiet GANs: 100% of $ & # in {café}_x", "AU  - Núñez, Ada", "AU  - 李明"} <= set(lines)
    assert {"AU  - van der Berg, Jan", "PY  - 2022", "DA  - 2022/01/05", "AN  - arXiv:2201.00001"} <= set(lines)
    assert {"AB  - Gradients may be quiet.", "KW  - image generation"} <= set(lines)
    assert "JO  - Journal of Tea" in ris(ARTICLE)
    assert "T2  - Proceedings of the Tea Conference" in ris(TALK)


@given(st.text(max_size=30), st.lists(st.text(max_size=8), max_size=2))
def test_every_line_of_ris_is_a_tag(title, authors):
    lines = ris(Work(key="k", title=title, authors=tuple(authors), abstract=title)).split("\r\n")
    assert lines.pop() == ""
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)


def test_csl_json():
    assert csl_json(PREPRINT) == {
        "id": "nunez2022quiet",
        "type": "article",
        "title": PREPRINT.title,
        "author": [
            {"family": "Núñez", "given": "Ada"},
            {"literal": "李明"},
            {"family": "van der Berg", "given": "Jan"},
        ],
        "issued": {"date-parts": [[2022, 1, 5]]},
        "number": "arXiv:2201.00001",
        "URL": PREPRINT.page,
        "abstract": PREPRINT.abstract,
        "keyword": "image generation",
    }
    assert csl_json(ARTICLE)["type"] == "article-journal"
    assert csl_json(ARTICLE)["issued"] == {"date-parts": [[2021]]}
    assert "issued" not in csl_json(BARE)

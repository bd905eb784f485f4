"""JSON lines: a paper a line; a record that breaks the format is rejected and says why."""

import json

import pytest
from conftest import carrel, json_lines, rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FIRST = {"title": "A First Paper", "abstract": "It is first."}

REJECTED = [
    ('["a list"]', "not a JSON object"),
    ('{"title": "cut off', "not valid JSON"),
    ("[" * 100_000, "not valid JSON"),
    ("{}", "no title"),
    ('{"title": null}', "no title"),
    ('{"title": " \\u200b "}', "no title"),
    ('{"title": 7}', "title is not a text"),
    ('{"title": "T", "abstract": ["a"]}', "abstract is not a text"),
    ('{"title": "T", "year": "in press"}', "year is not a whole number from 1000 to 2100"),
    ('{"title": "T", "year": 20221}', "year is not a whole number from 1000 to 2100"),
    ('{"title": "T", "year": true}', "year is not a whole number from 1000 to 2100"),
    ('{"title": "T", "year": 2020.5}', "year is not a whole number from 1000 to 2100"),
    ('{"title": "T", "upvotes": -1}', "upvotes is not a whole number from 0 to 999999999"),
    ('{"title": "T", "upvotes": 99999999999999999999999}', "upvotes is not a whole number from 0 to 999999999"),
    ('{"title": "T", "published": "March 2020"}', "published is not a date in the form YYYY-MM-DD"),
    ('{"title": "T", "url": "javascript:alert(1)"}', "url does not start with http:// or https://"),
    ('{"title": "T", "doi": "not a doi"}', "doi has not the form of one"),
    ('{"title": "T", "arxiv_id": "17060.3762"}', "arxiv_id has not the form of one"),
    ('{"title": "T", "authors": "A. Author"}', "authors is not a list"),
    ('{"title": "T", "authors": ["A", 3]}', "authors holds something else than names"),
]


def ingest_lines(tmp_path, content):
    database = tmp_path / "papers.db"
    result = carrel("ingest", database, "-", stdin=content)
    assert result.exit_code == 0, result.output
    return database


@pytest.mark.parametrize(("line", "reason"), REJECTED)
def test_a_record_that_breaks_the_format(tmp_path, line, reason):
    database = ingest_lines(tmp_path, json_lines(FIRST) + b"\n" + line.encode() + b"\n" + json_lines({"title": "Last"}))
    assert rows(database, "select position, reason from rejects") == [{"position": "line 3", "reason": reason}]
    assert [row["title"] for row in rows(database, "select title from papers")] == ["A First Paper", "Last"]


def test_identifiers_are_stored_bare(tmp_path):
    records = [
        {"title": "A", "doi": "https://doi.org/10.1234/ABC.d", "arxiv_id": "arXiv:1706.03762v5"},
        {"title": "B", "doi": "doi:10.1234/xyz", "arxiv_id": "https://arxiv.org/abs/hep-th/9901001"},
        {"title": "C", "doi": "", "arxiv_id": None, "id": 17, "year": "", "authors": None},
    ]
    database = ingest_lines(tmp_path, json_lines(*records))
    assert [tuple(row.values()) for row in rows(database, "select doi, arxiv_id, key from papers")] == [
        ("10.1234/ABC.d", "1706.03762", "doi:10.1234-abc.d-08f5073eb6"),
        ("10.1234/xyz", "hep-th/9901001", "doi:10.1234-xyz-87f5d2a24b"),
        (None, None, "c-437f3ef49e"),
    ]


def test_papers_of_one_title_are_told_apart_by_identifier(tmp_path):
    records = [{"title": "Overview", "id": f"acl:{year}.overview", "year": year} for year in (2020, 2021)]
    database = ingest_lines(tmp_path, json_lines(*records))
    assert [row["key"] for row in rows(database, "select key from papers")] == [
        "acl:2020.overview",
        "acl:2021.overview",
    ]


def test_a_paper_of_a_thousand_authors(tmp_path):
    authors = [f"Author {number}" for number in range(1000)]
    records = [{"title": f"Paper {number}", "authors": authors} for number in range(60)]
    database = ingest_lines(tmp_path, json_lines(*records))
    assert rows(database, "select count(*) as n, min(papers) as least from authors") == [{"n": 1000, "least": 60}]


def test_text_is_cleaned(tmp_path):
    texts = {
        "texttt{D}ual-texttt{H}ead": "Dual-Head",
        r"\textbf{Bold \emph{and} fine}": "Bold and fine",
        r"{\em while} keeping {\bf 10\%}": "while keeping 10%",
        r"$L_2$ and $\alpha$-nets in $O(n \log n)$": "L_2 and α-nets in O(n log n)",
        r"a Fr\'echet na\"{\i}ve {\'e}tude by Erd\H{o}s": "a Fréchet naïve étude by Erdős",
        r"see \url{https://example.org/a_b}.": "see https://example.org/a_b.",
        r"see \url{https://example.org/cut": "see https://example.org/cut",
        r"\href{https://example.org}{our page}": "our page (https://example.org)",
        r"as shown~\cite{knuth84} before": "as shown before",
        r"that \sysname wins": "that sysname wins",
        "the {contrastive Machine} in {0, 1}^n": "the contrastive Machine in {0, 1}^n",
        "O(T^{-1/2}) and x_i, 50% of ~3 #1": "O(T^{-1/2}) and x_i, 50% of ~3 #1",
        "it costs $5 and then $10, or $1.5M": "it costs $5 and then $10, or $1.5M",
        r"\$5, \#1 and R\&D": "$5, #1 and R&D",
        "AT&amp;T &lt;b&gt; &eacute; &#8211; &amp;lt; A&B &bogus;": "AT&T <b> é – < A&B &bogus;",
        "non\u00a0breaking, zero\u200bwidth, soft\u00adhyphen": "non breaking, zerowidth, softhyphen",
        "tab\tand  two\u2003spaces \u0007 bell": "tab and two spaces bell",
        "e\u0301tude": "étude",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f468\u200d\U0001f469": (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f468\u200d\U0001f469"
        ),
        "half \ud800 a pair": "half \ufffd a pair",
        r"$\texttt{LLM}$ is $\times$2 and $x$-axis": "LLM is ×2 and x-axis",
    }
    records = [{"title": f"{number}: {text}"} for number, text in enumerate(texts)]
    database = ingest_lines(tmp_path, json_lines(*records))
    cleaned = [row["title"].partition(": ")[2] for row in rows(database, "select title from papers order by id")]
    assert cleaned == list(texts.values())


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from(
    ["title", "abstract", "authors", "year", "published", "venue", "url", "doi", "arxiv_id", "id", "upvotes", "other"]
)
latex = st.lists(st.sampled_from([*"\\{}$&%^_~ aBé()[].:/", "\\textbf", "\\'", "\\url{", "$x$", "http://a.b/"])).map(
    "".join
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(keys, anything | latex, max_size=6), max_size=5))
def test_no_record_crashes_the_reader(tmp_path, records):
    database = tmp_path / "papers.db"
    database.unlink(missing_ok=True)
    lines = "\n".join(json.dumps(record) for record in [FIRST, *records]).encode()
    assert carrel("ingest", database, "-", "--quiet", stdin=lines).exit_code == 0
    run = rows(database, "select added + merged + rejected as n from runs")
    assert run == [{"n": len(records) + 1}]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(latex, latex)
def test_evidence_lies_in_the_stored_text(tmp_path, title, abstract):
    database = tmp_path / "papers.db"
    database.unlink(missing_ok=True)
    abstract = f"{abstract} A made-up method (MUM) is at github.com/a/b{abstract}"
    carrel("ingest", database, "-", "--quiet", stdin=json_lines(FIRST, {"title": title, "abstract": abstract}))
    quotes = """
        select value, substr(case field when 'title' then title else abstract end, start + 1, "end" - start) as quote
        from (
          select paper_id, short as value, field, start, "end" from acronyms
          union all
          select paper_id, substr(url, instr(url, '://') + 3), field, start, "end" from links
        )
        join papers on papers.id = paper_id
    """
    for row in rows(database, quotes):
        assert row["value"] in row["quote"]

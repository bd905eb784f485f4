"""What a visitor types into the search box, read into terms and written as an FTS5 expression. Pure functions.

    dense retrieval         both words, anywhere, whatever their endings
    "dense retrieval"       the phrase; so is a word with a hyphen
    retriev*                words that begin so
    dense OR sparse         either; OR ties its two neighbours only
    -survey                 without the word, the phrase or the beginning
    title:retrieval         in the title; abstract: likewise

Signs that ask for nothing, such as a lone quote, are passed over: every text is a query, if one of nothing.
"""

import re
import unicodedata
from dataclasses import dataclass

MOST_TERMS = 100  # of one query: an abstract pasted whole is still found by its first words
QUOTES = str.maketrans("“”„«»", '"""""')
TERM = re.compile(
    r"""(?P<minus>-*)
        (?:(?P<column>title|abstract):\s*)?
        (?:"(?P<phrase>[^"]*)"(?P<star>\*?) | (?P<word>[^\s"]+))
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Term:
    """Words that follow each other; `column` is title, abstract or, for both, None."""

    words: str
    column: str | None = None
    prefix: bool = False


@dataclass(frozen=True)
class Query:
    """Groups that all have to match, each by any of its terms, and terms of which none may."""

    groups: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    ignored: int = 0  # terms beyond MOST_TERMS


@dataclass(frozen=True)
class Expansion:
    """Terms that may stand for the groups from `start` to `stop` (exclusive), in which `typed` was found."""

    start: int
    stop: int
    typed: str
    terms: tuple[Term, ...]


def parse(text):
    """The query that a text asks for."""
    groups, excluded, terms, either = [], [], set(), False
    for match in TERM.finditer(plain(text)):
        if match[0] in ("OR", "AND"):
            either = match[0] == "OR" and bool(groups)
            continue
        term = term_of(match)
        if not has_word(term.words):
            continue
        terms.add((match["minus"], term))
        if len(terms) > MOST_TERMS:
            continue
        if match["minus"]:
            excluded.append(term)
        elif either:
            groups[-1] = (*groups[-1], term)
        else:
            groups.append((term,))
        either = False
    once = dict.fromkeys
    return Query(tuple(once(groups)), tuple(once(excluded)), max(len(terms) - MOST_TERMS, 0))


def plain(text):
    """The text with straight quotes, and with spaces for control characters and parentheses."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff()]", " ", text.translate(QUOTES))


def term_of(match):
    """The term that a match of TERM stands for."""
    column = match["column"].lower() if match["column"] else None
    if match["word"] is None:
        return Term(" ".join(match["phrase"].split()), column, bool(match["star"]))
    return Term(match["word"].rstrip("*"), column, match["word"].endswith("*"))


def text_of(term):
    """A term as one would type it."""
    words = f'"{term.words}"' if " " in term.words else term.words
    return f"{term.column}:" * bool(term.column) + words + "*" * term.prefix


def has_word(text):
    """Whether the index's tokenizer finds a word in a text."""
    categories = map(unicodedata.category, text)
    return any(category[0] in "LN" or category == "Co" for category in categories)


def expression(query, expansions=()):
    """The FTS5 expression of a query with groups; each expansion lets other words stand for the groups it covers."""
    starting = {expansion.start: expansion for expansion in expansions}
    wanted, position = [], 0
    while position < len(query.groups):
        expansion = starting.get(position)
        stop = expansion.stop if expansion else position + 1
        typed = " AND ".join(any_of(group) for group in query.groups[position:stop])
        wanted.append(any_of(expansion.terms, typed) if expansion else typed)
        position = stop
    found = " AND ".join(wanted)
    return f"({found}) NOT {any_of(query.excluded)}" if query.excluded else found


def any_of(terms, typed=""):
    """An FTS5 expression for any of these terms, or for an expression."""
    written = [f"({typed})"] * bool(typed) + [fts(term) for term in terms]
    return written[0] if len(written) == 1 else f"({' OR '.join(written)})"


def fts(term):
    """One term in FTS5's syntax. What stands in quotes has no syntax of its own."""
    words = term.words.replace('"', " ")
    column = f"{term.column} : " if term.column else ""
    return f'{column}"{words}"{" *" if term.prefix else ""}'

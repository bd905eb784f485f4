"""Spellings: the ways of writing the names that the vocabulary knows, and what a place has to fulfil to be one.

From an entry of the YAML files come its forms, each under the keys that a folded text shows it by: with other
separators, in British spelling, in the plural.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ingest.extract.folding import folded

SEPARATOR = re.compile(r"[\W_]")
SYMBOLS = re.compile(r"[^\w\s/‐-―'’-]+")
SHORT_NAME = 4  # letters up to which letter case counts
SHORTEST_JOIN = 5  # characters of a name that may be written without its separators
PREFIXES = frozenset(
    ["anti", "auto", "bi", "co", "cross", "fine", "hyper", "inter", "intra", "meta", "micro", "mono", "multi", "non",
     "over", "post", "pre", "re", "semi", "sub", "super", "trans", "un"]
)  # fmt: skip
STOP_WORDS = frozenset(
    ["a", "an", "and", "as", "at", "by", "for", "from", "if", "in", "is", "it", "no", "not", "of", "on", "or", "so",
     "the", "to", "up", "us", "we", "with"]
)  # fmt: skip
BRITISH = (
    ("ization", "isation"), ("izing", "ising"), ("ized", "ised"), ("modeling", "modelling"), ("labeling", "labelling"),
    ("labeled", "labelled"), ("behavior", "behaviour"), ("color", "colour"), ("center", "centre"),
    ("analyz", "analys"), ("traveling", "travelling"), ("signaling", "signalling"), ("catalog", "catalogue"),
)  # fmt: skip
Entry = dict[str, Any]  # what a file says of a name
Named = tuple[str, str]  # the kind and the name of an entry


class Form(NamedTuple):
    """One spelling of one entry, with what a place has to fulfil.

    `exact` holds pieces of the place's letters and digits, with their offsets, whose letter case must be as written;
    `symbols` are the characters other than letters, digits, spaces and hyphens; a `rigid` name is not written apart.
    """

    kind: str
    name: str
    exact: tuple[tuple[int, str], ...] = ()
    symbols: str = ""
    tail: int = 0
    rigid: bool = False
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    plain: bool = False
    single: bool = False  # one word however it is written
    first: str = ""  # the character that it has to start with, where the letter case counts


def forms_by_key(entries: dict[Named, Entry]) -> dict[str, list[Form]]:
    """The forms of the entries by the folded texts that may show them."""
    by_key: dict[str, list[Form]] = {}
    for (kind, name), entry in entries.items():
        for spelling, conditions in spellings(name, entry):
            form = form_of(kind, name, spelling, conditions)
            for key in keys(spelling):
                forms = by_key.setdefault(key, [])
                if form not in forms:
                    forms.append(form)
    return by_key


def spellings(name: str, entry: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and the aliases of an entry, each with its conditions."""
    yield name, entry.get("match") or {}
    for alias in entry.get("aliases") or ():
        if isinstance(alias, dict):
            yield str(alias["alias"]), alias
        else:
            yield str(alias), {}


def form_of(kind: str, name: str, spelling: str, conditions: dict[str, Any]) -> Form:
    parts = re.split(r"[-_/]", spelling)
    symbols = "".join(SYMBOLS.findall(spelling))
    tail = len(spelling) - len(spelling.rstrip("".join(set(symbols)))) if symbols else 0
    exact = exact_pieces(spelling, conditions.get("case"))
    rigid = " " not in spelling and len(parts) > 1 and any(map(is_weak, parts))
    near, unless = (
        tuple(folded(str(word)).strip() for word in conditions.get(condition) or ()) for condition in ("near", "unless")
    )
    plain = not (exact or symbols or rigid or near or unless)
    single = spelling.isalpha() and spelling.islower()
    first = exact[0][1][0] if exact and not exact[0][0] else ""
    return Form(kind, name, exact, symbols, tail, rigid, near, unless, plain, single, first)


def exact_pieces(spelling: str, case: str | None) -> tuple[tuple[int, str], ...]:
    """The parts of a spelling whose letter case counts; without a rule of its own, those that look like names."""
    squashed = SEPARATOR.sub("", spelling)
    if case == "any" or (case is None and " " in spelling):
        return ()
    if case == "exact" or sum(map(str.isalpha, squashed)) <= SHORT_NAME:
        return ((0, squashed),)
    pieces, offset = [], 0
    for part in filter(None, SEPARATOR.split(spelling)):
        if any(map(str.isupper, part[1:])):
            pieces.append((offset, part))
        offset += len(part)
    return tuple(pieces)


def is_weak(part: str) -> bool:
    """A lone letter or a small word: "A GEM" is not A-GEM."""
    return (len(part) == 1 and part.isalpha()) or part.lower() in STOP_WORDS


def keys(spelling: str) -> Iterator[str]:
    """All ways of writing a spelling, folded as a text is: separators, British spelling, the plural."""
    for variant in dict.fromkeys(separated(spelling)):
        key = folded(variant).strip()
        for american, british in BRITISH:
            if american in key:
                yield from plurals(key.replace(american, british))
        yield from plurals(key)


def plurals(key: str) -> Iterator[str]:
    if not key:
        return
    yield key
    if len(key) < 2 or not key[-1].isalpha():
        return
    if key[-1] == "y" and key[-2] not in "aeiou" and len(key) > SHORT_NAME:
        yield key[:-1] + "ies"
    elif key.endswith(("s", "x", "sh", "ch")):
        yield key + "es"
    else:
        yield key + "s"


def separated(spelling: str) -> Iterator[str]:
    """A spelling with separators left out, or put in, where writers do so."""
    yield spelling
    parts = re.split(r"[\s_/-]+", spelling)
    is_name = any(character.isdigit() or character.isupper() for character in spelling)
    if len(parts) > 1 and is_name and len("".join(parts)) >= SHORTEST_JOIN:
        yield "".join(parts)
    for index in range(1, len(parts)):
        before, after = parts[index - 1], parts[index]
        joined = " ".join([*parts[: index - 1], before + after, *parts[index + 1 :]])
        if before.lower() in PREFIXES or (before[-1:].isalpha() and after[:1].isdigit() and len(before) > 1):
            yield joined
    for index in range(1, len(spelling)):
        if is_seam(spelling, index):
            yield f"{spelling[:index]} {spelling[index:]}"
    for prefix in ("multi", "cross", "pre", "semi", "inter", "fine"):
        match = re.search(rf"\b{prefix}(?=[a-z]{{4}})", spelling)
        if match:
            yield f"{spelling[: match.end()]} {spelling[match.end() :]}"


def is_seam(spelling: str, index: int) -> bool:
    """Whether a name may be parted before the index: CamelCase and digits, both sides more than a lone letter."""
    before, after = spelling[index - 1], spelling[index]
    if not ((before.islower() and after.isupper()) or (before.isalpha() and after.isdigit())):
        return False
    left = re.split(r"[\W_]", spelling[:index])[-1]
    right = re.split(r"[\W_]", spelling[index:])[0]
    return len(left) > 1 and not is_weak(left) and not is_weak(right)

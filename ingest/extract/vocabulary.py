"""The vocabulary: the named tasks, datasets, methods and metrics that are known, and where a text names them.

The YAML files under `ingest/vocabulary/` give each thing its canonical name, its aliases, and the conditions under
which a spelling counts. All spellings of all kinds go into one Aho-Corasick automaton over a text in which letter case
is folded and every separator is a space, so that one pass finds all of them. The few places it finds are then held to
the spelling's conditions, and of overlapping terms of one kind the longest stays.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import ahocorasick
import yaml

KINDS = {"tasks": "task", "datasets": "dataset", "methods": "method", "metrics": "metric"}  # by the file's stem
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SEPARATOR = re.compile(r"[\W_]")
NO_SPACE = re.compile(r"[^\w ]|_")  # the separators but the plain space
ASCII_FOLD = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
HARD_SEPARATOR = re.compile(r"[^\w\s/‐-―'’-]")  # stands in no name that does not spell it out
SYMBOLS = re.compile(r"[^\w\s/‐-―'’-]+")
LAST_WORD = re.compile(r"\w+$")
NAME_AFTER = re.compile(r"[A-Z0-9]+\b|\w+[A-Z0-9]")
NEAR_WINDOW = 300  # characters before and after a term in which "near" words may stand
SHORT_NAME = 4  # letters up to which letter case counts
SHORTEST_JOIN = 5  # characters of a name that may be written without its separators
DATA_NOUNS = (" benchmark", " dataset", " data set", " corpus", " corpora", " leaderboard", " test set")
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


class VocabularyError(Exception):
    """A vocabulary file that cannot be used; the message says what, where and what to do."""


class Term(NamedTuple):
    """A known thing where a text names it. `compound`: it is a piece of a longer hyphenated name ("FIX-CLIP")."""

    kind: str
    name: str
    start: int
    end: int
    compound: bool = False


@dataclass(frozen=True, slots=True)
class Form:
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


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All entries, by kind and name, and the automaton over their spellings."""

    automaton: Any
    entries: dict[tuple[str, str], dict[str, Any]]

    def find(self, text: str, loose: str | None = None) -> list[Term]:
        """The terms of a text in their order; of overlapping ones of a kind, the longest.

        `loose` is the text folded, where the caller has it.
        """
        loose = folded(text) if loose is None else loose
        kept: dict[str, list[Term]] = {}
        for last, (length, forms) in self.automaton.iter(loose):
            start, end = last - length - 1, last - 1
            for form in forms:
                if form.first and text[start] != form.first:  # most small words that are also names end here
                    continue
                if (form.plain or fits(form, text, loose, start, end)) and not is_broken(text, start, end, form):
                    term = Term(form.kind, form.name, start, end + form.tail, is_compound(text, start, end))
                    add_longest(kept.setdefault(form.kind, []), term)
        if len(kept) == 1:
            return next(iter(kept.values()))
        return sorted((term for terms in kept.values() for term in terms), key=in_order)

    def entry(self, kind: str, name: str) -> dict[str, Any]:
        """What the file says of a name: area, parent, kind. Empty for a name that is not in it."""
        return self.entries.get((kind, name), {})

    def name_of(self, kind: str, spelling: str) -> str | None:
        """The name that a spelling stands for, if it does without conditions."""
        _, forms = self.automaton.get(folded(spelling), (0, ()))
        return next((form.name for form in forms if form.kind == kind and form.plain), None)

    def spelled(self, kind: str, name: str) -> list[list[str]]:
        """The spellings of an entry as lists of words."""
        return [re.findall(r"\w+", spelling) for spelling, _ in spellings(name, self.entry(kind, name))]


@cache
def vocabulary(own: tuple[Path, ...] = ()) -> Vocabulary:
    """The vocabulary that comes with the package, with the user's own entries, which replace those of the same name."""
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    for stem, kind in KINDS.items():
        text = (files("ingest") / "vocabulary" / f"{stem}.yml").read_text("utf-8")
        entries |= {(kind, str(entry["name"])): entry for entry in yaml.load(text, Loader=LOADER)}
    for path in own:
        entries |= own_entries(path)
    return build(entries)


def own_entries(path: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The entries of a user's file: lists under `tasks`, `datasets`, `methods` and `metrics`."""
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=LOADER)
    except OSError as error:
        raise VocabularyError(f"Cannot read {path}: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise VocabularyError(f"{path} is not valid YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(data, dict) or not all(isinstance(listed, list) for listed in data.values()):
        raise VocabularyError(f"{path} holds no lists of {', '.join(KINDS)}: see the reference for its form.")
    entries = {}
    for stem, listed in data.items():
        if stem not in KINDS:
            raise VocabularyError(f"{path}: {stem} is none of {', '.join(KINDS)}.")
        for entry in listed:
            check_entry(path, entry)
            entries[KINDS[stem], entry["name"]] = entry
    return entries


def check_entry(path: Path, entry: Any) -> None:
    """Refuse an entry that the matcher would misread."""
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"].strip():
        raise VocabularyError(f"{path}: an entry without a name: {entry}.")
    name = entry["name"]
    unknown = set(entry) - {"name", "area", "aliases", "match", "parent", "kind"}
    if unknown:
        raise VocabularyError(f"{path}: {name} has an unknown key {min(unknown)}.")
    aliases = entry.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(alias, str | dict) for alias in aliases):
        raise VocabularyError(f"{path}: the aliases of {name} are not a list of texts.")
    for conditions in [entry.get("match", {}), *(alias for alias in aliases if isinstance(alias, dict))]:
        check_conditions(path, name, conditions)


def check_conditions(path: Path, name: str, conditions: Any) -> None:
    """`case` is exact or any; `near` and `unless` are lists of words."""
    if not isinstance(conditions, dict) or set(conditions) - {"alias", "case", "near", "unless"}:
        raise VocabularyError(f"{path}: {name} has conditions other than case, near and unless.")
    if conditions.get("case") not in (None, "exact", "any"):
        raise VocabularyError(f"{path}: the case of {name} is neither exact nor any.")
    for words in (conditions.get("near", []), conditions.get("unless", [])):
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise VocabularyError(f"{path}: near and unless of {name} are not lists of words.")


def build(entries: dict[tuple[str, str], dict[str, Any]]) -> Vocabulary:
    """The automaton over all spellings of the entries."""
    by_key: dict[str, list[Form]] = {}
    for (kind, name), entry in entries.items():
        for spelling, conditions in spellings(name, entry):
            form = form_of(kind, name, spelling, conditions)
            for key in keys(spelling):
                forms = by_key.setdefault(key, [])
                if form not in forms:
                    forms.append(form)
    automaton = ahocorasick.Automaton()
    for key, forms in by_key.items():
        automaton.add_word(f" {key} ", (len(key), tuple(forms)))
    automaton.make_automaton()
    return Vocabulary(automaton, entries)


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


def folded(text: str) -> str:
    """The text in lower case with a space for each separator, and one at each end; no character moves."""
    if text.isascii():
        return f" {text.translate(ASCII_FOLD)} "
    lowered = text.lower()
    if len(lowered) != len(text):  # the Turkish capital I becomes two characters
        lowered = "".join(character.lower() if character.isascii() else character for character in text)
    return f" {NO_SPACE.sub(' ', lowered)} "


def fits(form: Form, text: str, loose: str, start: int, end: int) -> bool:
    """Whether a place fulfils the conditions of a spelling."""
    if form.exact:
        letters = text[start:end]
        if not letters.isalnum():
            letters = SEPARATOR.sub("", letters)
        for offset, piece in form.exact:
            if not letters.startswith(piece, offset):
                return False
        if letters[offset + len(piece) :] == "S":  # a plural's s is small
            return False
    if form.rigid and any(map(str.isspace, text[start:end])):
        return False
    if form.symbols and "".join(SYMBOLS.findall(text[start : end + form.tail])) != form.symbols:
        return False
    if form.unless and any(is_beside(loose, start + 1, end + 1, word) for word in form.unless):
        return False
    if not form.near or (form.kind == "dataset" and loose.startswith(DATA_NOUNS, end + 1)):
        return True
    return is_near(form.near, text, loose, start, end)


def is_broken(text: str, start: int, end: int, form: Form) -> bool:
    """Whether punctuation parts the place, or a decimal goes on after it ("GPT-4" in "GPT-4.5")."""
    if text.startswith(".", end) and text[end - 1].isdigit() and text[end + 1 : end + 2].isdigit():
        return True
    return not form.symbols and not form.single and bool(HARD_SEPARATOR.search(text, start, end))


def is_beside(loose: str, start: int, end: int, word: str) -> bool:
    """Whether the word is the next or the previous one."""
    return loose.startswith(f" {word} ", end) or loose.endswith(f" {word} ", 0, start)


def is_near(words: Sequence[str], text: str, loose: str, start: int, end: int) -> bool:
    """Whether one of the words stands in the same sentence."""
    first, last = max(0, start - NEAR_WINDOW), min(len(text), end + NEAR_WINDOW)
    first = max(first, text.rfind(". ", first, start))
    after = text.find(". ", end, last)
    around = f"{loose[first + 1 : start + 1]} {loose[end + 1 : after + 2 if after >= 0 else last + 1]} "
    for word in words:
        position = around.find(f" {word}")
        while position >= 0:
            rest = around[position + len(word) + 1 : position + len(word) + 3]
            if rest[0] == " " or rest == "s ":
                return True
            position = around.find(f" {word}", position + 1)
    return False


def is_compound(text: str, start: int, end: int) -> bool:
    """Whether a hyphen ties the place to another name: "FIX-CLIP" and "ImageNet-C", but not "CLIP-based"."""
    if text.startswith("-", end) and NAME_AFTER.match(text, end + 1, end + 20):
        return True
    if start > 1 and text[start - 1] == "-":
        before = LAST_WORD.search(text[max(0, start - 20) : start - 1])
        return bool(before and (before[0][0].isupper() or before[0][0].isdigit()))
    return False


def in_order(term: Term) -> tuple[int, int]:
    """Where a term starts, the longer one first."""
    return term.start, -term.end


def add_longest(terms: list[Term], term: Term) -> None:
    """Add a term that ends at or after all of the terms; of two that overlap, only the longer stays."""
    while terms and terms[-1].start >= term.start and terms[-1].end - terms[-1].start < term.end - term.start:
        terms.pop()
    if terms and terms[-1].end > term.start:
        if terms[-1].end - terms[-1].start >= term.end - term.start:
            return
        terms.pop()
    terms.append(term)

"""The vocabulary: the named tasks, datasets, methods and metrics that are known, and where a text names them.

The YAML files under `ingest/vocabulary/` give each thing its canonical name, its aliases, and the conditions under
which a spelling counts. All spellings of all kinds go into one Aho-Corasick automaton over a text in which letter case
is folded and every separator is a space, so that one pass finds all of them. The few places it finds are then held to
the spelling's conditions, and of overlapping terms of one kind the longest stays.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import ahocorasick
import yaml

from ingest.extract.folding import folded, squeezed
from ingest.extract.spellings import SEPARATOR, SYMBOLS, Entry, Form, Named, forms_by_key, spellings
from ingest.garbage import uncollected
from ingest.lexicon import kept, parsed, text_of

KINDS = {"tasks": "task", "datasets": "dataset", "methods": "method", "metrics": "metric"}  # by the file's stem
COMPILERS = ["extract/vocabulary.py", "extract/spellings.py", "extract/folding.py"]
HARD_SEPARATOR = re.compile(r"[^\w\s/‐-―'’-]")  # stands in no name that does not spell it out
LAST_WORD = re.compile(r"\w+$")
NAME_AFTER = re.compile(r"[A-Z0-9]+\b|\w+[A-Z0-9]")
NEAR_WINDOW = 300  # characters before and after a term in which "near" words may stand
DATA_NOUNS = (" benchmark", " dataset", " data set", " corpus", " corpora", " leaderboard", " test set")


class VocabularyError(Exception):
    """A vocabulary file that cannot be used; the message says what, where and what to do."""


class Term(NamedTuple):
    """A known thing where a text names it. `compound`: it is a piece of a longer hyphenated name ("FIX-CLIP")."""

    kind: str
    name: str
    start: int
    end: int
    compound: bool = False


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All entries, by kind and name, and the automaton over their spellings."""

    automaton: Any
    entries: dict[Named, Entry]

    def find(self, text: str, loose: str | None = None) -> list[Term]:
        """The terms of a text in their order; of overlapping ones of a kind, the longest.

        `loose` is the text folded, where the caller has it.
        """
        loose = folded(text) if loose is None else loose
        kept: dict[str, list[Term]] = {}
        for last, (length, is_parted, first, forms) in self.automaton.iter(loose):
            start, end = last - length - 1, last - 1
            if first and text[start] != first:  # most small words that are also names end here
                continue
            for form in forms:
                if is_parted and is_broken(text, start, end, form):
                    continue
                if form.plain or fits(form, text, loose, start, end):
                    if text.startswith(".", end) and is_decimal(text, end):
                        continue
                    term = Term(form.kind, form.name, start, end + form.tail, is_compound(text, start, end))
                    add_longest(kept.setdefault(form.kind, []), term)
        if len(kept) == 1:
            return next(iter(kept.values()))
        return sorted((term for terms in kept.values() for term in terms), key=in_order)

    def entry(self, kind: str, name: str) -> Entry:
        """What the file says of a name: area, parent, kind. Empty for a name that is not in it."""
        return self.entries.get((kind, name), {})

    def name_of(self, kind: str, spelling: str) -> str | None:
        """The name that a spelling stands for, if it does without conditions."""
        *_, forms = self.automaton.get(folded(spelling), ((),))
        return next((form.name for form in forms if form.kind == kind and form.plain), None)

    def respelled(self, kind: str, spelling: str) -> str | None:
        """The name that is written so but for letter case and separators, whatever its conditions."""
        *_, forms = self.automaton.get(folded(spelling), ((),))
        return next(
            (form.name for form in forms if form.kind == kind and squeezed(form.name) == squeezed(spelling)), None
        )

    def spelled(self, kind: str, name: str) -> list[list[str]]:
        """The spellings of an entry as lists of words."""
        return [re.findall(r"\w+", spelling) for spelling, _ in spellings(name, self.entry(kind, name))]


@cache
def vocabulary(own: tuple[Path, ...] = ()) -> Vocabulary:
    """The vocabulary that comes with the package, with the user's own entries, which replace those of the same name."""
    added = {named: entry for path in own for named, entry in own_entries(path).items()}
    with uncollected():
        entries, by_key = of_package()
        if added:
            entries |= added
            by_key = {
                key: [form for form in forms if (form.kind, form.name) not in added] for key, forms in by_key.items()
            }
            for key, forms in forms_by_key(added).items():
                by_key.setdefault(key, []).extend(map(spaced, forms))
        return Vocabulary(automaton_of(by_key), entries)


def of_package() -> tuple[dict[Named, Entry], dict[str, list[Form]]]:
    """The entries that come with the package, and their forms by key."""
    entries, rows, numbers = kept("vocabulary", compiled, [text_of(stem) for stem in KINDS], COMPILERS)
    forms = [spaced(Form(*row)) for row in rows]
    by_key = {key: [forms[number] for number in listed] for key, listed in numbers.items()}
    return {(kind, str(entry["name"])): entry for kind, listed in entries.items() for entry in listed}, by_key


def compiled(*texts: bytes) -> tuple[dict[str, list[Entry]], list[Form], dict[str, list[int]]]:
    """Of the files in the order of `KINDS`: the entries by kind, the forms, and by key the numbers of its forms."""
    entries = {kind: parsed(text) for kind, text in zip(KINDS.values(), texts, strict=True)}
    by_key = forms_by_key({(kind, str(entry["name"])): entry for kind, listed in entries.items() for entry in listed})
    numbers: dict[Form, int] = {}
    numbered = {
        key: [numbers.setdefault(form, len(numbers)) for form in forms] for key, forms in sorted(by_key.items())
    }
    return entries, list(numbers), numbered


def spaced(form: Form) -> Form:
    """The form, its words with the spaces that `find` looks for around them; a word of `near` may be in the plural."""
    if not form.near and not form.unless:
        return form
    near, unless = tuple(f" {word}" for word in form.near), tuple(f" {word} " for word in form.unless)
    return form._replace(near=near, unless=unless)


def automaton_of(by_key: dict[str, list[Form]]) -> Any:
    """The automaton over all keys, each with its length, if it is of several words, its first letter, its forms."""
    automaton = ahocorasick.Automaton()
    for key, forms in by_key.items():
        first = forms[0].first if len(forms) == 1 else ""
        automaton.add_word(f" {key} ", (len(key), " " in key, first, tuple(forms)))
    automaton.make_automaton()
    return automaton


def own_entries(path: Path) -> dict[Named, Entry]:
    """The entries of a user's file: lists under `tasks`, `datasets`, `methods` and `metrics`."""
    try:
        data = parsed(path.read_bytes())
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
    if form.unless and (loose.startswith(form.unless, end + 1) or loose.endswith(form.unless, 0, start + 1)):
        return False
    if not form.near or (form.kind == "dataset" and loose.startswith(DATA_NOUNS, end + 1)):
        return True
    return is_near(form.near, text, loose, start, end)


def is_broken(text: str, start: int, end: int, form: Form) -> bool:
    """Whether punctuation parts the words of a place."""
    return not form.symbols and not form.single and HARD_SEPARATOR.search(text, start, end) is not None


def is_decimal(text: str, end: int) -> bool:
    """Whether a decimal goes on with the point after a place ("GPT-4" in "GPT-4.5")."""
    return text[end - 1].isdigit() and text[end + 1 : end + 2].isdigit()


def is_near(words: Sequence[str], text: str, loose: str, start: int, end: int) -> bool:
    """Whether one of the words, each with a space before it, stands in the same sentence."""
    first, last = max(0, start - NEAR_WINDOW), min(len(text), end + NEAR_WINDOW)
    first = max(first, text.rfind(". ", first, start))
    after = text.find(". ", end, last)
    around = f"{loose[first + 1 : start + 1]} {loose[end + 1 : after + 2 if after >= 0 else last + 1]} "
    present = [word for word in words if word in around]
    return any(f"{word} " in around or f"{word}s " in around for word in present) if present else False


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
    if not terms or terms[-1].end <= term.start:
        terms.append(term)
        return
    while terms and terms[-1].start >= term.start and terms[-1].end - terms[-1].start < term.end - term.start:
        terms.pop()
    if terms and terms[-1].end > term.start:
        if terms[-1].end - terms[-1].start >= term.end - term.start:
            return
        terms.pop()
    terms.append(term)

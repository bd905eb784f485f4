"""Scanning: one pass over a folded text for the words that any field looks for.

A field names its words with `sought`, each with what it wants to be told where the word stands. All of them are in one
Aho-Corasick automaton, so that a field whose words a text lacks costs nothing, and the others need not search.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import ahocorasick

Hit = tuple[int, Any]  # the place of the space behind a word, in the folded text, and what its field wants to be told
Hits = defaultdict[str, list[Hit]]  # in the order of the text, of words that end together the longest first
Seeker = Callable[[str], dict[str, Any]]

SEEKERS: dict[str, Seeker] = {}


def sought(kind: str) -> Callable[[Seeker], Seeker]:
    """Have the words found that the function gives for `title` or `abstract`, in lower case, without marks."""

    def register(seeker: Seeker) -> Seeker:
        SEEKERS[kind] = seeker
        return seeker

    return register


@cache
def automaton(field: str) -> Any:
    """All words that are sought in a field, each with the kinds and what they want to be told."""
    uses: dict[str, list[tuple[str, Any]]] = {}
    for kind, seeker in SEEKERS.items():
        for words, value in seeker(field).items():
            uses.setdefault(words, []).append((kind, value))
    built = ahocorasick.Automaton()
    for words, use in sorted(uses.items()):
        built.add_word(f" {words} ", tuple(use))
    built.make_automaton()
    return built


def scan(field: str, text: str) -> Hits:
    """By kind, where a folded text has what is sought in the field."""
    hits: Hits = defaultdict(list)
    for last, uses in automaton(field).iter(text):
        for kind, value in uses:
            hits[kind].append((last, value))
    return hits

"""Exact counts: how many papers of a set have each value of a facet, by numpy over the facet index.

A set of papers is an array of bytes, 1 for each paper that is in it. The few values that many papers have are kept as
bitmaps, and counted by `and` and a count of bits; the many that few papers have are kept as lists, and counted by
looking up each of their papers in the set. Measured at 100 thousand and a million papers, each wins at its end.
"""

from functools import cached_property

import numpy as np

FREQUENT = 1 / 64  # of all papers: where a bitmap becomes smaller than half a list


class FacetCounts:
    """The postings of one facet, ready to be counted."""

    def __init__(self, postings, papers):
        self.slugs, self.labels = postings.slugs, postings.labels
        self.papers = papers
        ends = postings.ends.astype(np.int64)
        starts = np.concatenate([np.zeros(min(len(ends), 1), np.int64), ends[:-1]])
        self.totals = ends - starts
        frequent = self.totals > papers * FREQUENT
        self.frequent = np.flatnonzero(frequent)
        self.bitmaps = [
            packed(self.members(postings.papers[starts[value] : ends[value]])) for value in self.frequent.tolist()
        ]
        self.rare = np.flatnonzero(~frequent & (self.totals > 0))
        self.lists = postings.papers[np.repeat(~frequent, self.totals)]
        lengths = self.totals[self.rare]
        self.rare_starts = np.cumsum(lengths) - lengths
        self.unnamed = ~self.members(postings.papers).view(bool)

    def members(self, papers):
        """A set of papers, given their numbers."""
        found = np.zeros(self.papers, np.uint8)
        found[papers] = 1
        return found

    @cached_property
    def numbers(self):
        """The number of each value by its slug."""
        return {slug: number for number, slug in enumerate(self.slugs)}

    def count(self, found):
        """How many papers of a set have each value."""
        counts = np.zeros(len(self.slugs), np.int64)
        if self.bitmaps:
            bits = packed(found)
            counts[self.frequent] = [int(np.bitwise_count(bitmap & bits).sum()) for bitmap in self.bitmaps]
        if len(self.rare):
            counts[self.rare] = np.add.reduceat(found[self.lists], self.rare_starts, dtype=np.uint32)
        return counts

    def count_unnamed(self, found):
        """How many papers of a set have no value."""
        return int(np.count_nonzero(found & self.unnamed))

    def having(self, value):
        """The papers that have a value, given its number."""
        place = np.searchsorted(self.frequent, value)
        if place < len(self.frequent) and self.frequent[place] == value:
            return np.unpackbits(self.bitmaps[place].view(np.uint8), count=self.papers, bitorder="little")
        place = np.searchsorted(self.rare, value)
        if place == len(self.rare) or self.rare[place] != value:
            return self.members([])
        start = self.rare_starts[place]
        return self.members(self.lists[start : start + self.totals[value]])

    def chosen(self, choice):
        """The papers that a choice asks for."""
        found = self.unnamed.view(np.uint8).copy() if choice.none else np.zeros(self.papers, np.uint8)
        for slug in choice.values:
            found |= self.having(self.numbers[slug])
        return found ^ 1 if choice.negated else found


def packed(found):
    """A set as bits, 64 a word."""
    bits = np.packbits(found, bitorder="little")
    return np.pad(bits, (0, -len(bits) % 8)).view(np.uint64)


class Corpus:
    """All papers, and the facets by which they are counted."""

    def __init__(self, index):
        self.paper_ids = index.paper_ids
        self.papers = len(index.paper_ids)
        self.facets = {name: FacetCounts(postings, self.papers) for name, postings in index.postings.items()}

    def everything(self):
        return np.ones(self.papers, np.uint8)

    def set_of(self, ids):
        """A set of papers, given their ids in any order; ids of no paper are passed over."""
        found = np.zeros(self.papers, np.uint8)
        places = np.searchsorted(self.paper_ids, ids)
        known = places < self.papers
        known[known] = self.paper_ids[places[known]] == ids[known]
        found[places[known]] = 1
        return found


class Tally:
    """What was found by some choices among some papers, and the counts of each facet.

    `given` are the papers that everything but the facets leaves; None stands for all of them.
    """

    def __init__(self, corpus, choices, given=None):
        self.corpus, self.choices, self.given = corpus, choices, given
        self.sets = {
            (name, choice): corpus.facets[name].chosen(choice) for name, chosen in choices.items() for choice in chosen
        }
        self.found = self.left_by(self.sets)
        self.count = int(np.count_nonzero(self.found))
        self.counted = {}

    def left_by(self, chosen):
        """The papers that are left by some of the choices."""
        sets = [*([] if self.given is None else [self.given]), *(self.sets[key] for key in chosen)]
        if not sets:
            return self.corpus.everything()
        return np.bitwise_and.reduce(sets) if len(sets) > 1 else sets[0]

    def counts(self, facet):
        """How many papers have each value, and how many have none.

        The facet's own alternatives are left out of account, so that one sees what adding a value gives.
        """
        if facet.name not in self.counted:
            self.counted[facet.name] = self.count_values(facet)
        return self.counted[facet.name]

    def count_values(self, facet):
        counts = self.corpus.facets[facet.name]
        ignored = {(facet.name, choice) for choice in self.choices.get(facet.name, ()) if is_alternative(facet, choice)}
        if self.given is None and not self.sets.keys() - ignored:
            return counts.totals, int(np.count_nonzero(counts.unnamed))
        found = self.left_by(self.sets.keys() - ignored) if ignored else self.found
        return counts.count(found), counts.count_unnamed(found)


def is_alternative(facet, choice):
    """Whether another value would widen the choice, not narrow it."""
    return choice.is_or or (facet.single and not choice.negated)


def largest(counts, size):
    """The numbers of the values with the highest counts, highest first, equal ones in order; none that are 0."""
    candidates = np.flatnonzero(counts)
    if len(candidates) > size:
        least = np.partition(counts[candidates], -size)[-size]
        candidates = candidates[counts[candidates] >= max(least, 1)]
    order = np.argsort(-counts[candidates], kind="stable")
    return candidates[order][:size].tolist()

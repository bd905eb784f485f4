"""Exact counts: how many papers of a set have each value of a facet, by numpy over the facet index.

A set of papers is an array of bytes, 1 for each paper that is in it. What counts fastest depends on the set:

- nothing is counted without a choice: the totals are known;
- of a small set, the values of each paper are added up ("forward");
- of a large one, those of the papers that are not in it are taken from the totals;
- in between, the papers of each value are looked up in the set, and where very many papers have a value, compared with
  the set as bits.

Each is exact. Lists hold 16 bits a paper, of a part of 65,536 papers that is looked up in at a time and fits the cache.
"""

from itertools import pairwise

import numpy as np

from ingest.facets import FACETS

from .names import Names

FEW = 1 / 16  # of all papers: a set up to here is counted forward
FREQUENT = 1 / 16  # of all papers: a value from here on is kept as bits
PART = 16  # bits of a paper's number inside its part
MOST_FORWARD = 1 << 16  # values of all facets together that are counted forward


class Counts:
    """One facet, ready to be counted: its names, the total of each value, and the papers that have none."""

    def __init__(self, postings, papers):
        self.papers = papers
        self.slugs, self.labels = Names(postings.slugs), Names(postings.labels)
        ends = postings.ends.astype(np.int64)
        self.totals = np.diff(ends, prepend=0)
        self.named = packed(members(papers, postings.papers))
        self.named_papers = int(np.bitwise_count(self.named).sum())
        self.keep(postings)

    def number(self, slug):
        """The number of a value; None where no paper has it."""
        return self.slugs.find(slug)

    def unnamed(self):
        """The set of papers that have no value."""
        return unpacked(self.named, self.papers) ^ 1

    def count_unnamed(self, found, number):
        """How many papers of a set, given as bits with their number, have no value."""
        return number - int(np.bitwise_count(self.named & found).sum())

    def chosen(self, choice):
        """The papers that a choice asks for."""
        found = self.unnamed() if choice.none else np.zeros(self.papers, np.uint8)
        for slug in choice.values:
            self.add(self.number(slug), found)
        return found ^ 1 if choice.negated else found


class SingleCounts(Counts):
    """A facet of which a paper has one value at most: a number a paper, 0 for none."""

    def keep(self, postings):
        values = np.arange(1, len(self.totals) + 1, dtype=smallest(len(self.totals)))
        self.values = np.zeros(self.papers, values.dtype)
        self.values[postings.papers] = np.repeat(values, self.totals)

    def count(self, found):
        """How many papers of a set have each value."""
        return np.bincount(self.values[found.view(bool)], minlength=len(self.totals) + 1)[1:]

    def add(self, value, found):
        """Put the papers of a value into a set."""
        found |= self.values == value + 1


class ManyCounts(Counts):
    """A facet of which a paper may have several values."""

    def keep(self, postings):
        papers = postings.papers
        values = np.repeat(np.arange(len(self.totals)), self.totals)
        self.frequent = np.flatnonzero(self.totals > self.papers * FREQUENT)
        self.bitmaps = [packed(members(self.papers, papers[values == value])) for value in self.frequent.tolist()]
        rare = self.totals[values] <= self.papers * FREQUENT
        self.keep_lists(values[rare], papers[rare])

    def keep_lists(self, values, papers):
        """Lists of papers by part, then by value; one part where there are more values than papers to part."""
        parts = -(-self.papers >> PART) if len(self.totals) * (self.papers >> PART) < len(papers) else 1
        part = (papers >> PART).astype(np.uint16) if parts > 1 else np.zeros(len(papers), np.uint16)
        self.size = 1 << PART if parts > 1 else max(self.papers, 1)
        self.lists = papers[np.argsort(part, kind="stable")]
        if self.size <= 1 << PART:
            self.lists = (self.lists & (1 << PART) - 1).astype(np.uint16)
        lengths = np.bincount(part.astype(np.int64) * len(self.totals) + values, minlength=parts * len(self.totals))
        self.lengths = lengths.reshape(parts, -1).astype(np.uint32)
        self.starts = np.cumsum([0, *self.lengths.sum(axis=1).tolist()])

    def count(self, found):
        """How many papers of a set have each value."""
        counts = np.zeros(len(self.totals), np.int64)
        bits = packed(found)
        counts[self.frequent] = [int(np.bitwise_count(bitmap & bits).sum()) for bitmap in self.bitmaps]
        for part, (start, end) in enumerate(pairwise(self.starts.tolist())):
            if start < end:
                looked_up = np.take(found[part * self.size : (part + 1) * self.size], self.lists[start:end])
                lengths = self.lengths[part]
                present = np.flatnonzero(lengths)
                places = (np.cumsum(lengths, dtype=np.int64) - lengths)[present]
                counts[present] += np.add.reduceat(looked_up, places, dtype=np.uint32)
        return counts

    def add(self, value, found):
        """Put the papers of a value into a set."""
        place = np.searchsorted(self.frequent, value)
        if place < len(self.frequent) and self.frequent[place] == value:
            found |= unpacked(self.bitmaps[place], self.papers)
            return
        for part, start in enumerate(self.starts[:-1].tolist()):
            first = start + int(self.lengths[part, :value].sum())
            found[part * self.size : (part + 1) * self.size][self.lists[first : first + self.lengths[part, value]]] = 1


class Forward:
    """The values of each paper, of several facets together: what a small set is counted by."""

    def __init__(self, postings, papers):
        """`postings` by the name of the facet."""
        self.papers = papers
        self.places, values, owners, first = {}, [np.empty(0, np.uint16)], [np.empty(0, np.uint32)], 0
        for name, one in postings.items():
            numbers = np.arange(first, first + len(one.slugs), dtype=np.uint16)
            self.places[name] = slice(first, first + len(one.slugs))
            values.append(np.repeat(numbers, np.diff(one.ends.astype(np.int64), prepend=0)))
            owners.append(one.papers)
            first += len(one.slugs)
        self.size = first
        owner = np.concatenate(owners)
        self.values = np.concatenate(values)[in_order(owner)]
        self.starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=papers))]).astype(np.uint32)

    def count(self, numbers):
        """How many of some papers have each value, by facet, given the papers' numbers."""
        starts = self.starts[numbers].astype(np.int64)
        lengths = self.starts[numbers + 1] - starts
        places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        counts = np.bincount(self.values[places], minlength=self.size)
        return {name: counts[place] for name, place in self.places.items()}


class Corpus:
    """All papers, and the facets by which they are counted."""

    def __init__(self, index, later):
        """`later(name)` gives the postings of a facet that is seldom asked for."""
        self.papers = len(index.paper_ids)
        numbered = self.papers and index.paper_ids[0] == 1 and index.paper_ids[-1] == self.papers
        self.paper_ids = None if numbered else index.paper_ids
        at_hand = {name: postings for name, postings in index.postings.items() if not FACETS[name].seldom}
        self.facets = Facets(lambda name: self.counts_of(name, later(name)))
        self.facets |= {name: self.counts_of(name, postings) for name, postings in at_hand.items()}
        self.forward = Forward(dict(counted_forward(at_hand)), self.papers)

    def counts_of(self, name, postings):
        return (SingleCounts if FACETS[name].single else ManyCounts)(postings, self.papers)

    def set_of(self, ids):
        """A set of papers, given their ids in any order; ids of no paper are passed over."""
        if self.paper_ids is None:
            return members(self.papers, ids[(ids > 0) & (ids <= self.papers)] - 1)
        if not self.papers:
            return np.zeros(0, np.uint8)
        places = np.minimum(np.searchsorted(self.paper_ids, ids), self.papers - 1)
        return members(self.papers, places[self.paper_ids[places] == ids])


class Facets(dict):
    """Facets by name; one that is not at hand is made when it is asked for."""

    def __init__(self, make):
        self.make = make

    def __missing__(self, name):
        self[name] = self.make(name)
        return self[name]


def counted_forward(postings):
    """The postings of facets of several values, as long as all values together can be numbered in 16 bits."""
    values = 0
    for name, one in postings.items():
        if not FACETS[name].single and values + len(one.slugs) <= MOST_FORWARD:
            values += len(one.slugs)
            yield name, one


class Tally:
    """What was found by some choices among some papers, and the counts of each facet.

    `given` are the papers that everything but the facets leaves; None stands for all of them.
    """

    def __init__(self, corpus, choices, given=None):
        self.corpus, self.choices, self.given = corpus, choices, given
        self.sets = {
            (name, choice): corpus.facets[name].chosen(choice) for name, chosen in choices.items() for choice in chosen
        }
        self.found = Found(corpus, self.left_by(self.sets))
        self.count = self.found.number
        self.counted = {}

    def left_by(self, chosen):
        """The papers that are left by some of the choices; None for all."""
        sets = [*([] if self.given is None else [self.given]), *(self.sets[key] for key in chosen)]
        return np.bitwise_and.reduce(sets) if sets else None

    def counts(self, facet):
        """How many papers have each value, and how many have none.

        The facet's own alternatives are left out of account, so that one sees what adding a value gives.
        """
        if facet.name not in self.counted:
            ignored = {(facet.name, one) for one in self.choices.get(facet.name, ()) if is_alternative(facet, one)}
            left = Found(self.corpus, self.left_by(self.sets.keys() - ignored)) if ignored else self.found
            self.counted[facet.name] = left.counts(facet)
        return self.counted[facet.name]


class Found:
    """A set of papers to be counted by several facets; None stands for all papers."""

    def __init__(self, corpus, found):
        self.corpus, self.found = corpus, found
        self.number = corpus.papers if found is None else int(np.count_nonzero(found.view(bool)))
        self.bits = self.forward = None

    def counts(self, facet):
        """How many papers have each value, and how many have none."""
        counts = self.corpus.facets[facet.name]
        if self.found is None:
            return counts.totals, self.number - counts.named_papers
        if self.bits is None:
            self.bits = packed(self.found)
        return self.count(facet, counts), counts.count_unnamed(self.bits, self.number)

    def count(self, facet, counts):
        few = self.corpus.papers * FEW
        small, large = self.number <= few, self.number >= self.corpus.papers - few
        if not (small or large) or facet.name not in self.corpus.forward.places:
            return counts.count(self.found)
        if self.forward is None:
            counted = self.found if small else self.found ^ 1
            self.forward = self.corpus.forward.count(np.flatnonzero(counted.view(bool)))
        return self.forward[facet.name] if small else counts.totals - self.forward[facet.name]


def is_alternative(facet, choice):
    """Whether another value would widen the choice, not narrow it."""
    return choice.is_or or (facet.single and not choice.negated)


def members(papers, numbers):
    """A set of papers, given their numbers."""
    found = np.zeros(papers, np.uint8)
    found[numbers] = 1
    return found


def packed(found):
    """A set as bits, 64 a word."""
    bits = np.zeros(-(-len(found) // 64) * 8, np.uint8)
    bits[: -(-len(found) // 8)] = np.packbits(found.view(bool), bitorder="little")
    return bits.view(np.uint64)


def unpacked(bits, papers):
    """The set that some bits are of."""
    return np.unpackbits(bits.view(np.uint8), count=papers, bitorder="little")


def in_order(numbers):
    """The places of 32-bit numbers in ascending order, equal ones as they stand: two passes of 16 bits, each linear."""
    order = np.argsort((numbers & 0xFFFF).astype(np.uint16), kind="stable")
    return order[np.argsort((numbers >> 16)[order].astype(np.uint16), kind="stable")]


def smallest(highest):
    """The smallest kind of number that holds this one."""
    return np.min_scalar_type(highest)


def largest(counts, size):
    """The numbers of the values with the highest counts, highest first, equal ones in order; none that are 0."""
    candidates = np.flatnonzero(counts)
    if len(candidates) > size:
        least = np.partition(counts[candidates], -size)[-size]
        candidates = candidates[counts[candidates] >= max(least, 1)]
    order = np.argsort(-counts[candidates], kind="stable")
    return candidates[order][:size].tolist()

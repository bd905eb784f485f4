"""The facet index: which papers have which value of each facet, as sorted lists of numbers.

Papers are numbered from 0 in the order of their ids, values from 0 in the order of their slugs. Numbers have 32 bits.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ingest.facets import FACETS, Facet, Source

Numbers = NDArray[np.uint32]


@dataclass(frozen=True)
class Postings:
    """The values of one facet, and the papers of each: `papers[ends[i - 1]:ends[i]]` are those of value `i`."""

    slugs: list[str]
    labels: list[str]
    ends: Numbers
    papers: Numbers


@dataclass(frozen=True)
class FacetIndex:
    """The ids of all papers in order, and the postings of each facet by its name."""

    paper_ids: NDArray[np.int64]
    postings: dict[str, Postings]


def build(connection: sqlite3.Connection) -> FacetIndex:
    """Read the index out of the tables that the facets are made of."""
    cursor = connection.cursor()
    cursor.row_factory = None
    paper_ids = numbers(cursor.execute("select id from papers order by id"))
    return FacetIndex(paper_ids, {name: postings(cursor, facet, paper_ids) for name, facet in FACETS.items()})


def postings(cursor: sqlite3.Cursor, facet: Facet, paper_ids: NDArray[np.int64]) -> Postings:
    """The postings of one facet, of all its sources together; rows of no known paper or value are passed over."""
    labels: dict[str, str] = {}
    found = [(slugs_of(cursor, source, labels), pairs(cursor, source)) for source in facet.sources]
    slugs = sorted(labels)
    position = {slug: number for number, slug in enumerate(slugs)}
    keys = np.unique(np.concatenate([keyed(values, rows, position, paper_ids) for values, rows in found]))
    papers = max(len(paper_ids), 1)
    ends = np.cumsum(np.bincount(keys // papers, minlength=len(slugs)))
    return Postings(slugs, [labels[slug] for slug in slugs], ends.astype(np.uint32), (keys % papers).astype(np.uint32))


def keyed(
    values: dict[int, str], rows: NDArray[np.int64], position: dict[str, int], paper_ids: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Pairs of a value's id and a paper's id as one number each, which sorts by value, then by paper."""
    if not len(rows) or not values:
        return np.empty(0, np.int64)
    numbered = np.full(max(values) + 1, -1, np.int64)
    for value, slug in values.items():
        numbered[value] = position[slug]
    papers = np.minimum(np.searchsorted(paper_ids, rows[:, 1]), len(paper_ids) - 1)
    known = (rows[:, 0] >= 0) & (rows[:, 0] < len(numbered)) & (paper_ids[papers] == rows[:, 1])
    value_numbers = numbered[rows[known, 0]]
    keys: NDArray[np.int64] = (value_numbers * len(paper_ids) + papers[known])[value_numbers >= 0]
    return keys


def slugs_of(cursor: sqlite3.Cursor, source: Source, labels: dict[str, str]) -> dict[int, str]:
    """The slug of each id that the source's rows hold; its label is added to `labels`.

    A value that is no id gets one: its place among the distinct ones.
    """
    if source.entity:
        rows = cursor.execute(f"select id, slug, name from {source.entity} where id >= 0").fetchall()
    else:
        rows = [(number, str(value), str(value)) for number, value in enumerate(distinct(cursor, source))]
    labels.update((slug, label) for _, slug, label in rows)
    return {number: slug for number, slug, _ in rows}


def distinct(cursor: sqlite3.Cursor, source: Source) -> list[str | int]:
    """The values of a source whose values are shown themselves."""
    if source.constant:
        return [source.constant]
    return [value for (value,) in cursor.execute(f"select distinct {source.value} from {source.rows} order by 1")]


def pairs(cursor: sqlite3.Cursor, source: Source) -> NDArray[np.int64]:
    """The source's rows: the value's id and the paper's."""
    rows = cursor.execute(f"select {source.value or 0}, {source.paper} from {source.rows}")
    if source.entity or source.constant:
        return numbers(rows).reshape(-1, 2)
    place = {value: number for number, value in enumerate(distinct(cursor.connection.cursor(), source))}
    return numbers((place[value], paper) for value, paper in rows).reshape(-1, 2)


def numbers(rows: Iterable[tuple[int, ...]]) -> NDArray[np.int64]:
    """All numbers of all rows, in order."""
    flat: Iterator[int] = chain.from_iterable(rows)
    return np.fromiter(flat, np.int64)

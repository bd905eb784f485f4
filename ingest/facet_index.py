"""The facet index: which papers have which value of each facet, as sorted lists of numbers, and how it is stored.

Papers are numbered from 0 in the order of their ids, values from 0 in the order of their slugs. Numbers have 32 bits.
"""

import json
import sqlite3
import zlib
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

    def equals(self, other: "Postings") -> bool:
        named = (self.slugs, self.labels) == (other.slugs, other.labels)
        return named and np.array_equal(self.ends, other.ends) and np.array_equal(self.papers, other.papers)


@dataclass(frozen=True)
class FacetIndex:
    """The ids of all papers in order, and the postings of each facet by its name."""

    paper_ids: NDArray[np.int64]
    postings: dict[str, Postings]


def write(connection: sqlite3.Connection, index: FacetIndex) -> None:
    """Store an index in the place of the one that is there."""
    connection.execute("delete from facet_index")
    for name, postings in index.postings.items():
        names = json.dumps([postings.slugs, postings.labels], ensure_ascii=False, separators=(",", ":"))
        connection.execute(
            "insert into facet_index (facet, definition, names, ends, postings) values (?, ?, ?, ?, ?)",
            [
                name,
                FACETS[name].definition,
                zlib.compress(names.encode()),
                little(postings.ends),
                little(postings.papers),
            ],
        )


def read(connection: sqlite3.Connection) -> FacetIndex | None:
    """The stored index; None where it is missing, or made by another version, or not whole."""
    cursor = connection.cursor()
    cursor.row_factory = None
    try:
        stored = {
            row[0]: row[1:]
            for row in cursor.execute("select facet, definition, names, ends, postings from facet_index")
        }
    except sqlite3.OperationalError:
        return None
    if {name: row[0] for name, row in stored.items()} != {name: facet.definition for name, facet in FACETS.items()}:
        return None
    paper_ids = numbers(cursor.execute("select id from papers order by id"))
    try:
        index = FacetIndex(paper_ids, {name: stored_postings(*row[1:]) for name, row in stored.items()})
    except (ValueError, TypeError, zlib.error):
        return None
    return index if all(is_whole(postings, len(paper_ids)) for postings in index.postings.values()) else None


def read_postings(connection: sqlite3.Connection, name: str) -> Postings:
    """The postings of one facet of an index that was read, and was whole."""
    sql = "select names, ends, postings from facet_index where facet = ?"
    return stored_postings(*connection.execute(sql, [name]).fetchone())


def stored_postings(names: bytes, ends: bytes, papers: bytes) -> Postings:
    """Postings out of a row; ValueError, TypeError or zlib.error where it holds something else."""
    slugs, labels = json.loads(zlib.decompress(names))
    return Postings(slugs, labels, np.frombuffer(ends, "<u4"), np.frombuffer(papers, "<u4"))


def is_whole(postings: Postings, papers: int) -> bool:
    """Whether the parts of postings fit each other."""
    last = int(postings.ends[-1]) if len(postings.ends) else 0
    highest = int(postings.papers.max()) if len(postings.papers) else -1
    return (
        len(postings.slugs) == len(postings.labels) == len(postings.ends)
        and last == len(postings.papers)
        and highest < papers
    )


def little(values: Numbers) -> bytes:
    """Numbers as bytes, the same on every machine."""
    return values.astype("<u4").tobytes()


def build(connection: sqlite3.Connection) -> FacetIndex:
    """Read the index out of the tables that the facets are made of. A facet whose tables are missing has no values."""
    cursor = connection.cursor()
    cursor.row_factory = None
    paper_ids = numbers(cursor.execute("select id from papers order by id"))
    built = {}
    for name, facet in FACETS.items():
        try:
            built[name] = postings(cursor, facet, paper_ids)
        except sqlite3.OperationalError:
            built[name] = Postings([], [], np.empty(0, np.uint32), np.empty(0, np.uint32))
    return FacetIndex(paper_ids, built)


def postings(cursor: sqlite3.Cursor, facet: Facet, paper_ids: NDArray[np.int64]) -> Postings:
    """The postings of one facet, of all its sources together; rows of no known paper or value are passed over."""
    labels: dict[str, str] = {}
    found = [(slugs_of(cursor, source, labels), pairs(cursor, source)) for source in facet.sources]
    slugs = sorted(labels)
    position = {slug: number for number, slug in enumerate(slugs)}
    keys = np.unique(np.concatenate([keyed(values, rows, position, paper_ids) for values, rows in found]))
    papers = max(len(paper_ids), 1)
    counts = np.bincount(keys // papers, minlength=len(slugs))
    named = [slugs[number] for number in np.flatnonzero(counts).tolist()]
    ends = np.cumsum(counts[counts > 0]).astype(np.uint32)
    return Postings(named, [labels[slug] for slug in named], ends, (keys % papers).astype(np.uint32))


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

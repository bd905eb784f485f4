"""Databases of made-up papers: sentences of the demo recombined, labels by Zipf's law, in Carrel's own schema.

    python -m benchmarks.made_up FOLDER 10000 100000 1000000

Each size gets FOLDER/SIZE/papers.db with `inspect-data.json` beside it, the same whatever the run. The texts are not
read: about 400 tasks, 1,500 datasets and 5,000 methods are dealt out, 3, 2 and 4 a paper, and 100 metrics and 8
modalities, one each. Years, venues, votes and links to code are dealt out as well.
"""

import argparse
import itertools
import random
import re
import time
from contextlib import closing
from pathlib import Path

import numpy as np
from sqlite_utils import Database

from ingest import facet_index, facets
from ingest.database import ANALYSIS_ROWS
from ingest.inspection import write_inspection
from ingest.schema import ENTITIES, WITH_ROLE, migrations

ROOT = Path(__file__).parent.parent
LABELS = {"task": (400, 3), "dataset": (1500, 2), "method": (5000, 4), "metric": (100, 1), "modality": (8, 1)}
ROLES = ("used", "mentioned", "compared", "introduced")
CONTRIBUTIONS = ("method", "empirical", "resource", "theory", "survey", "system", "position")
SENTENCES = 7  # an abstract
BATCH = 20_000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", type=int, nargs="+")
    arguments = parser.parse_args()
    for size in arguments.sizes:
        started = time.monotonic()
        path = made_up(arguments.folder, size)
        print(f"{path}: {path.stat().st_size / 1e6:,.0f} MB in {time.monotonic() - started:.0f} s")


def made_up(folder, size):
    """The database of this size, made where it does not exist."""
    path = folder / str(size) / "papers.db"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with closing(Database(partial, execute_plugins=False)) as db:
            fill(db, size)
        partial.rename(path)
        write_inspection(path)
    return path


def fill(db, size):
    """Rows first, then the indexes, the full-text index and the facet index: faster than all at once."""
    for setting in ("synchronous = off", "journal_mode = off", "cache_size = -400000", "temp_store = memory"):
        db.execute(f"pragma {setting}")
    migrations.apply(db)
    removed = taken_away(db)
    random_numbers = np.random.default_rng(size)
    with db.atomic():
        db.table("runs").insert(
            {"source": "made up", "format": "none", "sha256": "", "version": ""}
            | dict.fromkeys(("added", "changed", "merged", "unchanged", "rejected"), 0)
        )
        write_papers(db, size, random_numbers)
        for singular, (values, each) in LABELS.items():
            write_labels(db, singular, values, each, size, random_numbers)
        write_links(db, size, random_numbers)
        for sql in removed:
            db.execute(sql)
        db.execute("insert into papers_fts (papers_fts) values ('rebuild')")
        facet_index.write(db.conn, facet_index.build(db.conn))
        facets.watch(db)
    db.execute(f"pragma analysis_limit = {ANALYSIS_ROWS}")
    db.execute("analyze")


def taken_away(db):
    """Drop indexes and triggers; returns the SQL that makes them again."""
    kinds = "select type, name, sql from sqlite_master where type in ('index', 'trigger') and sql is not null"
    found = db.execute(kinds).fetchall()
    for kind, name, _ in found:
        db.execute(f"drop {kind} [{name}]")
    return [sql for _, _, sql in found]


def write_papers(db, size, random_numbers):
    """Papers with titles and abstracts of the demo, no two alike."""
    lines = (ROOT / "demo" / "papers.txt").read_text().strip().split("\n")
    titles = lines[0::2]
    sentences = [sentence.rstrip(".") for text in lines[1::2] for sentence in re.split(r"(?<=\.) ", text)]
    years = 2000 + (26 * random_numbers.random(size) ** 0.4).astype(int)
    venues = zipf(random_numbers, 200, size)
    kinds = zipf(random_numbers, len(CONTRIBUTIONS), size)
    votes = zipf(random_numbers, 500, size)
    columns = "id, key, title, abstract, year, published, venue, url, contribution, fingerprint, upvotes, run"
    chooser = random.Random(size)

    def row(number):
        year = int(years[number])
        return (
            number + 1,
            f"made-up-{number}",
            f"{titles[number % len(titles)]}, part {number // len(titles) + 1}",
            ". ".join(chooser.sample(sentences, SENTENCES)) + ".",
            year,
            f"{year}-{1 + number % 12:02}-{1 + number % 28:02}",
            f"Venue {venues[number] + 1}",
            f"https://example.org/{number}",
            CONTRIBUTIONS[kinds[number]],
            "",
            int(votes[number]),
            1,
        )

    insert(db, f"insert into papers ({columns}) values ({holes(12)})", (row(number) for number in range(size)))


def write_labels(db, singular, values, each, size, random_numbers):
    """Entities, and which paper names which; the same one twice counts once."""
    plural = ENTITIES[singular]
    drawn = zipf(random_numbers, values, size * each)
    pairs = np.unique(np.repeat(np.arange(size, dtype=np.int64), each) * values + drawn)
    papers, numbers = pairs // values + 1, pairs % values
    counts = np.bincount(numbers, minlength=values).tolist()
    names = [(n + 1, f"{singular} {n + 1}", f"{singular}-{n + 1}", count) for n, count in enumerate(counts) if count]
    insert(db, f"insert into {plural} (id, name, slug, papers) values ({holes(4)})", names)
    rows = zip(papers.tolist(), (numbers + 1).tolist(), strict=True)
    if plural in WITH_ROLE:
        roles = zipf(random_numbers, len(ROLES), len(pairs)).tolist()
        rows = ((paper, value, ROLES[role]) for (paper, value), role in zip(rows, roles, strict=True))
        columns, tail = f"paper_id, {singular}_id, role", "?, ?, ?"
    else:
        columns, tail = f"paper_id, {singular}_id", "?, ?"
    insert(
        db,
        f"""insert into paper_{plural} ({columns}, field, start, "end", rule)
        values ({tail}, 'abstract', 0, 12, 'made-up')""",
        rows,
    )


def write_links(db, size, random_numbers):
    """Every fifth paper has code."""
    with_code = (np.flatnonzero(random_numbers.random(size) < 0.2) + 1).tolist()
    insert(
        db,
        """insert into links (paper_id, url, host, kind, field, start, "end")
        values (?, 'https://github.com/made/up', 'github.com', 'code', 'abstract', 0, 12)""",
        ((paper,) for paper in with_code),
    )


def zipf(random_numbers, values, size):
    """Numbers below `values`, the first ones often, the last ones seldom."""
    weights = np.cumsum(1 / np.arange(1, values + 1))
    return np.searchsorted(weights / weights[-1], random_numbers.random(size))


def insert(db, sql, rows):
    rows = iter(rows)
    while batch := list(itertools.islice(rows, BATCH)):
        db.conn.executemany(sql, batch)


def holes(number):
    return ", ".join("?" * number)


if __name__ == "__main__":
    main()

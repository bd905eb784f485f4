"""How good and how fast extraction is.

    python benchmarks/extraction.py [--papers PAPERS.jsonl.gz] [--answers ANSWERS.jsonl LISTING.txt]

Prints the score table on the labelled papers of the demo and on invented ones, and on hand-made answers of your own;
abstracts a second on one core, in all and by field; peak memory; and as a peer, one regular expression of alternatives
over the spellings of the same vocabulary, which only finds names and reads nothing else.
"""

import argparse
import itertools
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[0] = str(ROOT)  # this directory holds an ingest.py of its own

from benchmarks.score import report, score
from ingest.extract import FIELDS, SHARED, TOGETHER, contribution, extract_all
from ingest.extract.reading import Reading
from ingest.extract.vocabulary import spellings, vocabulary
from ingest.garbage import uncollected
from ingest.sources import Location, open_source
from ingest.store import batches

DEMO = ROOT / "demo" / "papers.txt"
LABELLED = ROOT / "tests" / "labelled"
PAPERS = 5_000
RUNS = 3
PEER_PAPERS = 20  # the peer is slow


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", default=str(DEMO), help="a source that carrel ingest reads")
    parser.add_argument("--answers", nargs=2, action="append", default=[], metavar=("ANSWERS", "LISTING"))
    arguments = parser.parse_args()
    own = [(LABELLED / "demo.jsonl", DEMO), (LABELLED / "invented.jsonl", LABELLED / "invented.txt")]
    for answers, listing in [*own, *arguments.answers]:
        print(f"== {answers}")
        print("\n".join(scored(answers, listing)))
    speed(arguments.papers)


def scored(answers, listing):
    """The score table of a listing that is ingested for it."""
    with tempfile.TemporaryDirectory() as directory:
        database = Path(directory) / "papers.db"
        command = [sys.executable, "-m", "ingest.cli", "ingest", "--quiet", database, Path(listing).resolve()]
        subprocess.run(command, check=True, cwd=ROOT)
        return list(report(*score(database, answers, listing)))


def speed(source):
    with open_source(Location(source)) as opened:
        papers = list(itertools.islice((record for record in opened.records if hasattr(record, "abstract")), PAPERS))
    length = sum(len(paper.abstract) for paper in papers) // len(papers)
    print(f"== {len(papers):,} papers of {Path(source).name}, {length} characters an abstract")
    started = time.perf_counter()
    vocabulary()
    print(f"vocabulary: {time.perf_counter() - started:.2f} s to load")
    spend(extract_all(papers[:200]))
    rate = len(papers) / min(timed(lambda: spend(extract_all(papers))) for _ in range(RUNS))
    print(f"all fields: {rate:,.0f} abstracts a second on one core, {1e6 / rate:.0f} microseconds each, best of {RUNS}")
    print("by step, in microseconds; what several fields share comes first:")
    for step, seconds in by_step(papers).items():
        print(f"  {step:14}{1e6 * seconds / len(papers):6.0f}")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    peer(papers[:PEER_PAPERS], rate)


def spend(stream):
    """Go through a stream and keep nothing, as ingestion does."""
    deque(stream, maxlen=0)


def timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def by_step(papers):
    """Seconds of each step, in the order in which `extract_all` takes them."""
    steps = SHARED | FIELDS | {"contribution": contribution.extract}
    seconds = dict.fromkeys(steps, 0.0)
    for batch in batches(papers, TOGETHER):
        readings = [Reading(paper) for paper in batch]
        with uncollected():
            for name, step in steps.items():
                seconds[name] += timed(lambda: [list(step(reading) or ()) for reading in readings])  # noqa: B023
    return seconds


def peer(papers, rate):
    """The spellings of the vocabulary as alternatives of one regular expression."""
    entries = vocabulary().entries
    written = {spelling for (_, name), entry in entries.items() for spelling, _ in spellings(name, entry)}
    longest_first = sorted(written, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})s?(?!\w)", re.IGNORECASE)
    seconds = timed(lambda: [pattern.findall(text) for paper in papers for _, text in paper.texts()])
    peer_rate = len(papers) / seconds
    print(f"peer, {len(written):,} spellings as one regular expression: {peer_rate:,.1f} abstracts a second")
    print(f"carrel is {rate / peer_rate:,.0f} times as fast")


if __name__ == "__main__":
    main()

"""Papers per second and peak memory of `carrel ingest`, against sqlite-utils alone on the same JSON lines.

    python benchmarks/ingest.py [PAPERS.jsonl.gz] [--runs 3]

The peer is what one would type without Carrel: `sqlite-utils insert`, then `enable-fts` over title and abstract. It
cleans nothing, extracts nothing and keeps no history, so the ratio is the price of all that. Without a file the papers
are made by recombining sentences of the demo. Both run in turn, as whole processes; the medians are compared.
"""

import argparse
import gzip
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
MADE_UP = 50_000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("papers", nargs="?", type=Path, help="JSON lines, compressed with gzip or not")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        source = directory / "papers.jsonl"
        prepare(arguments.papers, source)
        papers = sum(1 for _ in source.open())
        size = f"{papers:,} papers, {source.stat().st_size / 1e6:.1f} MB"
        print(f"{size}, {os.cpu_count()} cores, {arguments.runs} runs each")
        results = {"carrel": [], "sqlite-utils": []}
        for _ in range(arguments.runs):
            results["carrel"].append(measure(carrel(directory, source)))
            results["sqlite-utils"].append(measure(peer(directory, source)))
        report(results, papers)
        growth(directory, source, papers)


def prepare(given, source):
    """The given papers, unpacked, or made-up ones."""
    if given is None:
        with source.open("w") as file:
            file.writelines(made_up_papers())
    else:
        with (gzip.open if given.suffix == ".gz" else open)(given, "rb") as packed, source.open("wb") as file:
            shutil.copyfileobj(packed, file)


def made_up_papers():
    lines = (ROOT / "demo" / "papers.txt").read_text().split("\n")
    sentences = [sentence for abstract in lines[1::2] for sentence in abstract.split(". ")]
    stream = itertools.cycle(sentences)
    for number in range(MADE_UP):
        title = f"{lines[number % 231 * 2]}, part {number}"
        yield (
            json.dumps({"title": title, "abstract": ". ".join(itertools.islice(stream, 7)), "year": 2000 + number % 26})
            + "\n"
        )
        next(stream)


def carrel(directory, source):
    return [[sys.executable, "-m", "ingest.cli", "ingest", "--quiet", fresh(directory / "carrel.db"), source]]


def peer(directory, source):
    database = fresh(directory / "peer.db")
    command = [sys.executable, "-m", "sqlite_utils"]
    return [
        [*command, "insert", database, "papers", source, "--nl", "--silent"],
        [*command, "enable-fts", database, "papers", "title", "abstract", "--tokenize", "porter"],
    ]


def fresh(database):
    database.unlink(missing_ok=True)
    return database


def measure(commands):
    """Seconds of all commands together and the peak memory of the largest, in megabytes."""
    started = time.monotonic()
    peak = 0
    for command in commands:
        process = subprocess.Popen([str(word) for word in command], cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"failed: {command}")
        peak = max(peak, usage.ru_maxrss / 1024)
    return time.monotonic() - started, peak


def report(results, papers):
    medians = {name: statistics.median(seconds for seconds, _ in runs) for name, runs in results.items()}
    print(f"{'':14}{'seconds (min, median, max)':>30}{'papers/s':>10}{'peak MB':>9}")
    for name, runs in results.items():
        seconds = sorted(seconds for seconds, _ in runs)
        spread = f"{seconds[0]:.1f}  {medians[name]:.1f}  {seconds[-1]:.1f}"
        print(f"{name:14}{spread:>30}{papers / medians[name]:>10,.0f}{max(peak for _, peak in runs):>9.0f}")
    print(f"carrel takes {medians['carrel'] / medians['sqlite-utils']:.2f} times as long as sqlite-utils")


def growth(directory, source, papers):
    """Peak memory on a tenth of the papers and on all of them."""
    tenth = directory / "tenth.jsonl"
    with source.open() as file, tenth.open("w") as part:
        part.writelines(itertools.islice(file, papers // 10))
    small, large = (measure(carrel(directory, path))[1] for path in (tenth, source))
    print(f"carrel's peak memory: {small:.0f} MB for {papers // 10:,} papers, {large:.0f} MB for {papers:,}")


if __name__ == "__main__":
    main()

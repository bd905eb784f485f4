"""Learn what each piece of evidence for a task is worth, from labelled papers.

    python benchmarks/fit_tasks.py [--answers ANSWERS LISTING]... [--unseen ANSWERS LISTING]... [--write]

Logistic regression with a ridge, over the marks that `ingest/extract/task_evidence.py` gives to each task that a text
may name: is it one that the paper works on? The labelled papers of the repository are always learnt from; `--answers`
adds more. Prints how well each set is read with the weights that the others teach, and each of the unseen with those
that all teach. With `--write`, these become `ingest/vocabulary/task_weights.yml`.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[0] = str(ROOT)  # this directory holds an ingest.py of its own

from benchmarks.score import Score, compare
from ingest.extract import task_evidence
from ingest.extract.reading import Reading
from ingest.extract.tasks import chosen
from ingest.sources import Location, open_source

ANSWERS = ROOT / "tests" / "labelled"
LABELLED = {ANSWERS / "demo.jsonl": ROOT / "demo" / "papers.txt", ANSWERS / "invented.jsonl": ANSWERS / "invented.txt"}
WEIGHTS = ROOT / "ingest" / "vocabulary" / "task_weights.yml"
RIDGE = 10.0
RAREST = 8  # tasks that a mark has to be on
STEPS = 30
HEAD = "# What each mark of a task is worth, in hundredths, so that 0 is enough. Written by benchmarks/fit_tasks.py.\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", nargs=2, action="append", default=[], metavar=("ANSWERS", "LISTING"))
    parser.add_argument("--unseen", nargs=2, action="append", default=[], metavar=("ANSWERS", "LISTING"))
    parser.add_argument("--lenience", type=float, default=0.4, help="added to all weights: more makes more tasks")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    sets = {str(answers): labelled(answers, listing) for answers, listing in [*LABELLED.items(), *arguments.answers]}
    for left_out in sets if len(sets) > 1 else ():
        learnt = weights([paper for name, papers in sets.items() if name != left_out for paper in papers], arguments)
        told(left_out, scored(sets[left_out], learnt))
    learnt = weights([paper for papers in sets.values() for paper in papers], arguments)
    for answers, listing in arguments.unseen:
        told(answers, scored(labelled(answers, listing), learnt))
    lines = [f"{mark}: {worth}\n" for mark, worth in sorted(learnt.items())]
    if arguments.write:
        WEIGHTS.write_text(HEAD + "".join(lines), "utf-8")
    else:
        print("".join(lines), end="")


def told(answers, read):
    print(f"{Path(answers).name:24} precision {read.precision:.3f} recall {read.recall:.3f} F1 {read.f1:.3f}")


def labelled(answers, listing):
    """Each paper of a set: its texts, its answers, what speaks for each of its tasks, and which are right."""
    with open_source(Location(str(listing))) as opened:
        papers = [record for record in opened.records if hasattr(record, "abstract")]
    lines = Path(answers).read_text("utf-8").splitlines()
    return [with_evidence(papers[answer["n"] - 1], answer["tasks"]) for answer in map(json.loads, lines)]


def with_evidence(paper, answers):
    texts, found = dict(paper.texts()), task_evidence.evidence(Reading(paper))
    rights = {name: bool(right(texts, answers, {name: each}).right) for name, each in found.items()}
    return texts, answers, found, rights


def right(texts, answers, found, score=None):
    """The score of some tasks of one paper."""
    score = score or Score()
    compare("tasks", answers, [(name, *each.place[:3]) for name, each in found.items()], texts, score)
    return score


def weights(papers, arguments):
    """What the papers teach, in hundredths."""
    tasks = [(each.marks, rights[name]) for _, _, found, rights in papers for name, each in found.items()]
    times = Counter(mark for marks, _ in tasks for mark in marks)
    known = sorted(mark for mark, number in times.items() if number >= RAREST)
    table = np.array([[mark in marks for mark in known] for marks, _ in tasks], dtype=float)
    learnt = regression(table, np.array([is_right for _, is_right in tasks], dtype=float), known.index("any"))
    learnt[known.index("any")] += arguments.lenience
    return {mark: round(100 * worth) for mark, worth in zip(known, learnt, strict=True)}


def regression(table, answers, free):
    """The coefficients by Newton's method; the ridge is on all but the free one."""
    ridge = np.full(table.shape[1], RIDGE)
    ridge[free] = 1e-6
    learnt = np.zeros(table.shape[1])
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-table @ learnt))
        slope = table.T @ (answers - chances) - ridge * learnt
        curvature = (table.T * (chances * (1 - chances))) @ table + np.diag(ridge)
        learnt = learnt + np.linalg.solve(curvature, slope)
    return learnt


def scored(papers, learnt):
    """How well papers are read with some weights."""
    score = Score()
    for texts, answers, found, _ in papers:
        names = chosen(found, {name: sum(learnt.get(mark, 0) for mark in each.marks) for name, each in found.items()})
        right(texts, answers, {name: found[name] for name in names}, score)
    return score


if __name__ == "__main__":
    main()

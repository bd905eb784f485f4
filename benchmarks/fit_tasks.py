"""Learn what each piece of evidence for a task is worth, from labelled papers.

    python benchmarks/fit_tasks.py CORPUS [--answers ANSWERS LISTING]... [--unseen ANSWERS LISTING]... [--write]

Logistic regression with a ridge, over the marks that `ingest/extract/task_evidence.py` gives to each task that a text
may name: is it one that the paper works on? It learns from three sets, each of which counts alike: the labelled papers
of the demo, invented ones, and verdicts on tasks that papers of the ACL Anthology name. CORPUS has these papers, in any
form that carrel ingest reads, under their keys (acl:2020.acl-main.1); it may hold others too. `--answers` adds sets.

Prints how well each set is read with the weights that the others teach, and each of the unseen with those that all
teach. With `--write`, these become `ingest/vocabulary/task_weights.yml`.
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
VERDICTS = ANSWERS / "anthology.jsonl"
WEIGHTS = ROOT / "ingest" / "vocabulary" / "task_weights.yml"
RIDGE = 10.0
RAREST = 8  # tasks that a mark has to be on
STEPS = 30
TAUGHT = 1500  # tasks that all sets together count for, beside the ridge
HEAD = "# What each mark of a task is worth, in hundredths, so that 0 is enough. Written by benchmarks/fit_tasks.py.\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--answers", nargs=2, action="append", default=[], metavar=("ANSWERS", "LISTING"))
    parser.add_argument("--unseen", nargs=2, action="append", default=[], metavar=("ANSWERS", "LISTING"))
    parser.add_argument("--lenience", type=float, default=0.1, help="added to all weights: more makes more tasks")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    sets = {str(answers): labelled(answers, listing) for answers, listing in [*LABELLED.items(), *arguments.answers]}
    sets[str(VERDICTS)] = judged(arguments.corpus)
    for left_out in sets:
        told(left_out, scored(sets[left_out], weights([sets[name] for name in sets if name != left_out], arguments)))
    learnt = weights(list(sets.values()), arguments)
    for answers, listing in arguments.unseen:
        told(answers, scored(labelled(answers, listing), learnt))
    lines = [f"{mark}: {worth}\n" for mark, worth in sorted(learnt.items())]
    if arguments.write:
        WEIGHTS.write_text(HEAD + "".join(lines), "utf-8")
    else:
        print("".join(lines), end="")


def told(answers, read):
    print(f"{Path(answers).name:24} precision {read.precision:.3f} recall {read.recall:.3f} F1 {read.f1:.3f}")


def papers_of(source):
    with open_source(Location(str(source))) as opened:
        yield from (record for record in opened.records if hasattr(record, "abstract"))


def labelled(answers, listing):
    """Each paper of a set: its texts, its answers, what speaks for each of its tasks, and which are right."""
    papers = list(papers_of(listing))
    lines = Path(answers).read_text("utf-8").splitlines()
    return [with_evidence(papers[answer["n"] - 1], answer["tasks"]) for answer in map(json.loads, lines)]


def with_evidence(paper, answers):
    texts, found = dict(paper.texts()), task_evidence.evidence(Reading(paper))
    rights = {name: bool(right(texts, answers, {name: each}).right) for name, each in found.items()}
    return texts, answers, found, rights


def judged(corpus):
    """The same of the papers with verdicts, without answers: which of the tasks that were judged are right."""
    verdicts = {verdict["key"]: verdict for verdict in map(json.loads, VERDICTS.read_text("utf-8").splitlines())}
    papers = [paper for paper in papers_of(corpus) if paper.key in verdicts]
    if len(papers) < len(verdicts):
        sys.exit(f"{corpus} has {len(papers)} of the {len(verdicts)} papers of {VERDICTS.name}: name their source.")
    return [with_verdicts(paper, verdicts[paper.key]) for paper in papers]


def with_verdicts(paper, verdict):
    found = task_evidence.evidence(Reading(paper))
    known = dict.fromkeys(verdict["wrong"], False) | dict.fromkeys(verdict["right"], True)
    return dict(paper.texts()), None, found, {name: known[name] for name in found if name in known}


def right(texts, answers, found, score=None):
    """The score of some tasks of one paper."""
    score = score or Score()
    compare("tasks", answers, [(name, *each.place[:3]) for name, each in found.items()], texts, score)
    return score


def weights(sets, arguments):
    """What the sets teach, in hundredths."""
    tasks = [
        [(found[name].marks, is_right) for _, _, found, rights in papers for name, is_right in rights.items()]
        for papers in sets
    ]
    times = Counter(mark for of_set in tasks for marks, _ in of_set for mark in marks)
    known = sorted(mark for mark, number in times.items() if number >= RAREST)
    table = np.array([[mark in marks for mark in known] for of_set in tasks for marks, _ in of_set], dtype=float)
    answers = np.array([is_right for of_set in tasks for _, is_right in of_set], dtype=float)
    counts = np.concatenate([np.full(len(of_set), TAUGHT / len(tasks) / len(of_set)) for of_set in tasks])
    learnt = regression(table, answers, counts, known.index("any"))
    learnt[known.index("any")] += arguments.lenience
    return {mark: round(100 * worth) for mark, worth in zip(known, learnt, strict=True)}


def regression(table, answers, counts, free):
    """The coefficients by Newton's method; each row counts as often as told, and the ridge spares the free one."""
    ridge = np.full(table.shape[1], RIDGE)
    ridge[free] = 1e-6
    learnt = np.zeros(table.shape[1])
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-table @ learnt))
        slope = table.T @ (counts * (answers - chances)) - ridge * learnt
        curvature = (table.T * (counts * chances * (1 - chances))) @ table + np.diag(ridge)
        learnt = learnt + np.linalg.solve(curvature, slope)
    return learnt


def scored(papers, learnt):
    """How well papers are read with some weights; of papers with verdicts, as far as these go."""
    score = Score()
    for texts, answers, found, rights in papers:
        names = chosen(found, {name: sum(learnt.get(mark, 0) for mark in each.marks) for name, each in found.items()})
        if answers is None:
            verdicts = [rights[name] for name in names if name in rights]
            score.found += len(verdicts)
            score.right += sum(verdicts)
            score.answers += sum(rights.values())
            score.hits += sum(verdicts)
        else:
            right(texts, answers, {name: found[name] for name in names}, score)
    return score


if __name__ == "__main__":
    main()

"""Score a database against hand-made answers, field by field.

    python benchmarks/score.py DATABASE ANSWERS.jsonl LISTING.txt

ANSWERS holds one object a line; its `n` is the paper's number, counted from 1, in LISTING, from which the database was
made. An extracted item and an item of the answers match when their normalised names are equal (canonical name, surface
or acronym) or when the extracted evidence overlaps an occurrence of the answer's surface in the same text. The figures
are micro-averaged over papers.
"""

import json
import re
import sqlite3
import sys
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


def tagged(singular, plural, condition="1"):
    return f"""
        select {plural}.name, field, start, "end" from paper_{plural} join {plural} on {plural}.id = {singular}_id
        where paper_id = :paper and {condition}
    """


FOUND = {
    "introduces": " union ".join(
        tagged(singular, plural, "role = 'introduced'")
        for singular, plural in (("method", "methods"), ("dataset", "datasets"))
    ),
    "models": tagged("method", "methods", "role <> 'introduced'"),
    "tasks": tagged("task", "tasks"),
    "datasets": tagged("dataset", "datasets"),
    "metrics": tagged("metric", "metrics"),
    "modalities": """
        select name, null, null, null from paper_modalities join modalities on modalities.id = modality_id
        where paper_id = :paper
    """,
    "links": "select url, null, null, null from links where paper_id = :paper",
    "acronyms": "select short || char(31) || long, null, null, null from acronyms where paper_id = :paper",
    "results": "select value, null, null, null from results where paper_id = :paper",
}
BY_PLACE_TOO = {"introduces", "models", "tasks", "datasets", "metrics"}


@dataclass
class Score:
    """Counts of one field: answers, how many of them were found, items found, how many of them are right."""

    answers: int = 0
    hits: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self):
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self):
        return self.hits / self.answers if self.answers else 1.0

    @property
    def f1(self):
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(database, answers, listing):
    """Returns the score of each field by name, and the share of papers whose contribution agrees."""
    lines = [line.strip() for line in Path(listing).read_text("utf-8").split("\n") if line.strip()]
    while lines[0].startswith("Get trending papers"):
        lines.pop(0)
    lines[0] = lines[0].removeprefix("Subscribe")
    scores = {field: Score() for field in FOUND}
    agreeing = []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        papers = list(db.execute("select id, title, abstract, contribution from papers"))
        by_text = {normalised(paper["abstract"])[:80]: paper for paper in papers}
        by_text |= {normalised(paper["title"]): paper for paper in papers}
        for line in Path(answers).read_text("utf-8").splitlines():
            answer = json.loads(line)
            title, abstract = lines[2 * answer["n"] - 2 : 2 * answer["n"]]
            paper = by_text.get(normalised(title)) or by_text[normalised(abstract)[:80]]
            agreeing.append(paper["contribution"] == answer["contribution"])
            for field, sql in FOUND.items():
                found = [tuple(row) for row in db.execute(sql, {"paper": paper["id"]})]
                compare(field, answer[field], found, paper, scores[field])
    return scores, sum(agreeing) / len(agreeing)


def compare(field, answers, found, paper, score):
    """Add one paper's matches to a score."""
    right = set()
    for answer in answers:
        names = names_of(field, answer)
        places = occurrences(paper, answer) if field in BY_PLACE_TOO else []
        matching = {
            index
            for index, (name, *place) in enumerate(found)
            if item_name(field, name) in names or any(overlap(place, other) for other in places)
        }
        score.hits += bool(matching)
        right |= matching
    score.answers += len(answers)
    score.found += len(found)
    score.right += len(right)


def normalised(text):
    """Letter case, accents, punctuation and a plural s do not count."""
    text = re.sub(r"[^a-z0-9+]+", "", unicodedata.normalize("NFKD", str(text)).lower())
    return text[:-1] if text.endswith("s") and len(text) > 3 else text


def names_of(field, answer):
    if field in ("links", "modalities"):
        return {item_name(field, answer)}
    if field == "acronyms":
        return {item_name(field, f"{answer['short']}\x1f{answer['long']}")}
    if field == "results":
        return {item_name(field, answer["value"])}
    return {normalised(answer[name]) for name in ("canonical", "surface", "acronym") if answer.get(name)}


def item_name(field, name):
    if field == "links":
        return name.rstrip("/").lower()
    if field == "acronyms":
        return "|".join(map(normalised, name.split("\x1f")))
    if field == "results":
        return f"{abs(float(name)):g}"
    return normalised(name)


def occurrences(paper, answer):
    surfaces = [answer[name] for name in ("surface", "acronym") if answer.get(name)]
    return [
        (field, match.start(), match.end())
        for surface in surfaces
        for field in ("title", "abstract")
        for match in re.finditer(re.escape(surface), paper[field])
    ]


def overlap(place, other):
    return place[0] == other[0] and place[1] < other[2] and other[1] < place[2]


def report(scores, agreement):
    """The lines of the score table."""
    yield f"{'field':12} {'precision':>9} {'recall':>7} {'F1':>6} {'answers':>8} {'found':>6}"
    for field, counts in scores.items():
        figures = f"{counts.precision:9.3f} {counts.recall:7.3f} {counts.f1:6.3f} {counts.answers:8d} {counts.found:6d}"
        yield f"{field:12} {figures}"
    yield f"contribution agrees in {agreement:.3f} of the papers"


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    print("\n".join(report(*score(*sys.argv[1:]))))

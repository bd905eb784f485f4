"""Papers related to a paper, and why: tasks, datasets, methods and metrics in common, lineage, and distinctive words.

Each thing in common counts by its rarity, ln(papers / papers with it), times the weight of its kind. Candidates are the
papers with the rarest of these things; what is too frequent to list only adds to the score of a candidate. So the work
is bounded whatever the size of the corpus.
"""

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from math import log

from datasette.utils import sqlite_timelimit

from ingest.schema import WITH_ROLE
from plugins.reading.lineage import is_introduction
from plugins.searching.query import Term, fts
from plugins.searching.telling import telling

LIMIT_MS = 500
MOST_LISTED = 1000  # papers of a thing whose papers are candidates
LEAST_LISTED = 20  # papers with a word that a small corpus has and that is distinctive nonetheless
MOST_TRIED = 60  # words and pairs whose frequency is asked for
MOST_WORDS = 20
MOST_CANDIDATES = 200
MOST_REASONS = 4
WEIGHTS = {"methods": 0.6, "datasets": 0.6, "tasks": 0.5, "metrics": 0.2}
SINGULAR = {"methods": "method", "datasets": "dataset", "tasks": "task", "metrics": "metric"}
OF_LINEAGE = 1.5  # times the weight where one of the two papers introduces the thing
MENTIONED = 0.5  # times the weight where one only mentions it
TEXT = "select title, abstract from papers where id = ?"
SIZE = "select max(id) from papers"
FREQUENCY = "select count(*) from (select 1 from papers_fts where papers_fts match ? limit ?)"
HOLDING = "select rowid from papers_fts where papers_fts match ?"
SHOWN = "select id, key, title, year from papers where id in (select value from json_each(?))"


@dataclass(frozen=True)
class Entity:
    """Something that the paper names, and how many papers name it; `role` is empty for tasks and metrics.

    `introduces` says whether the paper counts as one that introduces it.
    """

    plural: str
    id: int
    name: str
    papers: int
    role: str
    introduces: bool
    year: int | None


async def related_papers(database, paper_id, limit=6):
    """The papers most related to one, each {key, title, year, why}, `why` a list of texts, the weightiest first.

    Equals come in the order of their ids. None are returned where finding them takes too long.
    """

    def find(connection):
        with sqlite_timelimit(connection, LIMIT_MS):
            try:
                return related(connection, paper_id, limit)
            except sqlite3.OperationalError:
                return []

    return await database.execute_fn(find)


def related(connection, paper_id, limit):
    """The same in a thread of the database."""
    papers = connection.execute(SIZE).fetchone()[0] or 0
    entities = entities_of(connection, paper_id)
    reasons = defaultdict(list)  # by paper: weight, text
    for text, weight, found in shared_words(connection, paper_id, papers, entities):
        for other in found:
            reasons[other].append((weight, text))
    for entity in entities:
        if entity.papers <= MOST_LISTED:
            add_entity(reasons, entity, papers, naming(connection, entity))
    reasons.pop(paper_id, None)
    candidates = sorted(reasons, key=lambda other: (-score(reasons[other]), other))[:MOST_CANDIDATES]
    for entity in entities:
        if entity.papers > MOST_LISTED:
            add_entity(reasons, entity, papers, naming(connection, entity, candidates))
    best = sorted(candidates, key=lambda other: (-score(reasons[other]), other))[:limit]
    shown = {row[0]: row[1:] for row in connection.execute(SHOWN, [json.dumps(best)])}
    return [
        dict(zip(("key", "title", "year"), shown[other], strict=True)) | {"why": why(reasons[other])} for other in best
    ]


def score(reasons):
    """How much two papers have in common."""
    return sum(weight for weight, _ in reasons)


def why(reasons):
    """The weightiest reasons as texts, words that are in common as one."""
    ordered = sorted(reasons, key=lambda reason: (-reason[0], reason[1]))
    named = [text for _, text in ordered if not text.startswith("“")]
    words = [text for _, text in ordered if text.startswith("“")]
    words = [one for one in words if not any(one != other and one.strip("“”") in other for other in words)]
    return named[:MOST_REASONS] + ([f"both say {', '.join(words[:MOST_REASONS])}"] if words else [])


def entities_of(connection, paper_id):
    """What the paper names, by kind and name."""
    return [
        Entity(plural, *row)
        for plural, singular in SINGULAR.items()
        for row in connection.execute(
            f"""
            select {plural}.id, {plural}.name, {plural}.papers, {role_of(plural)}, papers.year
            from paper_{plural} named
              join {plural} on {plural}.id = named.{singular}_id
              join papers on papers.id = named.paper_id
            where named.paper_id = ? and {plural}.papers > 1
            order by {plural}.name
            """,
            [paper_id],
        )
    ]


def role_of(plural):
    """SQL for the role that a thing has in a paper, and for whether the paper counts as one that introduces it."""
    return f"named.role, {is_introduction(SINGULAR[plural], plural, 'named')}" if plural in WITH_ROLE else "'', 0"


def naming(connection, entity, candidates=None):
    """The papers, or those of the candidates, that name an entity, each with the role it has there and its year."""
    # The plus keeps SQLite from reading all papers of a frequent entity instead of a few rows of each candidate.
    column = f"named.{SINGULAR[entity.plural]}_id"
    among = f"+{column} = ? and named.paper_id in (select value from json_each(?))"
    where, values = (
        (f"{column} = ?", [entity.id]) if candidates is None else (among, [entity.id, json.dumps(candidates)])
    )
    return connection.execute(
        f"""
        select named.paper_id, {role_of(entity.plural)}, papers.year
        from paper_{entity.plural} named join papers on papers.id = named.paper_id
        where {where}
        """,
        values,
    ).fetchall()


def add_entity(reasons, entity, papers, found):
    """Let an entity count for each paper that names it as well."""
    for other, *named in found:
        text, factor = tie(entity, *named)
        reasons[other].append((WEIGHTS[entity.plural] * factor * log(papers / entity.papers), text))


def tie(entity, role, introduces, year):
    """How two papers meet in an entity, in words, and what that counts for."""
    kind = SINGULAR[entity.plural]
    if introduces and entity.role != "introduced" and in_order(year, entity.year):
        return f"introduces {entity.name}", OF_LINEAGE
    if entity.introduces and role != "introduced" and in_order(entity.year, year):
        return f"{'compares with' if role == 'compared' else role} {entity.name} of this paper", OF_LINEAGE
    if entity.plural == "tasks":
        return f"task: {entity.name}", 1.0
    return f"{kind}: {entity.name}", MENTIONED if "mentioned" in (entity.role, role) else 1.0


def in_order(year, later):
    """Whether a year is not after another, as far as both are known."""
    return year is None or later is None or year <= later


def shared_words(connection, paper_id, papers, entities):
    """Distinctive words and pairs, the weightiest first: the words in quotes, the weight, and the papers with them.

    The names of the paper's entities are left out, as these count themselves.
    """
    most = min(MOST_LISTED, max(LEAST_LISTED, papers // 20))
    title, abstract = connection.execute(TEXT, [paper_id]).fetchone()
    weighed = []
    for words, weight in telling(title, abstract, [entity.name for entity in entities])[:MOST_TRIED]:
        [frequency] = connection.execute(FREQUENCY, [fts(Term(words)), most + 1]).fetchone()
        if 1 < frequency <= most:
            weighed.append((weight * log(papers / frequency), words))
    for weight, words in sorted(weighed, key=lambda one: (-one[0], one[1]))[:MOST_WORDS]:
        yield f"“{words}”", weight, [row[0] for row in connection.execute(HOLDING, [fts(Term(words))])]

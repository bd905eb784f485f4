"""Lineage: names that one paper of the corpus introduces, recognised in the others.

No vocabulary knows such a name yet. Once all papers of a source are stored, every name that exactly one paper
introduces, and that is distinctive enough to mean nothing else, is looked for in the papers that are new or changed;
and the names that those introduce are looked for in all the others. What is found is tagged with the rule `corpus`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ahocorasick

from ingest.extract import datasets, methods
from ingest.extract.mention import Tag
from ingest.extract.reading import Reading
from ingest.extract.subjects import is_team
from ingest.extract.vocabulary import Vocabulary
from ingest.paper import Paper
from ingest.store import Store, batches

RULE = "corpus"
LONGEST_DOUBTED = 6  # characters of a name that its paper's title does not have
KINDS = {"method": "methods", "dataset": "datasets"}
DISTINCTIVE = re.compile(r"(?=.{5})\w*(?:[a-z0-9][A-Z]|[A-Z]{2}[a-z]|[A-Z]-?[0-9])[\w.+-]*|[A-Z]{7}[A-Z0-9-]*")
FORGET = """
    delete from paper_{plural} where rule = ? and {kind}_id not in (
      select {kind}_id from paper_{plural} where role = 'introduced' group by {kind}_id having count(*) = 1
    )
"""
INTRODUCED = """
    select {plural}.name, max(paper_id in (select paper_id from written)) as is_new,
      max(instr(papers.title, {plural}.name)) > 0 as is_in_title
    from paper_{plural}
      join {plural} on {plural}.id = {kind}_id
      join papers on papers.id = paper_id
    where role = 'introduced'
    group by {plural}.id having count(*) = 1
    order by {plural}.name
"""
WRITTEN = "select id, title, abstract from papers where id in (select paper_id from written) order by id"
OTHERS = """
    select papers.id, papers.title, papers.abstract from papers_fts join papers on papers.id = papers_fts.rowid
    where papers_fts match ? and papers.id not in (select paper_id from written)
"""
TAGGED = """
    select paper_id, name from paper_{plural} join {plural} on {plural}.id = {kind}_id where paper_id in
"""


@dataclass(frozen=True)
class Stored:
    """A paper as the database holds it."""

    id: int
    paper: Paper


def recognise(store: Store, known: Vocabulary) -> None:
    """Tag papers with the names that others introduce."""
    for kind, plural in KINDS.items():
        store.db.execute(FORGET.format(kind=kind, plural=plural), [RULE])
        introduced = store.db.execute(INTRODUCED.format(kind=kind, plural=plural)).fetchall()
        names = {
            name: is_new
            for name, is_new, is_in_title in introduced
            if is_distinctive(name, LONGEST_DOUBTED * (not is_in_title)) and not is_known(known, name)
        }
        if not names:
            continue
        tag_papers(store, known, kind, written(store), automaton_of(list(names)))
        fresh = [name for name, is_new in names.items() if is_new]
        if fresh:
            tag_papers(store, known, kind, others(store, fresh), automaton_of(fresh))


def is_distinctive(name: str, longer_than: int) -> bool:
    """Whether a word of the name means nothing else: it has capitals inside, digits after them, or seven capitals.

    "Language Processing" is a phrase of many papers even if one of them calls its method so. A name that is not in
    its paper's title has to be longer: short ones are often another thing's acronym.
    """
    return any(DISTINCTIVE.fullmatch(word) and len(word) > longer_than for word in name.split())


def is_known(known: Vocabulary, name: str) -> bool:
    """Whether the vocabulary has the name, of whatever kind: then it is found without the corpus."""
    return any(known.entry(kind, name) or known.name_of(kind, name) for kind in ("task", "dataset", "method", "metric"))


def automaton_of(names: list[str]) -> Any:
    automaton = ahocorasick.Automaton()
    for name in names:
        automaton.add_word(name, name)
    automaton.make_automaton()
    return automaton


def written(store: Store) -> Iterator[Stored]:
    """The papers that this run added or changed."""
    return (stored(row) for row in store.db.execute(WRITTEN))


def others(store: Store, names: list[str]) -> Iterator[Stored]:
    """Papers of earlier runs that may hold one of the names."""
    met: set[int] = set()
    for name in names:
        phrase = name.replace('"', '""')
        for row in store.db.execute(OTHERS, [f'"{phrase}"']).fetchall():
            if row[0] not in met:
                met.add(row[0])
                yield stored(row)


def stored(row: tuple[Any, ...]) -> Stored:
    return Stored(id=row[0], paper=Paper(title=row[1], abstract=row[2]))


def tag_papers(store: Store, known: Vocabulary, kind: str, papers: Iterator[Stored], automaton: Any) -> None:
    """Tag each paper with the names it holds, but for those that it has already."""
    plural = KINDS[kind]
    for batch in batches(papers):
        found = [(paper, tag) for paper in batch for tag in tags(Reading(paper.paper, known), automaton, kind)]
        ids = list({paper.id: 0 for paper, _ in found})
        tagged = set(store.select(TAGGED.format(kind=kind, plural=plural), ids))
        store.write_tags(kind, plural, [(paper.id, tag) for paper, tag in found if (paper.id, tag.name) not in tagged])


def tags(reading: Reading, automaton: Any, kind: str) -> Iterator[Tag]:
    """The first place of each name; not of one that the paper itself gives another meaning."""
    met: set[str] = set()
    for field, text in reading.paper.texts():
        for start, end, name in places(text, automaton):
            if name in met or name in reading.long_forms or is_team(name, reading.paper.title):
                continue
            if not is_of_longer(reading, field, start, end):
                met.add(name)
                role = role_of(reading, kind, field, start, end)
                yield Tag(field=field, start=start, end=end, name=name, rule=RULE, role=role)


def is_of_longer(reading: Reading, field: str, start: int, end: int) -> bool:
    """Whether a place is a piece of something known: MARCO in "MS MARCO"."""
    return any(term.start < start and end <= term.end for term in reading.terms[field])


def role_of(reading: Reading, kind: str, field: str, start: int, end: int) -> str:
    """The part that a name has where it stands, by the rules of its kind."""
    if kind == "dataset":
        return datasets.role_of(reading, field, start, end)
    return methods.role_of(reading, field, start, end)


def places(text: str, automaton: Any) -> Iterator[tuple[int, int, str]]:
    """Where the names stand as whole words; of two at one place the longer."""
    found = [(last - len(name) + 1, last + 1, name) for last, name in automaton.iter(text)]
    reached = 0
    for start, end, name in sorted(found, key=lambda place: (place[0], -place[1])):
        if start >= reached and is_whole(text, start, end):
            reached = end
            yield start, end, name


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether no letter, digit or hyphen goes before and no letter or digit behind."""
    before, behind = text[start - 1 : start] if start else "", text[end : end + 1]
    return not (before.isalnum() or (before in ("-", "_") and before)) and not (behind.isalnum() or behind == "_")

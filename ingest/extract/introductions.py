"""Introductions: the names that a paper gives to what it itself proposes, methods and data alike.

Cues say where a name may stand ("we propose ...", "... called ...", "NAME: a title"), and `naming` tells which name
stands there. What the vocabulary knows is another's work, unless the paper explains it as its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.extract.acronyms import Acronym
from ingest.extract.definitions import components, of_lists
from ingest.extract.mention import Mention
from ingest.extract.naming import Find, Namer, count, namer
from ingest.extract.proposals import behind_cues
from ingest.extract.reading import Reading, once
from ingest.extract.resources import is_data
from ingest.extract.subjects import apposed, explained, is_impersonal, of_repository, subjects, variants
from ingest.extract.titles import before_colon, explained_in_title, of_title, whole_title

AMBIGUOUS = 4  # capitals up to which a short form alone says too little
EDITION = re.compile(r"^[^\s-]+[ -]?20[0-3]\d(?: (?:Shared.?)?Task.*)?$|Challenge 20[0-3]\d$|^SemEval", re.IGNORECASE)
DOUBTFUL = frozenset(["strong", "weak", "passive", "naming", "repository"])  # rules that a known method outdoes


@dataclass(frozen=True, kw_only=True)
class Introduction(Mention):
    """A name that the paper introduces. `name` is the form to show, `forms` are all that the text writes.

    `is_data` tells a dataset, benchmark or corpus from a method.
    """

    name: str
    forms: tuple[str, ...]
    is_data: bool
    rule: str


@once
def introduced_names(reading: Reading) -> tuple[Introduction, ...]:
    """The names that the paper introduces, each once, in the order of the text, the title first."""
    title, abstract = namer(reading, "title"), namer(reading, "abstract")
    in_title = list(before_colon(title)) or list(explained_in_title(title))
    in_abstract = list(behind_cues(abstract))
    in_abstract += unspoken(title, abstract, in_title, in_abstract)
    in_abstract += components(abstract, in_abstract, has_name=bool(in_title or in_abstract))
    if not in_title and not in_abstract:
        in_title = list(whole_title(title))
    found: list[Introduction] = []
    taken: set[str] = set()
    for place, finds in ((title, in_title), (abstract, in_abstract)):
        for find in finds:
            introduction = introduce(place, find)
            if EDITION.search(introduction.name):
                continue  # "NAME 2020: ..." is a campaign, and others take part in it
            if introduction.rule in DOUBTFUL and reading.known.name_of("method", introduction.name):
                continue  # "we build multilingual BERT" introduces no BERT
            keys = {key(form) for form in {introduction.name, *introduction.forms}}
            if place is title and not introduction.is_data and is_told_to_be_data(abstract, in_abstract, keys):
                introduction = replace(introduction, is_data=True)
            if keys.isdisjoint(taken):
                found.append(introduction)
            taken |= keys
    return tuple(found)


def unspoken(title: Namer, abstract: Namer, in_title: list[Find], in_abstract: list[Find]) -> Iterator[Find]:
    """The names that stand without a verb of proposing before them."""
    impersonal = is_impersonal(abstract)
    if not in_title:
        yield from of_title(title.text, abstract, impersonal)
    yield from of_lists(abstract, title.text)
    yield from apposed(abstract, not impersonal)
    yield from explained(abstract, title.text)
    own = [
        find.acronym.short if find.acronym else place.text[find.start : find.end]
        for place, finds in ((title, in_title), (abstract, in_abstract))
        for find in finds
    ]
    yield from variants(abstract, own)
    if not in_title and not in_abstract:
        yield from of_repository(abstract)
    if impersonal:
        yield from subjects(abstract, not all(is_data(abstract, find) for find in in_abstract))


def is_told_to_be_data(abstract: Namer, finds: list[Find], keys: set[str]) -> bool:
    """Whether the abstract says of a name that the title only mentions that it is one of data."""
    return any(key(abstract.text[find.start : find.end]) in keys and is_data(abstract, find) for find in finds)


def key(form: str) -> str:
    """What two writings of a name share."""
    letters = "".join(filter(str.isalnum, form)).casefold()
    return letters.removesuffix("s") if len(letters) > 3 else letters


def introduce(place: Namer, find: Find) -> Introduction:
    """A find as it is handed on."""
    name = place.text[find.start : find.end]
    acronym = find.acronym or next((each for each in place.reading.acronyms if name in (each.short, each.long)), None)
    start, end = place.long_span(find.acronym) if find.acronym else (find.start, find.end)
    known = next((term.name for term in place.terms_at(start, end) if term.kind in ("method", "dataset")), None)
    return Introduction(
        field=place.field,
        start=start,
        end=end,
        name=known or (form_to_show(acronym, place.reading.paper.title) if acronym else name),
        forms=(acronym.short, acronym.long) if acronym else (name,),
        is_data=is_data(place, find),
        rule=find.rule,
    )


def form_to_show(acronym: Acronym, title: str) -> str:
    """The short form when it can stand alone: a title's, or one that is not just a few capitals."""
    short = acronym.short[:-1] if re.search(r"[A-Z]s$", acronym.short) else acronym.short
    is_ambiguous = len(short) <= AMBIGUOUS and short.isupper()
    is_shown = title.startswith(f"{short}:") or (len(short) == AMBIGUOUS and count(short, title) > 0)
    return acronym.long if is_ambiguous and not is_shown else short

"""Which metric and which dataset a number is of: the nearest in its clause, or its own in a list "respectively"."""

from collections.abc import Callable, Sequence

from ingest.extract import quantities
from ingest.extract.places import PREPOSITIONS, Place, roles

BESIDE = 6  # words between a number and the metric right behind it
FAR = 20  # words between a number and a dataset or metric further on
STOPS = frozenset([",", ";", ":", ")", ".", "and", "or"])
SCALES = frozenset(["rate", "rates", "score", "scores"])  # "an F1 score of" is F1

Subject = tuple[str | None, str | None]  # metric and dataset


def subjects(members: Sequence[Place], ends: Sequence[Place]) -> list[Subject]:
    """The metric and the dataset of each number of a sentence; `ends` as `ends_of_lists` has them."""
    metrics = names_of("metric", metric_of, members, ends)
    datasets = names_of("dataset", dataset_of, members, ends)
    return list(zip(metrics, datasets, strict=True))


def names_of(
    kind: str, name_of: Callable[[Place, Place], str | None], members: Sequence[Place], ends: Sequence[Place]
) -> list[str | None]:
    """What of a kind each number of a sentence is of; most sentences name nothing of it."""
    if kind not in members[0].line.terms:
        return [None] * len(members)
    found = [name_of(place, end) for place, end in zip(members, ends, strict=True)]
    if len(members) > 1:
        distribute(kind, members, ends, found)
    return found


def ends_of_lists(members: Sequence[Place]) -> list[Place]:
    """For each number, the last one of the list or range that it stands in."""
    ends = list(members)
    for index in range(len(members) - 2, -1, -1):
        if quantities.are_linked(members[0].line.text, members[index].quantity, members[index + 1].quantity):
            ends[index] = ends[index + 1]
    return ends


def distribute(kind: str, members: Sequence[Place], ends: Sequence[Place], found: list[str | None]) -> None:
    """ "28.1 and 25.2 on A and B": one each, where a list of names is as long as the list of numbers."""
    start = 0
    while start < len(members):
        size = sum(end is ends[start] for end in ends)
        names = names_beside(kind, members[start], ends[start]) if size > 1 else []
        if len(names) == size and (size > 2 or is_list_of_names(members[start])):
            found[start : start + size] = names
        start += size


def is_list_of_names(place: Place) -> bool:
    """Two numbers and two names are easily no lists, unless the sentence says so."""
    return "respectively" in place.line.words


def names_beside(kind: str, first: Place, last: Place) -> list[str]:
    """The names of a kind behind a list of numbers; without any, those before it."""
    terms = first.line.terms.get(kind, ())
    behind = [term.name for term in terms if term.start >= last.quantity.digits_end]
    before = [term.name for term in terms if term.end <= first.quantity.start]
    return list(dict.fromkeys(behind or before))


def metric_of(place: Place, end: Place) -> str | None:
    """Right behind the number or its list; else before it in the clause; else after it.

    What is so many times faster, or has so many percent fewer parameters, is of no metric named before.
    """
    behind = end.term_behind("metric")
    words_behind = end.between(behind) if behind else ()
    if behind and is_beside(words_behind):
        return behind.name
    if place.group == "factor" or place.follows("degree", 1):
        return behind.name if behind and not is_parted(words_behind) else None
    before = place.term_before("metric")
    if place.group == "physical":
        return before.name if before and all("glue" in roles(word) for word in place.between(before)) else None
    if before:
        between = place.between(before)
        if not any("clause" in roles(word) for word in between):
            return None if is_other(between) else before.name
    if behind and (is_only(place, "metric") or not is_parted(words_behind)):
        return behind.name
    return None


def dataset_of(place: Place, end: Place) -> str | None:
    """Behind the number in the same phrase; else before it in the clause; else the sentence's only one."""
    behind = end.term_behind("dataset")
    if behind and not is_parted(end.between(behind)):
        return behind.name
    if place.group == "physical":
        return None
    before = place.term_before("dataset")
    if before and not any("clause" in roles(word) for word in place.between(before)):
        return before.name
    return place.line.terms["dataset"][0].name if is_only(place, "dataset") else None


def is_other(between: Sequence[str]) -> bool:
    """Whether the words between a metric and a number speak of another measure, or begin to say what else changed."""
    marks = [roles(word) for word in between]
    if any(
        "unspecific" in mark or ("measures" in mark and word not in SCALES)
        for word, mark in zip(between, marks, strict=True)
    ):
        return True
    return any(
        word in ("and", "which", ",") and "change" in following and "excel" not in following
        for word, following in zip(between, marks[1:], strict=False)
    )


def is_only(place: Place, kind: str) -> bool:
    """Whether the sentence names one thing of the kind."""
    return len({term.name for term in place.line.terms.get(kind, ())}) == 1


def is_beside(between: Sequence[str]) -> bool:
    """ "68.2% ImageNet-1K top-1 accuracy", "4.5% in average final accuracy"."""
    return len(between) <= BESIDE and not any(
        word in STOPS or (word in PREPOSITIONS and word not in ("in", "of")) or "break" in roles(word)
        for word in between
    )


def is_parted(between: Sequence[str]) -> bool:
    """Whether another number or clause begins between a number and a term behind it."""
    return len(between) > FAR or any(
        word in STOPS or word == "with" or word[0].isdigit() or "clause" in roles(word) for word in between
    )

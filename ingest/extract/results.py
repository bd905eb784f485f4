"""Numeric results that a text states: the number, its unit, what kind it is, and the metric and dataset it is of.

`quantities` finds the numbers, `places` the words around them, `verdicts` says of each what it is, and `attachment`
what a result is of. Here they come together, and a number that its own words leave open follows its neighbours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ingest.extract import attachment, places, quantities
from ingest.extract.mention import Mention
from ingest.extract.places import Place, roles
from ingest.extract.reading import Reading
from ingest.extract.verdicts import LEVELS, SETTING, Verdict, has_size, is_counting, is_plural, judge

UNIT_WORDS = 3  # a longer noun is too long for a unit
REPEATED = (*LEVELS, "by")


@dataclass(frozen=True, kw_only=True)
class Result(Mention):
    """A number that the paper reports: `kind` is absolute, improvement or count."""

    value: float
    unit: str | None
    kind: str
    rule: str
    metric: str | None = None
    dataset: str | None = None


def extract(reading: Reading) -> Iterator[Result]:
    """The results of title and abstract in the order of the text, each value of a metric and dataset once."""
    seen: set[tuple[object, ...]] = set()
    for field, text in reading.paper.texts():
        for members in places.find(reading, field, text):
            for result in in_sentence(members):
                key = (result.value, result.unit, result.kind, result.metric, result.dataset)
                if key not in seen:
                    seen.add(key)
                    yield result


def in_sentence(members: Sequence[Place]) -> Iterator[Result]:
    """The results among the numbers of one sentence."""
    judged = zip(members, verdicts_of(members), strict=True)
    found = [(place, verdict) for place, verdict in judged if verdict and verdict.kind != "setting"]
    if found:
        ends = attachment.ends_of_lists([place for place, _ in found])
        subjects = attachment.subjects([place for place, _ in found], ends)
        for (place, verdict), last, subject in zip(found, ends, subjects, strict=True):
            yield result_of(place, verdict, last, subject)


def result_of(place: Place, verdict: Verdict, last: Place, subject: attachment.Subject) -> Result:
    """One result; `last` ends the list that it stands in. A count is of no metric and no dataset."""
    is_count = verdict.kind == "count"
    unit, end = counted_unit(place) if is_count else (measured_unit(last), place.quantity.end)
    metric, dataset = (None, None) if is_count else subject
    return Result(
        field=place.line.sentence.field,
        start=place.quantity.start,
        end=end,
        value=place.quantity.value,
        unit=unit,
        kind=verdict.kind or "absolute",
        rule=verdict.rule,
        metric=metric,
        dataset=dataset,
    )


def verdicts_of(members: Sequence[Place]) -> list[Verdict | None]:
    """What each number of a sentence is, by its own words or else by its neighbours."""
    verdicts = [judge(place) for place in members]
    if len(members) > 1:
        follow_list(members, verdicts)
        follow_preposition(members, verdicts)
        follow_count(members, verdicts)
        follow_kind(members, verdicts)
    return verdicts


def counted_unit(place: Place) -> tuple[str | None, int]:
    """What a count counts, as the text names it, and where that ends."""
    quantity, line, noun = place.quantity, place.line, place.noun()
    if place.total():
        return next((word for word in place.after if is_plural(word)), None), quantity.end
    length = next((index for index, word in enumerate(noun, 1) if is_plural(word)), len(noun))
    if quantity.unit or not 0 < length <= UNIT_WORDS:
        return quantity.unit or (noun[length - 1] if length else None), quantity.end
    *_, last = islice(places.TOKEN.finditer(line.text, quantity.end), length)
    return line.text[quantity.end : last.end()].strip(), last.end()


def measured_unit(place: Place) -> str | None:
    """The unit of a result; "2.3 BLEU points" are points too."""
    is_points = not place.quantity.unit and any(word in ("points", "point") for word in place.after[:3])
    return "points" if is_points else place.quantity.unit


# What a number follows


def follow_list(members: Sequence[Place], verdicts: list[Verdict | None]) -> None:
    """A number that its own words leave open is what its neighbour in a list is, and is of its kind."""
    text = members[0].line.text
    pairs = [
        (index, index + 1)
        for index in range(len(members) - 1)
        if quantities.are_linked(text, members[index].quantity, members[index + 1].quantity)
    ]
    for known, other in [*((right, left) for left, right in reversed(pairs)), *pairs]:
        verdict, own = verdicts[known], verdicts[other]
        if verdict is None:
            continue
        if verdict.kind == "setting":
            if known > other and members[known].quantity.unit == "%":
                verdicts[other] = verdict
        elif own is None and members[known].quantity.is_scaled == members[other].quantity.is_scaled:
            verdicts[other] = verdict
        elif own is not None and not own.kind:
            verdicts[other] = replace(own, kind=verdict.kind)


def follow_preposition(members: Sequence[Place], verdicts: list[Verdict | None]) -> None:
    """ "above 50 on one and above 35 on another": a plain number behind the preposition of an earlier result.

    "with 1% of labels, with 10%": a share behind that of an earlier setting.
    """
    earlier: tuple[str, Verdict] | None = None
    is_given = False
    for index, place in enumerate(members):
        verdict, preposition = verdicts[index], place.governor()
        if place.quantity.unit == "%" and preposition == "with":
            is_given = is_given or verdict == SETTING
            verdicts[index] = verdict = SETTING if is_given else verdict
        if preposition not in REPEATED:
            continue
        is_open = verdict is None and not place.quantity.is_scaled
        if is_open and earlier and earlier[0] == preposition and not is_counting(place):
            verdicts[index] = verdict = earlier[1]
        if verdict and verdict.kind != "setting":
            earlier = preposition, verdict


def follow_count(members: Sequence[Place], verdicts: list[Verdict | None]) -> None:
    """ "549 conversations (18,077 utterances) and 12 domains": what is counted on in the same breath."""
    for index in range(1, len(members)):
        earlier, place = verdicts[index - 1], members[index]
        if verdicts[index] is None and earlier and earlier.rule == "resource-size" and has_size(place):
            between = place.line.words[members[index - 1].last : place.first]
            if not any(roles(word) & {"using", "testing"} for word in between):
                verdicts[index] = earlier


def follow_kind(members: Sequence[Place], verdicts: list[Verdict | None]) -> None:
    """ "by 6% on one, 3% on another": without a word for itself, a result is of the kind of the one before."""
    latest: dict[tuple[str | None, bool], int] = {}
    for index, (place, verdict) in enumerate(zip(members, verdicts, strict=True)):
        manner = place.quantity.unit, place.quantity.is_signed
        earlier = latest.get(manner)
        if verdict and not verdict.kind and earlier is not None and is_continued(members[earlier], place):
            known = verdicts[earlier]
            verdicts[index] = verdict = replace(verdict, kind=known.kind if known else "")
        if verdict and verdict.kind != "setting":
            latest[manner] = index


def is_continued(first: Place, second: Place) -> bool:
    """Whether nothing between two numbers says that the second one is of something else."""
    if second.before[:1] == ("(",) != first.before[:1]:
        return False
    between = [roles(word) for word in second.line.words[first.last : second.first]]
    return not any("clause" in marks or ("reach" in marks and "measures" not in marks) for marks in between)

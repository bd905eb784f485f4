"""Tasks: the problems that a paper works on or evaluates on.

What a text mentions is not yet what it works on: what speaks for each task that is named is weighed
(`task_evidence`), and a task in passing is left out.
"""

from collections.abc import Iterator

from ingest.extract.mention import Tag
from ingest.extract.reading import Reading, once
from ingest.extract.task_evidence import Evidence, evidence
from ingest.extract.task_places import cues

ENOUGH, LEAST = 0, -60  # a paper without a task of enough weight gets its best one, if it has the least


def extract(reading: Reading) -> Iterator[Tag]:
    """Each task that the paper works on once, at the place that shows it best."""
    yield from task_tags(reading)


@once
def task_tags(reading: Reading) -> tuple[Tag, ...]:
    """The tasks of enough weight."""
    found = evidence(reading)
    return tuple(tag(name, found[name]) for name in chosen(found, {name: each.weight for name, each in found.items()}))


def chosen(found: dict[str, Evidence], weights: dict[str, int]) -> list[str]:
    """Those of enough weight; a general one only where no other task says the same more precisely."""
    enough = min(ENOUGH, max(weights.values(), default=0))
    names = [name for name, weight in weights.items() if weight >= max(enough, LEAST)]
    return [name for name in names if not is_part(name, names, found)]


def tag(name: str, found: Evidence) -> Tag:
    field, start, end, _ = found.place
    return Tag(field=field, start=start, end=end, name=name, rule=found.rule)


def is_part(name: str, names: list[str], found: dict[str, Evidence]) -> bool:
    """Whether another task says the same more precisely: for a general one any that is named, else one that counts."""
    if cues().has("generic", name):
        return any(other != name and other.endswith(f" {name}") for other in found)
    if found[name].place.field == "title":
        return False
    return any(other != name and f" {name} " in f" {other} " for other in names)

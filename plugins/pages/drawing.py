"""Small charts as plain numbers, which a template draws as SVG: no script, no dependency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 640, 130, 3  # pixels of the drawing; it is scaled to its place
WIDEST = 44  # a column
MOST_LABELS = 12


@dataclass(frozen=True)
class Bar:
    """One value: its label, the number, and where its rectangle lies."""

    label: str
    value: float
    x: float
    y: float
    width: float
    height: float
    is_labelled: bool = True


@dataclass(frozen=True)
class Chart:
    """Columns in a drawing of a size."""

    bars: tuple[Bar, ...]
    width: float
    height: float

    @property
    def is_roomy(self) -> bool:
        """Whether each column has room for its number."""
        return len(self.bars) <= MOST_LABELS

    @property
    def peak(self) -> Bar:
        return max(self.bars, key=lambda bar: bar.value)


def columns(pairs: Sequence[tuple[object, float]]) -> Chart:
    """Values over something ordered, such as years. At most every few columns have a label."""
    top = max((value for _, value in pairs), default=0) or 1
    step = WIDTH / max(len(pairs), 1)
    every = -(-len(pairs) // MOST_LABELS)
    width = min(step - GAP, WIDEST)
    drawn = tuple(
        Bar(
            label=str(label),
            value=value,
            x=round((place + 0.5) * step - width / 2, 1),
            y=round(HEIGHT * (1 - value / top), 1),
            width=round(width, 1),
            height=round(HEIGHT * value / top, 1),
            is_labelled=(len(pairs) - 1 - place) % every == 0,
        )
        for place, (label, value) in enumerate(pairs)
    )
    return Chart(drawn, WIDTH, HEIGHT)


@dataclass(frozen=True)
class Part:
    """A stretch of a bar: which of the parts it is, counted from 0, its number, and where it lies, in percent."""

    place: int
    name: str
    value: float
    x: float
    width: float


@dataclass(frozen=True)
class Stack:
    """A bar made of parts, with their sum."""

    label: str
    value: float
    parts: tuple[Part, ...]


def stacks(pairs: Sequence[tuple[object, Mapping[str, float]]]) -> tuple[Stack, ...]:
    """Bars of things in a list, each made of parts; the longest bar is 100 percent."""
    names = list(dict.fromkeys(name for _, parts in pairs for name in parts))
    top = max((sum(parts.values()) for _, parts in pairs), default=0) or 1
    return tuple(stack(str(label), parts, names, 100 / top) for label, parts in pairs)


def stack(label: str, parts: Mapping[str, float], names: Sequence[str], scale: float) -> Stack:
    """One bar, its parts in the order of the names."""
    drawn, reached = [], 0.0
    for place, name in enumerate(names):
        value = parts.get(name, 0)
        drawn.append(Part(place, name, value, round(reached * scale, 2), round(value * scale, 2)))
        reached += value
    return Stack(label, reached, tuple(drawn))


def shares(values: Sequence[float]) -> list[float]:
    """Each value in percent of the largest."""
    top = max(values, default=0) or 1
    return [round(100 * max(value, 0) / top, 1) for value in values]

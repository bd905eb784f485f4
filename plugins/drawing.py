"""Small charts as plain numbers, which a template draws as SVG: no script, no dependency."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP, LINE = 640, 130, 3, 22  # pixels of the drawing; it is scaled to its place
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
    """Bars in a drawing of a size. `is_upright` tells columns over time from bars in a list."""

    bars: tuple[Bar, ...]
    width: float
    height: float
    is_upright: bool

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
    return Chart(drawn, WIDTH, HEIGHT, is_upright=True)


def bars(pairs: Sequence[tuple[object, float]]) -> Chart:
    """Values of things in a list, the label above nothing and beside its bar."""
    top = max((value for _, value in pairs), default=0) or 1
    drawn = tuple(
        Bar(str(label), value, 0, place * LINE, round(WIDTH * max(value, 0) / top, 1), LINE - GAP)
        for place, (label, value) in enumerate(pairs)
    )
    return Chart(drawn, WIDTH, LINE * max(len(pairs), 1), is_upright=False)


def shares(values: Sequence[float]) -> list[float]:
    """Each value in percent of the largest."""
    top = max(values, default=0) or 1
    return [round(100 * max(value, 0) / top, 1) for value in values]

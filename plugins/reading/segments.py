"""A text cut where evidence starts and ends, so that a page can highlight spans that overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise


@dataclass(frozen=True)
class Span:
    """A stretch of a text, in characters from 0, and what a page says of it.

    `anchor` is the id that links lead to, `kind` what the span is evidence of, `label` the value that it stands for,
    `address` where the words themselves lead, if they do.
    """

    start: int
    end: int
    kind: str
    label: str = ""
    role: str = ""
    anchor: str = ""
    address: str = ""


@dataclass(frozen=True)
class Piece:
    """Plain text, or a span around further pieces. A span that another one cuts has several pieces."""

    text: str = ""
    span: Span | None = None
    is_first: bool = True
    pieces: tuple["Piece", ...] = ()


@dataclass(frozen=True)
class Segment:
    """A stretch that the same spans cover throughout, those that start first outermost."""

    start: int
    text: str
    spans: tuple[Span, ...]


def cut(text: str, spans: Iterable[Span]) -> tuple[Piece, ...]:
    """The text as nested pieces: their plain texts in a row spell it, and every span covers what it covers.

    Spans that reach beyond the text are clipped, empty ones are dropped.
    """
    inside = [span for span in spans if 0 <= span.start < min(span.end, len(text))]
    inside.sort(key=lambda span: (span.start, -span.end))
    return nest(segments(text, inside), 0)


def segments(text: str, spans: Sequence[Span]) -> list[Segment]:
    """The stretches between all starts and ends."""
    edges = sorted({0, len(text), *(span.start for span in spans), *(min(span.end, len(text)) for span in spans)})
    return [
        Segment(start, text[start:end], tuple(span for span in spans if span.start <= start and span.end >= end))
        for start, end in pairwise(edges)
    ]


def nest(row: Sequence[Segment], depth: int) -> tuple[Piece, ...]:
    """Segments in a row as pieces, those of one span together."""

    def outermost(segment: Segment) -> Span | None:
        return segment.spans[depth] if len(segment.spans) > depth else None

    pieces = []
    for span, group in groupby(row, key=outermost):
        covered = list(group)
        if span is None:
            pieces.append(Piece(text="".join(segment.text for segment in covered)))
        else:
            pieces.append(Piece(span=span, is_first=covered[0].start == span.start, pieces=nest(covered, depth + 1)))
    return tuple(pieces)

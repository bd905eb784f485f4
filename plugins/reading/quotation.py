"""A quote with the words around it, so that it can be read by itself."""

import re
from dataclasses import dataclass

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9(\"“])|(?<=[。！？])")
ROOM = 90  # characters shown before and behind a quote, at most
MARGIN = 150  # characters read from the database on each side of it, so that texts of any length cost the same


@dataclass(frozen=True)
class Quotation:
    """The words before a quote, the quote, and the words behind; cut ends are marked."""

    before: str
    quote: str
    after: str


def window(text: str, start: str, end: str) -> str:
    """An SQL expression: the text around a place. The place starts there at `start_in_window`."""
    return f"substr({text}, max({start} - {MARGIN}, 0) + 1, {end} - max({start} - {MARGIN}, 0) + {MARGIN})"


def start_in_window(start: int) -> int:
    """Where a place that starts at `start` of its text starts in the window around it."""
    return min(start, MARGIN)


def quotation(text: str, start: int, end: int, room: int = ROOM) -> Quotation:
    """The quote in its sentence, of which at most `room` characters stand on each side."""
    before, after = text[:start], text[end:]
    opening = [match.end() for match in SENTENCE_END.finditer(before)]
    closing = SENTENCE_END.search(after)
    before = before[opening[-1] :] if opening else before
    after = after[: closing.start()] if closing else after
    return Quotation(shortened_before(before, room), text[start:end], shortened_after(after, room))


def shortened_before(words: str, room: int) -> str:
    """The last words that have room."""
    return words if len(words) <= room else "…" + words[-room:].partition(" ")[2]


def shortened_after(words: str, room: int) -> str:
    """The first words that have room."""
    return words if len(words) <= room else words[:room].rpartition(" ")[0] + "…"

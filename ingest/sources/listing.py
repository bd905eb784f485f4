"""A listing: a page of papers saved as text, a line with a title and then a line with its abstract."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from ingest.cleaning import clean
from ingest.lexicon import load
from ingest.paper import Paper, Reject
from ingest.sources.text import first_lines, numbered_lines

NAME = "listing"

OTHER_FORMATS = (b"{", b"[", b"<", b"@", b"%", b"#")
LONGEST_TITLE = 300  # characters; abstracts may be shorter, hence the rules below
SENTENCE_WORDS = 12  # so many words that end in a full stop are a sentence, not a title
EXCERPT = 80  # characters


@dataclass(frozen=True)
class Boilerplate:
    """What a site adds to its pages: whole lines, and words glued to the line after one."""

    line: re.Pattern[str]
    glued: re.Pattern[str]


@cache
def boilerplate() -> Boilerplate:
    """The patterns of `vocabulary/boilerplate.yml`."""
    data = load("boilerplate")
    return Boilerplate(
        line=re.compile(rf"[\W_]*(?:{'|'.join(data['lines'])})[\W_]*", re.IGNORECASE),
        glued=re.compile(rf"(?i:{'|'.join(data['glued'])})(?=[A-Z0-9\"'(\[])"),
    )


def recognise(head: bytes) -> bool:
    """Whether at least half of what the head holds are pairs of a title and an abstract."""
    if head.lstrip().startswith(OTHER_FORMATS):
        return False
    text = "\n".join(first_lines(head)).encode("utf-8")
    records = list(read(io.BytesIO(text)))
    papers = sum(isinstance(record, Paper) for record in records)
    return papers > 0 and len(records) - 1 <= 2 * papers  # the head may end after a title


def read(stream: BinaryIO) -> Iterator[Paper | Reject]:
    """Pair each abstract with the title right before it; whatever cannot be paired is rejected."""
    title: tuple[int, str] | None = None
    for number, line in content(numbered_lines(stream)):
        pending = title[1] if title else None
        if pending and is_stray(line):
            yield reject(number, "neither a title nor an abstract", line)
        elif is_abstract(line, pending):
            if title:
                yield Paper(title=title[1], abstract=line)
            else:
                yield reject(number, "an abstract without a title", line)
            title = None
        else:
            if title:
                yield reject(title[0], "a title without an abstract", title[1])
            title = number, line
    if title:
        yield reject(title[0], "a title without an abstract", title[1])


def content(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Cleaned lines that are neither blank nor the site's."""
    after_boilerplate = False
    for number, raw in lines:
        line = clean(raw)
        if after_boilerplate:
            line = boilerplate().glued.sub("", line, count=1) if starts_glued(line) else line
        if not line:
            continue
        after_boilerplate = bool(boilerplate().line.fullmatch(line))
        if not after_boilerplate:
            yield number, line


def starts_glued(line: str) -> bool:
    return bool(boilerplate().glued.match(line))


def is_abstract(line: str, pending: str | None) -> bool:
    """Whether a line is prose. `pending` is the title that waits for its abstract, if one does."""
    if len(line) > LONGEST_TITLE:
        return True
    if not line.endswith((".", ".)", '."', ".”")):
        return False
    is_sentence = len(line.split()) >= SENTENCE_WORDS
    return is_sentence or (pending is not None and not pending.endswith("."))


def is_stray(line: str) -> bool:
    """Whether a line is too slight to replace a title that already waits: "Page 2", "loading..."."""
    if len(line.split()) > 2:
        return False
    return line.islower() or line.endswith(("...", "…", ":")) or any(map(str.isdigit, line))


def reject(number: int, reason: str, line: str) -> Reject:
    return Reject(position=f"line {number}", reason=reason, excerpt=line[:EXCERPT])

"""JSON lines: one paper a line, as an object.

Keys that are read: `title` (needed), `abstract`, `authors` (a list of names, or of objects with a `name`),
`year`, `published` (YYYY-MM-DD), `venue`, `url`, `doi`, `arxiv_id`, `upvotes`, and `id`, an identifier with
a scheme such as `acl:2016.amta-researchers.1`.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

from ingest.cleaning import clean
from ingest.paper import Paper, Reject
from ingest.sources.text import first_lines, numbered_lines

NAME = "JSON lines"

YEARS = range(1000, 2101)
MOST_UPVOTES = 10**9
EXCERPT = 80  # characters
LEADING_BYTES = b"\xef\xbb\xbf \t\r\n"
LONG_HEAD = 60_000  # bytes
DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
ARXIV_ID = re.compile(
    r"(?:https?://arxiv\.org/abs/|arxiv:)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?",
    re.IGNORECASE,
)


class InvalidRecordError(ValueError):
    """A record that breaks the format; the message says how."""


def recognise(head: bytes) -> bool:
    """Whether a line of the head is an object with a title."""
    if not head.lstrip(LEADING_BYTES).startswith(b"{"):
        return False
    lines = first_lines(head)
    if len(lines) == 1 and len(head) > LONG_HEAD:
        return '"title"' in lines[0]  # a first line longer than the head
    return any(is_titled(line) for line in lines)


def is_titled(line: str) -> bool:
    """Whether a line is an object with a text as its title."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and isinstance(record.get("title"), str)


def read(stream: BinaryIO) -> Iterator[Paper | Reject]:
    """A paper or a reject for each line that is not blank."""
    for number, line in numbered_lines(stream):
        if not line.strip():
            continue
        try:
            yield paper(line)
        except InvalidRecordError as error:
            yield Reject(position=f"line {number}", reason=str(error), excerpt=clean(line)[:EXCERPT])


def paper(line: str) -> Paper:
    """The paper that one line describes."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InvalidRecordError("not valid JSON") from error
    if not isinstance(record, dict):
        raise InvalidRecordError("not a JSON object")
    title = text(record, "title")
    if not title:
        raise InvalidRecordError("no title")
    published = published_on(record)
    return Paper(
        title=title,
        abstract=text(record, "abstract") or "",
        year=whole_number(record, "year", YEARS) or (int(published[:4]) if published else None),
        published=published,
        venue=text(record, "venue"),
        url=web_address(record),
        doi=identifier(record, "doi", DOI),
        arxiv_id=identifier(record, "arxiv_id", ARXIV_ID),
        source_id=source_identifier(record),
        upvotes=whole_number(record, "upvotes", range(MOST_UPVOTES)),
        authors=authors(record),
    )


def text(record: dict[str, Any], name: str) -> str | None:
    """A text, cleaned; None when it is missing or empty."""
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidRecordError(f"{name} is not a text")
    return clean(value) or None if value else None


def whole_number(record: dict[str, Any], name: str, allowed: range) -> int | None:
    """A whole number in the range, also when written as a text; None when missing."""
    value = record.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 12:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        raise InvalidRecordError(f"{name} is not a whole number from {allowed.start} to {allowed.stop - 1}")
    return value


def published_on(record: dict[str, Any]) -> str | None:
    """The day of publication as an ISO date; a time of day is dropped."""
    value = text(record, "published")
    if value is None:
        return None
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError as error:
        raise InvalidRecordError("published is not a date in the form YYYY-MM-DD") from error


def web_address(record: dict[str, Any]) -> str | None:
    """The paper's page, http or https only: other schemes run script."""
    value = text(record, "url")
    if value and not re.fullmatch(r"https?://\S+", value, re.IGNORECASE):
        raise InvalidRecordError("url does not start with http:// or https://")
    return value


def identifier(record: dict[str, Any], name: str, form: re.Pattern[str]) -> str | None:
    """A DOI or an arXiv number, bare, whether given so or as an address."""
    value = text(record, name)
    match = form.fullmatch(value) if value else None
    if value and not match:
        raise InvalidRecordError(f"{name} has not the form of one")
    return match[1] if match else None


def source_identifier(record: dict[str, Any]) -> str | None:
    """An `id` with a scheme. A bare one, say a row's number, is none: another file may use it as well."""
    value = record.get("id")
    return clean(value) or None if isinstance(value, str) and ":" in value else None


def authors(record: dict[str, Any]) -> tuple[str, ...]:
    """Names in their order, each once."""
    value = record.get("authors") or []
    if not isinstance(value, list):
        raise InvalidRecordError("authors is not a list")
    names: list[str] = []
    for entry in value:
        name = entry.get("name") if isinstance(entry, dict) else entry
        if not isinstance(name, str):
            raise InvalidRecordError("authors holds something else than names")
        names.append(name)
    return tuple(dict.fromkeys(filter(None, map(clean, names))))

"""Text out of bytes, line by line, whatever wrote them."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

LINE_CHARACTERS = 4_000_000  # no record is longer; a bound keeps memory flat on a file without newlines


class LineTooLongError(Exception):
    """A line beyond LINE_CHARACTERS."""


def decode_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 are read as Windows-1252, as most such text in the wild is."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("carrel.windows-1252", decode_windows_1252)


def numbered_lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Lines numbered from 1, without their end; LF, CRLF and CR end one, a byte order mark is dropped."""
    reader = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="carrel.windows-1252", newline=None)
    for number, line in enumerate(iter(lambda: reader.readline(LINE_CHARACTERS + 1), ""), start=1):
        if len(line) > LINE_CHARACTERS:
            raise LineTooLongError(f"line {number} is longer than {LINE_CHARACTERS:,} characters. Is it really text?")
        yield number, line.rstrip("\n")
    reader.detach()


def first_lines(head: bytes) -> list[str]:
    """The lines of a source's head; the last one is dropped where the head may have cut it."""
    lines = [line for _, line in numbered_lines(io.BytesIO(head))]
    return lines[:-1] if len(lines) > 1 and not head.endswith((b"\n", b"\r")) else lines

"""Sources: from what the user names to a stream of records, one module a format.

A format is a module with a `NAME`, `recognise(head)`, which tells from the first bytes whether it can
read a source, and `read(stream)`, which yields a `Paper` or a `Reject` for each record.
"""

import glob
import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from ingest.paper import Paper, Reject
from ingest.sources import jsonlines, listing
from ingest.sources.text import LineTooLongError

HEAD_BYTES = 65_536
GZIP_MAGIC = b"\x1f\x8b"
STANDARD_INPUT = "-"


class SourceError(Exception):
    """A source that cannot be read; the message says what, where and what to do."""


class UnknownFormatError(SourceError):
    """A source of a format that no module reads."""


class Format(Protocol):
    """What a module of this package offers."""

    NAME: str

    def recognise(self, head: bytes) -> bool: ...

    def read(self, stream: BinaryIO) -> Iterator[Paper | Reject]: ...


FORMATS: tuple[Format, ...] = (jsonlines, listing)  # the first that recognises the source reads it


@dataclass(frozen=True)
class Location:
    """Where a source is. `optional` ones, met in a directory, are passed over when of no known format."""

    path: str
    optional: bool = False

    @property
    def name(self) -> str:
        """What is stored and shown: never a directory of this machine."""
        return "standard input" if self.path == STANDARD_INPUT else Path(self.path).name

    @property
    def shown(self) -> str:
        """How an error names it: as the user did."""
        return self.name if self.path == STANDARD_INPUT else self.path

    @property
    def size(self) -> int | None:
        """Bytes to read, where that is known beforehand."""
        return None if self.path == STANDARD_INPUT else Path(self.path).stat().st_size


def locate(arguments: Iterable[str]) -> list[Location]:
    """Files, directories (all files below, sorted), patterns and `-`, each named file once."""
    located: dict[str, Location] = {}
    for argument in arguments:
        for location in expand(argument):
            located.setdefault(location.path, location)
    return list(located.values())


def expand(argument: str) -> list[Location]:
    """The sources that one argument names; at least one, else a SourceError."""
    path = Path(argument)
    if argument == STANDARD_INPUT or path.is_file():
        return [Location(argument)]
    if path.is_dir():
        below = (file for file in sorted(path.rglob("*")) if is_visible(file.relative_to(path)))
        found = [Location(str(file), optional=True) for file in below if file.is_file()]
        return found or fail(f"The directory {argument} holds no files: name one that holds sources.")
    if path.exists():
        return [Location(argument)]  # a pipe or a device
    matches = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207 - patterns may be absolute
    files = [Location(match) for match in matches if Path(match).is_file()]
    return files or fail(f"No such file: {argument}. Check the name, or use - for standard input.")


def is_visible(path: Path) -> bool:
    """Whether no part of the path is hidden, as `.git` is."""
    return not any(part.startswith(".") for part in path.parts)


def fail(message: str) -> list[Location]:
    """Raise: an expression, for use after `or`."""
    raise SourceError(message)


class Tally(io.RawIOBase):
    """A stream that counts and hashes what is read from it."""

    def __init__(self, stream: BinaryIO, shown: str) -> None:
        super().__init__()
        self.stream = stream
        self.shown = shown
        self.count = 0
        self.hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        try:
            data = self.stream.read(len(buffer))
        except OSError as error:
            raise SourceError(f"Cannot read {self.shown}: {error.strerror}.") from error
        buffer[: len(data)] = data
        self.count += len(data)
        self.hash.update(data)
        return len(data)


class Rewound(io.RawIOBase):
    """A stream with its head, read before for recognition, put back in front."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        super().__init__()
        self.head = head
        self.stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        data = self.head[: len(buffer)] or self.stream.read(len(buffer))
        self.head = self.head[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


@dataclass(frozen=True)
class OpenSource:
    """A source whose format is known, to be read once from start to end."""

    name: str
    format: str
    records: Iterator[Paper | Reject]
    tally: Tally

    @property
    def bytes_read(self) -> int:
        return self.tally.count

    def sha256(self) -> str:
        """The hash of all bytes of the source, once its records are read."""
        self.tally.read()  # what follows the end of a compressed stream
        return self.tally.hash.hexdigest()


@contextmanager
def open_source(location: Location) -> Iterator[OpenSource]:
    """Open, decompress and recognise. Every failure to read, now or later, is a SourceError."""
    with open_bytes(location.path) as raw:
        tally = Tally(raw, shown=location.shown)
        stream = decompressed(io.BufferedReader(tally, HEAD_BYTES))
        with readable(location):
            head = stream.read(HEAD_BYTES)
        reader = recognise(head, location.shown)
        records = reader.read(io.BufferedReader(Rewound(head, stream), HEAD_BYTES))
        yield OpenSource(location.name, reader.NAME, guarded(records, location), tally)


def guarded(records: Iterator[Paper | Reject], location: Location) -> Iterator[Paper | Reject]:
    """The same records; what goes wrong while they are read is told as of their source."""
    with readable(location):
        yield from records


@contextmanager
def readable(location: Location) -> Iterator[None]:
    """Tell what is wrong with the bytes of a source."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        words = str(error).rstrip(".")
        raise SourceError(f"{location.shown} is damaged ({words}): fetch or compress it again.") from error
    except LineTooLongError as error:
        raise SourceError(f"{location.shown}: {error}") from error


@contextmanager
def open_bytes(path: str) -> Iterator[BinaryIO]:
    """Standard input stays open, a file is closed."""
    if path == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115 - closed below; only opening may fail here
    except OSError as error:
        raise SourceError(f"Cannot read {path}: {error.strerror}.") from error
    with file:
        yield file


def decompressed(stream: io.BufferedReader) -> BinaryIO:
    """The stream itself, or what it unpacks to: told by its first bytes, not by its name."""
    if stream.peek(len(GZIP_MAGIC))[: len(GZIP_MAGIC)] == GZIP_MAGIC:
        return gzip.GzipFile(fileobj=stream)  # type: ignore[return-value]
    return stream


def recognise(head: bytes, name: str) -> Format:
    """The format of a source that starts with these bytes."""
    if not head.strip():
        raise UnknownFormatError(f"{name} is empty.")
    known = ", ".join(form.NAME for form in FORMATS)
    if b"\0" in head:
        raise UnknownFormatError(f"{name} is binary, not text. Formats that can be read: {known}.")
    for form in FORMATS:
        if form.recognise(head):
            return form
    raise UnknownFormatError(f"{name} is of no known format. Formats that can be read: {known}.")

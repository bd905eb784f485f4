"""Links: the addresses a text gives, as one should follow them, with their host and what they lead to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from ingest.extract.mention import Mention
from ingest.extract.reading import Reading
from ingest.extract.scanning import sought
from ingest.lexicon import load

# Code points that RFC 3986 forbids in an address end it, and so do brackets and bars of any markup.
ADDRESS = r"[^\s<>\"{}|\\^`\[\]“”‘’«»…]"
PAIRS = {")": "(", "'": "'", "*": "*"}
TRAILING = ".,;:!?'\"*_~。，；：、）)·•†‡"


@dataclass(frozen=True, kw_only=True)
class Link(Mention):
    """An address with a scheme; `kind` is code, project, model, data or other."""

    url: str
    host: str
    kind: str


@dataclass(frozen=True)
class Kind:
    """A kind of link and how to tell it."""

    name: str
    hosts: frozenset[str]
    addresses: re.Pattern[str] | None

    def fits(self, url: str, host: str) -> bool:
        if self.hosts & {host.split(".", level)[-1] for level in range(host.count("."))}:
            return True
        return bool(self.addresses and self.addresses.search(url))


@cache
def kinds() -> tuple[Kind, ...]:
    """The kinds of `vocabulary/links.yml`, in their order."""
    return tuple(
        Kind(
            name=entry["kind"],
            hosts=frozenset(entry.get("hosts", ())),
            addresses=re.compile("|".join(entry["addresses"]), re.I) if "addresses" in entry else None,
        )
        for entry in vocabulary()["kinds"]
    )


@cache
def pattern() -> re.Pattern[str]:
    """Addresses with a scheme, with "www.", or on a host that needs neither."""
    schemeless = vocabulary()["schemeless"]
    hosts = "|".join(map(re.escape, schemeless["hosts"]))
    domains = "|".join(map(re.escape, schemeless["domains"]))
    return re.compile(
        rf"(?:https?://|(?<![\w@./-])(?:www\.(?=[\w-]+\.\w)|(?=(?:{hosts})/\w)|(?=[\w-]+\.(?:{domains})\b)))"
        rf"{ADDRESS}+",
        re.IGNORECASE,
    )


@sought("address")
def address_words(_field: str) -> dict[str, None]:
    """What every address without a scheme starts with, or its domain: a text without is not searched."""
    schemeless = vocabulary()["schemeless"]
    return dict.fromkeys(("www", *(name.partition(".")[0] for names in schemeless.values() for name in names)))


@cache
def vocabulary() -> dict[str, Any]:
    data: dict[str, Any] = load("links")
    return data


def extract(reading: Reading) -> Iterator[Link]:
    """Each address of the title and the abstract once, at its first place."""
    seen: set[str] = set()
    for field, text in reading.paper.texts():
        for link in find(field, text) if "://" in text or reading.hits[field]["address"] else ():
            if comparable(link.url) not in seen:
                seen.add(comparable(link.url))
                yield link


def find(field: str, text: str) -> Iterator[Link]:
    """Every address of one text."""
    for match in pattern().finditer(text):
        written = trimmed(match[0])
        url = written if "://" in written else f"https://{written}"
        host = host_of(url)
        if host:
            end = match.start() + len(written)
            yield Link(
                field=field,
                start=match.start(),
                end=end,
                url=url,
                host=host,
                kind=kind_of(url, host),
            )


def trimmed(address: str) -> str:
    """Without the sentence's punctuation: a closing bracket stays where the address opens it."""
    second = re.search(r".(?=https?://)", address[8:])
    if second:
        address = address[: 8 + second.end()]  # two addresses run into one
    while address and address[-1] in TRAILING and not is_balanced(address):
        address = address[:-1]
    return address


def is_balanced(address: str) -> bool:
    """Whether the last character closes a round bracket that the address itself opens."""
    return address[-1] == ")" and address.count("(") >= address.count(")")


def host_of(url: str) -> str | None:
    """The host in lower case without "www."; None when there is none, as in "https://."."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return host if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", host) else None


def comparable(url: str) -> str:
    """Two addresses that only differ in scheme, case of the host, "www." or a last slash are one."""
    parts = urlsplit(url)
    return f"{host_of(url)}{parts.path.rstrip('/')}?{parts.query}#{parts.fragment}"


def kind_of(url: str, host: str) -> str:
    """The first kind that fits; `other` when none does."""
    return next((kind.name for kind in kinds() if kind.fits(url, host)), "other")

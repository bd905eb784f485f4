"""The record that flows from a source to the store, and its identity."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

KEY_WORDS = 8
DIGEST_CHARACTERS = 10


@dataclass(frozen=True)
class Paper:
    """One paper as a source gives it, texts cleaned. What the source does not say is None or empty.

    `source_id` is the source's own identifier, with a scheme (`acl:2016.amta-researchers.1`).
    `published` is an ISO date.
    """

    title: str
    abstract: str = ""
    year: int | None = None
    published: str | None = None
    venue: str | None = None
    url: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None
    source_id: str | None = None
    upvotes: int | None = None
    authors: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        """The permalink: a function of the identity alone, so it survives order, runs and edits.

        The strongest identifier the source gives is the identity; without one it is the title,
        folded so that letter case, accents and punctuation do not matter.
        """
        identifier = self.identifier
        if identifier:
            readable = slugify(identifier)
            return readable if readable == identifier else f"{readable}-{digest(identifier)}"
        words = re.split(r"[^a-z0-9]+", slugify(self.title))[:KEY_WORDS]
        return "-".join([*filter(None, words), digest(folded(self.title))])

    @property
    def identifier(self) -> str | None:
        """The DOI, the arXiv number or the source's own identifier, in lower case; None without."""
        if self.doi:
            return f"doi:{self.doi}".lower()
        if self.arxiv_id:
            return f"arxiv:{self.arxiv_id}".lower()
        return self.source_id.lower() if self.source_id else None

    def texts(self) -> Iterator[tuple[str, str]]:
        """The two texts that are read, each with the name of its column."""
        yield "title", self.title
        yield "abstract", self.abstract

    def fingerprint(self, rules: str) -> str:
        """Changes when anything of the record does, or the version of the rules that read it."""
        return digest(repr((rules, self)), characters=32)


@dataclass(frozen=True)
class Reject:
    """A record that was refused: where it stands in its source, why, and how it begins."""

    position: str
    reason: str
    excerpt: str


def digest(text: str, characters: int = DIGEST_CHARACTERS) -> str:
    """The first hexadecimal characters of the text's BLAKE2 hash."""
    return hashlib.blake2b(text.encode("utf-8")).hexdigest()[:characters]


def folded(text: str) -> str:
    """Letters and digits of any script in lower case without accents: what two spellings share."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in decomposed if character.isalnum()) or text


def slugify(text: str) -> str:
    """A name for URLs in `[a-z0-9.+:-]`; empty when the text has no Latin letter and no digit."""
    decomposed = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9.+:]+", "-", decomposed.lower()).strip("-.:")

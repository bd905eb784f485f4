"""Entities by their address: found, or what is near."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from sqlite3 import Connection

from plugins.reading.evidence import KINDS, Row, rows

PLURALS = {kind: plural for kind, plural in KINDS.items() if kind != "modality"} | {"author": "authors"}
CANDIDATES = 300  # names compared with a name that is not there
NEAR = 8
LEAST_LIKE = 0.6


@dataclass(frozen=True)
class Entity:
    """One row of a table of names."""

    kind: str
    id: int
    name: str
    slug: str
    papers: int

    @property
    def plural(self) -> str:
        return PLURALS[self.kind]

    @property
    def table(self) -> str:
        """The table that ties papers to entities of this kind."""
        return f"paper_{self.plural}"

    @property
    def column(self) -> str:
        """The column of that table which names the entity."""
        return f"{self.kind}_id"

    @property
    def has_roles(self) -> bool:
        return self.kind in ("dataset", "method")

    @property
    def has_evidence(self) -> bool:
        """Whether a paper has words for it: authors stand in the record, not in the text."""
        return self.kind != "author"


def by_slug(connection: Connection, kind: str, slug: str) -> Entity | None:
    return found_by(connection, kind, "slug", slug)


def by_name(connection: Connection, kind: str, name: str) -> Entity | None:
    return found_by(connection, kind, "name", name)


def found_by(connection: Connection, kind: str, column: str, value: str) -> Entity | None:
    """The one entity with this value in a column that tells them apart."""
    sql = f"select id, name, slug, papers from {PLURALS[kind]} where {column} = ?"
    row = next(rows(connection, sql, value), None)
    return Entity(kind=kind, **row) if row else None


def near(connection: Connection, kind: str, text: str) -> list[Row]:
    """Entities whose names resemble a text, the most alike first."""
    wanted = folded(text)
    if not wanted:
        return []
    candidates = rows(
        connection,
        f"""
        select name, slug, papers from {PLURALS[kind]}
        where instr(slug, ?) or (slug >= ? and slug < ? || '~' and abs(length(slug) - ?) < 3)
        order by papers desc limit {CANDIDATES}
        """,
        *(wanted[:4], wanted[:1], wanted[:1], len(wanted)),
    )
    scored = [(likeness(wanted, row["slug"]), row) for row in candidates]
    scored.sort(key=lambda pair: (-pair[0], -pair[1]["papers"], pair[1]["slug"]))
    return [row for score, row in scored[:NEAR] if score > LEAST_LIKE]


def likeness(wanted: str, slug: str) -> float:
    """From 0 to 1: how alike two slugs are, or one and a word of the other."""
    words = [part for part in slug.split("-") if abs(len(part) - len(wanted)) < 3]
    return max(SequenceMatcher(None, wanted, part).ratio() for part in (slug, *words))


def folded(text: str) -> str:
    """A text as the slug of a name would begin: Latin letters without accents, digits, hyphens."""
    latin = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9.+]+", "-", latin).strip("-")

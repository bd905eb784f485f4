"""Lists of all entities of a kind: by number of papers or from A to Z, one letter, or with words in the name."""

from collections import Counter
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from plugins.entities.lookup import PLURALS, folded
from plugins.reading.evidence import Row, rows

PAGE = 120  # names
LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0"  # stands for all digits
ORDERS = {"papers": "papers desc, slug", "name": "slug"}


@dataclass(frozen=True)
class Listing:
    """What is asked for: words in the name, a letter that it begins with, an order, a page from 1."""

    kind: str
    words: str = ""
    letter: str = ""
    order: str = "papers"
    page: int = 1

    @property
    def condition(self) -> tuple[str, dict[str, Any]]:
        """SQL that narrows the names, and its values."""
        parts, values = ["1"], {}
        if self.words:
            parts.append("(instr(lower(name), lower(:words)) or (:folded <> '' and instr(slug, :folded)))")
            values |= {"words": self.words, "folded": folded(self.words)}
        if self.letter:
            parts.append("slug >= :first and slug < :behind")
            values |= {"first": self.letter, "behind": ":" if self.letter == DIGITS else chr(ord(self.letter) + 1)}
        return " and ".join(parts), values


def listed(connection: Connection, listing: Listing) -> tuple[int, list[Row]]:
    """How many names there are in all, and those of the page: `name`, `slug`, `papers`."""
    condition, values = listing.condition
    plural = PLURALS[listing.kind]
    [total] = rows(connection, f"select count(*) as names from {plural} where {condition}", values)
    found = rows(
        connection,
        f"""
        select name, slug, papers from {plural} where {condition}
        order by {ORDERS[listing.order]} limit {PAGE} offset :offset
        """,
        values | {"offset": (listing.page - 1) * PAGE},
    )
    return total["names"], list(found)


def letters(connection: Connection, kind: str) -> dict[str, int]:
    """How many names begin with each letter, digits together. Names are counted by their slug, so without accents."""
    sql = f"select substr(slug, 1, 1) as letter, count(*) as names from {PLURALS[kind]} group by 1"
    counts: Counter[str] = Counter()
    for row in rows(connection, sql):
        counts[row["letter"] if row["letter"] in LETTERS else DIGITS] += row["names"]
    return {letter: counts[letter] for letter in (DIGITS, *LETTERS) if counts[letter]}

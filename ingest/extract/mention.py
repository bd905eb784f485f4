"""A mention: a value and the place in the text that it stands on."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Mention:
    """`field` is `title` or `abstract`; `start` and `end` count characters of it, from 0.

    The quote is `text[start:end]`. Each field's own kind of mention adds its values.
    """

    field: str
    start: int
    end: int

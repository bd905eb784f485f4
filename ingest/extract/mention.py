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


@dataclass(frozen=True, kw_only=True)
class Tag(Mention):
    """A named thing that a paper speaks of, at the place that shows it best.

    `name` is canonical, `rule` says which rule found it, and `role` (methods and datasets only) is introduced,
    used, compared or mentioned.
    """

    name: str
    rule: str
    role: str | None = None

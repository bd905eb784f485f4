"""The parameters of facets, such as `_task=image-classification|object-detection`: read, described and changed.

A parameter that is repeated asks for all of its values (AND). Inside one, `a|b` asks for either (OR), `!a` for papers
without it, `none` for papers of which no value is known, `!none` for those with any. A backslash takes the next
character as it is, for venues such as `A|B`.
"""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote_plus

from ingest.facets import FACETS, Facet

NONE = "none"
MOST = 50  # values of all facets together: beyond, no one reads them any more


class ParameterError(Exception):
    """A parameter that means nothing; the message says why and what to write."""


@dataclass(frozen=True)
class Choice:
    """What one parameter asks for: any of these values or, with `none`, no value; or the contrary of all that."""

    values: tuple[str, ...] = ()
    none: bool = False
    negated: bool = False

    @property
    def is_or(self) -> bool:
        return not self.negated and len(self.values) + self.none > 1

    @property
    def text(self) -> str:
        """The choice as a parameter says it."""
        words = [escaped(value) for value in self.values] + [NONE] * self.none
        return "!" * self.negated + "|".join(words)

    def without(self, value: str) -> "Choice":
        return replace(self, values=tuple(other for other in self.values if other != value))

    def __bool__(self) -> bool:
        return bool(self.values) or self.none


Choices = dict[str, tuple[Choice, ...]]  # by facet


def escaped(value: str) -> str:
    """A value that is read as itself, whatever characters it has."""
    text = value.replace("\\", "\\\\").replace("|", "\\|")
    return f"\\{text}" if text.startswith("!") or text == NONE else text


def choices_of(query_string: str) -> Choices:
    """The choices that a query string makes, for each facet that it names; empty parameters choose nothing."""
    chosen: Choices = {}
    for name, text in parse_qsl(query_string, keep_blank_values=True):
        facet = FACETS.get(name[1:]) if name.startswith("_") else None
        if facet and text.strip():
            choice = parsed(facet, text.strip())
            earlier = chosen.get(facet.name, ())
            chosen[facet.name] = earlier if choice in earlier else (*earlier, choice)
    if sum(len(choice.values) for choices in chosen.values() for choice in choices) > MOST:
        raise ParameterError(f"More than {MOST} values are chosen: remove some of them.")
    return chosen


def parsed(facet: Facet, text: str) -> Choice:
    """One parameter's value, which is not empty."""
    negated = text.startswith("!")
    words = list(split(text[negated:]))
    if not all(word for word, _ in words):
        raise ParameterError(
            f"{facet.parameter}={shortened(text)} has an empty value: write {facet.parameter}=a, a|b, !a or none."
        )
    if any(word.startswith("!") and not quoted for word, quoted in words):
        raise ParameterError(
            f"{facet.parameter}={shortened(text)} excludes in the middle: write ! once, in front, as in !a|b."
        )
    values = dict.fromkeys(word for word, quoted in words if quoted or word != NONE)
    return Choice(tuple(values), (NONE, False) in words, negated)


def split(text: str):
    """The words between bars, and whether a word began with a backslash."""
    word, quoted, characters = "", False, iter(text)
    for character in characters:
        if character == "|":
            yield word.strip(), quoted
            word, quoted = "", False
        elif character == "\\":
            quoted = quoted or not word
            word += next(characters, "")
        else:
            word += character
    yield word.strip(), quoted


def shortened(text: str) -> str:
    """As much of a value as a message can hold."""
    return text if len(text) <= 80 else f"{text[:80]}…"


class Links:
    """Links from one page to the same page with other choices."""

    def __init__(self, path: str, query_string: str, choices: Choices) -> None:
        pairs = parse_qsl(query_string, keep_blank_values=True)
        parameters = {FACETS[name].parameter for name in FACETS}
        others = [(name, value) for name, value in pairs if name not in parameters and name not in ("_next", "_inside")]
        self.path = path
        self.others = [f"{quote_plus(name)}={quote_plus(value)}" for name, value in others if name != "_page"]
        self.choices = choices
        self.encoded = {
            name: [f"_{name}={quote_plus(choice.text, safe='!')}" for choice in chosen]
            for name, chosen in choices.items()
        }
        self.here = self.joined(self.encoded)

    def to(self, name: str, chosen: tuple[Choice, ...], path: str = "") -> str:
        """The page with these choices for one facet."""
        own = [f"_{name}={quote_plus(choice.text, safe='!')}" for choice in chosen]
        return self.joined({**self.encoded, name: own}, path)

    def same(self, path: str = "") -> str:
        """The page with all choices as they are."""
        return self.joined(self.encoded, path) if path else self.here

    def clear(self) -> str:
        """The page with no choice."""
        return self.joined({})

    def joined(self, encoded: dict[str, list[str]], path: str = "") -> str:
        parts = [*self.others, *(part for parts in encoded.values() for part in parts)]
        return "?".join([path or self.path, *filter(None, ["&".join(parts)])])

    def toggle(self, facet: Facet, value: str) -> str:
        """Choose a value, or give it up. Where values exclude each other, or are alternatives, it becomes one more."""
        chosen = self.choices.get(facet.name, ())
        if not chosen:
            return self.added(facet, Choice((value,)))
        if any(value in choice.values for choice in chosen):
            return self.to(facet.name, tuple(filter(None, (choice.without(value) for choice in chosen))))
        if facet.single or any(choice.is_or for choice in chosen):
            return self.either(facet, value) or self.to(facet.name, (*chosen, Choice((value,))))
        return self.to(facet.name, (*chosen, Choice((value,))))

    def added(self, facet: Facet, choice: Choice) -> str:
        """One more choice, for a facet that has none."""
        same = self.same()
        return f"{same}{'&' if '?' in same else '?'}_{facet.name}={quote_plus(choice.text, safe='!')}"

    def either(self, facet: Facet, value: str) -> str | None:
        """Make a value an alternative to the last one that was chosen; None where there is nothing to add it to."""
        chosen = self.choices.get(facet.name, ())
        if any(value in choice.values for choice in chosen):
            return None
        return self.widened(facet, lambda last: replace(last, values=(*last.values, value)))

    def widened(self, facet: Facet, widen) -> str | None:
        """The last choice that is no exclusion made wider."""
        chosen = list(self.choices.get(facet.name, ()))
        for place in reversed(range(len(chosen))):
            if not chosen[place].negated:
                chosen[place] = widen(chosen[place])
                return self.to(facet.name, tuple(chosen))
        return None

    def exclude(self, facet: Facet, value: str) -> str:
        """Choose the papers without a value."""
        if facet.name not in self.choices:
            return self.added(facet, Choice((value,), negated=True))
        chosen = (choice.without(value) for choice in self.choices.get(facet.name, ()))
        return self.to(facet.name, (*filter(None, chosen), Choice((value,), negated=True)))

    def none(self, facet: Facet) -> str:
        """Choose the papers of which no value is known, or give that up."""
        chosen = self.choices.get(facet.name, ())
        if any(choice.none for choice in chosen):
            return self.to(facet.name, tuple(filter(None, (replace(choice, none=False) for choice in chosen))))
        if facet.single or any(choice.is_or for choice in chosen):
            wider = self.widened(facet, lambda last: replace(last, none=True))
            if wider:
                return wider
        return self.to(facet.name, (*chosen, Choice(none=True)))

    def remove(self, facet: Facet, choice: Choice) -> str:
        """Give up one choice."""
        return self.to(facet.name, tuple(other for other in self.choices[facet.name] if other != choice))

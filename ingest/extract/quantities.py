"""Numbers of a text with their units: what is written, before anyone asks what it means.

A number that belongs to a name or a code ("GPT-4", "3D", "Recall@1", "13-layer", "10^6") is none of them.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from ingest.lexicon import load

MOST = 2_000  # numbers of one text: what has more is a table
LONGEST = 18  # characters of a number: more is a code, not a quantity
SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9, "t": 1e12, "trillion": 1e12}
SCALE = r"\s?(?:[kKMBT](?!\w)|(?:thousand|million|billion|trillion)\b)"
RANK = "rank"  # the unit of "4th"
DEVIATION = r"\s?(?:±|\+/-|\+-)\s?[0-9]+(?:\.[0-9]+)?"
DASHES = "-–—−‐‑"
# What stands between two numbers of one range or list.
LINK = re.compile(
    r"\s*(?:[-–—−~/&]|,?\s*(?:and|or|to|vs\.?|versus)\b|,)\s*"
    r"(?:(?:to|by|about|around|over|only|almost|even|up)\s+)*[~≈+<>]?",
    re.IGNORECASE,
)
# "0,475" and "89,84%": a comma before the fraction, as several languages write it; a digit first, for speed.
DECIMAL_COMMA = re.compile(r"\d(?<![\w.,]\d)(?:(?<=0)(?=,\d{1,4}(?![\d,]))|\d?(?=,\d{1,2}\s?%)),")
DIGIT_COMMA = re.compile(r",(?<=\d,)\d")  # what DECIMAL_COMMA looks for, found many times as fast: most texts lack it
DIGITS = "0123456789"
OPENERS = (" ", "(")  # what stands before most numbers, and belongs neither to them nor to a name
NUMBER_BEFORE = re.compile(r"(?<![\w.@^_-])[0-9.,]+[%x×kM]?\Z")
COUNTED = re.compile(r"\s(?:[a-z-]+\s)?[a-z-]{3,}s\b")  # a noun in the plural, as far as its ending tells


class Quantity(NamedTuple):
    """A number: `value` is in `unit`; `start` and `end` hold sign, digits and unit, `digits_end` ends the digits."""

    start: int
    digits_end: int
    end: int
    value: float
    unit: str | None
    is_decimal: bool
    is_scaled: bool = False
    is_signed: bool = False  # an explicit plus: a difference


@cache
def vocabulary() -> dict[str, Any]:
    """What `vocabulary/results.yml` says of units and cue words."""
    loaded: dict[str, Any] = load("results")
    return loaded


@cache
def unit_names() -> dict[str, str]:
    """Every spelling of a unit with the unit's name."""
    return {form.strip(): unit["name"] for unit in vocabulary()["units"] for form in (unit["name"], *unit["forms"])}


@cache
def number_pattern() -> re.Pattern[str]:
    """A number from its first digit on, with its scale and its unit.

    It begins with one digit, neither optional nor repeated: only so does the search skip fast what is no digit.
    """
    forms = sorted(unit_names(), key=len, reverse=True)
    units = "|".join(re.escape(form).replace(r"\ ", r"[\s-]") for form in forms)
    return re.compile(
        rf"(?P<digits>[0-9](?<![A-Za-z0-9_@#^][0-9])[0-9]*(?:,[0-9]{{3}}(?![0-9]))*(?P<fraction>\.[0-9]+)?)(?:{DEVIATION})?"
        rf"(?P<scale>{SCALE})?(?:(?P<rank>st|nd|rd|th)\b|"
        rf"(?P<unit>\s?%(?! points?\b)|[\s-]?(?:{units})(?!\w|\s?[0-9]|-[a-z]))\+?)?"
    )


def find(text: str) -> list[Quantity]:
    """Every quantity of a text, in order; the unit of the last number of a range or list is the others' too."""
    if not any(map(text.__contains__, DIGITS)):
        return []
    if DIGIT_COMMA.search(text):
        text = DECIMAL_COMMA.sub(lambda match: f"{match[0][:-1]}.", text)
    found = list(islice(numbers(text), MOST))
    for index in range(len(found) - 2, -1, -1):
        first, second = found[index], found[index + 1]
        is_open = first.unit is None and second.unit is not None and not first.is_scaled
        between = text[first.end : second.start]
        # "0.044 or 4.4%" says one thing twice, "on a 3090, about 1.4x faster" two.
        is_same = " or " not in between and not (between.startswith(",") and between.rstrip("~≈+<> ")[-1].isalpha())
        if is_open and is_same and are_linked(text, first, second):
            found[index] = first._replace(unit=second.unit)
    return found


def are_linked(text: str, first: Quantity, second: Quantity) -> bool:
    """Whether nothing stands between the two but what links a range or a list."""
    return second.start - first.end <= 20 and LINK.fullmatch(text, first.end, second.start) is not None


def numbers(text: str) -> Iterator[Quantity]:
    """Every number that stands on its own."""
    for match in number_pattern().finditer(text):
        if match.end("digits") - match.start() <= LONGEST:
            start = match.start()
            if text[start - 1 : start] not in OPENERS:
                start = begin(text, match)
                if not begins_alone(text, start):
                    continue
            if ends_alone(text, match.end()) and not is_ordinal(text, match):
                yield read(text, start, match)


def begin(text: str, match: re.Match[str]) -> int:
    """Where the number begins: with a point before its digits (".93") or a sign before it."""
    start = match.start()
    if text[start - 1 : start] == "." and match["fraction"] is None and (start == 1 or text[start - 2] in " (~≈=<>/["):
        start -= 1
    if text[start - 1 : start] in ("+", "−") and (start == 1 or text[start - 2] in " (~≈=/["):
        start -= 1
    return start


def read(text: str, start: int, match: re.Match[str]) -> Quantity:
    """The quantity of a match."""
    digits = text[start : match.end("digits")].replace(",", "").replace("−", "-")
    scale = match["scale"]
    return Quantity(
        start=start,
        digits_end=match.end("digits"),
        end=match.end(),
        value=round(float(digits) * (SCALES[scale.strip().lower()] if scale else 1), 6),
        unit=unit_of(match),
        is_decimal="." in digits,
        is_scaled=scale is not None,
        is_signed=digits.startswith("+"),
    )


def unit_of(match: re.Match[str]) -> str | None:
    """The unit's name; a place in an order is a unit too."""
    if match["unit"]:
        return unit_names()[match["unit"].replace("-", " ").strip()]
    return RANK if match["rank"] else None


def is_ordinal(text: str, match: re.Match[str]) -> bool:
    """An item's number in brackets, or a year: no quantity, and most of all plain numbers."""
    digits = match[0]
    if digits.startswith("00"):  # the end of "61 000"
        return True
    if len(digits) <= 2:
        return text[match.start() - 1 : match.start()] == "(" and text[match.end() : match.end() + 1] == ")"
    is_year = len(digits) == 4 and digits[:2] in ("19", "20") and digits.isdigit()
    return is_year and not COUNTED.match(text, match.end())


def begins_alone(text: str, start: int) -> bool:
    """Whether no name and no code runs into the number from the left; a range or a list may."""
    before, outer = text[start - 1 : start], text[max(start - 2, 0) : max(start - 1, 0)]
    if before.isalnum() or (before and before in "@#^_\\{$"):
        return False
    if before and before in ".,:/" + DASHES:
        return not outer.isalnum() or (before in "/" + DASHES and is_number_before(text, start - 1))
    return True


def is_number_before(text: str, end: int) -> bool:
    """Whether the characters up to `end` are a number of their own and not the digits of a name."""
    return NUMBER_BEFORE.search(text, max(end - LONGEST, 0), end) is not None


def ends_alone(text: str, end: int) -> bool:
    """Whether no name and no code goes on from the number."""
    after = text[end : end + 1]
    if after.isalnum() or (after and after in "_^@{"):
        return False
    following = text[end + 1 : end + 2]
    if after and after in ".,:":
        return not following.isdigit()
    return not (after and after in "/" + DASHES and following.isalpha())

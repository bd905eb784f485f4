"""Enumerations: the names that a text lists together with known ones ("on CIFAR-10, X and Y", "BERT, X and Y")."""

import re
from collections.abc import Callable, Iterator, Sequence

ASIDE = r"(?: \([^()]{1,30}\))?"  # "V-Net (0.79) and X"
PARTING = r"(?:,? and |, or | or |/| & |, )"
GAP = re.compile(rf"{ASIDE}({PARTING})(?:the |on )?")
BEFORE = re.compile(rf"(?<![\w/-])([A-Za-z][\w+.-]*[\w+]){ASIDE}{PARTING}(?:the )?$")
BEFORE_ENDS = (" and ", " or ", ", ", "/", " & ", " the ")  # how BEFORE ends
END = re.compile(rf"{ASIDE}(?:,| and | or |&|/|\))")  # what follows a name that is one of several
REACH = 60  # characters of one name and what follows it
LONGEST = 8

Span = tuple[int, int]


def beside(text: str, known: Sequence[Span], name: re.Pattern[str], is_name: Callable[[str], bool]) -> Iterator[Span]:
    """The names in one list with some known ones, whose places are in order: those before each, then those behind.

    `name` matches what may be a name where one may start; `is_name` tells whether it is one.
    """
    reached = 0
    for start, end in known:
        if start >= reached:
            yield from names_before(text, start, name, is_name)
        if end >= reached:
            for span in names_behind(text, end, name, is_name):
                yield span
                end = span[1]
        reached = max(reached, end)


def names_before(text: str, start: int, name: re.Pattern[str], is_name: Callable[[str], bool]) -> Iterator[Span]:
    """The names of a list that stand before a known one, the nearest first."""
    for _ in range(LONGEST):
        if not text.endswith(BEFORE_ENDS, 0, start):
            return
        match = BEFORE.search(text, max(0, start - REACH), start)
        if not match or not name.fullmatch(match[1]) or not is_name(match[1]):
            return
        yield match.span(1)
        start = match.start(1)


def names_behind(text: str, end: int, name: re.Pattern[str], is_name: Callable[[str], bool]) -> Iterator[Span]:
    """The names of a list that stand behind a known one."""
    while gap := GAP.match(text, end):
        match = name.match(text, gap.end())
        if not match or not is_name(match[0]):
            return
        if gap[1] == ", " and not END.match(text, match.end()):  # a clause: "On GSM8K, Llama3's accuracy"
            return
        yield match.span()
        end = match.end()

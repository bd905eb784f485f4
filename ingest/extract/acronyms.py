"""Acronyms that a text defines.

"long form (SHORT)" and "SHORT (long form)" are read by Schwartz and Hearst's method (A Simple Algorithm for
Identifying Abbreviation Definitions in Biomedical Text, Pacific Symposium on Biocomputing 2003): the characters of the
short form are matched from the right. Added to it: short forms in the plural, the reversed form, words such as
"denoted as" inside the brackets, a 2 that stands for "to", and a preference for a run of words whose initials spell the
short form.

Definitions without brackets ("NAME: Long Form ...", "NAME, a novel Long Form", "Long Form, or NAME") are told apart
from mere neighbours by capitals: every capitalised word of the long form has to give the short form its first letters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.extract.mention import Mention
from ingest.extract.scanning import Hit, Hits, sought
from ingest.paper import Paper

SHORTEST, LONGEST = 2, 12  # characters of a short form
LONGEST_RUN = 20  # words
LONGEST_PLAIN = 6  # characters of a short form whose small letters may stand anywhere
WINDOW = 300  # characters before a bracket in which its long form may start
BRACKETS = re.compile(r"\(([^()\[\]]{2,150})\)|\[([^()\[\]]{2,150})\]")
INTRODUCTION = re.compile(
    r"(?:(?:hereafter|henceforth|hereinafter|also|often|commonly|or|i\.e\.|abbreviated|abbr\.|denoted|dubbed"
    r"|called|named|termed|known|referred|short|for|to|as|by|simply)[\s,:]+)+",
    re.IGNORECASE,
)
NO_LONG = re.compile(r"[;=<>]|\d{4}|e\.g\.|et al")  # stands in no long form in brackets
YEAR = re.compile(r"\d{4}")
SHORT = re.compile(r"[A-Za-z0-9Α-ω][\w.&/+*^'’-]*(?: [A-Za-z0-9][\w.&/+*-]*)?")
IS_FUNCTION = re.compile(r"(?<!\w)\w$")  # "a loss of O(OPT)"
TWICE = re.compile(r"([A-Z])2")
CAPITAL = re.compile(r"(?<!\w)[A-Z](?=\w)")  # of a word
CUT = re.compile(r"[,;:]\s|\s[-–—=]\s")
WORD = re.compile(r"\S+")
PLAIN_WORD = re.compile(r"[^\s\-–/]+")
PARTING = re.compile(r"[\s\-/]+")  # between the words of a long form
COMPARISON = re.compile(r"[<>=]")
# A set first: that is searched fast. Some listings lose the space between two sentences.
SENTENCE_END = re.compile(r"[.!?;:](?:(?<=[;:])\s|(?<=[.!?])\s+(?=[^a-z\s])|(?<=[a-z]{2}[.!?])(?=[A-Z][a-z]))")
NAME = r"[A-Z0-9][\w+-]{1,11}"
TITLE_NAME = re.compile(rf"({NAME}): ")
APPOSITION = re.compile(r", (?:an?|the|our|which stands for|short for) ([^,;:.()]{8,150})")
NAME_BEFORE = re.compile(rf"(?<![\w-]){NAME}$")
LONGEST_APPOSED = 12  # characters that NAME can have
RENAMING = ("or", "called", "dubbed", "named", "termed", "abbreviated as", "denoted as")
RENAMED = re.compile(rf"{NAME}(?=[,.;:]|$)")
CAPITALS_BEFORE = re.compile(r"(?<![\w-])((?:[A-Z][\w-]+ ){1,6}[A-Z][\w-]+),?$")
LONGEST_CAPITALS = 300  # characters of a run of capitalised words
SMALL_WORDS = frozenset(["a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "via", "with"])
SPOKEN_DIGITS = {"2": "t", "4": "f"}  # the initials of "to" and "two", "for" and "four"
EDGES = " ,;:.'\"“”‘’`*-–—("

Span = tuple[int, int]
Definition = tuple[Span, Span]  # of the short form and of the long form


@dataclass(frozen=True, kw_only=True)
class Acronym(Mention):
    """A pair of forms as the text writes them; the quote holds both."""

    short: str
    long: str


def extract(paper: Paper, hits: dict[str, Hits]) -> Iterator[Acronym]:
    """Each pair once, at the first place that defines it. A long form that another continues is left out."""
    found: dict[tuple[str, str], Acronym] = {}
    for field, text in paper.texts():
        for short, long in sorted(find(text, hits[field]["renaming"]), key=min):
            end = max(short[1], long[1])
            acronym = Acronym(
                field=field,
                start=min(short[0], long[0]),
                end=end + (text[end : end + 1] in (")", "]")),
                short=text[slice(*short)],
                long=text[slice(*long)],
            )
            found.setdefault((acronym.short, acronym.long.casefold()), acronym)
    longs: dict[str, list[str]] = {}
    for short_form, long_form in found:
        longs.setdefault(short_form, []).append(long_form)
    for (short_form, long_form), acronym in found.items():
        others = longs[short_form]
        if len(others) == 1 or not any(other != long_form and other.startswith(long_form) for other in others):
            yield acronym


@sought("renaming")
def renaming(_field: str) -> dict[str, str]:
    """What stands between a long form and its NAME, each as a text has to write it."""
    return {words: f" {words} " for words in RENAMING}


def find(text: str, renamings: list[Hit]) -> Iterator[Definition]:
    """Every definition of one text; `renamings` is where it has words of renaming."""
    if "(" in text or "[" in text:
        yield from in_brackets(text)
    match = TITLE_NAME.match(text)
    if match:
        yield from after_title_name(text, match)
    yield from in_apposition(text)
    if renamings:
        yield from renamed(text, renamings)


def in_brackets(text: str) -> Iterator[Definition]:
    """Definitions whose short or long form stands in brackets."""
    for match in BRACKETS.finditer(text):
        bracket = match.start()
        if not text.endswith(" ", 0, bracket) and IS_FUNCTION.search(text, max(0, bracket - 2), bracket):
            continue
        found = at_bracket(text, bracket, match.span(match.lastindex or 0))
        if found:
            yield found


def at_bracket(text: str, bracket: int, inside: Span) -> Definition | None:
    """The definition whose one form stands inside of a pair of brackets."""
    short, long = short_span(text, inside), long_span(text, inside)
    if not short and not long:
        return None
    before = window_before(text, bracket), bracket
    found = (long_before(text, before, short) or long_afar(text, before, inside, short)) if short else None
    return found or (short_before(text, before, long) if long else None)


def window_before(text: str, bracket: int) -> int:
    """Where the words start that may define what a bracket holds: in its sentence, behind other brackets."""
    start = max(0, bracket - WINDOW)
    start = max(start, text.rfind(")", start, bracket) + 1)
    for end in SENTENCE_END.finditer(text, start, bracket + 1):
        start = end.end()
    return start


def after_title_name(text: str, name: re.Match[str]) -> Iterator[Definition]:
    """ "NAME: Long Form for a Task", and "NAME: Doing It via Long Form"."""
    long = spelled_run(name[1], text, (name.end(), len(text)))
    if long:
        yield name.span(1), long


def in_apposition(text: str) -> Iterator[Definition]:
    """ "we propose NAME, a novel Long Form"."""
    for match in APPOSITION.finditer(text):
        name = NAME_BEFORE.search(text, max(0, match.start() - LONGEST_APPOSED), match.start())
        long = spelled_run(name[0], text, match.span(1)) if name else None
        if name and long:
            yield name.span(), long


def renamed(text: str, renamings: list[Hit]) -> Iterator[Definition]:
    """ "Long Form, or NAME": the whole capitalised run is the long form."""
    for start, words in renamings:
        name = RENAMED.match(text, start) if text.endswith(words, 0, start) else None
        if not name or not is_short(name[0]):
            continue
        end = start - len(words)
        run = CAPITALS_BEFORE.search(text, max(0, end - LONGEST_CAPITALS), end)
        if run and matched_start(name[0], run[1]) == 0 and is_pair(name[0], run[1]):
            yield name.span(), run.span(1)


def long_before(text: str, before: Span, short: Span) -> Definition | None:
    """The short form stands in the brackets, the long form ends right before them."""
    form = text[slice(*short)]
    first, last = last_words(text, before, min(len(form) + 5, len(form) * 2)), stripped(text, before)[1]
    if first == before[1]:
        return None
    for variant in variants(form):
        start = best_start(variant, text[first:last])
        if start is not None and is_pair(form, text[first + start : last]):
            return short, (first + start, last)
    return None


def last_words(text: str, span: Span, most: int) -> int:
    """Where the last words of a span start; its end when it has none."""
    start, end = span
    words = text[start:end].rsplit(None, most)
    if len(words) > most:
        start = text.index(words[0], start) + len(words[0])
    return end - len(text[start:end].lstrip())


def long_afar(text: str, before: Span, inside: Span, short: Span) -> Definition | None:
    """Only after "denoted as": words somewhere in the sentence whose initials are the short form."""
    if not INTRODUCTION.match(text, *stripped(text, inside)):
        return None
    letters = text[slice(*short)].casefold()
    words = list(WORD.finditer(text, *before))
    for first in range(len(words) - len(letters), -1, -1):
        run = words[first : first + len(letters)]
        if "".join(word[0][0] for word in run).casefold() == letters:
            return short, stripped(text, (run[0].start(), run[-1].end()))
    return None


def long_span(text: str, inside: Span) -> Span | None:
    """Where a long form may stand in brackets: two words or more, and no remark or citation."""
    start, end = stripped(text, inside)
    long = text[start:end]
    return (start, end) if len(long.split(None, 1)) > 1 and not NO_LONG.search(long) else None


def short_before(text: str, before: Span, long_form: Span) -> Definition | None:
    """The reversed order: the short form is the last word or two before the brackets."""
    end = stripped(text, before)[1]
    long = text[slice(*long_form)]
    for count in (1, 2):
        position = last_words(text, (before[0], end), count)
        if position == end or text[position].casefold() != long[0].casefold():
            continue
        short = short_span(text, (position, end))
        form = text[slice(*short)] if short else ""
        spelled = any(best_start(variant, long) == 0 for variant in variants(form)) if short else False
        if short and spelled and is_pair(form, long) and has_few_words(form, long):
            return short, long_form
    return None


def short_span(text: str, span: Span) -> Span | None:
    """Where a short form stands in the span: without "denoted as", quotes, and what follows a comma."""
    start, end = stripped(text, span)
    introduction = INTRODUCTION.match(text, start, end)
    if introduction:
        start, end = stripped(text, (introduction.end(), end))
    cut = CUT.search(text, start, end)
    if cut:
        start, end = stripped(text, (start, cut.start()))
    return (start, end) if is_short(text[start:end]) else None


def is_short(form: str) -> bool:
    """Schwartz and Hearst's conditions, and a capital letter: without one it is a remark."""
    if not SHORTEST <= len(form) <= LONGEST or not SHORT.fullmatch(form):
        return False
    if not any(map(str.isupper, form)) or YEAR.search(form):
        return False
    return not (" " in form and form.istitle())


def variants(form: str) -> Iterator[str]:
    """The form as written, without a plural s ("recurrent network (RNNs)"), and with its digits spoken."""
    yield form
    if is_plural(form):
        yield form[:-1]
    for digit, initial in SPOKEN_DIGITS.items():
        if digit in form[1:]:
            yield form[0] + form[1:].replace(digit, initial)
    if "2" in form[1:]:
        yield TWICE.sub(r"\1\1", form)  # M2W: Many Middle Words


def is_plural(form: str) -> bool:
    return len(form) > SHORTEST and form.endswith("s") and form[-2].isupper()


def best_start(short: str, long: str) -> int | None:
    """Where the long form starts in the text before the brackets; None when it holds none."""
    for find_start in (initials_start, capitals_start, matched_start):
        start = find_start(short, long)
        if start is not None:
            return start
    return None


def capitals_start(short: str, long: str) -> int | None:
    """The start of the last capitals that spell the short form: "Turning Implicit text into Explicit text (TIE)"."""
    capitals = list(CAPITAL.finditer(long))[-len(short) :] if short.isupper() else []
    if not capitals or "".join(capital[0] for capital in capitals) != short:
        return None
    return word_start(long, capitals[0].start())


def initials_start(short: str, long: str) -> int | None:
    """The start of the last words whose initials spell the short form, small words left out at will."""
    singular = short[:-1] if is_plural(short) else short
    letters = [character.casefold() for character in singular if character.isalnum()]
    position = len(letters) - 1
    start = len(long)
    for word in reversed(long.replace("-", " ").replace("–", " ").replace("/", " ").split()):
        start = long.rfind(word, 0, start)
        plain = word.strip(EDGES).casefold()
        if position >= 0 and plain[:1] == letters[position]:
            position -= 1
            if position < 0:
                return word_start(long, start + len(word) - len(word.lstrip(EDGES)))
        elif plain not in SMALL_WORDS:
            return None
    return None


def matched_start(short: str, long: str) -> int | None:
    """Schwartz and Hearst's match: each character from the right, the first one at a word's start."""
    position = len(long)
    for index in range(len(short) - 1, -1, -1):
        character = short[index].casefold()
        if not character.isalnum():
            continue
        position -= 1
        while position >= 0 and (
            long[position].casefold() != character or (index == 0 and position > 0 and long[position - 1].isalnum())
        ):
            position -= 1
        if position < 0:
            return None
    return word_start(long, position)


def word_start(text: str, position: int) -> int:
    """Back to the start of a hyphenated word: "self-supervised" whole."""
    start = position
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in "([\"“'‘`/–—":
        start -= 1
    return start


def has_few_words(short: str, long: str) -> bool:
    """Whether enough of the long form's words have part in the short form, which the reversed order needs."""
    words = [word for word in re.split(r"[\s-]+", long) if word.casefold() not in SMALL_WORDS]
    letters = sum(map(str.isalnum, short))
    return len(words) <= letters + 1


def is_pair(short: str, long: str) -> bool:
    """What Schwartz and Hearst ask of a pair: the long form is longer and does not hold the short one."""
    words = PARTING.split(long)
    if len(long) <= len(short) or short in words or long.count("(") != long.count(")"):
        return False
    if "".join(words).casefold() == short.casefold():
        return False  # "HausaHate: ... Hausa Hate" spells the name, and explains nothing
    if not starts_words(short, words) or long.split(" ", 1)[0].casefold() in SMALL_WORDS:
        return False
    return not COMPARISON.search(long) and len(words) <= 3 * len(short)


def starts_words(short: str, words: list[str]) -> bool:
    """Whether half of the capitals inside a form with small letters start words: not "domain ... (DomainNet)"."""
    if len(short) < LONGEST_PLAIN or not short[-1].islower() or is_plural(short):
        return True
    inside = [letter for letter in short[1:] if letter.isupper()]
    starts = "".join(word[:1] for word in words).casefold()
    return 2 * sum(letter.casefold() in starts for letter in inside) >= len(inside)


def stripped(text: str, span: Span) -> Span:
    """The span without spaces, quotes and marks at its edges."""
    start, end = span
    while start < end and text[start] in EDGES:
        start += 1
    while end > start and text[end - 1] in EDGES:
        end -= 1
    return start, end


def spelled_run(short: str, text: str, span: Span) -> Span | None:
    """The first words of the span whose capitalised ones spell the short form with their first letters."""
    if text[slice(*span)].islower() or not is_short(short) or sum(map(str.isupper, short)) < 2:
        return None
    letters = "".join(filter(str.isalnum, short)).casefold()
    words = list(PLAIN_WORD.finditer(text, *span))
    for first, word in enumerate(words[:LONGEST_RUN]):
        if word[0][0].casefold() == letters[0] and word[0][0].isupper():
            last = spelled_until(letters, words[first : first + LONGEST_RUN])
            long = (word.start(), word_end(text, last, span[1])) if last is not None else None
            if long and " " in text[slice(*long)] and is_pair(short, text[slice(*long)]):
                return long
    return None


def spelled_until(letters: str, words: list[re.Match[str]]) -> int | None:
    """Where the word ends that gives the last letters; every capitalised word on the way gives some.

    A word gives as few letters as it can: in "CSP: Contrastive Spatial Pre-Training" the P is not Spatial's.
    """
    if not words:
        return None
    word, plain = words[0], words[0][0].casefold()
    for given in range(1, len(letters) + 1):
        if plain[:given] != letters[:given]:
            break
        if given == len(letters):
            return word.end()
        end = spelled_until(letters[given:], words[1:])
        if end is not None:
            return end
    return None if word[0][0].isupper() else spelled_until(letters, words[1:])


def word_end(text: str, position: int, last: int) -> int:
    """On to the end of a hyphenated word."""
    match = re.compile(r"(?:-\w+)*").match(text, position, last)
    return match.end() if match else position

"""Methods: the models, architectures and algorithms that a paper names, each with its part in the paper.

What the paper introduces comes from `introductions`; what exists comes from the vocabulary, from acronyms whose long
form is a method's, and from names that the vocabulary lacks where a cue leaves no doubt ("baselines such as X and Y").
The cue words before a name tell whether the paper builds on it or compares itself with it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, NamedTuple

from ingest.extract import enumeration, naming
from ingest.extract.folding import squeezed
from ingest.extract.introductions import Introduction, introduced_names
from ingest.extract.mention import Tag
from ingest.extract.naming import COMPOUND, is_camel
from ingest.extract.reading import Reading
from ingest.extract.scanning import sought
from ingest.extract.vocabulary import Term
from ingest.lexicon import load

NAMED = "named"  # in the paper's own part without a cue: used, unless another place says compared
ROLES = ("introduced", "used", "compared", NAMED, "mentioned")  # the strongest first
CUE_REACH = 90  # characters before a name in which its cue may stand
NAMES_REACH = 40  # characters behind a cue in which an unknown name has to show a capital
SHORT = 4  # letters up to which a name's letter case counts, and an unknown one may be any field's acronym
NAME = r"[A-Za-z0-9][\w+.*/-]*[\w+*]"
LISTED = re.compile(r"[A-Za-z][\w+.*-]+[\w+*]")
DATA = (" data", " corp", " benchmark", " test")  # behind a name that is of data
WORD_BEFORE = re.compile(r"(?:\w[\w.]*-)+$")
WORD_BEHIND = re.compile(r"(?:-\w[\w.]*\w|-\w)+")
LONGEST_HALF = 24  # characters of a compound before the known part, and behind it
LONGEST_TITLE = 500  # characters of a title that are searched for a compound
MAKING_REACH = 6  # words before a compound among which one may say that the paper makes it
NAMES = re.compile(rf"[.,]{{0,2}} ?(?:the |a |an |both |\()*({NAME}(?:(?:, and |, or |, | and | or )(?:the )?{NAME})*)")
PARTING = re.compile(r"(?:, and |, or |, | and | or )(?:the )?")
VERSION = re.compile(r"-(?:\d+(?:\.\d+)?[BbMm]|v?\d+\.\d+)(?![\w-])")  # Llama3-1B, LLaVA-1.6
SUFFIX = re.compile(r"-(?:based|style|like|type|trained|family|tuned|enhanced|large|base|small)$|’s$|'s$")


class Spans(NamedTuple):
    """Stretches of a text, in order, each with how far those up to it reach."""

    starts: list[int]
    reaches: list[int]

    def cover(self, start: int, end: int) -> bool:
        """Whether one of them holds the place."""
        index = bisect_right(self.starts, start) - 1
        return index >= 0 and self.reaches[index] >= end

    def touch(self, start: int, end: int) -> bool:
        """Whether one of them has a character of the place."""
        index = bisect_left(self.starts, end) - 1
        return index >= 0 and self.reaches[index] > start


@dataclass(frozen=True)
class Rules:
    """The words of roles.yml: the role that each cue of one or two words gives, and the lists."""

    roles: dict[str, dict[str, str]]  # by the first word, then by the second
    lists: dict[str, frozenset[str]]


@cache
def rules() -> Rules:
    """The rules that come with the package."""
    data: dict[str, Any] = load("roles")
    roles: dict[str, dict[str, str]] = {}
    for role in ("used", "compared"):
        for first, second in map(pair, data[role]):
            roles.setdefault(first, {})[second] = role
    return Rules(roles, {name: frozenset(words) for name, words in data.items()})


@sought("method cue")
def name_cues(field: str) -> dict[str, tuple[int, str]]:
    """The cues of unknown names, each with its length and its rule."""
    lists = rules().lists if field == "abstract" else {}
    return {cue: (len(cue), rule) for rule in ("listing", "naming") for cue in lists.get(rule, ())}


def pair(cue: str) -> tuple[str, str]:
    """The two words of a cue, the second one empty when it has only one."""
    first, _, second = cue.partition(" ")
    return first, second


def extract(reading: Reading) -> Iterator[Tag]:
    """One tag a method: the introduced ones first, then the others in the order of the text."""
    introduced = introduced_names(reading)
    taken = {squeezed(form) for introduction in introduced for form in (introduction.name, *introduction.forms)}
    for introduction in introduced:
        if not introduction.is_data:
            yield introduced_tag(introduction)
    best: dict[str, Tag] = {}
    for field in ("title", "abstract"):
        terms = reading.terms[field]
        if field == "title" and not any(term.kind == "method" for term in terms):
            continue
        for tag in Finder(reading, field, reading.text(field), terms, introduced).tags():
            if (not taken or squeezed(tag.name) not in taken) and (
                tag.name not in best or rank(tag) < rank(best[tag.name])
            ):
                best[tag.name] = tag
    yield from (replace(tag, role="used") if tag.role == NAMED else tag for tag in best.values())


def introduced_tag(introduction: Introduction) -> Tag:
    return Tag(
        field=introduction.field,
        start=introduction.start,
        end=introduction.end,
        name=introduction.name,
        rule=introduction.rule,
        role="introduced",
    )


def role_of(reading: Reading, field: str, start: int, end: int) -> str:
    """The part that a method has in the paper, by the words around a place that names it."""
    role = Finder(reading, field, reading.text(field), (), ()).role(start, end)
    return "used" if role == NAMED else role


def rank(tag: Tag) -> int:
    return ROLES.index(tag.role or "mentioned")


@dataclass(frozen=True)
class Finder:
    """Looks for methods that are not the paper's own in one field of it."""

    reading: Reading
    field: str
    text: str
    terms: tuple[Term, ...]
    introduced: tuple[Introduction, ...]

    @cached_property
    def known(self) -> Spans:
        """Where the vocabulary's terms stand."""
        return spans((term.start, term.end) for term in self.terms)

    @cached_property
    def tasks(self) -> Spans:
        """Where its tasks stand."""
        return spans((term.start, term.end) for term in self.terms if term.kind == "task")

    @cached_property
    def foreign(self) -> Spans:
        """Where what it knows stands that is no method."""
        return spans((term.start, term.end) for term in self.terms if term.kind != "method")

    @cached_property
    def whole_tasks(self) -> frozenset[tuple[int, int]]:
        """The places of its tasks."""
        return frozenset((term.start, term.end) for term in self.terms if term.kind == "task")

    @cached_property
    def own(self) -> Spans:
        """Where the paper's own names stand."""
        return spans(sorted(own_places(self.text, self.introduced)))

    def tags(self) -> Iterator[Tag]:
        """All mentions, those that the vocabulary knows first."""
        known = []
        for index, term in enumerate(self.terms):
            if term.kind == "method" and self.is_named(term, index):
                known.append((term.start, term.end))
                yield self.tag(term.name, term.start, term.end, "vocabulary")
        if self.field == "abstract":
            yield from self.by_acronym()
            yield from self.by_cue()
            yield from self.by_list(known)
            yield from self.by_compound({start for start, _ in known})

    def tag(self, name: str, start: int, end: int, rule: str) -> Tag:
        return Tag(field=self.field, start=start, end=end, name=name, rule=rule, role=self.role(start, end))

    # What the vocabulary knows

    def is_named(self, term: Term, index: int) -> bool:
        """Whether a term names a method here: not a task, an ingredient, a piece of a name or of an address."""
        start, end = term.start, term.end
        lists = rules().lists
        if term.name in lists["ingredients"] or self.own.touch(start, end) or self.is_in_task(start, end):
            return False
        if term.name in lists["building_blocks"] and self.role(start, end) != "compared":
            return False
        if term.compound:
            return bool(VERSION.match(self.text, end)) or self.has_known_half(term, index)
        if is_parted(self.text[start:end], term.name):
            return False
        if self.text[start - 1 : start] == "-":
            return False
        return "://" not in self.text[self.text.rfind(" ", 0, start) + 1 : start]

    def is_in_task(self, start: int, end: int) -> bool:
        """Whether a place is in the longer name of a task; what is task and method at once is both."""
        return self.tasks.cover(start, end) and (start, end) not in self.whole_tasks

    def has_known_half(self, term: Term, index: int) -> bool:
        """Whether the other half of a compound is known too: "CNN-LSTM"."""
        return any(
            other.kind == "method" and (other.start == term.end + 1 or other.end == term.start - 1)
            for other in self.terms[max(0, index - 3) : index + 4]
        )

    # What it does not know

    def by_acronym(self) -> Iterator[Tag]:
        """Acronyms that the paper defines for a method: "hidden tree model (HTM)"."""
        lists = rules().lists
        for acronym in self.reading.acronyms:
            long = acronym.long.lower()
            if acronym.field != self.field or long.rsplit(" ", 1)[-1] not in lists["method_endings"] or "," in long:
                continue
            if long.endswith(tuple(lists["generic_endings"])) or acronym.short in naming.lists()["generic"]:
                continue
            start = self.text.find(acronym.long, acronym.start)
            end = start + len(acronym.long)
            if not self.own.touch(start, end) and not self.known.cover(start, end):
                yield self.tag(acronym.long, start, end, "acronym")

    def by_cue(self) -> Iterator[Tag]:
        """Unknown names behind "methods such as", "outperforms" and the like."""
        for last, (length, rule) in self.reading.hits[self.field]["method cue"]:
            if rule == "naming" or self.lists_methods(last - length - 1):
                yield from self.behind(last - 1, rule)

    def by_list(self, known: list[tuple[int, int]]) -> Iterator[Tag]:
        """Unknown names in one list with known methods: "BERT, X and Y"."""
        for start, end in enumeration.beside(self.text, known, LISTED, is_camel):
            if not self.text.startswith(DATA, end):
                yield from self.unknown(start, end, "listed")

    def by_compound(self, known: set[int]) -> Iterator[Tag]:
        """Names that hyphens make of known ones, unless the paper may have made them: "Moment-DETR"."""
        for term in self.terms:
            if term.kind != "method" or not term.compound or term.start in known:
                continue
            start, end = word_at(self.text, term.start, term.end)
            name = SUFFIX.sub("", self.text[start:end])
            if self.is_compound(name, term) and not self.is_own_making(name, start, end):
                yield self.tag(name, start, start + len(name), "compound")

    def is_compound(self, name: str, term: Term) -> bool:
        """Whether a name of a known one and other parts is a name by all of its parts."""
        half = self.text[term.start : term.end]
        lists = rules().lists
        others = name.replace(half, "", 1).strip("-").split("-")
        return (
            half in name
            and term.name not in lists["ingredients"]
            and not half.islower()
            and not COMPOUND.search(name)
            and all(part[:1].isupper() or part[:1].isdigit() for part in others)
            and lists["additions"].isdisjoint(map(str.lower, others))
        )

    def is_own_making(self, name: str, start: int, end: int) -> bool:
        """Whether a name may be the paper's own, or no method's."""
        if self.own.touch(start, end) or self.foreign.touch(start, end) or name in self.reading.long_forms:
            return True
        if name in self.reading.paper.title[:LONGEST_TITLE]:
            return True
        if self.text[start - 1 : start] in ("/", "@") or self.text.startswith("/", end):
            return True
        return not rules().lists["making"].isdisjoint(self.clause_before(start)[-MAKING_REACH:])

    def lists_methods(self, position: int) -> bool:
        """Whether the word before "such as" says that methods follow."""
        before = self.text[max(0, position - 30) : position].rstrip(" (,").rsplit(" ", 1)[-1]
        return before.lower() in rules().lists["kinds"]

    def behind(self, position: int, rule: str) -> Iterator[Tag]:
        """The unknown names of a list behind a cue."""
        if self.text[position : position + NAMES_REACH].islower():
            return
        match = NAMES.match(self.text, position)
        start = match.start(1) if match else 0
        while match and start < match.end(1):
            parting = PARTING.search(self.text, start, match.end(1))
            end = parting.start() if parting else match.end(1)
            yield from self.unknown(start, end, rule)
            start = parting.end() if parting else end

    def unknown(self, start: int, end: int, rule: str) -> Iterator[Tag]:
        """A name that no vocabulary has, when its letters show that it is one."""
        name = SUFFIX.sub("", self.text[start:end].rstrip(".-/+"))
        end = start + len(name)
        if not is_camel(name) or name[0].isdigit() or "/" in name or COMPOUND.search(name):
            return
        bare = name.rstrip("s")
        if (rule == "naming" and len(bare) <= SHORT and bare.isupper()) or name in naming.lists()["generic"]:
            return
        if name not in self.reading.long_forms and not self.own.touch(start, end) and not self.known.touch(start, end):
            known = self.reading.known.respelled("method", name) if rule == "listed" else None
            yield self.tag(known or name, start, end, rule)

    # Roles

    def role(self, start: int, end: int) -> str:
        """What the nearest cue before the name in its clause says, or the word behind it.

        What a paper names without a cue it works with, unless others do, or the paper does not yet speak of itself.
        """
        if self.text.startswith((" baseline", "-based baseline"), end):
            return "compared"
        role = cued(self.clause_before(start))
        if role == "compared":
            return role
        if self.is_background(start):
            return "mentioned"
        if not role and self.text.startswith("-based", end):
            return "used"
        return role or (NAMED if self.field == "title" or self.is_personal else "mentioned")

    @cached_property
    def is_personal(self) -> bool:
        """Whether the paper speaks of itself; of a text that does not, no part is known to be its own."""
        return bool(self.reading.own_places["abstract"])

    def is_background(self, position: int) -> bool:
        """Whether a place stands before the paper first speaks of itself."""
        sentence = self.reading.sentence_at(self.field, position) if self.field == "abstract" else None
        return sentence is not None and sentence.number < self.reading.first_own

    def clause_before(self, position: int) -> list[str]:
        """The words before a place, up to the end of the clause before."""
        before = self.text[max(0, position - CUE_REACH) : position].lower()
        words = before[before.rfind(". ") + 1 :].replace(",", "").replace("(", "").split()
        breaks = rules().lists["breaks"]
        for index in range(len(words) - 1, -1, -1):
            if words[index] in breaks:
                return words[index + 1 :]
        return words


def cued(words: list[str]) -> str | None:
    """The role that the words before a name give it, the nearest first.

    A participle that is not right before the name is of another noun ("pre-trained models such as NAME").
    """
    roles, lists, found = rules().roles, rules().lists, None
    for index in range(len(words) - 1, -1, -1):
        by_second = roles.get(words[index])
        if by_second is None:
            continue
        next_word = words[index + 1] if index + 1 < len(words) else ""
        role = by_second.get(next_word) or by_second.get("")
        if role == "used" and next_word and words[index] in lists["participles"]:
            role = by_second.get(next_word)
        if role == "compared":
            return role
        if role and not found:
            found = role if lists["others"].isdisjoint(words[:index]) else "mentioned"
            if found == "used":
                return found
    return found


def is_parted(quote: str, name: str) -> bool:
    """Whether two plain words happen to read like a name in one: "Dual prompt" and DualPrompt."""
    return " " in quote and name.isalpha() and is_camel(name) and not any(map(is_camel, quote.split()))


def word_at(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole of a hyphenated word that a place is in, as far as it may be one name."""
    before, behind = (
        WORD_BEFORE.search(text, max(0, start - LONGEST_HALF), start),
        WORD_BEHIND.match(text, end, end + LONGEST_HALF),
    )
    return before.start() if before else start, behind.end() if behind else end


def spans(places: Iterable[tuple[int, int]]) -> Spans:
    """Spans of places in the order of their starts."""
    starts, reaches, reach = [], [], 0
    for start, end in places:
        reach = max(reach, end)
        starts.append(start)
        reaches.append(reach)
    return Spans(starts, reaches)


def own_places(text: str, introduced: tuple[Introduction, ...]) -> Iterator[tuple[int, int]]:
    """Where the paper's own names stand; the letter case of a short one counts."""
    lowered = text.lower() if introduced else ""
    for introduction in introduced:
        for form in introduction.forms:
            exact = len(form) <= SHORT or len(lowered) != len(text)
            searched, wanted = (text, form) if exact else (lowered, form.lower())
            start = searched.find(wanted)
            while start >= 0:
                end = start + len(wanted)
                if not (text[start - 1 : start].isalnum() or (text[end : end + 1].isalpha() and exact)):
                    yield start, end
                start = searched.find(wanted, end)

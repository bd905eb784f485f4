"""Names behind the cues of a proposal: "we propose NAME", "a NAME is proposed", "our NAME", "called NAME"."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import ahocorasick

from ingest.extract.naming import Cue, Find, Namer, is_camel, lists
from ingest.lexicon import load

MOST = 200  # cues, and acronyms, of one text that are followed: no abstract has as many
GLANCE = 80  # characters behind a verb in which there has to be a capital or an explanation
EXPLAINING = (", a", " - a", ", which")  # behind a name in lower case
LATE = 150  # characters behind a verb in which a name in apposition may start
SUBJECT_WINDOW = 160  # characters before a verb in which its subject is looked for
PASSIVE_WINDOW = 20  # characters before a participle in which "is" or "are" may stand
OTHER_CUES = {"naming_verbs": "call", "naming": "naming", "possessives": "ours", "inverted": "inverted"}


@dataclass(frozen=True)
class Cues:
    """The cues of introductions.yml in one automaton, with spaces around, each with its kind.

    `verbs` are the forms of verbs behind which the head noun of a name stands.
    """

    automaton: Any
    verbs: frozenset[str]


@cache
def cues() -> Cues:
    """The cues that come with the package."""
    data: dict[str, Any] = load("introductions")
    automaton = ahocorasick.Automaton()
    verbs = {"our"}
    for name, kind in (("weak_verbs", "weak"), ("verbs", "strong")):
        for verb in data[name]:
            for form, kind_of_form in verb_forms(verb, kind, data["irregular"], verb in data["gerunds"]):
                for mark in " .," if kind_of_form.endswith("past") else " ":
                    automaton.add_word(f" {form}{mark}", (kind_of_form, len(form)))
                verbs.add(form)
    for name, kind in OTHER_CUES.items():
        for word in data[name]:
            for before in " (":
                automaton.add_word(f"{before}{word} ", (kind, len(word)))
    automaton.make_automaton()
    return Cues(automaton, frozenset(verbs))


def verb_forms(verb: str, kind: str, irregular: dict[str, str], gerund: bool) -> Iterator[tuple[str, str]]:
    """The forms in which a paper speaks of itself, each with its kind: "we propose", "it proposes", "introducing"."""
    head, _, rest = verb.partition(" ")
    tail = f" {rest}" if rest else ""
    stem = head.removesuffix("e")
    yield verb, kind
    yield f"{head}{'es' if head.endswith(('sh', 'ch')) else 's'}{tail}", f"{kind} finite"
    yield irregular.get(verb, f"{stem}ed{tail}"), f"{kind} past"
    if gerund:
        yield f"{stem}ing{tail}", kind


def behind_cues(place: Namer) -> Iterator[Find]:
    """What stands behind the cues of a text, in its order."""
    followed = 0
    for last, (kind, length) in cues().automaton.iter(place.text):
        start, end = last - length, last
        if kind == "naming":
            yield from behind_naming(place, start, end)
        elif kind == "ours":
            if not is_plain(place, end, end + GLANCE // 2):
                yield from place.after_our(end)
        elif kind == "inverted":
            yield from place.object_of(end, "strong")
        elif (kind.endswith("past") and is_after_being(place.text, start)) or may_hold_name(place, end):
            yield from behind_verb(place, start, end, kind)
        else:
            continue
        followed += 1
        if followed == MOST:
            return


def is_after_being(text: str, position: int) -> bool:
    """Whether "is" or "are" stands shortly before a verb."""
    before = text[max(0, position - PASSIVE_WINDOW) : position]
    return " is " in before or " are " in before


def is_plain(place: Namer, start: int, end: int) -> bool:
    """Whether a stretch can hold no name: no capital, no definition, no explanation."""
    stretch = place.text[start:end]
    if not stretch.islower() or any(map(stretch.__contains__, EXPLAINING)):
        return False
    return not place.definitions or not any(start <= position < end for position in place.definitions)


def may_hold_name(place: Namer, start: int) -> bool:
    """Whether a name may stand behind a verb: near, or farther off behind a comma."""
    if not is_plain(place, start, start + GLANCE):
        return True
    comma = place.text.find(", ", start + GLANCE, start + LATE)
    while comma >= 0:
        if place.text[comma + 2 : comma + 3].isupper() or comma + 2 in place.definitions:
            return True
        comma = place.text.find(", ", comma + 2, start + LATE)
    return False


def behind_naming(place: Namer, start: int, end: int) -> Iterator[Find]:
    """A name in lower case needs the paper itself as the subject, or brackets; "namely" needs a verb of proposing."""
    word = place.text[start:end]
    plain = word in lists()["plain_naming"]
    subject = subject_before(place, start)
    if word == "namely" and not is_proposing(place, start):
        return
    if subject != "others" and (subject or plain) and not place.text.startswith(" entit", end):
        yield from place.called(end, plain and (bool(subject) or place.text[start - 1 : start] == "("))


def is_proposing(place: Namer, position: int) -> bool:
    """Whether a verb of proposing stands before a position in its sentence."""
    sentence = place.reading.sentence_at(place.field, position)
    words = place.text[sentence.start : position].lower().split() if sentence else ()
    return not cues().verbs.isdisjoint(words)


def behind_verb(place: Namer, start: int, end: int, kind: str) -> Iterator[Find]:
    """ "we propose NAME", "the proposed NAME", "a NAME is proposed"."""
    strength, _, form = kind.partition(" ")
    before = word_before(place.text, start) if form == "past" else []
    if before in (["is"], ["are"]):
        if place.text[start:end] in lists()["passive"] and not place.text.startswith((" by ", " as "), end):
            yield from passive(place, start)
    elif before in (["the"], ["The"], ["our"], ["Our"]):
        yield from place.after_our(end)
    elif (form != "past" or before in (["we"], ["have"], ["We"])) and subject_before(place, start) == "own":
        yield from place.object_of(end, strength)


def word_before(text: str, position: int) -> list[str]:
    """The word before a participle, adverbs aside: "is also", "are therefore"."""
    words = text[max(0, position - PASSIVE_WINDOW) : position].split()
    while words and words[-1] in lists()["adverbs"]:
        words.pop()
    return words[-1:]


def subject_before(place: Namer, position: int) -> str | None:
    """Of whom the sentence before a verb speaks last: own, others or None."""
    if place.text.endswith((" we ", "We ", " paper "), 0, position):
        return "own"
    window = place.text[max(0, position - SUBJECT_WINDOW) : position].lower()
    words = window[window.rfind(". ") + 1 :].replace(",", "").split()
    words_of = lists()
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        if word not in words_of["subjects"]:
            continue
        if word in words_of["own"]:
            return "own"
        if word in words_of["own_nouns"] and index and words[index - 1] in words_of["own_marks"]:
            return "own"
        if word in words_of["others"]:
            return "others"
        if word in words_of["others_nouns"] and not words_of["others_marks"].isdisjoint(
            words[max(0, index - 3) : index]
        ):
            return "others"
    return None


def passive(place: Namer, verb: int) -> Iterator[Find]:
    """ "a new NAME is proposed"."""
    sentence = place.reading.sentence_at(place.field, verb)
    start = sentence.start if sentence else 0
    if is_plain(place, start + 1, verb) and start not in place.definitions:
        return
    comma = place.text.find(", ", start, min(verb, start + 60))
    for position in (start, comma + 2) if comma >= 0 else (start,):
        finds = [
            find for find in place.object_of(position, "passive") if find.end < verb and not is_opening(place, find)
        ]
        if finds:
            yield from finds
            return
    before = place.text[start:verb].rpartition(" is ")[0].rpartition(" ")[2]
    position = place.text.rfind(before, start, verb)
    find = place.name_at(place.words(position), 0, Cue("passive")) if before and is_camel(before) else None
    if find:
        yield find


def is_opening(place: Namer, find: Find) -> bool:
    """Whether a find is just the word before a comma that starts a sentence: "Meanwhile,"."""
    name = place.text[find.start : find.end]
    return place.text.startswith(",", find.end) and not find.acronym and name[1:].islower() and " " not in name

"""Introductions: the names that a paper gives to what it itself proposes, methods and data alike.

Cues say where a name may stand ("we propose ...", "... called ...", "NAME: a title"), and `naming` tells which name
stands there. What the vocabulary knows is another's work, unless the paper explains it as its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any

import ahocorasick
import yaml

from ingest.extract.acronyms import Acronym
from ingest.extract.mention import Mention
from ingest.extract.naming import (
    COMPOUND,
    LONGEST_NAME,
    LONGEST_PHRASE,
    PUNCTUATION,
    WORD,
    Cue,
    Find,
    Namer,
    can_be_name,
    count,
    is_camel,
    is_capital,
    lists,
    namer,
)
from ingest.extract.reading import Reading, singular
from ingest.extract.subjects import apposed, is_impersonal, is_team, of_repository, squeezed, subjects

MOST = 200  # cues, and acronyms, of one text that are followed: no abstract has as many
GLANCE = 80  # characters behind a verb in which there has to be a capital or an explanation
LATE = 150  # characters behind a verb in which a name in apposition may start
SUBJECT_WINDOW = 160  # characters before a verb in which its subject is looked for
HEAD_WINDOW = 120  # characters before a name in which its head noun may stand
COMPONENT_WINDOW = 80  # characters before a component in which its cue may stand
AMBIGUOUS = 4  # capitals up to which a short form alone says too little
TITLE_NAME = re.compile(r"(?:Introducing )?([^\s:](?:[^:]{0,38}[^\s:])?) ?(?::|–|—| -) ")
OWN_BEFORE = re.compile(
    r"(?:(?:propos|introduc|formulat|call|term|dubb)\w*|our)"
    r"(?: (?:the|our|new|novel|proposed))*$"
)
OFFERED_BEFORE = re.compile(
    r"\b(?:propos|introduc|present|develop)\w*"
    r"(?: (?:an?|the|new|novel|general|simple|unified|unifying|generic|efficient))*$"
)
THEIR_BEFORE = re.compile(r"\b(?:their|its)$")
PROPOSAL = re.compile(
    r"\b(?:we|paper|work|study) (?:\w+ )?(?:propose|introduce|present|develop)s? (?:an?|the) ", re.IGNORECASE
)
PROPOSING = re.compile(
    r"\b(?:we|paper|work|study|authors) (?:\w+ )?(?:propose|introduce|present|develop|design)s? ", re.IGNORECASE
)
CAMPAIGN = re.compile(
    r"\b(?:overview|report|findings|shared|task|campaign|challenge|competition|track|at)\b", re.IGNORECASE
)
OTHER_CUES = {"naming_verbs": "call", "naming": "naming", "possessives": "ours", "inverted": "inverted"}
SHORTEST_COINED = 4  # letters of a name in one plain word
PASSIVE_WINDOW = 20  # characters before a participle in which "is" or "are" may stand
DATA_ENDINGS = ("Bench", "Corpus", "Bank")
QUESTIONS = "QA"  # ends the names of datasets and of systems


@dataclass(frozen=True, kw_only=True)
class Introduction(Mention):
    """A name that the paper introduces. `name` is the form to show, `forms` are all that the text writes.

    `is_data` tells a dataset, benchmark or corpus from a method.
    """

    name: str
    forms: tuple[str, ...]
    is_data: bool
    rule: str


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
    data: dict[str, Any] = yaml.safe_load((files("ingest") / "vocabulary" / "introductions.yml").read_text("utf-8"))
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


DOUBTFUL = frozenset(["strong", "weak", "passive", "naming", "repository"])  # rules that a known method outdoes


@lru_cache(maxsize=4)
def introduced_names(reading: Reading) -> tuple[Introduction, ...]:
    """The names that the paper introduces, each once, in the order of the text, the title first."""
    title, abstract = namer(reading, "title"), namer(reading, "abstract")
    in_title = list(before_colon(title))
    in_abstract = list(behind_cues(abstract))
    in_abstract += unspoken(title, abstract, in_title, in_abstract)
    in_abstract += components(abstract, in_abstract)
    if not in_title and not in_abstract:
        in_title = list(whole_title(title))
    found: list[Introduction] = []
    taken: set[str] = set()
    for place, finds in ((title, in_title), (abstract, in_abstract)):
        for find in finds:
            introduction = introduce(place, find)
            if introduction.rule in DOUBTFUL and reading.known.name_of("method", introduction.name):
                continue  # "we build multilingual BERT" introduces no BERT
            keys = {key(form) for form in (introduction.name, *introduction.forms)}
            if keys.isdisjoint(taken):
                found.append(introduction)
            taken |= keys
    return tuple(found)


def unspoken(title: Namer, abstract: Namer, in_title: list[Find], in_abstract: list[Find]) -> Iterator[Find]:
    """The names that stand without a verb of proposing before them."""
    impersonal = is_impersonal(abstract)
    if not in_title:
        yield from of_title(title.text, abstract, impersonal)
    yield from of_lists(abstract, title.text)
    yield from apposed(abstract, not impersonal)
    if not in_title and not in_abstract:
        yield from of_repository(abstract)
    if impersonal:
        yield from subjects(abstract, not all(is_data(abstract, find) for find in in_abstract))


def key(form: str) -> str:
    """What two writings of a name share."""
    letters = "".join(filter(str.isalnum, form)).casefold()
    return letters.removesuffix("s") if len(letters) > 3 else letters


# Titles


def before_colon(title: Namer) -> Iterator[Find]:
    """ "NAME: what it is"."""
    match = TITLE_NAME.match(title.text)
    words = match[1].split() if match else []
    if not match or len(words) > 3 or "@" in match[1] or not all(map(is_capital, words)) or not can_be_name(match[1]):
        return
    camel = is_camel(words[0]) or is_camel(words[-1])
    kinds = {term.kind for term in title.terms_at(*match.span(1))}
    spelled = title.reading.long_forms.get(match[1], "")
    is_field = "task" in kinds or (not camel and (kinds or spelled.islower()))
    if is_field or is_team(match[1], title.text):
        return
    if camel or is_coined(words) or count(match[1], title.reading.paper.abstract):
        yield Find(*match.span(1), 0, "title-prefix")


def is_coined(words: list[str]) -> bool:
    """Whether words before a colon are a name that the abstract need not repeat: one word, or "NAME Corpus"."""
    first = words[0].lower()
    if len(words) > 1:
        return words[-1].lower() in lists()["collections"] and not first.endswith(tuple(lists()["describing"]))
    is_subject = first.endswith(tuple(lists()["abstract"])) or first in lists()["plain_titles"]
    return len(first) >= SHORTEST_COINED and not is_subject


def of_title(title: str, abstract: Namer, impersonal: bool) -> Iterator[Find]:
    """What the title starts with, and the abstract calls its own."""
    phrase = start_of(title.lower())
    words = phrase.split()
    lowered = abstract.text.lower()
    start = lowered.find(phrase) if len(lowered) == len(abstract.text) else -1
    if not 2 <= len(words) <= LONGEST_PHRASE or is_team(phrase, title.lower()):
        return
    while start >= 0:
        end = start + len(phrase)
        before = lowered[max(0, start - 40) : start].rstrip()
        owned = bool(OWN_BEFORE.search(before) or (impersonal and THEIR_BEFORE.search(before)))
        if words[-1] in lists()["plain_heads"] or not owned:
            owned = is_offered(abstract, before, start, end)
        if owned and not abstract.is_known(start, end):
            yield Find(start, end, 0, "title-phrase")
            return
        start = lowered.find(phrase, end)


def is_offered(abstract: Namer, before: str, start: int, end: int) -> bool:
    """ "proposes a general Some Such Learning framework", in capitals."""
    if not abstract.text[start:end].istitle() or not OFFERED_BEFORE.search(before):
        return False
    behind = abstract.words(end, 1)
    return bool(behind) and behind[0][0].lower() in lists()["heads"]


def start_of(title: str) -> str:
    """A title up to its first preposition or mark, without articles before it."""
    words: list[str] = []
    stops, determiners = lists()["stops"], lists()["determiners"]
    for word in title.split(None, LONGEST_NAME + 2)[: LONGEST_NAME + 2]:
        bare = word.rstrip(",:;.?!")
        lower = bare.lower()
        if lower in stops:
            break
        if words or lower not in determiners:
            words.append(bare)
        if bare != word:
            break
    return " ".join(words)


def whole_title(title: Namer) -> Iterator[Find]:
    """A title that is a name, of a paper that proposes something and does not name it elsewhere."""
    phrase = start_of(title.text)
    words = phrase.split()
    if not 2 <= len(words) <= LONGEST_NAME or words[-1].lower() not in lists()["title_heads"]:
        return
    start = title.text.find(phrase)
    end = start + len(phrase)
    known = any(term.start == start or (term.end >= end and len(words) == 2) for term in title.reading.terms["title"])
    describes = words[0].lower().endswith("ing") or COMPOUND.search(phrase)
    if start >= 0 and not known and not describes and PROPOSAL.search(title.reading.paper.abstract):
        yield Find(start, end, 0, "title")


# Cues


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
    if not stretch.islower() or ", a" in stretch or " - a" in stretch:
        return False
    return not any(start <= position < end for position in place.definitions)


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
    """A name in lower case needs the paper itself as the subject, or brackets."""
    word = place.text[start:end]
    plain = word in lists()["plain_naming"]
    subject = subject_before(place, start)
    if subject != "others" and (subject or plain or word == "namely") and not place.text.startswith(" entit", end):
        yield from place.called(end, plain and (bool(subject) or place.text[start - 1 : start] == "("))


def behind_verb(place: Namer, start: int, end: int, kind: str) -> Iterator[Find]:
    """ "we propose NAME", "the proposed NAME", "a NAME is proposed"."""
    strength, _, form = kind.partition(" ")
    before = word_before(place.text, start) if form == "past" else []
    if before in (["is"], ["are"]):
        if place.text[start:end] in lists()["passive"] and not place.text.startswith(" by ", end):
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


def of_lists(place: Namer, title: str) -> Iterator[Find]:
    """Definitions in the title whose letters show a name: DiscRE, C-LARA, in a sentence in which the paper proposes."""
    for acronym in islice(place.definitions.values(), MOST):
        short = singular(acronym.short)
        if short.isupper() or short != acronym.short or " " in short or not is_camel(short):
            continue
        if not count(short, title) and squeezed(acronym.long) not in squeezed(title):
            continue
        if CAMPAIGN.search(title):
            return
        sentence = place.reading.sentence_at(place.field, acronym.start)
        before = place.text[sentence.start : acronym.start] if sentence else ""
        find = place.defined(acronym, [], 0, Cue("strong", "a"))
        if find and PROPOSING.search(before) and before.split()[-1] not in ("for", "of", "on", "to", "the"):
            yield find


def is_opening(place: Namer, find: Find) -> bool:
    """Whether a find is just the word before a comma that starts a sentence: "Meanwhile,"."""
    name = place.text[find.start : find.end]
    return place.text.startswith(",", find.end) and not find.acronym and name[1:].islower() and " " not in name


# Components


def components(place: Namer, finds: list[Find]) -> Iterator[Find]:
    """Acronyms defined behind "consists of", "with" and the like, once the paper's own name has stood."""
    if not finds:
        return
    first = min(find.start for find in finds)
    taken = {find.start for find in finds}
    previous = -1
    for acronym in islice(place.definitions.values(), MOST):
        if acronym.start <= first or acronym.start in taken:
            previous = acronym.end
            continue
        find = component(place, acronym, previous)
        if find:
            previous = acronym.end
            yield find


def component(place: Namer, acronym: Acronym, previous: int) -> Find | None:
    """An acronym's definition when it has a cue before it, or stands in a list with one that has."""
    sentence = place.reading.sentence_at(place.field, acronym.start)
    find = place.defined(acronym, [], 0, Cue("component", "a")) if sentence else None
    if not find or not sentence:
        return None
    start = max(sentence.start, acronym.start - COMPONENT_WINDOW)
    before = [word[0].lower() for word in WORD.finditer(place.text, start, acronym.start)]
    novel = False
    while before and (before[-1] in lists()["component_skipped"] or before[-1].isdigit()):
        novel |= before.pop() in ("novel", "new")
    behind = place.words(acronym.end, 1)
    named = any(map(str.isupper, acronym.long[1:])) or any(word[0] in lists()["component_heads"] for word in behind)
    chained = previous >= sentence.start and before[-1:] in (["and"], [","], [";"])
    cued = novel or (bool(before) and before[-1] in lists()["component_cues"])
    return find._replace(rule="component") if named and (cued or chained) else None


# The result


def introduce(place: Namer, find: Find) -> Introduction:
    """A find as it is handed on."""
    name = place.text[find.start : find.end]
    acronym = find.acronym or next((each for each in place.reading.acronyms if name in (each.short, each.long)), None)
    start, end = place.long_span(find.acronym) if find.acronym else (find.start, find.end)
    known = next((term.name for term in place.terms_at(start, end) if term.kind in ("method", "dataset")), None)
    return Introduction(
        field=place.field,
        start=start,
        end=end,
        name=known or (form_to_show(acronym, place.reading.paper.title) if acronym else name),
        forms=(acronym.short, acronym.long) if acronym else (name,),
        is_data=is_data(place, find),
        rule=find.rule,
    )


def form_to_show(acronym: Acronym, title: str) -> str:
    """The short form when it can stand alone: a title's, or one that is not just a few capitals."""
    short = acronym.short[:-1] if re.search(r"[A-Z]s$", acronym.short) else acronym.short
    is_ambiguous = len(short) <= AMBIGUOUS and short.isupper()
    return acronym.long if is_ambiguous and not title.startswith(f"{short}:") else short


def is_data(place: Namer, find: Find) -> bool:
    """Whether the nearest head noun says so: in the name, behind it, in its explanation, or before it."""
    name = find.acronym.long if find.acronym else place.text[find.start : find.end]
    last = re.split(r"[\s-]", name)[-1]
    if last.endswith(DATA_ENDINGS) or last.lower() in lists()["heads"]:
        return last.endswith(DATA_ENDINGS) or last.lower() in lists()["data_heads"]
    heads = heads_behind(place, find.end) or heads_before(place, find.start)
    return heads[-1] in lists()["data_heads"] if heads else last.endswith(QUESTIONS)


def heads_behind(place: Namer, position: int) -> list[str]:
    """The head nouns up to the next preposition: "NAME, a new HEAD for", "NAME is a HEAD of"."""
    found = []
    for word in place.words(position, 14):
        lower = word[0].lower()
        if lower in lists()["stops"] and lower != "is":
            break
        if lower in lists()["heads"]:
            found.append(lower)
    return found


def heads_before(place: Namer, position: int) -> list[str]:
    """The head nouns of "we VERB a new HEAD for ..., NAME"."""
    found: list[str] = []
    closed = False
    for word in WORD.finditer(place.text, max(0, position - HEAD_WINDOW), position):
        lower = word[0].lower()
        if lower in cues().verbs or lower.endswith("."):
            found, closed = [], False
        elif lower in lists()["stops"] or lower in PUNCTUATION:
            closed = closed or bool(found)
        elif lower in lists()["heads"] and not closed:
            found.append(lower)
    return found

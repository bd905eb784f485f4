"""Subjects: the names that a text gives its own work without a verb of proposing.

An abstract in the third person often starts with the thing itself: "NAME (N) is a framework for ...", "NAME, a plug-in
framework, makes use of ...", "NAME adapts ...". So may another's work start in its background, which is why a name has
to recur, or to stand in the title, and the text must not say "we". A repository's address names what it holds.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from ingest.extract.folding import squeezed
from ingest.extract.naming import Cue, Find, Namer, Words, can_be_name, count, is_camel, is_explained, lists, name_end
from ingest.extract.scanning import sought

MOST = 30  # sentences of one text, and words of a title, that are read
MOST_NAMES = 8  # names of the paper's own whose variants are looked for
PREDICATE = 14  # words behind a name in which its head noun has to stand
PERSONS = ("we", "our", "us", "i", "my", "ours")
# "This method, NAME, ...", "A second component, NAME, ...".
APPOSED = re.compile(
    r"(?:This|Our|The|Their|Its|A|An|One|Another)"
    r"(?: (?:proposed|resulting|new|novel|first|second|third|final|key|main|central|core))* ([a-z]+), "
    r"(?:(?:named|called|namely|dubbed|termed) )?(?=\S)"
)
JOINED = re.compile(r"[A-Z]\w*-[A-Z]")  # Dual-Arch
OWNERS = ("Its ", "Their ")
LONGEST_OPENING = 12  # characters of the first word of an opening
OPENING = 120  # characters of an opening before the comma and the subject
GLANCE = 60  # characters in which a name at the start of a sentence has to show itself
CAMEL_PART = re.compile(r"[A-Z][a-z]{3,}(?=[A-Z][a-z]{2})")  # the first part of a name in camel case
HYPHENED = re.compile(r"-[A-Z][A-Za-z]+[A-Za-z0-9]*(?![\w-])")  # behind a name: SDG-Eval
OTHER_PART = re.compile(r"[A-Z][a-z]\w+(?![\w-])")  # behind its first part: TreeMem
HOSTS = ("github.com/", "gitlab.com/", "bitbucket.org/", "huggingface.co/")
REPOSITORY = re.compile(r"[\w.-]+/([\w.-]*\w)")
NO_NAME_BEFORE = (" task", " Task", " shared", " Shared", " challenge", " competition", " is a competition", " team")
SHORTEST_SLUG = 3
LONGEST_SLUG = 40


def is_impersonal(place: Namer) -> bool:
    """Whether a text speaks of its paper without "we" and "our"."""
    return not place.reading.hits[place.field]["person"]


@sought("person")
def persons(_field: str) -> dict[str, None]:
    return dict.fromkeys(PERSONS)


def subjects(place: Namer, found: bool) -> Iterator[Find]:
    """Names that start a sentence of an impersonal text and do something there, or are something.

    Once the paper's own name is found, only "Its NAME" and "Their NAME" add to it.
    """
    for sentence in islice(place.reading.sentences[place.field], MOST):
        start = sentence.start
        if found and not place.text.startswith(OWNERS, start):
            continue
        find = subject(place, start)
        if not find and words_start(place.text, start) in lists()["openings"]:
            comma = place.text.find(", ", start, min(start + OPENING, sentence.end))
            find = subject(place, comma + 2) if comma > 0 else None
        if find:
            found = True
            yield find


def subject(place: Namer, position: int) -> Find | None:
    """The name that a sentence, or its main clause, starts with, when it is the paper's own."""
    if not may_start_name(place, position):
        return None
    words = place.words(position)
    index = int(len(words) > 1 and words[0][0] in ("The", "Its", "Their", "the", "its", "their"))
    if len(words) < index + 3:
        return None
    start = words[index].start()
    acronym = place.definitions.get(start)
    if acronym:
        after = next((i for i in range(index, len(words)) if words[i].start() >= acronym.end), len(words))
        find = Find(start, acronym.end, after, "subject", acronym)
        is_name = is_defined_name(place, find)
    else:
        after = name_end(words, index)
        find = Find(start, words[max(after, 1) - 1].end(), after, "subject")
        is_name = after > index and is_bare_name(place, words, index, after)
    if not is_name or not is_predicate(words, find.after):
        return None
    name = find.acronym.short if find.acronym else place.text[find.start : find.end]
    return None if is_team(name, place.reading.paper.title) else find


def words_start(text: str, position: int) -> str:
    """The first word of a sentence, without the comma behind it."""
    return text[position : position + LONGEST_OPENING].partition(" ")[0].rstrip(",").lower()


def may_start_name(place: Namer, position: int) -> bool:
    """Whether a definition, a capital inside of the first word, or a second word in capitals is here."""
    words = place.text[position : position + GLANCE].split(None, 2)[:2]
    if len(words) < 2 or position in place.definitions or words[0] in ("The", "Its", "Their", "the", "its", "their"):
        return len(words) == 2
    return words[1][0] in "(" or words[1][0].isupper() or not words[0][1:].islower()


def is_team(name: str, title: str) -> bool:
    """ "NAME at SemEval-2020 Task 9", "NAME@..."."""
    return f"{name} at " in title or f"{name} @" in title or f"{name}@" in title


def is_defined_name(place: Namer, find: Find) -> bool:
    """Whether a definition is of a thing of the paper's own: used again or in the title, and no field."""
    acronym, title = find.acronym, place.reading.paper.title
    if not acronym or acronym.short in lists()["generic"]:
        return False
    in_title = bool(count(acronym.short, title)) or squeezed(acronym.long) in squeezed(title)
    if place.is_known(*place.long_span(acronym)) or place.is_known(*place.short_span(acronym)):
        return in_title and place.is_thing(find.start) and place.is_thing(place.short_span(acronym)[0])
    if acronym.long.rsplit(" ", 1)[-1].lower() in lists()["tasks"]:
        return False
    return in_title or count(acronym.short, place.text) > 1


def is_bare_name(place: Namer, words: Words, index: int, after: int) -> bool:
    """Whether words in capitals at the start of a sentence are a name: by their letters, or as there are several."""
    start, end = words[index].start(), words[after - 1].end()
    name = place.text[start:end]
    if words[index][0].lower() in lists()["determiners"] or not can_be_name(name) or place.is_known(start, end):
        return False
    if is_camel(words[index][0]) or is_camel(words[after - 1][0]):
        return count(name, place.text) > 1 or bool(count(name, place.reading.paper.title))
    if words[after - 1][0].lower() in lists()["tasks"] or place.text[max(0, start - 4) : start] in ("The ", "the "):
        return False
    recurs = count(name, place.text) > 1 or squeezed(name) in squeezed(place.reading.paper.title)
    return recurs and (after - index > 1 or bool(JOINED.match(name)))


def is_predicate(words: Words, after: int) -> bool:
    """Whether ", a HEAD", "is a HEAD" or a verb of what methods do follows, perhaps behind brackets."""
    if after + 2 < len(words) and words[after][0] == "(" and words[after + 2][0] == ")":
        after += 3
    if after >= len(words):
        return False
    first = words[after][0].lower()
    if first in lists()["agent_verbs"]:
        return True
    if first not in ("is", ",") or after + 1 >= len(words):
        return False
    if words[after + 1][0].lower() not in ("a", "an", "the", "our"):
        return first == "," and words[after + 1][0].lower() in lists()["appositions"]
    return has_head(words[after + 2 : after + PREDICATE])


def has_head(words: Words) -> bool:
    """Whether a kind of thing is named before the first preposition."""
    for word in words:
        lower = word[0].lower()
        if lower in lists()["heads"]:
            return True
        if lower in lists()["stops"]:
            return False
    return False


def apposed(place: Namer, personal: bool) -> Iterator[Find]:
    """ "This method, NAME, ...": at the start of a sentence; in a text with "we" only behind "this" and "our"."""
    for sentence in islice(place.reading.sentences[place.field], MOST):
        match = APPOSED.match(place.text, sentence.start)
        if not match or (match[1] not in lists()["heads"] and match[1] not in lists()["answers"]):
            continue
        if personal and not place.text.startswith(("This ", "Our "), sentence.start):
            continue
        words = place.words(match.end())
        find = place.name_at(words, 0, Cue("naming", apposed=True))
        if not find and words and not words[0][0].endswith(("ed", "ing", "ly")):
            find = place.phrase(words, 0)
        if find and find.after + 1 < len(words) and words[find.after][0] == "," and words[find.after + 1][0] != "and":
            yield find._replace(rule="apposition")


def explained(place: Namer, title: str) -> Iterator[Find]:
    """A title's word that is a name by its letters, where the text says what it is: "uses NAME, a new encoder"."""
    for word in filter(is_camel, title.replace(":", "").split(None, MOST)[:MOST]):
        start = place.text.find(f" {word}") + 1 if can_be_name(word) else 0
        if not start or is_team(word, title) or place.is_known(start, start + len(word)):
            continue
        words = place.words(start)
        if not words or words[0][0] != word:
            continue
        if is_explained(words, 1, ("a", "an")) and has_head(words[3 : 1 + PREDICATE]):
            yield Find(start, start + len(word), 1, "explained")


def variants(place: Namer, names: Iterable[str]) -> Iterator[Find]:
    """Names that are made of the paper's own: TreeMem beside TreeSeeker, SDG-Eval beside SDG."""
    for name in names:
        for start, end in islice(variant_places(place.text, name), MOST):
            variant = place.text[start:end]
            if variant != name and can_be_name(variant) and not place.is_known(start, end):
                yield Find(start, end, 0, "variant")


def variant_places(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where a text has the name and a hyphened part behind it, or its first part and another behind that."""
    part = CAMEL_PART.match(name)
    stem = part[0] if part and name[part.end() :].isalpha() else name
    start = text.find(stem)
    while start >= 0:
        found = None
        if not (start and (text[start - 1] in "-_" or text[start - 1].isalnum())):
            hyphened = HYPHENED.match(text, start + len(name)) if text.startswith(name, start) else None
            found = hyphened or (OTHER_PART.match(text, start + len(stem)) if stem != name else None)
        if found:
            yield start, found.end()
        start = text.find(stem, found.end() if found else start + 1)


def of_repository(place: Namer) -> Iterator[Find]:
    """What the text writes as the paper's repository is named: Dual Teacher, of github.com/naver-ai/dual-teacher."""
    for host in HOSTS if "/" in place.text else ():
        start = place.text.find(host)
        match = REPOSITORY.match(place.text, start + len(host)) if start >= 0 else None
        if not match:
            continue
        slug = match[1].removesuffix(".git")
        if not SHORTEST_SLUG <= len(slug) <= LONGEST_SLUG:
            continue
        for start, end in spelled_places(place, slug, match.start()):
            if is_of_repository(place, place.text[start:end], start, end):
                yield Find(start, end, 0, "repository")
                break


def spelled_places(place: Namer, slug: str, before: int) -> Iterator[tuple[int, int]]:
    """Where a text has the words of a slug before a place, in one or apart."""
    parts = [part.lower() for part in re.split(r"[-_.]", slug) if part]
    loose = place.reading.folded[place.field]
    for words in dict.fromkeys((" ".join(parts), "".join(parts))) if parts else ():
        start = loose.find(f" {words} ", 0, before)
        while start >= 0:
            yield start, start + len(words)
            start = loose.find(f" {words} ", start + 1, before)


def is_of_repository(place: Namer, name: str, start: int, end: int) -> bool:
    """Whether a repository's name in a text is a name there, too."""
    words = re.split(r"[ –-]", name)
    if not all(word[:1].isupper() or word[:1].isdigit() for word in words) or not can_be_name(name):
        return False
    if "/" in place.text[start - 1 : start] or (len(words) == 1 and not is_camel(name)):
        return False
    long = place.reading.long_forms.get(name, name)
    if place.text.startswith(NO_NAME_BEFORE, end) or place.text.endswith(("team ", "Team "), 0, start):
        return False
    if is_team(name, place.reading.paper.title):
        return False
    if long.rsplit(" ", 1)[-1].lower() in lists()["tasks"]:
        return False
    return not place.is_known(start, end) or place.is_thing(start)

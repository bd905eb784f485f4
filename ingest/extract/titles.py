"""Names that a title gives: "NAME: what it is", what it starts with and the abstract calls its own, a name alone."""

import re
from collections.abc import Iterator

from ingest.extract.naming import (
    COMPOUND,
    LONGEST_NAME,
    LONGEST_PHRASE,
    Find,
    Namer,
    can_be_name,
    count,
    is_camel,
    is_capital,
    lists,
)
from ingest.extract.subjects import has_head, is_team

TITLE_NAME = re.compile(r"(?:Introducing )?([^\s:](?:[^:]{0,38}[^\s:])?) ?(?::|–|—| -) ")
NAME_ENDS = (": ", "– ", "— ", " - ")  # what a match of TITLE_NAME ends in
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
TITLE_EXPLAINED = re.compile(
    r"(?:Build|Introduc|Creat|Develop|Construct|Design|Present|Releas|Curat)ing ([^\s,:]+), (?=an? )"
)
SMALL_NAME = re.compile(r"[a-z]+\d[a-z\d]+")
SHORTEST_COINED = 4  # letters of a name in one plain word


def before_colon(title: Namer) -> Iterator[Find]:
    """ "NAME: what it is"."""
    match = TITLE_NAME.match(title.text) if any(map(title.text.__contains__, NAME_ENDS)) else None
    words = match[1].split() if match else []
    if not match or len(words) > 3 or "@" in match[1]:
        return
    if len(words) == 1 and is_spelled_small(match[1]):
        if count(match[1], title.reading.paper.abstract) and not title.is_known(*match.span(1)):
            yield Find(*match.span(1), 0, "title-prefix")
        return
    if not all(map(is_capital, words)) or not can_be_name(match[1]):
        return
    camel = is_camel(words[0]) or is_camel(words[-1])
    kinds = {term.kind for term in title.terms_at(*match.span(1))}
    spelled = title.reading.long_forms.get(match[1], "")
    is_field = "task" in kinds or (not camel and (kinds or spelled.islower()))
    if is_field or is_team(match[1], title.text):
        return
    if len(words) > 1 and (words[0].lower() in lists()["plain_titles"] or is_of_task(words[-1].lower())):
        return
    if camel or is_coined(words) or count(match[1], title.reading.paper.abstract):
        yield Find(*match.span(1), 0, "title-prefix")


def is_spelled_small(word: str) -> bool:
    """Whether a word in lower case is put together as names are: "point-net2vec", "auto-tune"."""
    return word.islower() and (("-" in word and word.replace("-", "").isalnum()) or bool(SMALL_NAME.fullmatch(word)))


def is_of_task(word: str) -> bool:
    """Whether a phrase that ends in a word is of a task: "Latent Entities Extraction: ...", not "NAME Corpus: ..."."""
    return word in lists()["tasks"] and word not in lists()["heads"]


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
    if not 2 <= len(words) <= LONGEST_PHRASE:
        return
    lowered = abstract.text.lower()
    start = lowered.find(phrase) if len(lowered) == len(abstract.text) else -1
    if start < 0 or is_team(phrase, title.lower()):
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


def explained_in_title(title: Namer) -> Iterator[Find]:
    """ "Building NAME, an expert-written benchmark for ..."."""
    for match in TITLE_EXPLAINED.finditer(title.text):
        words = title.words(match.end(), LONGEST_NAME)
        name = match[1]
        if is_camel(name) and can_be_name(name) and not title.is_known(*match.span(1)) and has_head(words):
            yield Find(*match.span(1), 0, "explained")
            return


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

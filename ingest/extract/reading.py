"""A reading: a paper with what several fields need of it, each computed once and only when asked for."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, wraps
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from ingest.extract import acronyms
from ingest.extract.acronyms import Acronym
from ingest.extract.folding import folded
from ingest.extract.scanning import Hits, scan, sought
from ingest.extract.spellings import PREFIXES
from ingest.extract.vocabulary import Term, Vocabulary, in_order, vocabulary
from ingest.paper import Paper

SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*(\s+)(?=[\"'“‘(\[]?[^\sa-z])")
ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|vs|cf|al|resp|Fig|Eq|Sec|Tab|approx|w\.r\.t|[A-Z])|^\d{1,2})\.$")
OWN_WORDS = ("we", "our", "ours")
OWN_NOUNS = ("paper", "work", "study", "article", "survey", "thesis", "authors", "tutorial", "chapter", "report")
LONG_WORD = 7  # letters in a row, before a full stop, that are no abbreviation
Value = TypeVar("Value")
AMBIGUOUS = 5  # letters of an acronym that may stand for several things
SHORT_WORD = 3  # letters
MOST_SHORTS = 50  # acronyms of one paper that are looked for


class Sentence(NamedTuple):
    """A sentence of the title or the abstract; `number` counts from 0 within the field."""

    field: str
    start: int
    end: int
    number: int


@dataclass(frozen=True, eq=False)
class Reading:
    """A paper and, lazily, its sentences, the acronyms that it defines, and the vocabulary's terms in it.

    `known` is the vocabulary: the package's own unless a user's entries were loaded with it.
    """

    paper: Paper
    known: Vocabulary = field(default_factory=vocabulary)
    values: dict[Callable[["Reading"], Any], Any] = field(default_factory=dict, init=False, repr=False)  # of `once`

    def text(self, field: str) -> str:
        """The stored text of `title` or `abstract`."""
        return self.paper.title if field == "title" else self.paper.abstract

    def quote(self, field: str, span: Term | Sentence) -> str:
        return self.text(field)[span.start : span.end]

    @cached_property
    def acronyms(self) -> tuple[Acronym, ...]:
        return tuple(acronyms.extract(self.paper, self.hits))

    @cached_property
    def long_forms(self) -> dict[str, str]:
        """The paper's own acronyms, in the singular, with their first long forms."""
        forms: dict[str, str] = {}
        for acronym in self.acronyms:
            forms.setdefault(singular(acronym.short), acronym.long)
        return forms

    @cached_property
    def sentences(self) -> dict[str, tuple[Sentence, ...]]:
        """By field; each sentence without the space around it."""
        return {field: tuple(split(field, text)) for field, text in self.paper.texts()}

    @cached_property
    def sentence_starts(self) -> dict[str, list[int]]:
        return {field: [sentence.start for sentence in sentences] for field, sentences in self.sentences.items()}

    @cached_property
    def folded(self) -> dict[str, str]:
        """By field, the text as `vocabulary.folded` writes it: character p of the text is character p + 1 here."""
        return {field: folded(text) for field, text in self.paper.texts()}

    @cached_property
    def title_words(self) -> frozenset[str]:
        """The words of the folded title."""
        return frozenset(self.folded["title"].split())

    @cached_property
    def hits(self) -> dict[str, Hits]:
        """By field, and by kind, where the text has the words that the fields look for."""
        return {field: scan(field, text) for field, text in self.folded.items()}

    @cached_property
    def found(self) -> dict[str, list[Term]]:
        """What the vocabulary finds, by field, whatever the paper's acronyms mean."""
        return {field: self.known.find(text, self.folded[field]) for field, text in self.paper.texts()}

    @cached_property
    def terms(self) -> dict[str, tuple[Term, ...]]:
        """By field, in the order of the text. The paper's own acronyms mean what the paper says."""
        if not self.long_forms:
            return {field: tuple(terms) for field, terms in self.found.items()}
        return {field: tuple(self.terms_of(field, text)) for field, text in self.paper.texts()}

    def terms_of(self, field: str, text: str) -> list[Term]:
        found = self.found[field]
        if not any(map(text.__contains__, self.long_forms)):
            return found
        terms = [term for term in found if self.agrees(text[term.start : term.end], term)]
        added = [
            Term(kind, name, start, end)
            for start, end in self.short_places(text)
            for kind, name in self.meanings[singular(text[start:end])].items()
        ]
        if not added:
            return terms
        taken: dict[str, list[Term]] = {}
        for term in terms:
            taken.setdefault(term.kind, []).append(term)
        terms.extend(term for term in added if not is_taken(term, taken.get(term.kind, [])))
        return sorted(terms, key=in_order)

    @cached_property
    def meanings(self) -> dict[str, dict[str, str]]:
        """By short form: the names, by kind, that its long form is a spelling of."""
        meanings: dict[str, dict[str, str]] = {}
        for acronym in self.acronyms:
            start = self.text(acronym.field).find(acronym.long, acronym.start)
            end = start + len(acronym.long)
            terms = self.found[acronym.field]
            names = {term.kind: term.name for term in terms if term.start == start and term.end == end}
            meanings.setdefault(singular(acronym.short), names)
        return meanings

    def agrees(self, quote: str, term: Term) -> bool:
        """Whether a term may stand: the paper does not use its spelling as an acronym of another thing."""
        short = singular(quote)
        long = self.long_forms.get(short)
        if long is None or not is_ambiguous(short) or self.meanings[short].get(term.kind) == term.name:
            return True
        meaning = short, term.kind, term.name
        if meaning not in self.agreements:
            self.agreements[meaning] = self.is_spelled(long, term)
        return self.agreements[meaning]

    @cached_property
    def agreements(self) -> dict[tuple[str, str, str], bool]:
        """What `agrees` found of an acronym, a kind and a name."""
        return {}

    def is_spelled(self, long: str, term: Term) -> bool:
        """Whether a long form is a way of writing a term's name, or the name has no long form."""
        known = [words for words in self.known.spelled(term.kind, term.name) if len(words) > 1]
        spelled = [long_words(re.findall(r"\w+", text)) for text in (long, long.replace("-", ""))]
        return not known or any(are_one(long_words(words), others) for words in known for others in spelled)

    def short_places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a text has an acronym of the paper that the vocabulary can name."""
        for short in islice((short for short, names in self.meanings.items() if names), MOST_SHORTS):
            position = text.find(short)
            while position >= 0:
                end = position + len(short)
                last = end + text.startswith("s", end)
                if not text[position - 1 : position].isalnum() and not text[last : last + 1].isalnum():
                    yield position, end
                position = text.find(short, end)

    def words_in(self, sentence: Sentence) -> list[str]:
        """The folded words of a sentence."""
        return self.folded[sentence.field][sentence.start : sentence.end + 2].split()

    def is_own(self, sentence: Sentence) -> bool:
        """Whether the paper speaks of itself in a sentence: "we", "our", "this paper"."""
        places = self.own_places[sentence.field]
        index = bisect_left(places, sentence.start)
        return index < len(places) and places[index] < sentence.end

    def has_hit(self, sentence: Sentence, kind: str) -> bool:
        """Whether a sentence has a word that is sought as one of a kind."""
        hits = self.hits[sentence.field][kind]
        index = bisect_right(hits, sentence.start + 1, key=itemgetter(0))
        return index < len(hits) and hits[index][0] <= sentence.end + 1

    @cached_property
    def own_places(self) -> dict[str, list[int]]:
        """By field, where the paper speaks of itself."""
        return {field: [last - length - 1 for last, length in hits["own"]] for field, hits in self.hits.items()}

    @cached_property
    def first_own(self) -> int:
        """The number of the abstract's first sentence in which the paper speaks of itself; 0 without one."""
        places = self.own_places["abstract"]
        sentence = self.sentence_at("abstract", places[0]) if places else None
        return sentence.number if sentence else 0

    def sentence_at(self, field: str, position: int) -> Sentence | None:
        """The sentence of a field that a position is in."""
        index = bisect_right(self.sentence_starts[field], position) - 1
        return self.sentences[field][index] if index >= 0 else None

    def terms_in(self, sentence: Sentence, kind: str | None = None) -> list[Term]:
        """The terms of a sentence, of one kind or of all."""
        terms = self.terms[sentence.field]
        first, last = (bisect_left(terms, place, key=term_start) for place in (sentence.start, sentence.end))
        return [term for term in terms[first:last] if kind in (None, term.kind)]


@sought("own")
def own_words(_field: str) -> dict[str, int]:
    """How a paper speaks of itself, each with its length; a mark may stand before the noun."""
    nouns = [f"{article}{gap}{noun}" for article in ("this", "the") for gap in (" ", "  ") for noun in OWN_NOUNS]
    return {words: len(words) for words in (*OWN_WORDS, *nouns)}


def once(function: Callable[[Reading], Value]) -> Callable[[Reading], Value]:
    """The function, its value computed once for each reading: several fields ask for it."""

    @wraps(function)
    def known(reading: Reading) -> Value:
        values = reading.values
        if function not in values:
            values[function] = function(reading)
        value: Value = values[function]
        return value

    return known


def singular(form: str) -> str:
    """An acronym without the s of its plural."""
    return form[:-1] if len(form) > 2 and form.endswith("s") and form[-2].isupper() else form


def term_start(term: Term) -> int:
    return term.start


def is_ambiguous(short: str) -> bool:
    """Whether a form is a few capitals, which may stand for several things; longer and mixed ones are names."""
    return len(short) <= AMBIGUOUS and short.isupper() and short.isalpha()


def long_words(words: Iterable[str]) -> list[str]:
    """The words that say something, without what is put before them: "modal" for "multimodal"."""
    return [bare(word.casefold()) for word in words if len(word) > SHORT_WORD]


@lru_cache(maxsize=1 << 12)
def bare(word: str) -> str:
    """A word without a prefix, if enough is left of it."""
    prefix = max((each for each in PREFIXES if word.startswith(each)), key=len, default="")
    return word.removeprefix(prefix) if len(word) - len(prefix) > SHORT_WORD else word


def are_one(first: list[str], second: list[str]) -> bool:
    """Whether two names are one: at most one of them has a word that the other lacks, in whatever form."""
    in_second, in_first = (list(map(is_form_of(words), others)) for words, others in ((second, first), (first, second)))
    return any(in_second) and (all(in_second) or all(in_first))


def is_form_of(words: list[str]) -> Callable[[str], bool]:
    """Tells of a word whether one of some words starts as it does."""
    return lambda word: any(other.startswith(word[:SHORT_WORD]) for other in words)


def is_taken(term: Term, others: list[Term]) -> bool:
    """Whether one of the terms, which are in order and do not overlap, stands where this one does."""
    index = bisect_right(others, term.start, key=term_start)
    return any(other.start < term.end and term.start < other.end for other in others[max(0, index - 1) : index + 1])


def split(field: str, text: str) -> Iterator[Sentence]:
    """The sentences of a text. A title is one sentence."""
    start = number = 0
    if field != "title":
        for match in SENTENCE_END.finditer(text):
            stop = match.start()
            can_abbreviate = text[stop] == "." and not text[max(0, stop - LONG_WORD) : stop].isalpha()
            if can_abbreviate and ABBREVIATION.search(text[max(start, stop - 12) : stop + 1]):
                continue
            yield Sentence(field, start, match.start(1), number)
            start, number = match.end(), number + 1
    if start < len(text):
        yield Sentence(field, start, len(text), number)

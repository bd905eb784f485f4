"""Words and pairs of neighbouring words that may tell what a paper is about.

Each has a weight: what stands in title and abstract tells more than what a title says by way of a figure of speech,
what is said again or is a name tells more than what is said once, and two words tell more than one. Weights were set by
how often the papers so found have an author in common with the one they were found for.
"""

import re
from collections import Counter

from plugins.searching.stems import stems_of_all

WORD = re.compile(r"\w+")
NAME = re.compile(r"\w[A-Z]|[A-Za-z]\d")
LETTERS = re.compile(r"[^\W\d]{4}")
IN_TITLE_AND_ABSTRACT, IN_TITLE, REPEATED, NAMED, ONCE = 0.8, 0.4, 0.6, 0.5, 0.2
OF_PAIR = 1.3  # times the weight of a word
# Of four letters and more: they make no pair with a neighbour.
FUNCTION_WORDS = frozenset(
    [
        "about",
        "above",
        "across",
        "after",
        "against",
        "also",
        "although",
        "among",
        "another",
        "based",
        "because",
        "been",
        "before",
        "being",
        "between",
        "both",
        "cannot",
        "could",
        "does",
        "doing",
        "done",
        "during",
        "each",
        "either",
        "enough",
        "even",
        "ever",
        "every",
        "from",
        "further",
        "given",
        "have",
        "having",
        "hence",
        "here",
        "however",
        "into",
        "its",
        "itself",
        "just",
        "less",
        "like",
        "made",
        "make",
        "many",
        "more",
        "most",
        "much",
        "must",
        "near",
        "neither",
        "none",
        "onto",
        "only",
        "other",
        "others",
        "over",
        "own",
        "same",
        "several",
        "shall",
        "should",
        "since",
        "some",
        "such",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "though",
        "through",
        "thus",
        "toward",
        "towards",
        "under",
        "until",
        "upon",
        "used",
        "using",
        "very",
        "well",
        "were",
        "what",
        "when",
        "where",
        "whether",
        "which",
        "while",
        "whose",
        "will",
        "with",
        "within",
        "without",
        "would",
        "your",
    ]
)


def telling(title, abstract, names):
    """Words and pairs, each with its weight, the weightiest first and equals in the order of the text.

    What is part of one of the names is left out.
    """
    in_title, in_abstract = pieces(title), pieces(abstract)
    written = list(dict.fromkeys([*in_title, *in_abstract]))
    stem_of = dict(zip(written, stems_of_all(written), strict=True))
    of_names = [set(stem) for stem in stems_of_all(names)]
    of_title = {stem_of[piece] for piece in in_title}
    of_abstract = Counter(stem_of[piece] for piece in in_abstract)
    weights = {}
    for piece in written:
        stem = stem_of[piece]
        if stem not in weights and not any(set(stem) <= name for name in of_names):
            weights[stem] = (shown(piece), weight(piece, stem in of_title, of_abstract[stem]))
    return sorted(weights.values(), key=lambda one: -one[1])


def pieces(text):
    """The words of a text that are no function words, and the pairs of such that only a space or a hyphen parts."""
    found, before = [], None
    for match in WORD.finditer(text):
        word = match[0]
        if not is_content(word):
            before = None
            continue
        found.append(word)
        if before and text[before.end() : match.start()] in (" ", "-"):
            found.append(f"{before[0]} {word}")
        before = match
    return found


def is_content(word):
    """Whether a word may tell anything: four letters, or a name such as QA or T5."""
    return word.lower() not in FUNCTION_WORDS and bool(LETTERS.search(word) or NAME.search(word))


def weight(piece, is_in_title, times_in_abstract):
    """What a piece counts for, of which its rarity is yet to be taken into account."""
    is_pair = " " in piece
    if is_in_title:
        single = IN_TITLE_AND_ABSTRACT if times_in_abstract or is_pair else IN_TITLE
    elif times_in_abstract > 1:
        single = REPEATED
    else:
        single = NAMED if NAME.search(piece) else ONCE
    return single * (OF_PAIR if is_pair else 1)


def shown(piece):
    """A piece as the page shows it: lower case but for names."""
    return " ".join(word if NAME.search(word) else word.lower() for word in piece.split())

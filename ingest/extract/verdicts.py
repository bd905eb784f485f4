"""What a number is: a setting, or a result and of what kind.

Each number is judged by the words around it: first by what makes it a setting (the paper chose or cites it), then by
what makes it a result. The words are those of `vocabulary/results.yml`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.extract import places
from ingest.extract.introductions import introduced_names
from ingest.extract.places import Place, roles

YEARS = range(1900, 2100)
VERSION = 3  # characters of a decimal that may be a version
HIGHEST_ITEM = 30  # "(12)" numbers an item, "(84)" does not
EXACT = 1000  # a number of parameters from here on, written out, is the paper's own count
LARGE = 100  # a count from here on says how large a resource is, whatever its noun
NAMED = ("task", "dataset", "method")
COMPARISONS = "=≈<>≤≥"
SIZED = frozenset(["counted", "resources"])
NOT_PLURAL = ("ss", "us", "is")
LEVELS = ("above", "at", "below", "between", "from", "to", "under")
BESIDE = ("above", "ahead", "behind", "below")  # "6% above the baseline"
BESIDE_WORDS = [(word,) for word in BESIDE]
TAKING = ("take", "takes", "took")
QUALITIES = ("dB", "FPS", "tokens/s")  # units of what is reached, more than of what is set
NEAR = 8  # words before a number that may say that it is a difference
PASSIVE = ("was", "were", "is", "are", "been")
HAVE = ("has", "have")
LOWEST_RANK = 200  # of a competition
DIRECT = 10  # words between a verb and the number of its object
NOTHING: frozenset[str] = frozenset()
WITHIN = 7  # words between a measure and its number


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a number is: `kind` is that of a result, "setting", or empty for a result whose words do not tell."""

    kind: str
    rule: str


SETTING = Verdict("setting", "")


def judge(place: Place) -> Verdict | None:
    """What the words around a number say that it is; None when they do not tell."""
    for is_setting in SETTINGS[place.group]:
        if is_setting(place):
            return SETTING
    for name, is_result in RESULTS[place.group].items():
        if is_result(place):
            if place.line.is_background:
                return SETTING
            return Verdict("count" if name in COUNTS else kind_of(place), name)
    return None


def kind_of(place: Place) -> str:
    """Absolute, or an improvement: a difference to something else. Empty when nothing near tells."""
    quantity = place.quantity
    if quantity.is_signed or quantity.unit == "points" or place.group == "factor":
        return "improvement"
    if is_compared(place):
        return "improvement"
    preposition = place.governor()
    if preposition == "by":
        return "improvement" if place.precedes("change") else "absolute"
    if place.before[:1] == ("than",) and place.before[1:2] and "comparative" in roles(place.before[1]):
        return "absolute"  # "83%, which is higher than 66%"
    if preposition in LEVELS:
        return "absolute"
    if preposition == "of":
        return kind_of_measure(place.nearest(NEAR))
    if preposition and preposition != "up to":
        return ""
    marks = [roles(word) for word in place.nearest(NEAR if preposition else 1)]
    if marks and "excel" in marks[0]:
        return "absolute"
    return "improvement" if any("change" in mark for mark in marks) else ""


def kind_of_measure(near: Sequence[str]) -> str:
    """ "a gain of 3%", "an improvement in accuracy of 3%"; but "an accuracy of 90%"."""
    marks = [roles(word) for word in near]
    if any("change" in mark for mark in marks[:2]):
        return "improvement"
    if any(word == "in" and "change" in further for word, further in zip(near, marks[1:], strict=False)):
        return "improvement"
    return "absolute" if any("measures" in mark for mark in marks[:2]) else ""


def is_compared(place: Place) -> bool:
    """ "10% fewer", "a 3% relative improvement", "2 BLEU points"."""
    if place.after and place.after[0] in BESIDE:
        return True
    for word in place.after[:4]:
        if "comparative" in roles(word) or (word in ("points", "point") and not place.quantity.unit):
            return True
        if not word[0].isalnum() or word in places.PREPOSITIONS or "break" in roles(word):
            return False
    return False


# Settings


def is_item(place: Place) -> bool:
    """ "2)" at the start of an item, "[12]", the rank "3/26"."""
    quantity, text = place.quantity, place.line.text
    if quantity.unit or quantity.is_decimal or quantity.is_signed:
        return False
    after, before = text[quantity.end : quantity.end + 1], text[quantity.start - 1 : quantity.start]
    if "/" in (after, before):
        return True
    if after == ")" and quantity.value <= HIGHEST_ITEM:
        return before == "(" or not (place.before and "measures" in roles(place.before[0]))
    return after in ("]", ",") and "[" in place.before[:6] and "]" in place.after[:12]


def is_year(place: Place) -> bool:
    """ "2019", "the 1990s"."""
    quantity = place.quantity
    if quantity.unit not in (None, "s") or quantity.is_decimal or quantity.digits_end - quantity.start != 4:
        return False
    return int(quantity.value) in YEARS and not place.follows("counted", 2)


def is_total(place: Place) -> bool:
    """The 9 of "5 out of the 9"."""
    words = [word for word in place.before[:4] if word not in places.TOTALLERS]
    further = words[2 if words[1:2] == ["out"] else 1 :]
    return words[:1] == ["of"] and bool(further) and further[0].isdecimal()


def is_dimension(place: Place) -> bool:
    """ "30 x 30", "5 × 5"."""
    return place.after[:1] in (("x",), ("×",)) or place.before[:1] in (("x",), ("×",))


def is_assigned(place: Place) -> bool:
    """ "p < 0.05", "k = 5", but not "r = 0.93"."""
    signs = sum(word in COMPARISONS for word in place.before[:2])
    symbol = place.before[signs] if len(place.before) > signs else ""
    return bool(signs) and len(symbol) == 1 and symbol.isalpha() and "statistics" not in roles(symbol)


def is_named(place: Place) -> bool:
    """Whether the number is part of a name ("Claude 3", "wav2vec 2.0") or numbers something ("Task 3")."""
    quantity, line = place.quantity, place.line
    if not place.before or (quantity.unit and place.group != "physical"):
        return False
    if "numbered" in roles(place.before[0]):
        return True
    written = line.written[place.first - 1]
    is_name = (
        written[0].isalpha()
        and not written.endswith(("'s", "’s"))
        and any(letter.isupper() or letter.isdigit() for letter in written)
    )
    is_sure = place.first > 1 or not written[1:].islower()  # every sentence begins with a capital
    is_version = not quantity.is_decimal or quantity.digits_end - quantity.start <= VERSION
    if is_name and is_sure and is_version and not is_measure(place) and "glue" not in roles(place.before[0]):
        return True
    named = (term for kind in NAMED for term in line.terms.get(kind, ()))
    return any(term.start < quantity.end and quantity.start < term.end for term in named)


def is_measure(place: Place) -> bool:
    """Whether the word before the number is a measure or ends a metric's name."""
    if "measures" in roles(place.before[0]):
        return True
    metric = place.term_before("metric")
    return metric is not None and not place.between(metric)


def is_setting_head(place: Place) -> bool:
    """ "a batch size of 256", but not "in 12 epochs and 51.4"."""
    if "settings" not in place.line.marked or place.quantity.unit or place.before[:1] == ("and",):
        return False
    is_head = any("settings" in roles(word) for word in place.nearest(1))
    return is_head and not is_counting(place)


def is_setting_share(place: Place) -> bool:
    """Shares of data that is put in, and levels of confidence."""
    if place.quantity.unit != "%":
        return False
    if place.follows("levels", 1) or place.before[:1] == ("top",):
        return True
    if not place.precedes("given", 3):
        return False
    if any("measures" in roles(word) for word in place.nearest(1)):
        return False  # "an accuracy of 90% on held-out data"
    content = [marks for marks in map(roles, place.after) if "glue" not in marks][:3]
    return any("data" in marks for marks in content) and not any("costs" in marks for marks in content)


# Results


def is_share(place: Place) -> bool:
    """A share, or points, in a sentence that speaks of change, of a measure or of what was found."""
    return place.line.is_report or place.line.is_own or "dataset" in place.line.terms


def is_factor(place: Place) -> bool:
    """ "10x faster", "speeds up by 113x"."""
    reach = places.BEFORE if place.governor() in ("by", "up to") else 10
    return place.follows("comparative", 4) or place.follows("measures", 3) or place.precedes("change", reach)


def is_physical(place: Place) -> bool:
    """Time, memory and the like where the paper tells what something costs."""
    if is_told(place):
        return True
    if place.follows("counted", 3) or place.follows("data", 3):
        return False
    if any("using" in roles(word) for word in place.nearest(2)):
        return False
    if place.after[:1] == ("per",) and "costs" in place.line.marked:
        return True
    if follows_measure(place):
        return True
    if place.governor() == "in" and place.precedes("reach", 8):
        return True
    if place.precedes("costs", 8) or place.precedes("change", 8):
        return True
    return place.follows("comparative", 3) or place.follows("costs", 2)


def is_told(place: Place) -> bool:
    """ "takes 11 hours", "1.1 dB below the baseline", "achieved 29.5 dB", "at 19.7 FPS"."""
    near = place.nearest(1)
    if near and near[0] in TAKING:
        return True
    if place.quantity.unit not in QUALITIES:
        return False
    is_reached = place.precedes("reach", 3) or near[:1] in (["processes"], ["runs"])
    return place.after[:1] in BESIDE_WORDS or is_reached or (place.governor() == "at" and place.line.is_report)


def is_plain(place: Place) -> bool:
    """Whether the number has neither a unit nor a scale."""
    return not place.quantity.unit and not place.quantity.is_scaled


def is_measured(place: Place) -> bool:
    """A plain number beside a measure: "93 F1", "BLEU scores above 50"."""
    if not is_plain(place):
        return False
    behind = place.term_behind("metric")
    if place.follows("measures", 2) or (behind and len(place.between(behind)) <= 1):
        return True
    return not is_counting(place) and follows_measure(place)


def follows_measure(place: Place) -> bool:
    """Whether a measure stands before the number, with nothing but fillers between."""
    for word in place.before[:WITHIN]:
        if "measures" in roles(word):
            return True
        if not is_filler(word):
            break
    metric = place.term_before("metric")
    words = place.between(metric) if metric else ()
    return metric is not None and len(words) < WITHIN and all(map(is_filler, words))


def is_filler(word: str) -> bool:
    """What may stand between a measure and its number."""
    return word in ":=(≈~±" or word[0].isdigit() or "glue" in roles(word)


def is_counting(place: Place) -> bool:
    """Whether a noun in the plural follows that the number counts, as far as the nouns' endings tell."""
    noun = () if place.quantity.is_decimal else place.noun()
    return bool(noun) and is_plural(noun[-1])


def is_plural(word: str) -> bool:
    """Whether a word is a noun in the plural, as far as its ending tells."""
    marks = roles(word)
    return "counted" in marks or (len(word) > 4 and word.endswith("s") and not word.endswith(NOT_PLURAL) and not marks)


def is_changed_by(place: Place) -> bool:
    """ "improves it by 10"."""
    if not is_plain(place) or not (place.quantity.is_signed or place.governor() == "by"):
        return False
    return place.precedes("change", 12) and not is_counting(place)


def is_decimal_result(place: Place) -> bool:
    """A decimal in a sentence that speaks of change, of a measure or of what was found."""
    if not is_plain(place) or not place.quantity.is_decimal:
        return False
    return place.line.is_report or "metric" in place.line.terms


def is_parameter_count(place: Place) -> bool:
    """ "14,862 parameters", "only 7M parameters", "we achieve it with 9M parameters", "reduces it from 7 billion
    parameters"; not "7B parameters".
    """
    if not place.follows("parameters", 3):
        return False
    if not place.quantity.is_scaled and place.quantity.value >= EXACT:
        return True
    if place.governor() == "with" and place.line.is_own and place.precedes("reach", 10):
        return True
    return place.precedes("sparing", 4) or (place.governor() in ("from", "to") and place.precedes("change", 12))


def is_rank(place: Place) -> bool:
    """ "ranked 4th", "achieved 2nd place", "an F1 of 0.7 (4th)"; not "the 4th workshop"."""
    if place.before[:1] == ("(",) and place.after[:1] == (")",):
        return True
    return place.follows("standing", 3) or place.precedes("ranking", 4) or place.precedes("standing", 4)


def is_plain_rank(place: Place) -> bool:
    """ "ranked 12 out of 40"."""
    if "ranking" not in place.line.marked or not is_plain(place):
        return False
    if place.quantity.is_decimal or place.quantity.value > LOWEST_RANK:
        return False
    return any("ranking" in roles(word) for word in place.nearest(1)) and not is_counting(place)


def is_part(place: Place) -> bool:
    """ "the best on 5 out of 9 tasks", "7 of the 12 models": how many of those that were tried."""
    if not is_plain(place) or place.quantity.is_decimal or not (place.line.is_report or place.line.is_own):
        return False
    return place.total() > max(place.quantity.value, 1)


def is_resource_size(place: Place) -> bool:
    """The size of what the paper makes: "we collect 30M images", "the corpus contains 5,000 sentences"."""
    if not has_size(place):
        return False
    if place.follows("making", 5) and any(word in ("are", "were") for word in place.after[:5]):
        return True
    return is_size_in_brackets(place) or is_size_of_resource(place) or is_size_behind_verb(place)


def is_survey_size(place: Place) -> bool:
    """ "we review 187 papers", "out of 187 papers examined"."""
    if not is_plain(place) or not place.follows("literature", 3):
        return False
    return place.precedes("reviewing", 6) or place.follows("reviewing", 5)


def is_size_behind_verb(place: Place) -> bool:
    """ "we collect 30M images", "the corpus contains 5,000 sentences"."""
    for index, word in enumerate(place.before):
        marks = roles(word)
        if "using" in marks:
            return False
        if "holding" in marks and is_held(place, index):
            return True
        if "making" in marks:
            return is_object(place.before[:index], word) and place.line.is_own
        if "holding" in marks:
            return False
    return False


def is_held(place: Place, index: int) -> bool:
    """Whether a resource is the subject of the verb at an index of the words before; not "it has written 5,000"."""
    if place.before[index] in HAVE and any("glue" not in roles(word) for word in place.before[:index]):
        return False
    return is_resource(place.before[index + 1 :]) or is_named_resource(place, index)


def is_size_in_brackets(place: Place) -> bool:
    """ "the extracted tuples (239K)"."""
    if place.before[:1] != ("(",) or ")" not in place.after[:2] or len(place.before) < 2:
        return False
    is_counted = not roles(place.before[1]).isdisjoint(SIZED) or is_plural(place.before[1])
    return is_counted and any("made" in roles(word) for word in place.before[2:6])


def is_size_of_resource(place: Place) -> bool:
    """ "our corpus of 5,000 sentences", "we present a framework for tests, and a benchmark with 30,000 tests"."""
    before = place.before
    index = next((index for index, word in enumerate(before) if "glue" not in roles(word) or word == "of"), 0)
    if before[index : index + 1] not in (("of",), ("with",)) or len(before) < index + 2:
        return False
    is_name = "counted" in roles(place.noun()[-1] if place.noun() else "") and before[index] == "with"
    written = place.line.written[place.first - index - 2]
    if "resources" not in roles(before[index + 1]) and not (is_name and sum(map(str.isupper, written)) > 1):
        return False
    for further, word in enumerate(before[index + 2 :], index + 2):
        marks = roles(word)
        if "new" in marks:
            return True
        if word == ",":
            return place.line.is_own and any("making" in roles(verb) for verb in before[further:])
        if "using" in marks or "making" in marks or word in places.GOVERNORS:
            return False
    return False


def is_named_resource(place: Place, index: int) -> bool:
    """Whether a name stands before the verb ("PDTB 3.0 contains"), and the number counts what resources hold."""
    noun = place.noun()
    if not noun or "parts" in roles(noun[-1]) or not (is_plural(noun[-1]) or "counted" in roles(noun[-1])):
        return False
    verb = place.first - index - 1
    names = [word for word in place.line.written[max(0, verb - 2) : verb] if sum(map(str.isupper, word)) > 1]
    if not names or place.line.words[verb] not in HAVE:
        return bool(names)
    return any(introduced.is_data and introduced.name in names for introduced in introduced_names(place.line.reading))


def has_size(place: Place) -> bool:
    """Whether the number counts what resources are counted in, or is so large that it must."""
    quantity = place.quantity
    if quantity.unit or (quantity.is_decimal and not quantity.is_scaled):
        return quantity.unit in ("hours", "minutes")
    return quantity.value >= LARGE or any(roles(word) & SIZED for word in place.noun())


def is_object(words: tuple[str, ...], verb: str) -> bool:
    """Whether nothing but the number's own noun, or a resource of that size, stands behind the verb."""
    if verb in ("resulting", "resulted") and words[-1:] == ("in",):
        words = words[:-1]
    is_direct = len(words) <= DIRECT and all(word not in places.GOVERNORS for word in words)
    return is_direct or any("resources" in roles(word) for word in words)


def is_resource(words: tuple[str, ...]) -> bool:
    """Whether words before "contains", the nearest first, speak of a resource, and not of one that serves a test."""
    is_known = len(words) == 1
    behind: frozenset[str] = NOTHING
    is_passive = words[:1] == ("and",) and any(word in PASSIVE for word in words)  # "was built by us and contains"
    for word in words:
        marks = roles(word)
        if "making" in marks and not is_passive:
            break
        if "testing" in marks and not ("resources" in behind and word == "evaluation"):
            return False
        is_known = is_known or "resources" in marks
        behind = marks
    return is_known


Rule = Callable[[Place], bool]

# By the group of the unit; None is a number without one.
SETTINGS: dict[str | None, tuple[Rule, ...]] = {
    None: (is_item, is_year, is_total, is_dimension, is_assigned, is_named, is_setting_head),
    "share": (is_setting_share, is_assigned),
    "factor": (is_dimension,),
    "physical": (is_named, is_year),
    "rank": (),
}
RESULTS: dict[str | None, dict[str, Rule]] = {
    None: {
        "measured": is_measured,
        "rank": is_plain_rank,
        "part": is_part,
        "changed-by": is_changed_by,
        "decimal": is_decimal_result,
        "parameters": is_parameter_count,
        "resource-size": is_resource_size,
        "survey-size": is_survey_size,
    },
    "share": {"share": is_share},
    "factor": {"factor": is_factor},
    "rank": {"rank": is_rank},
    "physical": {"physical": is_physical, "resource-size": is_resource_size},
}
COUNTS = frozenset(["parameters", "part", "resource-size", "survey-size"])

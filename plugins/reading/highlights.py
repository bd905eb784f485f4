"""Which spans of a paper's title and abstract are highlighted, and as what."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from plugins.reading.evidence import FIELDS, KINDS
from plugins.reading.segments import Span

KIND_OF = {plural: kind for kind, plural in KINDS.items()} | {
    "results": "result",
    "acronyms": "acronym",
    "links": "link",
}
ABBREVIATION = "abbreviation"  # a place where a short form stands again, not evidence itself


def anchored(record: dict[str, Any]) -> dict[str, Any]:
    """The record with an `anchor` in each value that is evidence: e1, e2 and so on, in the order of the page."""
    number = 0
    for field in FIELDS:
        for value in record[field]:
            number += 1
            value["anchor"] = f"e{number}"
    return record


def counts(record: Mapping[str, Any]) -> dict[str, int]:
    """How much evidence of each kind there is, kinds without any left out."""
    found = Counter({KIND_OF[field]: len(record[field]) for field in FIELDS})
    return {kind: number for kind, number in found.items() if number}


def spans(record: Mapping[str, Any], text_field: str) -> list[Span]:
    """The spans of the title or of the abstract: all evidence, and short forms that stand there again."""
    # Of spans over the same words the last is innermost, so most in sight: what the paper is about.
    evidence = [span_of(KIND_OF[field], value) for field, value in evidence_in(record, text_field)][::-1]
    return evidence + list(abbreviations(record["acronyms"], record[text_field], evidence))


def evidence_in(record: Mapping[str, Any], text_field: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((field, value) for field in FIELDS for value in record[field] if value["field"] == text_field)


def span_of(kind: str, value: Mapping[str, Any]) -> Span:
    return Span(
        start=value["start"],
        end=value["end"],
        kind=kind,
        label=label(kind, value),
        role=value.get("role", ""),
        anchor=value["anchor"],
        address=value["url"] if kind == "link" else "",
    )


def label(kind: str, value: Mapping[str, Any]) -> str:
    """The value in words, as a tooltip says it."""
    if kind == "result":
        named = [value["kind"], figure(value), value["metric"], value["dataset"] and f"on {value['dataset']}"]
        return " ".join(filter(None, named))
    if kind == "acronym":
        return f"{value['short']}: {value['long']}"
    return str(value["url"] if kind == "link" else value["name"])


def figure(value: Mapping[str, Any]) -> str:
    """A reported number with its unit, as one writes it: 93.5 %, 2.1x, 3 points, 0.71."""
    unit = value["unit"] or ""
    return f"{value['value']:.10g}" + ("" if unit in ("", "x") else " ") + unit


def abbreviations(acronyms: list[dict[str, Any]], text: str, evidence: list[Span]) -> Iterator[Span]:
    """Where a short form stands outside of definitions and addresses, so that the page can expand it there."""
    long_forms = {acronym["short"]: acronym["long"] for acronym in reversed(acronyms)}
    if not long_forms:
        return
    longest_first = sorted(long_forms, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    taken = [span for span in evidence if span.kind in ("acronym", "link")]
    for match in pattern.finditer(text):
        if not any(span.start <= match.start() < span.end for span in taken):
            yield Span(match.start(), match.end(), ABBREVIATION, label=long_forms[match[0]])

"""How a paper is cited: BibTeX, RIS and CSL-JSON. Pure functions from a `Work`.

BibTeX: fields are UTF-8; what LaTeX would read as markup is escaped, and braces are spelled out by name, because
BibTeX counts even escaped ones. RIS as the Research Information Systems format of 2012; CSL-JSON 1.0.2.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        **{character: f"\\{character}" for character in "$&#%_"},
    }
)
VERBATIM = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20"})
JOURNAL = re.compile(r"\b(journal|transactions|letters|review|reviews|magazine|annals|bulletin|archive)\b", re.I)
MEETING = re.compile(r"\b(proceedings|conference|workshop|symposium|meeting|findings|congress|shared task)\b", re.I)
RIS_TYPES = {"journal": "JOUR", "proceedings": "CPAPER", "preprint": "UNPB", "other": "GEN"}
CSL_TYPES = {
    "journal": "article-journal",
    "proceedings": "paper-conference",
    "preprint": "article",
    "other": "document",
}
PREPRINT_DOI = "10.48550/"
STOP_WORDS = {"a", "an", "the", "on", "of", "for", "in", "to", "and", "towards", "toward", "with", "from", "by"}


@dataclass(frozen=True)
class Work:
    """What a citation needs. `authors` are names as they are printed, `page` is the portal's own page."""

    key: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    published: str | None = None
    venue: str | None = None
    url: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    page: str | None = None

    @property
    def kind(self) -> str:
        """journal, proceedings, preprint or other, as far as the venue and the identifiers tell."""
        venue = self.venue or ""
        if venue and JOURNAL.search(venue) and not MEETING.search(venue):
            return "journal"
        if venue and not venue.casefold().startswith("arxiv"):
            return "proceedings"
        is_preprint = self.arxiv_id or (self.doi or "").startswith(PREPRINT_DOI)
        return "preprint" if is_preprint else "other"


def bibtex(work: Work) -> str:
    """One entry, a field a line."""
    kind = {"journal": "article", "proceedings": "inproceedings"}.get(work.kind, "misc")
    lines = [f"  {name} = {{{value}}}," for name, value in bibtex_fields(work) if value]
    return "\n".join([f"@{kind}{{{citation_key(work)},", *lines, "}"]) + "\n"


def bibtex_fields(work: Work) -> Iterator[tuple[str, str]]:
    """Names and values, empty where the source says nothing."""
    yield "title", " ".join(protected(word) for word in work.title.split())
    yield "author", " and ".join(bibtex_name(name) for name in work.authors)
    venue = {"journal": "journal", "proceedings": "booktitle"}.get(work.kind, "howpublished")
    yield venue, escaped(work.venue or "")
    yield "year", str(work.year or "")
    yield "doi", verbatim(work.doi or "")
    if work.arxiv_id:
        yield "eprint", verbatim(work.arxiv_id)
        yield "archiveprefix", "arXiv"
    yield "url", verbatim(work.url or work.page or "")


def escaped(text: str) -> str:
    """Text that LaTeX prints as it is."""
    return " ".join(text.split()).translate(LATEX)


def protected(word: str) -> str:
    """A word escaped, in braces where a style that lowers capitals would spoil it."""
    behind_first_letter = word.lstrip("\"'([“‘")[1:]
    return f"{{{escaped(word)}}}" if behind_first_letter != behind_first_letter.lower() else escaped(word)


def verbatim(address: str) -> str:
    """An address, which styles print verbatim: only what would break the entry is percent-encoded."""
    return address.translate(VERBATIM)


def bibtex_name(name: str) -> str:
    """A name, in braces where BibTeX would read two people or a suffix into it."""
    return f"{{{escaped(name)}}}" if re.search(r"\band\b", name) or name.count(",") > 1 else escaped(name)


def citation_key(work: Work) -> str:
    """Family name, year and first word of the title in Latin letters, such as nunez2021paired."""
    family = latin(family_and_given(work.authors[0])[0]) if work.authors else ""
    words = [latin(word) for word in re.split(r"[\s:/–—-]+", work.title)]
    word = next((word for word in words if word and word not in STOP_WORDS), "")
    year = str(work.year or "")
    key = f"{family}{year}{word}" if family else f"{word}{year}"
    return key if key[:1].isalpha() else latin(work.key, "[^a-z0-9.:-]")


def latin(text: str, others: str = "[^a-z0-9]") -> str:
    """Letters without accents and digits, in lower case."""
    return re.sub(others, "", unicodedata.normalize("NFKD", text).lower())


def family_and_given(name: str) -> tuple[str, str]:
    """A printed name in two: "Ada van der Núñez" is van der Núñez, Ada. A name of one word is all family."""
    if "," in name:
        family, _, given = name.partition(",")
        return family.strip(), given.strip()
    words = name.split()
    particle = next((place for place, word in enumerate(words) if place and word.islower()), len(words) - 1)
    place = min(particle, len(words) - 1)
    return " ".join(words[place:]), " ".join(words[:place])


def ris(work: Work) -> str:
    """One record, a tag a line, lines ended as the format asks."""
    return "".join(
        f"{tag}  - {line}\r\n" for tag, line in [("TY", RIS_TYPES[work.kind]), *ris_fields(work), ("ER", "")]
    )


def ris_fields(work: Work) -> Iterator[tuple[str, str]]:
    """Tags and values of a record but for its first and last line."""
    values = [("TI", work.title)]
    values += [("AU", ", ".join(filter(None, family_and_given(name)))) for name in work.authors]
    values += [("PY", str(work.year or "")), ("DA", (work.published or "").replace("-", "/"))]
    values += [("JO" if work.kind == "journal" else "T2", work.venue or ""), ("DO", work.doi or "")]
    values += [("UR", work.url or work.page or ""), ("AN", f"arXiv:{work.arxiv_id}" if work.arxiv_id else "")]
    values += [("AB", work.abstract), *(("KW", word) for word in work.keywords)]
    for tag, value in values:
        if value:
            yield tag, " ".join(value.split())


def csl_json(work: Work) -> dict[str, Any]:
    """One item of CSL-JSON."""
    item = {
        "id": citation_key(work),
        "type": CSL_TYPES[work.kind],
        "title": work.title,
        "author": [csl_name(name) for name in work.authors],
        "issued": {"date-parts": [date_parts(work)]} if work.year or work.published else None,
        "container-title": work.venue,
        "DOI": work.doi,
        "number": f"arXiv:{work.arxiv_id}" if work.arxiv_id else None,
        "URL": work.url or work.page,
        "abstract": work.abstract,
        "keyword": ", ".join(work.keywords),
    }
    return {name: value for name, value in item.items() if value}


def csl_name(name: str) -> dict[str, str]:
    family, given = family_and_given(name)
    return {"family": family, "given": given} if given else {"literal": name}


def date_parts(work: Work) -> list[int]:
    """Year, month and day where the day is known and is of the year of publication; else the year."""
    parts = [int(part) for part in (work.published or "").split("-") if part]
    return parts if parts and work.year in (None, parts[0]) else [int(work.year or 0)]

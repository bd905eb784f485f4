"""What stands in the same papers as an entity, and their years: counted over the facet index, as lists are."""

from ingest.facets import FACETS
from plugins.entities.lookup import PLURALS, Entity
from plugins.faceting.counting import Corpus, Found, Tally, largest
from plugins.faceting.parameters import Choice
from plugins.reading.evidence import Row

SHOWN = 8  # of a kind


def papers_of(corpus: Corpus, entity: Entity) -> Found:
    """The set of papers that name an entity."""
    return Tally(corpus, {entity.kind: (Choice((entity.slug,)),)}).found


def companions(corpus: Corpus, found: Found, entity: Entity) -> dict[str, list[Row]]:
    """What stands most often in the same papers, by kind: `name`, `slug`, `papers` counts those that name both."""
    kinds = [kind for kind in PLURALS if kind != "author" or entity.kind == "author"]
    rows = {kind: most_frequent(corpus, found, kind) for kind in kinds}
    return {kind: [row for row in rows[kind] if is_other(row, kind, entity)][:SHOWN] for kind in kinds}


def most_frequent(corpus: Corpus, found: Found, kind: str) -> list[Row]:
    """The values of a kind that most papers of a set have: one more than is shown, as the entity itself may be one."""
    papers, _ = found.counts(FACETS[kind])
    counts = corpus.facets[kind]
    return [
        {"name": counts.labels[number], "slug": counts.slugs[number], "papers": int(papers[number])}
        for number in largest(papers, SHOWN + 1)
    ]


def is_other(row: Row, kind: str, entity: Entity) -> bool:
    return (kind, row["slug"]) != (entity.kind, entity.slug)


def years(corpus: Corpus, found: Found) -> dict[int, int]:
    """Papers by year, every year from the first to the last; empty where no year is known."""
    papers, _ = found.counts(FACETS["year"])
    slugs = corpus.facets["year"].slugs
    known = {int(slugs[number]): int(count) for number, count in enumerate(papers.tolist()) if count}
    return {year: known.get(year, 0) for year in range(min(known), max(known) + 1)} if known else {}

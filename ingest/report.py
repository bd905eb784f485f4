"""What a run did, in words."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.database import opened
from ingest.inspection import FILE_NAME
from ingest.schema import ENTITIES, MENTION_TABLES
from ingest.store import MOST_SHOWN, Run

OUTCOMES = ("added", "changed", "unchanged", "merged", "rejected")
SHOWN_EXCERPT = 50  # characters


def source_line(run: Run) -> str:
    """One line for one source."""
    return f"{run.source}: {run.format}, {plural(run.papers, 'paper')}, {run.rejected:,} rejected"


def summary(database: Path, runs: list[Run], seconds: float) -> Iterator[str]:
    """The lines at the end: what changed, what was refused and why, what the database holds, how to serve it."""
    outcomes = [f"{sum(getattr(run, outcome) for run in runs):,} {outcome}" for outcome in OUTCOMES]
    yield f"{plural(sum(run.papers for run in runs), 'paper')} read in {seconds:.1f} s: {', '.join(outcomes)}."
    yield from reject_lines(runs)
    yield from holdings(database)
    yield f"Serve it: {serve_command(database)}"


def reject_lines(runs: Iterable[Run]) -> Iterator[str]:
    """The first refused records, each with its place and the reason."""
    rejects = [(run.source, reject) for run in runs for reject in run.rejects]
    for source, reject in rejects[:MOST_SHOWN]:
        excerpt = reject.excerpt[:SHOWN_EXCERPT] + "…" * (len(reject.excerpt) > SHOWN_EXCERPT)
        yield f'  rejected: {source}, {reject.position}: {reject.reason}: "{excerpt}"'
    more = sum(run.rejected for run in runs) - len(rejects[:MOST_SHOWN])
    if more:
        yield f"  and {more:,} more: see the table rejects."


def holdings(database: Path) -> Iterator[str]:
    """Counts of papers and of the values of each field, a line each."""
    fields = {name: f"paper_{name}" for name in ENTITIES.values()}
    fields |= {name: name for name in ("results", *MENTION_TABLES)}
    with opened(database) as db:
        yield f"{database} holds {plural(db.table('papers').count, 'paper')}, with"
        for field, table in fields.items():
            papers = db.execute(f"select count(distinct paper_id) from {table}").fetchone()[0]
            yield f"  {field:<11}{db.table(table).count:>9,} in {plural(papers, 'paper')}"


def serve_command(database: Path) -> str:
    """Inside a checkout its own command, elsewhere Datasette's."""
    if Path("Procfile").exists() and Path("metadata.yml").exists():
        return f"make serve DB={database}"
    return f"datasette serve -i {database} --inspect-file {database.parent / FILE_NAME}"


def plural(count: int, noun: str) -> str:
    """A count with its noun: "1 paper", "2 papers"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

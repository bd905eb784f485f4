"""The `carrel` command: options, progress and exit codes; the work is done elsewhere."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ingest import __version__, facets
from ingest.audit import problems
from ingest.database import DatabaseError, opened, updating
from ingest.explanation import explain
from ingest.extract import RULES
from ingest.extract.vocabulary import VocabularyError
from ingest.ingestion import Progress, ingest
from ingest.inspection import write_inspection
from ingest.report import source_line, summary
from ingest.sources import Location, SourceError, UnknownFormatError, locate, open_source
from ingest.store import Run
from ingest.workers import Extractor, WorkerError


@click.group()
@click.version_option(__version__, prog_name="carrel")
def main() -> None:
    """Turn lists of papers into a database that Datasette serves as a portal."""


@main.command(name="ingest")
@click.argument("database", type=click.Path(path_type=Path))
@click.argument("sources", nargs=-1, required=True)
@click.option("--quiet", is_flag=True, help="Print errors only.")
@click.option(
    "--vocabulary",
    "own",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A YAML file with names of your own; may be given several times.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    help="How many processes extract; by default one for each core once there are many papers.",
)
def ingest_command(
    database: Path, sources: tuple[str, ...], quiet: bool, own: tuple[Path, ...], jobs: int | None
) -> None:
    """Read papers from SOURCES into DATABASE, an SQLite file that is created or updated.

    A source is a file, a directory, a pattern, or - for standard input. Formats are recognised by content: listings
    (a line with a title, then a line with its abstract) and JSON lines; either may be compressed with gzip.

    \b
    Examples:
      carrel ingest papers.db demo/papers.txt
      carrel ingest papers.db exports/ 'more/*.jsonl.gz'
      carrel ingest papers.db exports/ --vocabulary ours.yml
      curl -s https://example.org/papers.jsonl | carrel ingest papers.db -
    """
    started = time.monotonic()
    runs: list[Run] = []
    try:
        with refusing(), Extractor(own, jobs) as extractor:
            for location in locate(sources):
                run = ingest_location(database, location, quiet, extractor)
                runs.extend([run] if run else [])
            if not runs:
                raise SourceError(f"No source of a known format in {' '.join(sources)}: name a listing or JSON lines.")
    finally:
        if runs:
            write_counts(database)
    if not quiet:
        click.echo("\n".join(summary(database, runs, time.monotonic() - started)))


def ingest_location(database: Path, location: Location, quiet: bool, extractor: Extractor) -> Run | None:
    """Ingest one source. One that was only met in a directory, and of no known format, is passed over."""
    try:
        with open_source(location) as source, progress_bar(location, quiet) as progress:
            run = ingest(database, source, progress, extractor)
    except UnknownFormatError as error:
        if not location.optional:
            raise
        if not quiet:
            click.echo(f"Passed over: {error}", err=True)
        return None
    if not quiet:
        click.echo(source_line(run), err=True)
    return run


@main.command(name="explain")
@click.argument("database", type=click.Path(path_type=Path))
@click.argument("key")
def explain_command(database: Path, key: str) -> None:
    """Print what DATABASE says of the paper with this KEY: each value, its rule and its quote.

    \b
    Example:
      carrel explain papers.db building-efficient-lightweight-cnn-models-0f9a2422ac
    """
    with refusing(), opened(database) as db:
        click.echo("\n".join(explain(db, key)))


@main.command(name="index")
@click.argument("database", type=click.Path(path_type=Path))
def index_command(database: Path) -> None:
    """Make the facet index of DATABASE anew, after it was changed by other means than carrel ingest.

    \b
    Example:
      carrel index papers.db
    """
    with refusing():
        with opened(database):
            pass  # no new database for a mistyped name
        with updating(database, RULES) as store:
            facets.unwatch(store.db)
            store.index_facets(anew=True)
    write_counts(database)
    click.echo(f"{database} has a facet index that is up to date.")


@main.command(name="audit")
@click.argument("database", type=click.Path(path_type=Path))
def audit_command(database: Path) -> None:
    """Check that every value of DATABASE stands in its text and that every entity has papers.

    The exit code is 1 when something is wrong.

    \b
    Example:
      carrel audit papers.db
    """
    with refusing(), opened(database) as db:
        found = 0
        for found, problem in enumerate(problems(db), start=1):  # noqa: B007 - the count is used behind
            click.echo(problem, err=True)
    if found:
        raise click.ClickException(f"{found:,} problems in {database}: ingest its sources again.")
    click.echo(f"{database} is sound.")


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what cannot be done into one sentence and exit code 1."""
    try:
        yield
    except (SourceError, DatabaseError, VocabularyError, WorkerError) as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def progress_bar(location: Location, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal where the size is known; elsewhere nothing until the source's line."""
    size = location.size
    if quiet or not size or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=size, label=location.name, file=sys.stderr) as bar:
        yield bar_to(bar.update)


def bar_to(update: Callable[[int], None]) -> Progress:
    """From bytes read so far to the steps that click's bar takes."""
    position = 0

    def progress(bytes_read: int) -> None:
        nonlocal position
        update(bytes_read - position)
        position = bytes_read

    return progress


def write_counts(database: Path) -> None:
    """Counts are a convenience of serving: a failure to write them loses no paper."""
    try:
        write_inspection(database)
    except OSError as error:
        click.echo(f"Warning: cannot write counts beside {database}: {os.strerror(error.errno or 0)}.", err=True)


if __name__ == "__main__":
    main()

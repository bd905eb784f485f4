"""The facets: what papers can be filtered and counted by, and where the database keeps it.

The index is built from this list, and the portal's filters are: both take the names from here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from ingest.paper import digest
from ingest.schema import ENTITIES

LINKED = ("code", "project", "model", "data")  # kinds of links that one looks for


@dataclass(frozen=True)
class Source:
    """Rows that tie papers to values of a facet.

    `paper` and `value` are columns of `table`. A value is the id of a row of `entity`, which has a slug and a name, or
    it is shown itself; with `constant`, each row stands for that value. `condition` narrows the rows.
    """

    table: str
    paper: str
    value: str = ""
    entity: str = ""
    constant: str = ""
    condition: str = ""

    @property
    def conditions(self) -> list[str]:
        """What holds for each row that counts. A column of the table itself that is empty holds no value."""
        shown = [] if self.entity or self.constant else [f"{self.value} <> ''"]
        return [*filter(None, [self.condition]), *shown]

    @property
    def rows(self) -> str:
        """The rows that count, as SQL behind `from`."""
        return " where ".join([self.table, *filter(None, [" and ".join(self.conditions)])])


@dataclass(frozen=True)
class Facet:
    """One facet: its parameter is its name behind an underscore.

    `plural` is what its values are called. A paper has one value of a `single` facet at most; values that are numbers
    are numbers in JSON as well. One that is `seldom` asked for is not kept at hand.
    """

    name: str
    plural: str
    sources: tuple[Source, ...]
    single: bool = False
    number: bool = False
    seldom: bool = False

    @property
    def parameter(self) -> str:
        return f"_{self.name}"

    @property
    def definition(self) -> str:
        """Changes with what the facet is made of."""
        return digest(repr(self.sources))


def entity_source(singular: str, role: str = "") -> Source:
    """Papers that name an entity, in one role or in any."""
    plural = ENTITIES[singular]
    condition = f"role = '{role}'" if role else ""
    return Source(f"paper_{plural}", "paper_id", f"{singular}_id", plural, condition=condition)


def column_facet(column: str, plural: str, number: bool = False) -> Facet:
    """A column of the papers themselves."""
    return Facet(column, plural, (Source("papers", "id", column),), single=True, number=number)


NAMED = tuple(Facet(singular, plural, (entity_source(singular),)) for singular, plural in ENTITIES.items())
FACETS = {
    facet.name: facet
    for facet in (
        *NAMED,
        Facet(
            "introduces",
            "introduced",
            (entity_source("method", "introduced"), entity_source("dataset", "introduced")),
        ),
        Facet("uses", "used", (entity_source("method", "used"), entity_source("dataset", "used")), seldom=True),
        Facet("compares", "compared with", (entity_source("method", "compared"),), seldom=True),
        Facet("author", "authors", (Source("paper_authors", "paper_id", "author_id", "authors"),)),
        column_facet("year", "years", number=True),
        column_facet("venue", "venues"),
        column_facet("contribution", "contributions"),
        Facet(
            "has",
            "has",
            (
                Source("links", "paper_id", "kind", condition=f"kind in {LINKED}"),
                Source("results", "paper_id", constant="results"),
                Source("acronyms", "paper_id", constant="acronyms"),
            ),
        ),
    )
}


def changes() -> Iterator[tuple[str, str]]:
    """The name and the event of each trigger that drops the index: any change to what it is made of."""
    sources = [source for facet in FACETS.values() for source in facet.sources]
    columns = [source.value for source in sources if source.table == "papers"]
    for table in dict.fromkeys(source.table for source in sources):
        update = f"update of id, {', '.join(columns)}" if table == "papers" else "update"
        for event in ("insert", "delete", update):
            yield f"facet_index_{table}_{event.split()[0]}", f"{event} on {table}"
    for entity in dict.fromkeys(source.entity for source in sources if source.entity):
        yield f"facet_index_{entity}_update", f"update of id, slug, name on {entity}"


def watch(db: Database) -> None:
    """See that whoever changes what the index is made of drops the index: better none than a wrong one."""
    for name, event in changes():
        db.execute(f"create trigger if not exists {name} after {event} begin delete from facet_index; end")


def unwatch(db: Database) -> None:
    """Let changes be made without a look at the index, which has to be made anew."""
    for name, _ in changes():
        db.execute(f"drop trigger if exists {name}")

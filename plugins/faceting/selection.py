"""One page of papers: which papers it leaves, and how many have each value, for the whole result whatever the page.

`Selection.of` reads the parameters and raises BadRequest where they mean nothing; nothing is counted before it is asked
for, and then once.
"""

import asyncio
import sqlite3
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
from datasette.database import QueryInterrupted
from datasette.filters import Filters
from datasette.plugins import pm
from datasette.utils import await_me_maybe, sqlite_timelimit
from datasette.utils.asgi import BadRequest, Request

from ingest.facets import FACETS

from .conditions import conditions
from .corpus import ChangedError, corpus_of, is_loaded
from .counting import Tally
from .parameters import ParameterError, choices_of, shortened

DATABASE = "papers"
TABLES = ("papers", "search")
KEY = "carrel.facets"  # in a request's scope: its selection, or that facets are to be left out of account

current = ContextVar("selection", default=None)  # the selection of the request that is being answered


class Selection:
    """The choices of a request, and the corpus that they are made in."""

    def __init__(self, datasette, request, table, corpus, choices):
        self.datasette, self.request, self.table = datasette, request, table
        self.corpus, self.choices = corpus, choices
        self.declared, self.size = (), 12
        self.lock = asyncio.Lock()
        self.tallied = None
        self.where = self.other = None

    @classmethod
    async def of(cls, datasette, request, table):
        """The selection of a request."""
        try:
            choices = choices_of(request.query_string)
        except ParameterError as error:
            raise BadRequest(str(error)) from error
        if is_loaded(datasette, DATABASE):
            corpus = corpus_of(datasette, DATABASE)
        else:
            corpus = await asyncio.to_thread(corpus_of, datasette, DATABASE)
        try:
            for name, chosen in choices.items():
                check_known(datasette, corpus.facets[name], FACETS[name], chosen)
        except ChangedError as error:
            raise BadRequest("The papers were changed while this page was made: load it again.") from error
        return cls(datasette, request, table, corpus, choices)

    @property
    def chosen(self):
        """Each choice with its facet."""
        return [(FACETS[name], choice) for name, choices in self.choices.items() for choice in choices]

    async def conditions(self):
        """The choices as SQL conditions, and their parameters."""
        choices = [(facet, choice, self.papers(facet, choice)) for facet, choice in self.chosen]
        alone = not (await self.others())[0]
        left = (await self.tally()).count if alone and choices else None
        self.where, parameters = conditions(choices, self.table, self.corpus.papers, left, alone)
        return self.where, parameters

    async def counts_with(self, sql):
        """Whether a query of Datasette's counts what this selection leaves, and nothing else."""
        heads = (
            f"select count(*) from {self.table} where ",
            f"select count(*) from (select * from {self.table} where ",
        )
        head = next((head for head in heads if sql.startswith(head)), None)
        if not self.where or not head:
            return False
        counted = sql.removeprefix(head).partition(" limit ")[0].rstrip()
        clauses = [*(await self.others())[0], *self.where]
        return len(counted) == len(" and ".join(clauses)) and all(clause in counted for clause in clauses)

    async def others(self):
        """All other conditions of the page, and their parameters."""
        if self.other is None:
            self.other = await other_conditions(self.datasette, self.request, self.table)
        return self.other

    def papers(self, facet, choice):
        """At most how many papers a choice leaves."""
        counts = self.corpus.facets[facet.name]
        if choice.none or choice.negated:
            return self.corpus.papers
        return int(sum(counts.totals[counts.number(slug)] for slug in choice.values))

    def description(self):
        """The choices in words, a part for each facet."""
        return [
            f"{FACETS[name].plural}: {'; '.join(self.text(FACETS[name], choice) for choice in chosen)}"
            for name, chosen in self.choices.items()
        ]

    def text(self, facet, choice):
        """One choice in words."""
        counts = self.corpus.facets[facet.name]
        words = [counts.labels[counts.number(slug)] for slug in choice.values]
        words += ["none named"] * choice.none
        if choice == type(choice)(none=True, negated=True):
            return "any"
        return "not " * choice.negated + " or ".join(words)

    async def tally(self):
        """What was found, counted once; raises QueryInterrupted where the search takes too long."""
        async with self.lock:
            if self.tallied is None:
                given = await self.given()
                if given is None and not self.choices:
                    self.tallied = Tally(self.corpus, self.choices)
                else:
                    self.tallied = await asyncio.to_thread(Tally, self.corpus, self.choices, given)
            return self.tallied

    async def given(self):
        """The papers that all other conditions of the page leave; None where there are none."""
        where, parameters = await self.others()
        if not where:
            return None
        # All ids in one value come out of SQLite four times faster than a row for each. Plain bytes, and a cursor that
        # makes plain rows, are not counted by what bounds the answers to visitors.
        sql = f"select cast(group_concat(id) as blob) from (select id from {self.table} where {' and '.join(where)})"
        limit = self.datasette.setting("sql_time_limit_ms")

        def fetch(connection):
            with sqlite_timelimit(connection, limit), room_for(connection, 20 * self.corpus.papers):
                try:
                    cursor = connection.cursor()
                    cursor.row_factory = None
                    [ids] = cursor.execute(sql, parameters).fetchone()
                    return np.fromstring((ids or b"").decode("ascii"), np.int64, sep=",")
                except sqlite3.OperationalError as error:
                    if error.args == ("interrupted",):
                        raise QueryInterrupted(error, sql, parameters) from error
                    raise

        return self.corpus.set_of(await self.datasette.get_database(DATABASE).execute_fn(fetch))


@contextmanager
def room_for(connection, characters):
    """Let a connection make a value of this length, if it may not make longer ones anyway."""
    before = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, -1)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(before, characters))
    try:
        yield
    finally:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)


async def other_conditions(datasette, request, table):
    """The conditions of a page but for its facets: column filters, searches and what other plugins add."""
    pairs = [
        (name, value)
        for name in request.args
        for value in request.args.getlist(name)
        if not name.startswith("_") or "__" in name
    ]
    where, parameters = Filters(sorted(pairs)).build_where_clauses(table)
    other = Request({**request.scope, KEY: None}, None)
    for hook in pm.hook.filters_from_request(request=other, table=table, database=DATABASE, datasette=datasette):
        arguments = await await_me_maybe(hook)
        if arguments:
            where.extend(arguments.where_clauses)
            parameters.update(arguments.params)
    return where, parameters


def check_known(datasette, counts, facet, chosen):
    """Refuse a value that no paper has."""
    for choice in chosen:
        for value in choice.values:
            if counts.number(value) is None:
                every = datasette.urls.path(f"/{DATABASE}/facet/{facet.name}")
                raise BadRequest(
                    f"{facet.parameter}={shortened(value)}: no paper has this value. Choose one of those on {every}."
                )

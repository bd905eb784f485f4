"""Few costly requests at a time, so that the others are answered at once while many ask for much.

Datasette runs SQL in a handful of threads, first come, first served: as many slow queries as threads, and the home page
waits. So costly requests wait here for one of a few places of their kind, shortly, and are then told to come back.
"""

import asyncio
from time import monotonic
from urllib.parse import parse_qsl

from ingest.facets import FACETS
from plugins.errors import NO_MEMORY, error_response
from plugins.serving.dressing import outer_request

PLACES = {"question": 2, "search": 2, "stream": 2}
WAIT_SECONDS = 0.5
ANSWER_SECONDS = 1.7  # waiting included
STREAM_SECONDS = 600
QUICK_SECONDS = 0.1
PAUSES = (0.1, 0.2, 0.4)
RETRY = {"Retry-After": "3"}
LONG_VALUE = 300
MOST_PARAMETERS = 100
TOO_MANY = f"An address may have {MOST_PARAMETERS} parameters."
TOO_BUSY = "Others are asking costly questions just now."
TOO_SLOW = f"This took too long to answer: more than {ANSWER_SECONDS:g} seconds."
# What a page of papers or of another table asks for, with the help of an index. All else may cost: free SQL, facets
# that were not prepared, patterns, sorting by a text.
CHEAP = {
    *(
        "_next",
        "_page",
        "_size",
        "_col",
        "_nocol",
        "_nofacet",
        "_nocount",
        "_inside",
        "_expand",
        "_role",
        "_claims",
        "_letter",
    ),
    *("_shape", "_nl", "_json", "_labels", "_extra", "_dl", "_header"),
    *(facet.parameter for facet in FACETS.values()),
}
SEARCH = {"_search", "_q"}
CHEAP_SORTS = {"id", "name", "year", "published", "upvotes", "papers", "rank"}


class Places:
    """The places of one kind, and how many requests wait for one."""

    def __init__(self, number):
        self.free = asyncio.Semaphore(number)
        self.waiting = 0

    async def take(self):
        """Takes a place, or raises TimeoutError."""
        self.waiting += 1
        try:
            await asyncio.wait_for(self.free.acquire(), WAIT_SECONDS)
        finally:
            self.waiting -= 1

    def leave(self, started):
        """After a slow answer, where others press for the place, not before cheap requests had as much time."""
        taken = min(monotonic() - started, ANSWER_SECONDS)
        pause = taken if self.waiting and taken > QUICK_SECONDS else 0
        asyncio.get_running_loop().call_later(pause, self.free.release)


def places():
    """The places of each kind that a Datasette has."""
    return {kind: Places(number) for kind, number in PLACES.items()}


def queued(app, datasette, places):
    async def middleware(scope, receive, send):
        if scope["type"] != "http" or scope["method"] == "OPTIONS":
            return await app(scope, receive, send)
        if scope["method"] not in ("GET", "HEAD"):
            return await refuse(datasette, scope, receive, send, 405, "")
        try:
            kind = cost(scope)
        except ValueError:
            return await refuse(datasette, scope, receive, send, 400, TOO_MANY)
        if kind is None:
            return await answer_patiently(app, scope, receive, send)
        started = monotonic()
        try:
            await places[kind].take()
        except TimeoutError:
            return await refuse(datasette, scope, receive, send, 503, TOO_BUSY)
        answer = Answer(app, scope, receive, send)
        answer.task.add_done_callback(lambda task: places[kind].leave(started))
        if not await answer.begins(started + ANSWER_SECONDS - monotonic()):
            return await refuse(datasette, scope, receive, send, 503, TOO_SLOW)
        return await answer.ends(STREAM_SECONDS)

    return middleware


async def answer_patiently(app, scope, receive, send):
    """Costs little, so a lack of memory comes from others and passes."""
    for wait in (*PAUSES, None):
        lacking = []

        async def forward(message, wait=wait, lacking=lacking):
            if wait and message["type"] == "http.response.start" and message["status"] == NO_MEMORY:
                lacking.append(message)
            if not lacking:
                await send(message)

        await app(scope, receive, forward)
        if not lacking:
            return
        await asyncio.sleep(wait)


def cost(scope):
    """The kind of place that a request needs, or None. ValueError when it has too many parameters."""
    query = scope.get("query_string", b"").decode("latin-1")
    parameters = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    names = {name for name, value in parameters}
    if "_stream" in names:
        return "stream"
    if any(is_costly(name, value) for name, value in parameters if name not in SEARCH):
        return "question"
    return "search" if names & SEARCH else None


def is_costly(name, value):
    if name in ("_sort", "_sort_desc"):
        return value not in CHEAP_SORTS
    return len(value) > LONG_VALUE or name == "sql" or "__" in name or (name.startswith("_") and name not in CHEAP)


class Answer:
    """A request that is being answered. Nothing more is sent once it was given up or the visitor has left."""

    def __init__(self, app, scope, receive, send):
        self.send = send
        self.begun = asyncio.Event()
        self.given_up = False
        self.departure = asyncio.ensure_future(departed(receive))
        self.task = asyncio.ensure_future(app(scope, receive, self.forward))
        self.task.add_done_callback(self.finish)

    def finish(self, task):
        self.departure.cancel()
        if self.given_up and not task.cancelled():
            task.exception()  # nobody else asks for it

    async def forward(self, message):
        if self.departure.done():
            raise asyncio.CancelledError  # not an error that Datasette would try to send
        if self.given_up:
            return
        self.begun.set()
        await self.send(message)

    async def begins(self, seconds):
        """Whether the answer has begun in time."""
        begun = asyncio.ensure_future(self.begun.wait())
        await asyncio.wait({begun, self.task}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        self.given_up = not (self.begun.is_set() or self.task.done())
        return not self.given_up

    async def ends(self, seconds):
        """The rest of the answer; a visitor who reads too slowly for too long loses the connection."""
        done, _ = await asyncio.wait({self.task}, timeout=seconds)
        if not done:
            self.task.cancel()
        elif not self.task.cancelled():
            self.task.result()


async def departed(receive):
    """Ends when the visitor has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def refuse(datasette, scope, receive, send, status, message):
    headers = RETRY if status == 503 else {}
    response = await error_response(datasette, outer_request(scope, receive), status, message, headers)
    await response.asgi_send(send)

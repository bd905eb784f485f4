"""The database does not change while it is served, so neither does a page: browsers are told, small pages are kept."""

import re
from collections import OrderedDict
from hashlib import blake2b
from pathlib import Path

from datasette import __version__

ROOT = Path(__file__).parent.parent.parent
CODE = ("metadata.yml", "plugins/**/*.py", "templates/**/*.html", "static/*")
STATIC = ("/static/", "/-/static/", "/-/static-plugins/")
HASHED_NAME = re.compile(r"\.[0-9a-f]{8}\.")
YEAR, HOUR = 31_536_000, 3600
KEPT_BYTES = 8_000_000
LONGEST = 300  # characters of parameters: what a person chooses is short


class Cache:
    """The tag of a Datasette's pages, and the small pages that were asked for last, the latest last."""

    def __init__(self, datasette):
        self.datasette = datasette
        self.version = None
        self.pages = OrderedDict()
        self.bytes = 0

    def tag(self, scope):
        """Changes with the database, with the code and with the address."""
        if self.version is None:
            self.version = version(self.datasette)
        address = f"{self.version} {scope['path']}?{scope.get('query_string', b'').decode('latin-1')}"
        return f'W/"{blake2b(address.encode(), digest_size=12).hexdigest()}"'.encode()

    def keep(self, key, page):
        self.bytes += len(page[1]["body"]) - (len(self.pages.pop(key)[1]["body"]) if key in self.pages else 0)
        self.pages[key] = page
        while self.bytes > KEPT_BYTES:
            self.bytes -= len(self.pages.popitem(last=False)[1][1]["body"])

    def page(self, key):
        if key in self.pages:
            self.pages.move_to_end(key)
        return self.pages.get(key)


def version(datasette):
    """One word for everything that pages depend on."""
    served = [Path(database.path).stat() for database in datasette.databases.values() if database.path]
    parts = [__version__, repr(datasette.settings_dict()), repr([(file.st_size, file.st_mtime_ns) for file in served])]
    files = sorted(path for pattern in CODE for path in ROOT.glob(pattern) if path.is_file())
    parts += [f"{path.name} {blake2b(path.read_bytes()).hexdigest()}" for path in files]
    return blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()


def cached(app, cache):
    """The app with tags and lifetimes on what may be kept; what a browser has already is not made again."""

    async def middleware(scope, receive, send):
        if not may_be_kept(scope, cache.datasette):
            return await app(scope, receive, send)
        tag, headers = cache.tag(scope), dict(scope["headers"])
        if tag in [given.strip() for given in headers.get(b"if-none-match", b"").split(b",")]:
            start = {"type": "http.response.start", "status": 304, "headers": [(b"etag", tag), lifetime(scope, cache)]}
            await send(start)
            return await send({"type": "http.response.body", "body": b""})
        address = scope.get("raw_path"), scope["path"], scope.get("query_string", b"")
        key = (scope.get("scheme"), headers.get(b"host"), *address)
        if kept := cache.page(key):
            start, body = kept
            await send(start | {"headers": [*start["headers"]]})
            return await send(dict(body))
        started = []

        async def forward(message):
            if message["type"] == "http.response.start" and message["status"] == 200:
                message = message | {"headers": with_tag(message["headers"], tag, lifetime(scope, cache))}
                started.append(message)
            elif started and is_small_page(scope, started[-1], message):
                cache.keep(key, (started[-1] | {"headers": [*started[-1]["headers"]]}, dict(message)))
            await send(message)

        return await app(scope, receive, forward)

    return middleware


def may_be_kept(scope, datasette):
    """Not for one visitor alone, not of a database that is written to, not the state of the server, not a stream."""
    if scope.get("method") not in ("GET", "HEAD"):
        return False
    own = {b"cookie", b"authorization", b"range"} & {name.lower() for name, _ in scope["headers"]}
    moving = any(database.is_mutable for database in datasette.databases.values() if database.path)
    of_server = scope["path"].startswith("/-/") and not is_static(scope)
    return not (own or moving or of_server or b"_stream" in scope.get("query_string", b""))


def is_static(scope):
    return scope["path"].startswith(STATIC)


def lifetime(scope, cache):
    """How long an answer may be used without asking: a file whose address has a hash for a year."""
    hashed = scope.get("query_string") or HASHED_NAME.search(scope["path"])
    if is_static(scope):
        value = f"public, max-age={YEAR}, immutable" if hashed else f"public, max-age={HOUR}"
    else:
        value = f"public, max-age={cache.datasette.setting('default_cache_ttl')}"
    return b"cache-control", value.encode()


def with_tag(headers, tag, lifetime):
    """The headers of an answer with ours; a lifetime that Datasette was told in the address (`_ttl`) stays."""
    names = {name.lower(): value for name, value in headers}
    told = [lifetime] if b"no-" not in names.get(b"cache-control", b"") and b"set-cookie" not in names else []
    kept = [(name, value) for name, value in headers if name.lower() != b"etag"]
    kept = [(name, value) for name, value in kept if not told or name.lower() != b"cache-control"]
    return [*kept, *told, (b"etag", tag)] if told else kept


def is_small_page(scope, start, body):
    """Whether an answer is a whole page, asked for by a short address and the usual method."""
    kind = dict(start["headers"]).get(b"content-type", b"")
    whole = body["type"] == "http.response.body" and not body.get("more_body")
    is_page = kind.startswith(b"text/html") and not is_static(scope)
    small = len(body.get("body", b"")) < KEPT_BYTES // 20
    return whole and is_page and small and scope["method"] == "GET" and len(scope.get("query_string", b"")) <= LONGEST

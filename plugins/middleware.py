"""What every request passes on its way to Datasette and every answer on its way back, from outside in."""

from weakref import WeakKeyDictionary

from datasette import hookimpl

from plugins.serving.caching import Cache, cached
from plugins.serving.compression import compressed
from plugins.serving.dressing import dressed
from plugins.serving.memory import bounded
from plugins.serving.queueing import places, queued
from plugins.serving.security_headers import protected, script_sources

# What lasts from one request to the next, by Datasette.
caches = WeakKeyDictionary()
queues = WeakKeyDictionary()
scripts = WeakKeyDictionary()


@hookimpl
def prepare_jinja2_environment(env, datasette):
    scripts[datasette] = script_sources(env)


@hookimpl(trylast=True)
def asgi_wrapper(datasette):
    cache = caches.setdefault(datasette, Cache(datasette))
    queue = queues.setdefault(datasette, places())

    def wrap(app):
        app = queued(app, datasette, queue)
        app = cached(app, cache)
        app = dressed(app, datasette)
        app = compressed(app)
        app = bounded(app)
        return protected(app, lambda: scripts.get(datasette, ()))

    return wrap

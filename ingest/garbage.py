"""Garbage: when Python need not look for it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the search for objects that only refer to each other.

    For code that makes very many objects and no such cycles: the search takes a tenth of its time, or more, and finds
    nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()

"""Making a document without looking for rubbish meanwhile: each look holds every thread, for longer the more there is.

In: nothing. Out: a context in which Python's collector of cycles rests; what has no cycles goes as ever. Whoever leaves
last lets it work again. Let go of what was made before leaving, or the next look is at all of it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_LOCK = Lock()
_inside: list[bool] = []
"""For each who is inside: whether the collector worked when the first of them came."""


@contextmanager
def uncollected() -> Iterator[None]:
    """The collector rests until everybody has left; may be entered by several threads."""
    with _LOCK:
        _inside.append(_inside[0] if _inside else gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _LOCK:
            if _inside.pop() and not _inside:
                gc.enable()

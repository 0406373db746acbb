"""After an act of people, on a page or through the API: open pages hear of it, and a pass begins where one is wanted.

In: what an act did. Out: events to those who may hear of them; whether what must wake has woken.
"""

from __future__ import annotations

from aiohttp import web

from syncd.desk.live import LIVE
from syncd.desk.pages.selection import Acted
from syncd.desk.routes import DESK

WAKING = frozenset({"reread"})
"""Acts that a pass answers."""


def tell_of(app: web.Application, acted: Acted) -> bool:
    """Tell of what was done; False where a pass is wanted of a pair that does not run here."""
    if not acted.changed:
        return True
    app[LIVE].acted(acted.name, acted.units)
    if acted.name not in WAKING:
        return True
    woken = [app[DESK].control.wake(pair) for pair in sorted({one.pair for one in acted.before.about})]
    return all(woken)

"""The vocabulary of the desk's routes: each page module exports a table of these, and the application joins them.

In: nothing. Out: `Route`, and the keys under which handlers find the desk and the visitor.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from aiohttp import web

from syncd.answers.once import Once
from syncd.desk.counting import Counting, Derived
from syncd.desk.visitor import Visitor
from syncd.documents.wanted import Sources
from syncd.ledger import Ledger
from syncd.records.roles import Capability

MOST_COUNTS = 32
"""Filters of the queue whose counts are kept; those of 100,000 mismatches take about a megabyte each."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Route:
    """One address. ``name`` is what `url_for` takes; ``needs`` is what the visitor must be able to do.

    Every POST carries the visitor's CSRF token, but for those of the API, which are signed by a token of their own.
    """

    method: Method
    path: str
    name: str
    handler: Handler
    needs: Capability


class Control(Protocol):
    """What the desk may ask of the daemon."""

    def wake(self, pair: str) -> bool:
        """Let the pair's next pass begin now; False where no such pair runs."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What handlers work with. ``public_url``: the desk's own address, without a slash at its end.

    ``pairs``: the names of the configured pairs. ``sources``: what else the configuration offers to questions.
    ``fresh_for``: how old a whole reading of a pair may be before nothing is known any more. ``once``: heavy answers;
    ``derived``: lighter ones that rest on them; ``counts``: what menus of the queue are counted from; ``counting``: how
    a page gets one without waiting for it.
    ``failed``: told of every answer that could not be made.
    """

    ledger: Ledger
    clock: Callable[[], datetime]
    control: Control
    public_url: str
    pairs: tuple[str, ...] = ()
    sources: Sources = field(default_factory=Sources)
    fresh_for: Mapping[str, timedelta] = field(default_factory=dict)
    once: Once = field(default_factory=Once)
    derived: Derived = field(default_factory=Derived)
    counts: Derived = field(default_factory=lambda: Derived(most=MOST_COUNTS))
    counting: Counting = field(default_factory=Counting)
    failed: Callable[[], None] = lambda: None


DESK = web.AppKey("desk", Desk)
VISITOR = web.RequestKey("visitor", Visitor)
ROUTE: web.RequestKey[Route | None] = web.RequestKey("route", Route)


def visitor_of(request: web.Request) -> Visitor:
    """The visitor; the security middleware has put one there on every route that needs more than `SIGN_IN`."""
    return request[VISITOR]

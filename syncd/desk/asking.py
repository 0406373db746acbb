"""What pages read from an address besides their filters: the instant that is asked about, where a list begins, choices.

In: the query of a request, which anybody can write. Out: plain values; 400 for what is none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from syncd.desk.rendering import render
from syncd.desk.routes import DESK
from syncd.desk.writing import HANOI

FARTHEST = 10_000_000
LONGEST_TEXT = 200
EARLIEST = datetime(2000, 1, 1, tzinfo=HANOI)
"""No page and no program is told of an instant before this one."""
LATEST = datetime(9000, 1, 1, tzinfo=HANOI)
"""No instant of an address is so late; every zone has it."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The instant that a page is asked about. ``text``: as the field of a form has it, empty for the present."""

    at: datetime
    text: str = ""

    @property
    def is_past(self) -> bool:
        return bool(self.text)


def as_of(text: str, now: datetime) -> AsOf:
    """``2026-11-24T09:30`` in giờ Hà Nội, a day alone for its end; nothing, or what is yet to come, is the present.

    Raises 400 for what is no instant, and for one before `EARLIEST`: there was nothing yet, and no zone would hold it.
    """
    if not text:
        return AsOf(now)
    try:
        found = datetime.fromisoformat(text[:LONGEST_TEXT])
        local = found if found.tzinfo else found.replace(tzinfo=HANOI)
        at = (local + timedelta(days=1) if _is_day(text) else local).astimezone(HANOI)
    except (ValueError, OverflowError) as error:
        raise web.HTTPBadRequest from error
    if at < EARLIEST:
        raise web.HTTPBadRequest
    return AsOf(now) if at >= now else AsOf(at, f"{at:%Y-%m-%dT%H:%M}")


def asked_as_of(request: web.Request) -> AsOf:
    """The instant in the address, by the name ``as_of``."""
    return as_of(request.query.get("as_of", ""), request.app[DESK].clock())


def asked_text(request: web.Request, name: str = "q") -> str:
    """A text of the address, cut where it is longer than anybody types."""
    return request.query.get(name, "").strip()[:LONGEST_TEXT]


def asked_number(request: web.Request, name: str = "begin") -> int:
    """A number of the address from 0 on; anything else is 0."""
    text = request.query.get(name, "")
    return min(int(text), FARTHEST) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def asked_choice(request: web.Request, name: str, known: Collection[str]) -> str:
    """One of the values that are known, else nothing."""
    value = request.query.get(name, "")
    return value if value in known else ""


def asked_pair(request: web.Request) -> str:
    """The pair in the address, else the one that the configuration names for publications, else the first."""
    desk = request.app[DESK]
    own = desk.sources.portal_pair
    return asked_choice(request, "pair", desk.pairs) or own or next(iter(desk.pairs), "")


def still_working(request: web.Request, title: str, section: str) -> web.Response:
    """The page for an answer that is being worked out: it asks for itself again, and can be reloaded by hand.

    ``title`` is marked with ``N_``; ``section``: the navigation's name.
    """
    return render(request, "still_working.html", heading=title, of_section=section)


def _is_day(text: str) -> bool:
    return len(text) == len("2026-11-24")

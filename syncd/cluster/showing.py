"""Shows here what other members did: gauges, and the desk's live changes.

In: the name of a course that ended a pass elsewhere; a look at the ledger's newest events. Out: metrics as if the pass
had run here; every open page hears of every change, whoever made it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from syncd.desk.live import Live
from syncd.ledger import Ledger
from syncd.ledger.announcing import events_after, newest_event

MOST = 500
"""Events that are told one by one; whoever is further behind begins anew."""

Show = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Showing:
    """`syncd.cluster.seats.Elsewhere`. ``shows``: course → what brings its gauges up to date from the ledger."""

    ledger: Callable[[], Ledger]
    live: Live
    shows: Callable[[], Mapping[str, Show]]
    _last: int | None = None

    async def ended(self, course: str) -> None:
        """Bring the gauges of a course up to date, and let open pages look again."""
        show = self.shows().get(course)
        if show is not None:
            await show()
            self.live.pass_ended(course)

    async def looked(self) -> None:
        """Tell open pages what has changed since the last look."""
        ledger = self.ledger()
        newest = await ledger.read(newest_event)
        if self._last is not None and newest - self._last <= MOST:
            for event in await ledger.read(events_after, self._last, MOST):
                self.live.tell(event)
        self._last = newest

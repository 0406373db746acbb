"""Announce what has been committed: one line for each change of a mismatch's state, from the ledger's outbox.

In: events that are not yet announced. Out: lines in the mismatch log, a log event each, counters. A crash between the
line and the mark brings the same event again; the log finds its id and writes nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from msgspec import structs

from syncd.ledger import Ledger
from syncd.ledger.mismatches import MismatchEvent, mark_announced, pending_announcements

log = structlog.get_logger(__name__)

BATCH = 1_000
LINE_FIELDS = (
    "id",
    "pair",
    "kind",
    "code",
    "local_code",
    "name",
    "field",
    "difference",
    "portal_value",
    "city_value",
    "severity",
    "agency_code",
    "agency_name",
    "first_seen",
    "confirmed_at",
    "resolved_at",
)


class Lines(Protocol):
    """Where lines go (`syncd.log.MismatchLog`)."""

    def write(self, entries: list[dict[str, object]], /) -> int: ...


@dataclass(slots=True)
class Announcer:
    """Empties the outbox. ``lines`` is None where no mismatch log is wanted."""

    ledger: Ledger
    clock: Callable[[], datetime]
    lines: Lines | None
    tell: Callable[[MismatchEvent], None] = lambda _event: None

    async def announce(self) -> int:
        """Announce everything that waits; returns how many events there were."""
        total = 0
        while events := await self.ledger.read(pending_announcements, BATCH):
            if self.lines is not None:
                await asyncio.to_thread(self.lines.write, [line(event) for event in events])
            await self.ledger.write(mark_announced, event_ids=[event.id for event in events], at=self.clock())
            for event in events:
                self.tell(event)
            total += len(events)
        return total


def line(event: MismatchEvent) -> dict[str, object]:
    """One line of the mismatch log."""
    mismatch = structs.asdict(event.mismatch)
    return {
        "event_id": event.id,
        "at": event.at.isoformat(),
        "event": event.event,
        "from_state": event.from_state,
        "state": event.to_state,
        **{name: _plain(mismatch[name]) for name in LINE_FIELDS},
        "actor": event.actor,
        "pass_id": event.pass_id,
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value

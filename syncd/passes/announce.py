"""Announce what has been committed: one line for each change of a mismatch's state, from the ledger's outbox.

In: events that are not yet announced. Out: lines in the mismatch log, a log event each, counters. A crash between the
line and the mark brings the same event again; the log finds its id and writes nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Protocol

from msgspec import structs
from sqlalchemy.orm import Session

from syncd.errors import SyncdError
from syncd.ledger import Ledger
from syncd.ledger.announcing import claim_announcements, mark_announced, pending_announcements
from syncd.ledger.mismatches import MismatchEvent

BATCH = 200
"""Events in one transaction: after a crash their lines must still be found at the end of the log."""
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


class MismatchLogError(SyncdError):
    """The mismatch log cannot be written; what it should say waits in the ledger."""

    slug = "mismatch_log"
    retriable = True

    def __init__(self, error: OSError) -> None:
        named = f"{error.filename}: " if error.filename else ""
        super().__init__(
            f"the mismatch log cannot be written: {named}{error.strerror or error}",
            action="nothing is lost: put its folder, its permissions or the disk right",
        )


class Lines(Protocol):
    """Where lines go (`syncd.log.MismatchLog`)."""

    def write(self, entries: list[dict[str, object]], /) -> int: ...


@dataclass(slots=True)
class Announcer:
    """Empties the outbox. ``lines`` is None where no mismatch log is wanted.

    ``name``: of this mismatch log, where several daemons have one each; None where there is only this one.
    """

    ledger: Ledger
    clock: Callable[[], datetime]
    lines: Lines | None
    tell: Callable[[MismatchEvent], None] = lambda _event: None
    name: str | None = None
    _writing: Lock = field(default_factory=Lock)

    def use(self, lines: Lines | None) -> None:
        """From now on write there; returns when nothing is being written to where it was. Call it in a thread."""
        with self._writing:
            self.lines = lines

    async def announce(self) -> int:
        """Announce everything that waits; returns how many events there were. Raises `MismatchLogError`.

        The lines are written inside the transaction that marks them: writers come one at a time, across programs too,
        so that neither two pairs nor a command beside the daemon can take the same event. Where there are several logs
        an event is given to one of them for good before it is written: no other can know whether it was.
        """
        total = 0
        while events := await self._some():
            for event in events:
                self.tell(event)
            total += len(events)
        return total

    async def _some(self) -> list[MismatchEvent]:
        if self.name is not None:
            await self.ledger.write(claim_announcements, announcer=self.name, limit=BATCH)
        return await self.ledger.write(self._empty)

    def _empty(self, session: Session) -> list[MismatchEvent]:
        events = pending_announcements(session, BATCH, self.name)
        self._write([line(event) for event in events])
        mark_announced(session, event_ids=[event.id for event in events], at=self.clock())
        return events

    def _write(self, entries: list[dict[str, object]]) -> None:
        try:
            with self._writing:
                if self.lines is not None:
                    self.lines.write(entries)
        except OSError as error:
            raise MismatchLogError(error) from error


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

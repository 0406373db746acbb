"""What a digest tells: how things stand after everything that happened since the last one, and what became overdue.

In: a session, where the last digest ended, an instant, whose mismatches and deadlines are seen. Out: frozen rows. A
mismatch is told once, by the newest thing that happened to it; an event that was told is never told again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.about import About
from syncd.answers.belonging import is_within
from syncd.answers.changes import last_event, newly_overdue, newly_overdue_dossiers
from syncd.answers.publications import PublicationRow, judged
from syncd.ledger.mismatches import Mismatch
from syncd.ledger.packing import unpack_struct
from syncd.ledger.tables import MISMATCH_EVENTS
from syncd.ledger.tables_listing import MISMATCH_LISTING
from syncd.publication.facts import Status
from syncd.reconcile.lifecycle import Event
from syncd.records.dossiers import Dossier

_E = MISMATCH_EVENTS.c
_L = MISMATCH_LISTING.c
MOST_LISTED = 50
EVER = datetime(1900, 1, 1, tzinfo=UTC)


class Section(StrEnum):
    """The parts of a digest that events are told in."""

    NEW = "new"
    CONFIRMED = "confirmed"
    RESOLVED = "resolved"


TOLD: Mapping[Event, Section | None] = {
    Event.FOUND: Section.NEW,
    Event.CONFIRMED: Section.CONFIRMED,
    Event.AGREED: Section.RESOLVED,
    Event.GONE: Section.RESOLVED,
    Event.WAIVED: None,
    Event.WAIVER_ENDED: None,
}
"""What each event is told as when it is the newest. One that was waived is at rest; one whose waiver ended is suspected
again, and told once it is confirmed. `Event.CHANGED` alone hides nothing that happened before it.
"""


class DigestRow(Struct, frozen=True, kw_only=True):
    """One mismatch as it was just after the newest thing that happened to it."""

    event_id: int
    at: datetime
    event: str
    unit: str
    mismatch: Mismatch


class Told(Struct, frozen=True, kw_only=True):
    """What happened after one event. ``last``: the newest event looked at, where the next digest begins.

    ``counts``: every mismatch, by section; ``rows``: the gravest and newest of them.
    """

    last: int
    counts: Mapping[Section, int]
    rows: Mapping[Section, tuple[DigestRow, ...]]


def told(session: Session, *, after: int, until: datetime, within: str | None, limit: int = MOST_LISTED) -> Told:
    """How things stand after the events since ``after`` until an instant."""
    last = max(after, last_event(session, until))
    newest = _newest(after, last, within)
    counted = sa.select(_E.event, sa.func.count()).select_from(_beside(newest)).group_by(_E.event)
    counts: dict[Section, int] = {}
    for event, count in session.execute(counted):
        if (section := TOLD[Event(event)]) is not None:
            counts[section] = counts.get(section, 0) + count
    return Told(last=last, counts=counts, rows={one: _rows(session, newest, one, limit) for one in counts})


def _newest(after: int, last: int, within: str | None) -> sa.Subquery:
    """The newest event of each mismatch that has one after ``after``."""
    joined = MISMATCH_EVENTS.join(MISMATCH_LISTING, _L.id == _E.mismatch_id)
    where = (_E.id > after, _E.id <= last, _E.event != Event.CHANGED.value, *is_within(_L.unit, within))
    chosen = sa.select(sa.func.max(_E.id).label("id")).select_from(joined).where(*where)
    return chosen.group_by(_E.mismatch_id).subquery()


def _beside(newest: sa.Subquery) -> sa.Join:
    found = MISMATCH_EVENTS.join(newest, newest.c.id == _E.id)
    return found.join(MISMATCH_LISTING, _L.id == _E.mismatch_id)


def _rows(session: Session, newest: sa.Subquery, section: Section, limit: int) -> tuple[DigestRow, ...]:
    events = [event.value for event, of in TOLD.items() if of is section]
    wanted = sa.select(_E.id, _E.at, _E.event, _L.unit, _E.snapshot).select_from(_beside(newest))
    ordered = wanted.where(_E.event.in_(events)).order_by(_L.severity_rank, _E.id.desc()).limit(limit)
    return tuple(_row(*row) for row in session.execute(ordered))


def _row(event_id: int, at: datetime, event: str, unit: str, snapshot: bytes) -> DigestRow:
    mismatch = unpack_struct(snapshot, Mismatch)
    return DigestRow(event_id=event_id, at=at, event=event, unit=unit, mismatch=mismatch)


class OverdueStep(Struct, frozen=True, kw_only=True):
    """One step of a publication whose last day went by without it. ``step``: ``sign`` or ``public``; ``reading``:
    ``law`` or ``portal``."""

    code: str
    name: str
    unit: str
    authority: str
    decision: str
    ministry_decision: str
    step: str
    reading: str
    day: date

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same one at another instant; its last day may be corrected meanwhile."""
        which = (self.code, self.authority, self.decision, self.ministry_decision)
        return (*which, self.step, self.reading)


def overdue_steps(session: Session, about: About, at: datetime) -> tuple[OverdueStep, ...]:
    """Every step that is overdue at an instant, as it was known then, those of the gravest publications first."""
    found = judged(session, about, at)
    return tuple(one for row in newly_overdue(found, date.min, within=None) for one in _steps(row, found.today))


def _steps(row: PublicationRow, today: date) -> list[OverdueStep]:
    steps: list[OverdueStep] = []
    for step, reading in (("sign", "law"), ("sign", "portal"), ("public", "law"), ("public", "portal")):
        day: date | None = getattr(row, f"{step}_{reading}_day")
        if getattr(row, f"{step}_{reading}_status") == Status.OVERDUE and day is not None and day < today:
            steps.append(
                OverdueStep(
                    code=row.code,
                    name=row.name,
                    unit=row.unit_code,
                    authority=row.authority,
                    decision=row.decision,
                    ministry_decision=row.ministry_decision,
                    step=step,
                    reading=reading,
                    day=day,
                )
            )
    return steps


def overdue_dossiers(session: Session, tables: Sequence[str], at: datetime) -> tuple[Dossier, ...]:
    """Every dossier that runs past its due date at an instant, as it was known then, by due date."""
    return newly_overdue_dossiers(session, tables, since=EVER, until=at, within=None)

"""What changed since an instant: for digests, for "since yesterday", and for the months of a unit.

In: a session, an instant or the last event that was told, whose mismatches are seen. Out: rows and counts. An event
belongs to the unit that its mismatch belongs to now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs, is_within
from syncd.answers.publications import Judged, PublicationRow, rows_of
from syncd.ledger.dossiers import dossiers_as_of
from syncd.ledger.mismatches import Mismatch
from syncd.ledger.packing import unpack_struct
from syncd.ledger.tables import MISMATCH_EVENTS
from syncd.ledger.tables_listing import MISMATCH_LISTING
from syncd.publication.facts import Status
from syncd.reconcile.end_dates import is_running_late
from syncd.records.dossiers import Dossier

_E = MISMATCH_EVENTS.c
_L = MISMATCH_LISTING.c


class ChangeKind(StrEnum):
    """What an event means to people."""

    NEW = "new"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    RESOLVED = "resolved"
    VANISHED = "vanished"
    WAIVED = "waived"
    WAIVER_ENDED = "waiver_ended"


KIND_OF: Mapping[str, ChangeKind] = {
    "found": ChangeKind.NEW,
    "changed": ChangeKind.CHANGED,
    "confirmed": ChangeKind.CONFIRMED,
    "agreed": ChangeKind.RESOLVED,
    "gone": ChangeKind.VANISHED,
    "waived": ChangeKind.WAIVED,
    "waiver_ended": ChangeKind.WAIVER_ENDED,
}
"""Each event of the life-cycle; one that is found and waived at once counts as waived."""


class ChangeRow(Struct, frozen=True, kw_only=True):
    """One event, with the mismatch as it was just after it."""

    event_id: int
    at: datetime
    kind: ChangeKind
    unit: str
    mismatch: Mismatch


class Changes(Struct, frozen=True, kw_only=True):
    """What happened after one event until another. ``last``: the newest event looked at, where the next look begins.

    ``counts``: all of them, by unit and kind, also those that ``rows`` has no room for.
    """

    last: int
    counts: Mapping[str, Mapping[ChangeKind, int]]
    rows: tuple[ChangeRow, ...]

    def total(self, kind: ChangeKind) -> int:
        """How many of one kind, of all units."""
        return sum(of_unit.get(kind, 0) for of_unit in self.counts.values())


def last_event(session: Session, at: datetime) -> int:
    """The newest event by an instant; 0 where there was none."""
    wanted = sa.select(_E.id).where(_E.at <= at).order_by(_E.id.desc()).limit(1)
    return session.scalar(wanted) or 0


def changes(session: Session, *, after: int, until: datetime, within: str | None, limit: int = 500) -> Changes:
    """What happened after the event ``after`` until an instant; the newest ``limit`` events as rows, newest first."""
    last = max(after, last_event(session, until))
    where = (_E.id > after, _E.id <= last, *is_within(_L.unit, within))
    joined = MISMATCH_EVENTS.join(MISMATCH_LISTING, _L.id == _E.mismatch_id)
    grouped = sa.select(_L.unit, _E.event, sa.func.count()).select_from(joined).where(*where)
    counts: defaultdict[str, dict[ChangeKind, int]] = defaultdict(dict)
    for unit, event, count in session.execute(grouped.group_by(_L.unit, _E.event)):
        counts[unit][KIND_OF[event]] = count
    wanted = sa.select(_E.id, _E.at, _E.event, _L.unit, _E.snapshot).select_from(joined).where(*where)
    rows = session.execute(wanted.order_by(_E.id.desc()).limit(limit))
    return Changes(last=last, counts=dict(counts), rows=tuple(_row(*row) for row in rows))


def changes_since(
    session: Session, since: datetime, *, until: datetime, within: str | None, limit: int = 500
) -> Changes:
    """What happened after one instant until another."""
    return changes(session, after=last_event(session, since), until=until, within=within, limit=limit)


def _row(event_id: int, at: datetime, event: str, unit: str, snapshot: bytes) -> ChangeRow:
    mismatch = unpack_struct(snapshot, Mismatch)
    return ChangeRow(event_id=event_id, at=at, kind=KIND_OF[event], unit=unit, mismatch=mismatch)


def newly_overdue(found: Judged, since: date, *, within: str | None) -> tuple[PublicationRow, ...]:
    """The publications of which a step's last day went by without it, on or after ``since``; most pressing first."""
    return tuple(row for row in rows_of(found, unit=within, late=True) if any(_went_by(row, since, found.today)))


def _went_by(row: PublicationRow, since: date, today: date) -> Iterable[bool]:
    for step in ("sign_law", "sign_portal", "public_law", "public_portal"):
        day = getattr(row, f"{step}_day")
        is_overdue = getattr(row, f"{step}_status") == Status.OVERDUE
        yield is_overdue and day is not None and since <= day < today


def newly_overdue_dossiers(
    session: Session, names: Sequence[str], *, since: datetime, until: datetime, within: str | None
) -> tuple[Dossier, ...]:
    """The dossiers that ran past their due date after ``since`` and still run, by due date."""
    listed = (one for name in names for one in dossiers_as_of(session, pair=name, at=until))
    late = (one for one in listed if belongs(one.unit_code, within) and is_running_late(one, until))
    found = [(one.due, one.number, one) for one in late if one.due is not None and one.due > since]
    return tuple(one for *_, one in sorted(found, key=lambda row: row[:2]))


class Span(Struct, frozen=True):
    """How many mismatches were found, and how many ended, after one instant until another."""

    since: datetime
    until: datetime
    opened: int
    closed: int


SHORT = timedelta(days=15)
"""In so short a time fewer mismatches move than there are: each is looked up, instead of all of the unit's first."""
OPENING, CLOSING = ("found",), ("agreed", "gone")


def opened_and_closed(
    session: Session, instants: Sequence[datetime], *, pairs: Sequence[str], within: str | None
) -> tuple[Span, ...]:
    """Between each two of some instants (oldest first), for a chart or a comparison of months."""
    where = [_E.pair.in_(pairs), _E.event.in_((*OPENING, *CLOSING)), _E.at > instants[0], _E.at <= instants[-1]]
    if within is not None:
        seen = sa.select(_L.id).where(*is_within(_L.unit, within))
        is_short = instants[-1] - instants[0] <= SHORT
        where.append(seen.where(_L.id == _E.mismatch_id).exists() if is_short else _E.mismatch_id.in_(seen))
    place = sa.case(*((_E.at <= until, number) for number, until in enumerate(instants[1:])), else_=-1)
    counts: Counter[tuple[int, bool]] = Counter()
    for number, event, count in session.execute(
        sa.select(place, _E.event, sa.func.count()).where(*where).group_by(place, _E.event)
    ):
        counts[number, event in OPENING] += count
    spans = enumerate(pairwise(instants))
    return tuple(Span(since, until, counts[at, True], counts[at, False]) for at, (since, until) in spans)

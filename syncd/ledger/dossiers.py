"""Dossiers as they were counted and listed at each instant: tallies by unit, and the overdue ones one by one.

In: whole readings of tallies, whole lists of overdue dossiers. Out: what changed, and both as of any past instant.
Nothing of an applicant is kept: there is no column for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.rows import columns, first_of, insert, insert_one
from syncd.ledger.spans import compare, end, held_at, last_change
from syncd.ledger.tables_index import DOSSIER_READINGS, DOSSIER_TALLIES, DOSSIER_VERSIONS
from syncd.records.dossiers import Dossier, Tallies, Tally
from syncd.records.periods import Period

WHOLE = "whole"
FAILED = "failed"
LIST = ""
"""What stands for side and period in a reading of the list of overdue dossiers."""


class DossierReading(Struct, frozen=True):
    """One reading of tallies, or of the list. ``reason`` says why it brought nothing, where it is not whole."""

    id: int
    read_at: datetime
    verdict: str
    reason: str


class DossierChanges(Struct, frozen=True):
    """What a list of overdue dossiers brought; ``changed`` holds each before and after. By number."""

    new: tuple[Dossier, ...] = ()
    changed: tuple[tuple[Dossier, Dossier], ...] = ()
    gone: tuple[Dossier, ...] = ()


def record_tallies(session: Session, *, pair: str, side: str, tallies: Tallies, read_at: datetime, actor: str) -> int:
    """Remember one whole reading of one side's tallies; returns its id."""
    reading_id = _reading(session, pair, side, str(tallies.period), read_at, WHOLE, "")
    insert(session, DOSSIER_TALLIES, [_tally_row(reading_id, *numbered) for numbered in enumerate(tallies.tallies)])
    said: dict[str, Any] = {"side": side, "period": str(tallies.period), "units": len(tallies.tallies)}
    note(session, at=read_at, actor=actor, action="tallies", pair=pair, reading_id=reading_id, **said)
    return reading_id


def record_failed_tallies(
    session: Session, *, pair: str, side: str, period: Period, reason: str, read_at: datetime, actor: str
) -> int:
    """Remember that one side's tallies could not be read, and why; returns the reading's id."""
    reading_id = _reading(session, pair, side, str(period), read_at, FAILED, reason)
    said: dict[str, Any] = {"side": side, "period": str(period), "reason": reason}
    note(session, at=read_at, actor=actor, action="tallies_failed", pair=pair, reading_id=reading_id, **said)
    return reading_id


def last_tallies_reading(
    session: Session, *, pair: str, side: str, period: Period | str, at: datetime, verdict: str | None = None
) -> DossierReading | None:
    """The newest reading of a side's tallies of a period, no later than ``at``: of one verdict, or of any."""
    newest = _readings(pair, side, str(period), at)
    return first_of(
        session, DossierReading, newest if verdict is None else newest.where(DOSSIER_READINGS.c.verdict == verdict)
    )


def newest_tallies(
    session: Session, *, pair: str, side: str, at: datetime, verdict: str | None = None
) -> DossierReading | None:
    """The newest reading of a side's tallies, whatever their period, by ``at``: of one verdict, or of any."""
    readings = DOSSIER_READINGS.c
    newest = (
        sa.select(*columns(DOSSIER_READINGS, DossierReading))
        .where(readings.pair == pair, readings.side == side, readings.period != LIST, readings.read_at <= at)
        .order_by(readings.read_at.desc(), readings.id.desc())
    )
    return first_of(session, DossierReading, newest if verdict is None else newest.where(readings.verdict == verdict))


def tallies_as_of(
    session: Session, *, pair: str, side: str, period: Period | str, at: datetime
) -> tuple[datetime, Tallies] | None:
    """The newest whole tallies of a side and period, and when they were read, no later than ``at``."""
    newest = last_tallies_reading(session, pair=pair, side=side, period=period, at=at, verdict=WHOLE)
    if newest is None:
        return None
    names = ("unit_code", "unit_name", "counts")
    wanted = sa.select(*(DOSSIER_TALLIES.c[name] for name in names)).where(DOSSIER_TALLIES.c.reading_id == newest.id)
    rows = session.execute(wanted.order_by(DOSSIER_TALLIES.c.position))
    tallies = tuple(Tally(unit_code=code, unit_name=name, **counts) for code, name, counts in rows)
    return newest.read_at, Tallies(period=Period.parse(str(period)), tallies=tallies)


def record_dossiers(
    session: Session, *, pair: str, dossiers: Sequence[Dossier], seen_at: datetime, actor: str
) -> DossierChanges:
    """Remember a whole list of overdue dossiers; what is no longer listed ends. Of two with one number the last counts.

    An instant before the last change of the pair counts as that one: a clock set back rewrites nothing.
    """
    held = [(row.id, _dossier(row)) for row in session.execute(_versions(pair, DOSSIER_VERSIONS.c.valid_to.is_(None)))]
    numbers = {one.number: number for number, one in held}
    known = {one.number: one for _, one in held}
    given = {one.number: one for one in dossiers}
    new, changed, gone = compare(known, given)
    last = last_change(session, DOSSIER_VERSIONS, DOSSIER_VERSIONS.c.pair == pair)
    at = seen_at if last is None else max(seen_at, last)
    end(session, DOSSIER_VERSIONS, [numbers[number] for number in (*changed, *gone)], at)
    rows = [{"pair": pair, "valid_from": at, **structs.asdict(given[number])} for number in (*new, *changed)]
    insert(session, DOSSIER_VERSIONS, rows)
    reading_id = _reading(session, pair, LIST, LIST, seen_at, WHOLE, "")
    counts: dict[str, Any] = {"listed": len(given), "new": len(new), "changed": len(changed), "gone": len(gone)}
    note(session, at=seen_at, actor=actor, action="dossiers", pair=pair, reading_id=reading_id, **counts)
    return DossierChanges(
        new=tuple(given[number] for number in new),
        changed=tuple((known[number], given[number]) for number in changed),
        gone=tuple(known[number] for number in gone),
    )


def dossiers_as_of(session: Session, *, pair: str, at: datetime, unit: str | None = None) -> list[Dossier]:
    """The overdue dossiers listed at an instant, of one unit's code or of all, by number.

    None listed is not the same as never read: see `dossiers_read_at`.
    """
    wanted = _versions(pair, held_at(DOSSIER_VERSIONS, at))
    if unit is not None:
        wanted = wanted.where(DOSSIER_VERSIONS.c.unit_code == unit)
    return [_dossier(row) for row in session.execute(wanted)]


def dossiers_read_at(session: Session, *, pair: str, at: datetime) -> datetime | None:
    """When the list of overdue dossiers was last read, no later than ``at``."""
    newest = first_of(session, DossierReading, _readings(pair, LIST, LIST, at))
    return None if newest is None else newest.read_at


def dossier_history(
    session: Session, *, pair: str, number: str, until: datetime
) -> list[tuple[datetime, datetime | None, Dossier]]:
    """Every version of one dossier with its ``valid_from`` and ``valid_to`` (None: still so at ``until``)."""
    wanted = _versions(pair, DOSSIER_VERSIONS.c.number == number, DOSSIER_VERSIONS.c.valid_from <= until)
    ordered = wanted.order_by(None).order_by(DOSSIER_VERSIONS.c.valid_from, DOSSIER_VERSIONS.c.id)
    return [
        (row.valid_from, row.valid_to if row.valid_to is not None and row.valid_to <= until else None, _dossier(row))
        for row in session.execute(ordered)
    ]


_DOSSIER = Dossier.__struct_fields__
_COUNTS = tuple(name for name in Tally.__struct_fields__ if name not in ("unit_code", "unit_name"))


def _versions(pair: str, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    names = ("id", "valid_from", "valid_to", *_DOSSIER)
    wanted = sa.select(*(DOSSIER_VERSIONS.c[name] for name in names)).where(DOSSIER_VERSIONS.c.pair == pair, *where)
    return wanted.order_by(DOSSIER_VERSIONS.c.number)


def _dossier(row: sa.Row[Any]) -> Dossier:
    return Dossier(**{name: getattr(row, name) for name in _DOSSIER})


def _readings(pair: str, side: str, period: str, at: datetime) -> sa.Select[Any]:
    """The readings of just this, newest first."""
    readings = DOSSIER_READINGS.c
    wanted = sa.select(*columns(DOSSIER_READINGS, DossierReading)).where(
        readings.pair == pair, readings.side == side, readings.period == period, readings.read_at <= at
    )
    return wanted.order_by(readings.read_at.desc(), readings.id.desc())


def _reading(session: Session, pair: str, side: str, period: str, read_at: datetime, verdict: str, reason: str) -> int:
    of = {"pair": pair, "side": side, "period": period}
    return insert_one(session, DOSSIER_READINGS, **of, read_at=read_at, verdict=verdict, reason=reason)


def _tally_row(reading_id: int, position: int, tally: Tally) -> dict[str, Any]:
    counts = {name: count for name in _COUNTS if (count := getattr(tally, name)) is not None}
    names = {"unit_code": tally.unit_code, "unit_name": tally.unit_name}
    return {"reading_id": reading_id, "position": position, "counts": counts, **names}

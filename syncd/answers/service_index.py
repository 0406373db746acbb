"""The Service Index as of an instant: rows of one unit, its rank, its trend, how its figures moved.

In: a session, a period, a unit, an instant, our own counts. Out: what the portal says, what its counts give, what ours
give, side by side; and what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.index import KeptTable, figure_history, tables_as_of
from syncd.publication.index.comparison import IndexRow, ranks, rows
from syncd.publication.index.indicators import NATIONAL_TABLE
from syncd.publication.index.scoring import Count
from syncd.records.figures import Group, IndexTable, IndexUnit, Indicator, UnitLevel
from syncd.records.periods import Period

LONGEST_TREND = 12
"""Periods of one kind that a trend goes back."""


class Rank(Struct, frozen=True):
    """A place by total points among the units of one level."""

    place: int
    of: int


class TrendPoint(Struct, frozen=True):
    """The newest known total of one period, and its rank then."""

    period: str
    read_at: datetime
    total: Decimal | None
    rank: int | None


class DriftPoint(Struct, frozen=True):
    """A total that an interface gave for the period from this instant on; None: it gave one no longer."""

    read_at: datetime
    endpoint: str
    total: Decimal | None


class IndexAnswer(Struct, frozen=True, kw_only=True):
    """One unit in one period. ``read``: each interface with the instant of its newest answer by then.

    ``unit`` is None where no interface names the unit that was asked about.
    """

    period: str
    at: datetime
    unit: IndexUnit | None
    rows: tuple[IndexRow, ...]
    rank: Rank | None
    trend: tuple[TrendPoint, ...]
    drift: tuple[DriftPoint, ...]
    read: Mapping[str, datetime]
    missing: tuple[str, ...]


def index_answer(
    session: Session,
    *,
    root: str,
    period: Period,
    unit: str | None,
    at: datetime,
    own: Mapping[Indicator, Count],
    expected: Sequence[str] = (),
) -> IndexAnswer:
    """The index of a unit (its id or its code; None: the city itself) as of ``at``.

    ``own``: our counts of that unit. ``expected``: the interfaces that there should be an answer of.
    """
    kept = tables_as_of(session, period=str(period), root=root, at=at)
    tables = [one.table for one in kept]
    known = unit_of(tables, unit or root)
    named = known.id if known else unit or root
    found = rows(named, tables, own)
    return IndexAnswer(
        period=str(period),
        at=at,
        unit=known,
        rows=found,
        rank=rank_of(tables, named),
        trend=tuple(_trend(session, root, period, named, at)),
        drift=tuple(_drift(session, root, period, named, at)),
        read={one.endpoint: one.read_at for one in kept},
        missing=tuple(_missing(kept, found, expected)),
    )


def unit_of(tables: Iterable[IndexTable], named: str) -> IndexUnit | None:
    """The unit with this id or this code; the one that has a code and a rank is preferred."""
    found = [one for table in tables for one in table.units if named in (one.id, one.code)]
    return max(found, key=lambda one: (bool(one.code), one.rank is not None), default=None)


def rank_of(tables: Iterable[IndexTable], unit: str) -> Rank | None:
    """Where a province stands among all, by the national table's totals; None where that is not known."""
    for table in tables:
        if table.endpoint not in NATIONAL_TABLE:
            continue
        provinces = [one for one in table.units if one.level is UnitLevel.PROVINCE]
        totals = {one.unit: one.score for one in table.figures if one.group is Group.TOTAL}
        place = ranks(provinces, totals).get(unit)
        if place is not None:
            return Rank(place, sum(totals.get(one.id) is not None for one in provinces))
    return None


def total_of(tables: Iterable[IndexTable], unit: str) -> Decimal | None:
    """The total that the portal shows of a unit."""
    found = (one.score for table in tables for one in table.figures if one.unit == unit and one.group is Group.TOTAL)
    return next((score for score in found if score is not None), None)


def _trend(session: Session, root: str, period: Period, unit: str, at: datetime) -> Iterable[TrendPoint]:
    """The periods of the same kind before, oldest first, and this one; those that were never read are left out."""
    wanted = [period]
    while len(wanted) < LONGEST_TREND:
        wanted.append(wanted[-1].previous)
    for one in reversed(wanted):
        kept = tables_as_of(session, period=str(one), root=root, at=at)
        national = [each for each in kept if each.endpoint in NATIONAL_TABLE]
        if national:
            tables = [each.table for each in national]
            rank = rank_of(tables, unit)
            yield TrendPoint(str(one), national[0].read_at, total_of(tables, unit), rank.place if rank else None)


def _drift(session: Session, root: str, period: Period, unit: str, at: datetime) -> Iterable[DriftPoint]:
    history = figure_history(
        session, period=str(period), root=root, unit=unit, group=Group.TOTAL, code=Indicator.WHOLE, until=at
    )
    for one in history:
        if one.endpoint in NATIONAL_TABLE:
            yield DriftPoint(one.read_at, one.endpoint, one.figure.score if one.figure else None)


def _missing(kept: Sequence[KeptTable], found: Iterable[IndexRow], expected: Iterable[str]) -> Iterable[str]:
    answered = {one.endpoint for one in kept}
    for endpoint in expected:
        if endpoint not in answered:
            yield f"{endpoint}: never read"
    for row in found:
        if row.missing:
            yield f"{row.number or row.group}: {row.missing}"

"""Units and the overview for programs: is everything in sync, can we tell, and whose is what.

In: a period, an instant from which changes are told. Out: frozen rows without an age, so that an answer stays the same
for as long as nothing has changed.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.changes import Changes, Span, opened_and_closed
from syncd.answers.index_figures import own_counts
from syncd.answers.once import Impacts, UnitPoints
from syncd.answers.overview import (
    DAYS_BACK,
    Bar,
    IndexState,
    Overview,
    PairState,
    PublicationCounts,
    SideState,
    overview,
)
from syncd.answers.publications import Judged
from syncd.answers.service_index import IndexAnswer, index_answer
from syncd.answers.units import Asked as AskedOfUnits
from syncd.answers.units import OneUnit, UnitRow, one_unit, units
from syncd.desk.api.operations import Asked, Operation
from syncd.desk.api.parameters import absent, instant, period
from syncd.desk.heavy import counted
from syncd.desk.routes import Desk
from syncd.ledger.passes import Pass
from syncd.records.dates import HO_CHI_MINH, local_date
from syncd.records.periods import Period, PeriodKind

TAG = "Overview and units"


class SideView(Struct, frozen=True, kw_only=True):
    """When a side was last read whole (null: never), and how its newest reading ended."""

    side: str
    whole_at: datetime | None
    counted: int | None
    latest_at: datetime | None
    latest_verdict: str
    reasons: tuple[str, ...]


class PairView(Struct, frozen=True, kw_only=True):
    """One pair: ``in_sync``, ``mismatched`` or ``unknown``; ``reasons`` say why it is unknown.

    ``open``: suspected and confirmed ones; ``waived`` ones do not count against it.
    """

    pair: str
    verdict: str
    reasons: tuple[str, ...]
    portal: SideView
    city: SideView
    open: int
    waived: int
    last_pass: Pass | None


class OverviewAnswer(Struct, frozen=True, kw_only=True):
    """Everything at a glance. ``publications`` and ``index`` are null where nothing is known of them.

    ``days``: mismatches found and ended on each day in Hà Nội; ``points``: what each unit could win this year.
    """

    pairs: tuple[PairView, ...]
    total: int
    units: tuple[Bar, ...]
    kinds: tuple[Bar, ...]
    severities: tuple[Bar, ...]
    states: tuple[Bar, ...]
    since: datetime
    changes: Changes
    days: tuple[Span, ...]
    publications: PublicationCounts | None
    index: IndexState | None
    points: tuple[UnitPoints, ...]


class Units(Struct, frozen=True, kw_only=True):
    """Every unit that something belongs to, in Vietnamese order of names; what is nobody's has no code."""

    period: str
    units: tuple[UnitRow, ...]


async def glance(asked: Asked) -> OverviewAnswer:
    """The overview."""
    now = asked.now
    since = asked.query["since"] or _midnight(now) - timedelta(days=1)
    found = await asked.desk.ledger.read(_overview, asked.desk, asked.within, now, min(since, now))
    same = ("total", "units", "kinds", "severities", "states", "changes", "days", "publications", "index", "points")
    return OverviewAnswer(
        pairs=tuple(map(_pair, found.pairs)), since=since, **{name: getattr(found, name) for name in same}
    )


def _overview(session: Session, desk: Desk, within: str | None, now: datetime, since: datetime) -> Overview:
    about, midnight = desk.sources.about, _midnight(now) + timedelta(days=1)
    instants = [midnight - timedelta(days=day) for day in range(DAYS_BACK, -1, -1)]
    found = desk.once.judged(session, about, now) if about else None
    return overview(
        session,
        pairs=desk.pairs,
        within=within,
        now=now,
        since=since,
        fresh_for=desk.fresh_for,
        found=found,
        index=_index(session, desk, found, within, now),
        impacts=_points(session, desk, now),
        days=opened_and_closed(session, instants, pairs=desk.pairs, within=within),
        counted=counted(session, desk, within=within, now=now),
    )


def _index(session: Session, desk: Desk, found: Judged | None, within: str | None, now: datetime) -> IndexAnswer | None:
    """The newest of this month and the last in which there is anything of the city, or of the unit."""
    sources = desk.sources
    if not sources.root:
        return None
    month = Period.of(local_date(now), PeriodKind.MONTH)
    for one in (month, month.previous):
        own = own_counts(found, one, unit=within, city=sources.unit)
        answer = index_answer(session, root=sources.root, period=one, unit=within, at=now, own=own)
        if answer.read and (within is None or answer.unit is not None):
            return answer
    return None


def _points(session: Session, desk: Desk, now: datetime) -> Impacts | None:
    """What each unit could win this year; counted once for as long as nothing has changed."""
    about, sources = desk.sources.about, desk.sources
    if about is None:
        return None
    root = sources.root or None
    units = desk.once.points(session, about, now, root=root, period=_year(now), dossiers=sources.dossiers)
    return Impacts((), units)


def _pair(one: PairState) -> PairView:
    rest: dict[str, Any] = {name: getattr(one, name) for name in PairView.__struct_fields__}
    return PairView(**rest | {"portal": _side(one.portal), "city": _side(one.city)})


def _side(one: SideState) -> SideView:
    return SideView(**{name: getattr(one, name) for name in SideView.__struct_fields__})


async def several(asked: Asked) -> Units:
    """Every unit."""
    wanted = asked.query["period"] or _year(asked.now)
    return Units(period=str(wanted), units=await asked.desk.ledger.read(_units, asked, wanted))


def _units(session: Session, asked: Asked, wanted: Period) -> tuple[UnitRow, ...]:
    return units(session, _asked(session, asked, wanted), within=asked.within)


async def one(asked: Asked) -> OneUnit:
    """One unit."""
    wanted = asked.query["period"] or _year(asked.now)
    found = await asked.desk.ledger.read(_one, asked, wanted)
    if found is None:
        raise absent(f"unit {asked.path['code'][:40]!r}")
    return found


def _one(session: Session, asked: Asked, wanted: Period) -> OneUnit | None:
    return one_unit(session, asked.path["code"], _asked(session, asked, wanted), within=asked.within)


def _asked(session: Session, asked: Asked, wanted: Period) -> AskedOfUnits:
    """As of the last whole minute, so that an answer can be compared with the one before."""
    desk, now = asked.desk, asked.now.replace(second=0, microsecond=0)
    about = desk.sources.about
    found = desk.once.judged(session, about, asked.now) if about else None
    groups = counted(session, desk, within=asked.path.get("code") or asked.within, now=asked.now)
    return AskedOfUnits(
        pairs=desk.pairs, dossiers=desk.sources.dossiers, period=wanted, now=now, found=found, counted=groups
    )


def _year(now: datetime) -> Period:
    return Period.of(local_date(now), PeriodKind.YEAR)


def _midnight(now: datetime) -> datetime:
    """When the day began in Hà Nội."""
    return datetime.combine(local_date(now), time(), HO_CHI_MINH)


PERIOD = period("period", "The period of rates and scores: 2026-10, 2026-Q3 or 2026; the running year without it.")
OPERATIONS = (
    Operation(
        method="GET",
        path="/overview",
        name="api_overview",
        tag=TAG,
        summary="Is everything in sync, and can we tell",
        about="Each pair's verdict with the newest readings, open mismatches by unit and kind, changes, deadlines.",
        handler=glance,
        answer=OverviewAnswer,
        parameters=(instant("since", "From when on changes are told; from the beginning of yesterday without it."),),
    ),
    Operation(
        method="GET",
        path="/units",
        name="api_units",
        tag=TAG,
        summary="List units with their numbers",
        about="Open mismatches, deadlines, overdue dossiers, rates and our score of each unit.",
        handler=several,
        answer=Units,
        parameters=(PERIOD,),
    ),
    Operation(
        method="GET",
        path="/units/{code}",
        name="api_unit",
        tag=TAG,
        summary="Read one unit",
        about="Everything that is the unit's or below it, as of the last whole minute; the gravest 200 mismatches.",
        handler=one,
        answer=OneUnit,
        parameters=(PERIOD,),
        in_path={"code": "The unit's code, such as H26.17."},
    ),
)

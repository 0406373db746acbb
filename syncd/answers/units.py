"""Units: each with its numbers, and one unit with everything that is theirs.

In: whose things are seen, an instant, what was judged, the dossiers' tables. Out: frozen rows. A rate says where it was
counted; the score of a unit is ours, since the portal gives none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from typing import Any

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs
from syncd.answers.changes import Span, opened_and_closed
from syncd.answers.collation import in_order
from syncd.answers.publications import AGENCIES, Judged, PublicationRow, agencies_of, rows_of
from syncd.answers.queue import QueueRow, mismatches_page
from syncd.answers.queue_facets import COUNT, SEVERITY, UNIT, Groups, groups
from syncd.answers.queue_filter import UNFILTERED, Filter
from syncd.answers.rates import OwnScore, Rate, Tallied, on_time, online, own_scores
from syncd.ledger.dossiers import dossiers_as_of, tallies_as_of
from syncd.ledger.registers import register_as_of
from syncd.publication.facts import Status
from syncd.reconcile.end_dates import is_running_late
from syncd.records.dates import HO_CHI_MINH
from syncd.records.dossiers import Dossier
from syncd.records.periods import Period

MOST_MISMATCHES = 200
Late = dict[str, list[Dossier]]


class UnitRow(Struct, frozen=True, kw_only=True):
    """One unit with its numbers; None: not known."""

    code: str
    name: str
    open: int
    critical: int
    overdue: int
    late: int
    due: int
    overdue_dossiers: int | None
    on_time: Rate | None
    online: Rate | None
    score: OwnScore | None


class MonthOfUnit(Struct, frozen=True, kw_only=True):
    """One month of a unit, for comparison: mismatches found and ended, rates of the dossiers counted for it."""

    period: str
    mismatches: Span
    on_time: Rate | None
    online: Rate | None
    score: OwnScore | None


class OneUnit(Struct, frozen=True, kw_only=True):
    """One unit with everything that is its own or below it. ``mismatches``: the gravest; ``row.open`` says how many."""

    row: UnitRow
    mismatches: tuple[QueueRow, ...]
    publications: tuple[PublicationRow, ...]
    dossiers: tuple[Dossier, ...]
    month: MonthOfUnit
    last_month: MonthOfUnit
    below: tuple[UnitRow, ...]


class Asked(Struct, frozen=True, kw_only=True):
    """What questions about units rest on: the pairs, the names of the tables ``[[dossiers]]``, the period, the time.

    ``counted``: the groups of everything that is open, where they are known already.
    """

    pairs: tuple[str, ...]
    dossiers: tuple[str, ...]
    period: Period
    now: datetime
    found: Judged | None = None
    counted: Groups | None = None


def units(session: Session, asked: Asked, *, within: str | None) -> tuple[UnitRow, ...]:
    """Every unit that something belongs to, in Vietnamese order of their names; what is nobody's has no code."""
    return _rows(session, asked, within, _late(session, asked, within))


def _rows(session: Session, asked: Asked, within: str | None, late: Late | None) -> tuple[UnitRow, ...]:
    counted = asked.counted or groups(session, UNFILTERED, within=within, now=asked.now)
    rows, names = counted.rows, dict(counted.names)
    tallies = _tallies(session, asked, asked.period)
    publications = rows_of(asked.found, unit=within) if asked.found else []
    scores = own_scores(asked.found, asked.period)
    names = agency_names(session, asked.now) | names
    names |= {one.unit_code: one.unit_name for one in publications if one.unit_code and one.unit_name}
    names |= {code: one.unit_name for code, (one, _) in tallies.items() if one.unit_name}
    open_, critical = _open(rows)
    statuses = _statuses(publications)
    codes = {*open_, *statuses, *(late or {}), *tallies}
    found = [
        UnitRow(
            code=code,
            name=names.get(code, ""),
            open=open_[code],
            critical=critical[code],
            overdue=statuses[code][Status.OVERDUE],
            late=statuses[code][Status.LATE],
            due=statuses[code][Status.DUE],
            overdue_dossiers=None if late is None else len(late.get(code, ())),
            on_time=on_time(tallies.get(code)),
            online=online(tallies.get(code)),
            score=scores.get(code),
        )
        for code in codes
        if belongs(code, within)
    ]
    return tuple(in_order(found, lambda one: one.name or one.code))


def one_unit(session: Session, code: str, asked: Asked, *, within: str | None) -> OneUnit | None:
    """One unit and what is below it; None where it may not be seen, or nothing is known of such a unit."""
    if not belongs(code, within):
        return None
    late = _late(session, asked, code)
    below = _rows(session, asked, code, late)
    named = agency_names(session, asked.now)
    if not below and code not in named and code != within:
        return None
    own = next((one for one in below if one.code == code), None)
    filtered, total = Filter(units=(code,)), sum(one.open for one in below)
    page = mismatches_page(session, filtered, within=within, now=asked.now, size=MOST_MISMATCHES, total=total)
    month, last_month = months_of(session, code, asked)
    publications = rows_of(asked.found, unit=code) if asked.found else []
    pressing = (Status.OVERDUE, Status.LATE, Status.DUE)
    return OneUnit(
        row=summed(code, own, below, named.get(code, "")),
        mismatches=page.rows,
        publications=tuple(one for one in publications if one.status in pressing),
        dossiers=tuple(dossier for several in (late or {}).values() for dossier in several),
        month=month,
        last_month=last_month,
        below=tuple(one for one in below if one.code != code),
    )


def agency_names(session: Session, at: datetime) -> dict[str, str]:
    """The names of the agencies that the portal had told by an instant, by code."""
    return {one.code: one.name for one in agencies_of(register_as_of(session, AGENCIES, at) or {})}


def summed(code: str, own: UnitRow | None, several: Sequence[UnitRow], name: str = "") -> UnitRow:
    """The numbers of a unit with those below it. Rates and score are its own: a portal's count holds those below."""
    counts = ("open", "critical", "overdue", "late", "due")
    dossiers = [one.overdue_dossiers for one in several if one.overdue_dossiers is not None]
    return UnitRow(
        code=code,
        name=(own.name if own else "") or name,
        **{name: sum(getattr(one, name) for one in several) for name in counts},
        overdue_dossiers=sum(dossiers) if dossiers else None,
        on_time=own.on_time if own else None,
        online=own.online if own else None,
        score=own.score if own else None,
    )


def _open(rows: Iterable[tuple[Any, ...]]) -> tuple[Counter[str], Counter[str]]:
    every, critical = Counter[str](), Counter[str]()
    for row in rows:
        every[row[UNIT]] += row[COUNT]
        if row[SEVERITY] == "critical":
            critical[row[UNIT]] += row[COUNT]
    return every, critical


def _statuses(publications: Iterable[PublicationRow]) -> defaultdict[str, Counter[str]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in publications:
        found[one.unit_code][one.status] += 1
    return found


def _late(session: Session, asked: Asked, within: str | None) -> Late | None:
    """The dossiers that run late now, by unit, the longest overdue first; None where no table of them is read."""
    if not asked.dossiers:
        return None
    found: defaultdict[str, list[Dossier]] = defaultdict(list)
    for name in asked.dossiers:
        for one in dossiers_as_of(session, pair=name, at=asked.now):
            if belongs(one.unit_code, within) and is_running_late(one, asked.now):
                found[one.unit_code].append(one)
    return {code: sorted(several, key=_due) for code, several in found.items()}


def _due(one: Dossier) -> tuple[datetime, str]:
    return one.due or datetime.max.replace(tzinfo=UTC), one.number


def _tallies(session: Session, asked: Asked, period: Period) -> dict[str, Tallied]:
    """The newest tally of each unit and whose count it is: the city's, where it counts, else the portal's."""
    found: dict[str, Tallied] = {}
    for side in ("portal", "city"):
        for name in asked.dossiers:
            kept = tallies_as_of(session, pair=name, side=side, period=period, at=asked.now)
            found |= {one.unit_code: (one, side) for one in (kept[1].tallies if kept else ())}
    return found


def _month(now: datetime) -> Period:
    return Period.parse(f"{now.astimezone(HO_CHI_MINH):%Y-%m}")


def months_of(session: Session, code: str, asked: Asked) -> tuple[MonthOfUnit, MonthOfUnit]:
    """The running month of a unit until now, and the whole one before."""
    month = _month(asked.now)
    instants = (_midnight(month.previous), _midnight(month), asked.now)
    before, now = opened_and_closed(session, instants, pairs=(*asked.pairs, *asked.dossiers), within=code)
    return _of_month(session, code, asked, month, now), _of_month(session, code, asked, month.previous, before)


def _of_month(session: Session, code: str, asked: Asked, month: Period, span: Span) -> MonthOfUnit:
    tallied = _tallies(session, asked, month).get(code)
    return MonthOfUnit(
        period=str(month),
        mismatches=span,
        on_time=on_time(tallied),
        online=online(tallied),
        score=own_scores(asked.found, month).get(code),
    )


def _midnight(month: Period) -> datetime:
    return datetime.combine(month.first, time(), HO_CHI_MINH)

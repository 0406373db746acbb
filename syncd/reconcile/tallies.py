"""Tallies of dossiers compared: unit by unit, count by count, and what the portal's "overdue" is made of.

In: whole tallies of both sides for one period. Out: observations, and what could be said at all. Pure.
What is compared is the table `COMPARED`; why a count is not, stands in `NOT_COMPARED`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct, field, structs

from syncd.reconcile.end_dates import is_running_late
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.reconcile.remainders import decompose
from syncd.reconcile.tolerances import Tolerance
from syncd.records.dossiers import Dossier, Tallies, Tally
from syncd.records.periods import Period, PeriodKind
from syncd.records.unit_codes import unit_code as unit_code

END_STATE = "end_state"
"""The field of a mismatch that counts end states which never reached the portal."""


class Compared(Struct, frozen=True):
    """One row of the table: a count of `Tally`, who says it on either side, and how many tolerances it is allowed.

    Source of the sides' words: the systems' own reports (the portal's interfaces of 2026; OpenCPS, Tân Dân, iGate).
    """

    name: str
    portal: str
    city: str
    vietnamese: str
    english: str
    slack: int = 1


COMPARED: tuple[Compared, ...] = (
    Compared("received", "totalReceived", "receivedCount, TongTiepNhan, received", "đã tiếp nhận", "received"),
    Compared("finished", "totalCompleted (parent only)", "releaseCount, TongDaXuLy, resolved", "đã xử lý", "finished"),
    Compared(
        "finished_on_time",
        "totalOnTime",
        "betimesCount + ontimeCount, DaXuLyTruocHan + DaXuLyDungHan",
        "xử lý đúng hạn",
        "finished on time",
    ),
    Compared("finished_late", "HTQH (old gateway)", "overtimeCount, DaXuLyQuaHan", "xử lý quá hạn", "finished late"),
    Compared(
        "running_in_time", "DXLTH (old gateway)", "undueCount, DangXuLyTrongHan", "đang xử lý trong hạn", "in time", 2
    ),
    Compared(
        "running_late", "DXLQH (old gateway)", "overdueCount, DangXuLyQuaHan", "đang xử lý quá hạn", "running late", 2
    ),
    Compared("reception_late", "signed-in reports", "TiepNhanQuaHan", "tiếp nhận quá hạn", "received late"),
    Compared("online", "channelOnlineSum (parent only)", "onlineCount", "nộp trực tuyến", "submitted online"),
)

NOT_COMPARED: Mapping[str, str] = {
    "not_on_time": "the portal's remainder: received less finished on time, running ones included; see `decompose`",
    "overdue_ever": "overdue now whatever the period: only a list can count it, and the portal has none",
    "synchronised": "what has reached the portal, by the portal alone; the city's count of it is its received",
}


class TallyRules(Struct, frozen=True, kw_only=True):
    """How tallies are compared. ``units``: the portal's code of a unit, by the city's, where no rule tells it."""

    tolerance: Tolerance = Tolerance()
    units: Mapping[str, str] = {}


Said = tuple[str, str, str]
"""A unit's code, a period and a count: what both sides said."""


class Findings(Struct, kw_only=True):
    """What comparing found. ``said``: what could be compared. ``units``: (code, period) that either side knows."""

    observations: list[Observation] = field(default_factory=list)
    said: set[Said] = field(default_factory=set)
    units: set[tuple[str, str]] = field(default_factory=set)
    periods: set[str] = field(default_factory=set)
    portal_only: int = 0
    city_only: int = 0

    def add(self, other: Findings) -> None:
        """Take another period's findings in."""
        self.observations.extend(other.observations)
        self.said |= other.said
        self.units |= other.units
        self.periods |= other.periods
        self.portal_only += other.portal_only
        self.city_only += other.city_only


def compare_tallies(portal: Tallies, city: Tallies, rules: TallyRules) -> Findings:
    """Every difference of one period. A city's tally without a unit is that of the whole: of the portal's first unit.

    Raises `ValueError` for tallies of two periods.
    """
    if portal.period != city.period:
        raise ValueError(f"tallies of {portal.period} and of {city.period} say nothing about each other")
    ours = by_unit(portal.tallies, {})
    root = portal.tallies[0].unit_code if portal.tallies else ""
    theirs = by_unit(city.tallies, {"": root, **rules.units})
    period = str(portal.period)
    found = Findings(
        units={(code, period) for code in (*ours, *theirs)},
        periods={period},
        portal_only=len(ours.keys() - theirs.keys()),
        city_only=len(theirs.keys() - ours.keys()),
    )
    for code in sorted(ours.keys() & theirs.keys()):
        _compare_unit(code, portal.period, ours[code], theirs[code], rules.tolerance, found)
    return found


def by_unit(tallies: Iterable[Tally], units: Mapping[str, str]) -> dict[str, Tally]:
    """Tallies by the portal's code of their unit; a code that comes twice counts nothing, for it names nobody."""
    codes = [(unit_code(tally.unit_code, units), tally) for tally in tallies]
    often = Counter(code for code, _ in codes)
    return {code: tally for code, tally in codes if code and often[code] == 1}


def with_overdue(tallies: Tallies, dossiers: Iterable[Dossier], at: datetime, root: str) -> Tallies:
    """The city's tallies with ``overdue_ever``: the dossiers that are overdue now, whatever period they came in.

    ``root`` is the city's code of the unit that holds all others.
    """
    often = Counter(one.unit_code for one in dossiers if is_running_late(one, at))
    counted = (
        structs.replace(tally, overdue_ever=often.total() if tally.unit_code in (root, "") else often[tally.unit_code])
        for tally in tallies.tallies
    )
    return structs.replace(tallies, tallies=tuple(counted))


def _compare_unit(code: str, period: Period, portal: Tally, city: Tally, tolerance: Tolerance, found: Findings) -> None:
    for row in COMPARED:
        ours, theirs = getattr(portal, row.name), getattr(city, row.name)
        if ours is None or theirs is None:
            continue
        found.said.add((code, str(period), row.name))
        if not tolerance.admits(ours, theirs, row.slack):
            found.observations.append(_observation(code, period, portal, city, row.name, ours, theirs))
    _judge_end_states(code, period, portal, city, tolerance, found)


def _judge_end_states(
    code: str, period: Period, portal: Tally, city: Tally, tolerance: Tolerance, found: Findings
) -> None:
    remainder = decompose(portal, city, tolerance)
    if remainder.undelivered is None:
        return
    found.said.add((code, str(period), END_STATE))
    explained = remainder.explained
    if remainder.undelivered > 0 and not tolerance.admits(remainder.not_on_time, explained, 1):
        end_states = _observation(code, period, portal, city, END_STATE, remainder.not_on_time, explained)
        found.observations.append(end_states)


def _observation(
    code: str, period: Period, portal: Tally, city: Tally, name: str, ours: int, theirs: int
) -> Observation:
    return Observation(
        kind=MismatchKind.TALLY_DIFFERS,
        code=code,
        local_code=str(period),
        portal_key=portal.unit_code,
        city_key=city.unit_code,
        name=period_words(period),
        field=name,
        portal_value=f"{ours} ({period})",
        city_value=f"{theirs} ({period})",
        agency_code=code,
        agency_name=portal.unit_name or city.unit_name,
    )


_PERIOD_WORDS: dict[PeriodKind, str] = {
    PeriodKind.MONTH: "tháng {0.number}/{0.year}",
    PeriodKind.QUARTER: "quý {0.number}/{0.year}",
    PeriodKind.YEAR: "năm {0.year}",
}


def period_words(period: Period) -> str:
    """The period for people: ``tháng 10/2026``, ``quý 3/2026``, ``năm 2026``."""
    return _PERIOD_WORDS[period.kind].format(period)

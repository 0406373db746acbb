"""What the loopback portal's Service Index shows now, and how it is asked for a unit and a period.

In: a seed, a day, questions. Out: counts and points that drift from moment to moment; `ValueError` for a question that
the portal refuses (a month that is not over, a future period), `LookupError` for a unit that it does not know.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from loopback.catalogue.index_answers import group_points
from loopback.catalogue.index_figures import (
    ALL_PROVINCES,
    PROVINCE,
    Counts,
    Unit,
    month_counts,
    months_of,
    pooled,
    units_below,
)
from loopback.catalogue.portal_side import Json

VIETNAM: Final = timedelta(hours=7)


class Span(NamedTuple):
    """The days that a question is about."""

    first: date
    last: date


class EvaluationState:
    """What the index shows now. ``moment`` grows when time goes by: every later reading shows other figures.

    ``today``: the day by which a period is over; None: the real one. ``page_limit``: the portal gives no more units on
    a page, whatever is asked. ``counts_of``: counts that a test wants of a unit, whatever the period.
    """

    def __init__(self, seed: int = 26, today: date | None = None) -> None:
        self.seed = seed
        self.today = today
        self.moment = 0
        self.page_limit = 200
        self.counts_of: dict[str, Counts] = {}

    def day(self) -> date:
        return self.today or (datetime.now(UTC) + VIETNAM).date()

    def counts(self, unit: Unit, span: Span) -> Counts:
        """One unit's; a province's are its own publications and everything below, pooled."""
        if unit.code in self.counts_of:
            return self.counts_of[unit.code]
        months = months_of(span.first, span.last, self.day())
        own = pooled(month_counts(self.seed, unit.code, year, month, self.moment) for year, month in months)
        if unit.kind != PROVINCE:
            return own
        return pooled([own, *(self.counts(one, span) for one in units_below(unit.code))])

    def points(self, units: Iterable[Unit], span: Span) -> dict[Unit, dict[str, Decimal]]:
        """The six groups of each unit."""
        of_province: dict[str, Counts] = {}
        points: dict[Unit, dict[str, Decimal]] = {}
        for unit in units:
            top = province_of(unit)
            if top.code not in of_province:
                of_province[top.code] = self.counts(top, span)
            own = of_province[top.code] if unit == top else self.counts(unit, span)
            points[unit] = group_points(own, of_province[top.code])
        return points


def province_of(unit: Unit) -> Unit:
    top = unit.code.partition(".")[0]
    return next(one for one in ALL_PROVINCES if one.code == top)


def span_asked(state: EvaluationState, asked: Json) -> Span:
    """The days asked for. Raises `ValueError` as the portal refuses: a month that is not over, a future period."""
    kind, year = asked.get("timeType"), whole_number(asked, "year", 2020, 2100)
    if kind == "year":
        span = Span(date(year, 1, 1), date(year, 12, 31))
    elif kind == "quarter":
        month = whole_number(asked, "quarter", 1, 4) * 3
        span = Span(date(year, month - 2, 1), date(year, month, monthrange(year, month)[1]))
    elif kind == "month":
        month = whole_number(asked, "month", 1, 12)
        span = Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    else:
        raise ValueError("timeType must be one of the following values: year, quarter, month")
    if span.first > state.day() or (kind == "month" and span.last >= state.day()):
        raise ValueError("Kỳ đánh giá chưa kết thúc")
    return span


def days_asked(state: EvaluationState, asked: Json) -> Span:
    try:
        span = Span(date.fromisoformat(str(asked.get("fromDate"))), date.fromisoformat(str(asked.get("toDate"))))
    except ValueError:
        raise ValueError("fromDate and toDate must be dates") from None
    if span.first > min(span.last, state.day()):
        raise ValueError("Kỳ đánh giá không hợp lệ")
    return span


def root_asked(asked: Json) -> Unit:
    """The province asked for. Raises `LookupError`; units below one have none of their own here."""
    root = asked.get("rootDepartmentId")
    found = next((one for one in ALL_PROVINCES if one.id == root), None)
    if found is None:
        raise LookupError("Không tìm thấy đơn vị")
    return found


def whole_number(asked: Json, key: str, least: int, most: int) -> int:
    value = asked.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{key} must not be less than {least} nor greater than {most}")
    return value

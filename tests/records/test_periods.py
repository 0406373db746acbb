"""Periods: what may be written, which days they hold, and their neighbours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.records.periods import Period, PeriodKind

PERIODS = st.builds(Period.of, st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.sampled_from(PeriodKind))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_knows_its_days(text: str, first: date, last: date) -> None:
    period = Period.parse(text)
    assert (period.first, period.last, str(period)) == (first, last, text)
    assert first in period
    assert last + timedelta(days=1) not in period


@pytest.mark.parametrize("text", ["", "26", "2026-13", "2026-00", "2026-Q5", "2026-1", "2026-q3", "2026-10-01", "١٩٩٩"])
def test_anything_else_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="write 2026-10, 2026-Q3 or 2026"):
        Period.parse(text)


@given(PERIODS)
def test_what_is_written_is_read_back(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(PERIODS)
def test_neighbours_meet_without_gap_or_overlap(period: Period) -> None:
    assert period.next.first == period.last + timedelta(days=1)
    assert period.next.previous == period
    assert period.previous < period < period.next


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.sampled_from(PeriodKind))
def test_every_day_is_in_the_period_of_its_kind(day: date, kind: PeriodKind) -> None:
    assert day in Period.of(day, kind)

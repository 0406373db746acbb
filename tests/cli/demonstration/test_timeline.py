"""The week before the demo, at whatever moment somebody starts it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.cli.demonstration.changes import instant
from syncd.cli.demonstration.deeds import DEEDS
from syncd.cli.demonstration.history import DOSSIERS, READINGS, YEAR
from syncd.cli.demonstration.timeline import Timeline, working_days_before

NOWS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(NOWS)
def test_everything_lies_between_the_first_reading_a_week_ago_and_now(now: datetime) -> None:
    timeline = Timeline(now)
    whens = [
        *(deed.when for deed in DEEDS),
        *DOSSIERS,
        *YEAR,
        *(when for several in READINGS.values() for when in several),
    ]

    assert timedelta(days=6) < now - timeline.began < timedelta(days=8)
    assert all(timeline.began < instant(timeline, when) < now for when in whens)


@given(NOWS)
def test_what_people_did_stands_in_the_order_in_which_they_did_it(now: datetime) -> None:
    timeline = Timeline(now)
    instants = [instant(timeline, deed.when) for deed in DEEDS]

    assert instants == sorted(instants)


@pytest.mark.parametrize("today", [date(2026, 11, day) for day in range(23, 30)])
def test_the_working_days_are_the_last_five_from_monday_to_friday(today: date) -> None:
    days = working_days_before(today)

    assert [day.weekday() for day in sorted(days, key=date.weekday)] == [0, 1, 2, 3, 4]
    assert today - timedelta(days=7) <= days[0] < days[-1] < today


def test_the_closed_months_are_read_when_they_are_over_and_never_after_the_week_began() -> None:
    timeline = Timeline(datetime(2026, 12, 3, 2, 0, tzinfo=UTC))
    months = timeline.months()

    assert [str(month) for _, month in months] == [f"2026-{number:02}" for number in range(6, 12)]
    assert all(at <= timeline.began for at, _ in months)
    assert [at for at, _ in months] == sorted(at for at, _ in months)

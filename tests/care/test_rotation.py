"""Which backups are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncd.care.rotation import HO_CHI_MINH, Rotation, superfluous

NOON = datetime(2026, 11, 25, 5, tzinfo=UTC)


def kept(made: list[datetime], rotation: Rotation) -> list[datetime]:
    gone = superfluous(made, rotation)
    return [at for at in sorted(set(made)) if at not in gone]


def test_a_year_of_nightly_backups_leaves_days_weeks_and_months() -> None:
    """The last seven days, then the last one of each of five weeks, then the last one of each of twelve months."""
    made = [NOON - timedelta(days=number) for number in range(365)]
    left = [at.astimezone(HO_CHI_MINH).date().isoformat() for at in kept(made, Rotation(7, 5, 12))]
    assert left[-7:] == [f"2026-11-{day}" for day in range(19, 26)]
    assert left[-10:-7] == ["2026-11-01", "2026-11-08", "2026-11-15"]
    assert left[:3] == ["2025-12-31", "2026-01-31", "2026-02-28"]
    assert len(left) == 21


def test_of_several_backups_of_a_day_the_last_one_is_kept() -> None:
    made = [NOON - timedelta(hours=hours) for hours in (1, 2, 3)]
    assert kept([*made, NOON - timedelta(days=1)], Rotation(2, 0, 0)) == [NOON - timedelta(days=1), made[0]]


def test_days_are_those_of_ha_noi() -> None:
    """Half past midnight there is still the day before in UTC."""
    before, after = datetime(2026, 11, 24, 16, 30, tzinfo=UTC), datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    assert kept([before, after], Rotation(2, 0, 0)) == [before, after]


INSTANTS = st.lists(st.integers(0, 730 * 24).map(lambda hours: NOON - timedelta(hours=hours)), max_size=40)


@given(made=INSTANTS, daily=st.integers(0, 9), weekly=st.integers(0, 9), monthly=st.integers(0, 9))
def test_the_newest_always_stays_and_doing_it_twice_changes_nothing(
    made: list[datetime], daily: int, weekly: int, monthly: int
) -> None:
    left = kept(made, Rotation(daily, weekly, monthly))
    assert left[-1:] == sorted(made)[-1:]
    assert len(left) <= max(1, daily + weekly + monthly)
    assert superfluous(left, Rotation(daily, weekly, monthly)) == []

"""When things happened in the week before now: pure.

In: now. Out: instants. People work on the last five working days; machines read every day and night.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from syncd.records.dates import HO_CHI_MINH
from syncd.records.periods import Period, PeriodKind

WORKING_DAYS: Final = 5
MONTHS: Final = 6
"""Closed months of the index that were read at their time."""


class Timeline:
    """The instants of one history. ``began``: the first reading, a week before ``now``."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = now.astimezone(HO_CHI_MINH).date()
        self.began = at(self.today - timedelta(days=7), "06:00")
        self._days = working_days_before(self.today)

    def on(self, number: int, clock: str) -> datetime:
        """A time of day of the first to fifth working day before today."""
        return at(self._days[number - 1], clock)

    def ago(self, *, minutes: int) -> datetime:
        return self.now - timedelta(minutes=minutes)

    def months(self) -> list[tuple[datetime, Period]]:
        """The last closed months, oldest first, each with the morning on which it was first read."""
        month = Period.of(self.today, PeriodKind.MONTH)
        found: list[tuple[datetime, Period]] = []
        for _ in range(MONTHS):
            first_of_next, month = month.first, month.previous
            found.append((min(at(first_of_next + timedelta(days=1), "08:00"), self.began), month))
        return found[::-1]


def working_days_before(today: date) -> list[date]:
    """The last five working days before today, oldest first; holidays are not looked at."""
    return sorted(_backwards(today))


def _backwards(day: date) -> Iterator[date]:
    found = 0
    while found < WORKING_DAYS:
        day -= timedelta(days=1)
        if day.weekday() < WORKING_DAYS:
            found += 1
            yield day


def at(day: date, clock: str) -> datetime:
    """A time of day in Hà Nội, as an instant."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=HO_CHI_MINH)

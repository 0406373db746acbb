"""Working days (ngày làm việc) of Vietnam's state agencies, and how to count them.

In: the statutory days of python-holidays, the project's table (`days`), the Office's own rows. Out: days and counts,
each with the years it went through that have no official calendar yet. Counting as in Civil Code 2015 art. 147, 148.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from holidays import country_holidays

from syncd.publication.days import DAYS, OFFICIAL_YEARS, CalendarDay
from syncd.records.dates import parse_date
from syncd.records.words import Words

FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST_REASON = 500
MOST_DAYS = 100_000

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_WORKS = Words(
    "answer to whether the day is worked (yes or no)",
    {"yes": True, "có": True, "1": True, "true": True, "no": False, "không": False, "0": False, "false": False},
)


class OutsideCalendarError(ValueError):
    """A day lies, or a count went, outside the years that the calendar has."""


class Counted(NamedTuple):
    """The day that a count came to, and the years on the way (or the day itself) that have no official calendar."""

    day: date
    unofficial: tuple[int, ...] = ()


class _Year(NamedTuple):
    """``days``: the working days of one year; ``until[n]``: how many of them are among its first n + 1 days."""

    first: int
    days: tuple[date, ...]
    until: tuple[int, ...]


class WorkingCalendar:
    """Which days state agencies work, for 1990 to 2100; `OutsideCalendarError` beyond.

    Statutory days off and the two days of the weekend, then the project's table, then ``extra``: the later word counts.
    ``official`` are years declared so besides those of the table. ``makeup_days_count``: whether a Saturday or Sunday
    that is worked instead of another day is a working day for deadlines too (inferred from its being an official one,
    hence a switch). Years before 2000 are counted with two days of weekend as well, which they did not have.
    """

    def __init__(
        self,
        extra: Sequence[CalendarDay] = (),
        official: Collection[int] = (),
        makeup_days_count: bool = True,
    ) -> None:
        self.makeup_days_count = makeup_days_count
        self.official = OFFICIAL_YEARS | frozenset(official) | {one.day.year for one in extra if one.works is None}
        self._known: dict[date, bool] = {one.day: one.works for one in (*DAYS, *extra) if one.works is not None}
        self._years: dict[int, _Year] = {}

    def is_working(self, day: date) -> bool:
        """Whether state agencies work on this day."""
        year = self._year(day.year)
        offset = day.toordinal() - year.first
        return year.until[offset] > (year.until[offset - 1] if offset else 0)

    def after(self, start: date, days: int) -> Counted:
        """The day that is so many working days after ``start``, which is not counted (Civil Code art. 147.2)."""
        year, rank = self._place(start, days)
        number, rank = start.year, rank + days
        while rank > len(year.days):
            rank -= len(year.days)
            number += 1
            year = self._year(number)
        end = year.days[rank - 1] if days else start
        return Counted(end, self.unofficial_between(start, end))

    def before(self, day: date, days: int) -> Counted:
        """The day that is so many working days before ``day``, which is not counted; it is never moved."""
        year, rank = self._place(day, days)
        number, rank = day.year, rank - days + (0 if self.is_working(day) else 1)
        while rank < 1:
            number -= 1
            year = self._year(number)
            rank += len(year.days)
        end = year.days[rank - 1] if days else day
        years = range(end.year, (day - _ONE_DAY).year + 1)
        return Counted(end, tuple(one for one in years if one not in self.official) if days else ())

    def between(self, first: date, last: date) -> int:
        """How many working days come after ``first``, up to and including ``last``; negative where it comes earlier."""
        if first.year == last.year:
            year = self._year(first.year)
            return year.until[last.toordinal() - year.first] - year.until[first.toordinal() - year.first]
        if last < first:
            return -self.between(last, first)
        passed = self._place(last, 0)[1] - self._place(first, 0)[1]
        for number in range(first.year, last.year):
            passed += len(self._year(number).days)
        return passed

    def unofficial_between(self, first: date, last: date) -> tuple[int, ...]:
        """The years without an official calendar among the days after ``first``, up to and including ``last``."""
        if first >= last:
            return ()
        if first.year == last.year:
            return () if last.year in self.official else (last.year,)
        years = range((first + _ONE_DAY).year, last.year + 1)
        return tuple(number for number in years if number not in self.official)

    def roll(self, day: date) -> Counted:
        """The day itself if it is worked, else the next working day (Civil Code art. 148.5)."""
        end = day if self.is_working(day) else self.after(day, 1).day
        return Counted(end, self.unofficial_between(day - _ONE_DAY, end))

    def _place(self, day: date, days: int) -> tuple[_Year, int]:
        """The day's year, and how many of its working days have come with the end of the day."""
        if days < 0:
            raise ValueError(f"cannot count {days} working days: count forward with after, backward with before")
        year = self._year(day.year)
        return year, year.until[day.toordinal() - year.first]

    def _year(self, number: int) -> _Year:
        if (year := self._years.get(number)) is None:
            year = self._years[number] = self._built(number)
        return year

    def _built(self, number: int) -> _Year:
        """Filled when first asked for; two threads would build the same."""
        if not FIRST_YEAR <= number <= LAST_YEAR:
            raise OutsideCalendarError(f"the year {number} is outside the calendar ({FIRST_YEAR} to {LAST_YEAR})")
        statutory = country_holidays("VN", years=number, expand=False)
        first = date(number, 1, 1).toordinal()
        days: list[date] = []
        until: list[int] = []
        for ordinal in range(first, date(number, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            if self._works(day, day in statutory):
                days.append(day)
            until.append(len(days))
        return _Year(first, tuple(days), tuple(until))

    def _works(self, day: date, is_holiday: bool) -> bool:
        is_weekend = day.weekday() >= _SATURDAY
        works = self._known.get(day, not is_weekend and not is_holiday)
        return works and (self.makeup_days_count or not is_weekend)


def parse_calendar(rows: Iterable[Mapping[str, str]]) -> tuple[CalendarDay, ...]:
    """Read the Office's calendar register: rows of ``date``, ``works`` (yes, no, có, không, 1, 0) and ``reason``.

    A row with a bare year (``2027``) and no ``works`` declares that the year's calendar is official. Raises
    `ValueError` with the row (the first is 1) and what would be right; also where two rows contradict one another.
    """
    found: dict[tuple[date, bool], CalendarDay] = {}
    for number, row in enumerate(rows, 1):
        try:
            one = _calendar_day(row, number)
        except ValueError as error:
            raise ValueError(f"calendar row {number}: {error}") from None
        earlier = found.setdefault((one.day, one.works is None), one)
        if earlier.works is not one.works:
            raise ValueError(f"calendar row {number}: an earlier row says the opposite of {one.day}; keep one of them")
    return tuple(found.values())


def _calendar_day(row: Mapping[str, str], number: int) -> CalendarDay:
    if number > MOST_DAYS:
        raise ValueError(f"more than {MOST_DAYS} rows are no calendar")
    written, works, reason = ((row.get(name) or "").strip() for name in ("date", "works", "reason"))
    if len(reason) > LONGEST_REASON:
        raise ValueError(f"the reason is longer than {LONGEST_REASON} characters")
    if len(written) == 4 and written.isascii() and written.isdigit() and not works:
        return CalendarDay(_in_range(date(max(int(written), 1), 1, 1)), None, reason)
    if not works:
        raise ValueError(f"{written[:40]!r} does not say whether the day is worked: write yes or no in 'works'")
    return CalendarDay(_in_range(parse_date(written)), _WORKS.read(works), reason)


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise OutsideCalendarError(f"the year {day.year} is outside the calendar ({FIRST_YEAR} to {LAST_YEAR})")
    return day

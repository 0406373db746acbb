"""The working-day calendar: the days off of 2023 to 2026 exactly, counting both ways, years without official data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.publication.calendar import FIRST_YEAR, LAST_YEAR, OutsideCalendarError, WorkingCalendar, parse_calendar
from syncd.publication.days import DAYS, OFFICIAL_YEARS, CalendarDay
from tests.publication.strategies import CALENDAR, days

WITHOUT_MAKEUPS = WorkingCalendar(makeup_days_count=False)
WITHOUT_MAKEUPS.between(date(2011, 1, 1), date(2033, 1, 1))

OFF = {
    2023: "01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04",
    2024: "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03",
    2025: "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02",
    2026: "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
}
MAKEUPS = {2023: "", 2024: "05-04", 2025: "04-26", 2026: "01-10 08-22"}
WORKING_DAYS = {2023: 249, 2024: 251, 2025: 250, 2026: 249}
counts = st.integers(0, 300)


def all_days(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize("year", OFF)
def test_the_weekdays_off_are_exactly_the_official_ones(year: int) -> None:
    off = [f"{day:%m-%d}" for day in all_days(year) if day.weekday() < 5 and not CALENDAR.is_working(day)]
    assert " ".join(off) == OFF[year]


@pytest.mark.parametrize("year", OFF)
def test_the_weekend_days_worked_are_exactly_the_makeup_saturdays(year: int) -> None:
    worked = [f"{day:%m-%d}" for day in all_days(year) if day.weekday() >= 5 and CALENDAR.is_working(day)]
    assert " ".join(worked) == MAKEUPS[year]


@pytest.mark.parametrize("year", OFF)
def test_the_year_has_its_number_of_working_days(year: int) -> None:
    assert CALENDAR.between(date(year - 1, 12, 31), date(year, 12, 31)) == WORKING_DAYS[year]


@pytest.mark.parametrize("year", OFF)
def test_makeup_saturdays_can_be_left_out(year: int) -> None:
    worked = WITHOUT_MAKEUPS.between(date(year - 1, 12, 31), date(year, 12, 31))
    assert worked == WORKING_DAYS[year] - len(MAKEUPS[year].split())


def test_every_row_of_the_table_says_why_and_where_from_and_no_day_is_there_twice() -> None:
    assert [one for one in DAYS if not (one.reason and one.source and one.works is not None)] == []
    assert len({one.day for one in DAYS}) == len(DAYS)
    assert [one for one in DAYS if one.works and one.day.weekday() < 5] == []


def test_every_year_of_the_range_can_be_asked_and_the_years_next_to_it_cannot() -> None:
    assert all(
        CALENDAR.between(date(year, 1, 1), date(year, 12, 31)) > 240 for year in range(FIRST_YEAR, LAST_YEAR + 1)
    )
    for outside in (date(FIRST_YEAR - 1, 12, 31), date(LAST_YEAR + 1, 1, 1)):
        with pytest.raises(OutsideCalendarError, match=f"the year {outside.year} is outside the calendar"):
            CALENDAR.is_working(outside)
    with pytest.raises(ValueError, match="outside the calendar"):
        CALENDAR.after(date(LAST_YEAR, 12, 30), 10)
    with pytest.raises(ValueError, match="outside the calendar"):
        CALENDAR.before(date(FIRST_YEAR, 1, 2), 10)


@pytest.mark.parametrize("count", [CALENDAR.after, CALENDAR.before])
def test_a_negative_number_of_days_is_refused(count: Any) -> None:
    with pytest.raises(ValueError, match="cannot count -1 working days"):
        count(date(2026, 1, 5), -1)


def test_24_november_is_off_from_2026_only() -> None:
    assert CALENDAR.is_working(date(2025, 11, 24))
    assert not any(CALENDAR.is_working(date(year, 11, 24)) for year in range(2026, 2101))


def test_a_count_names_the_years_without_an_official_calendar_that_it_went_through() -> None:
    assert CALENDAR.after(date(2026, 12, 28), 3).unofficial == ()
    assert CALENDAR.after(date(2026, 12, 30), 5).unofficial == (2027,)
    assert CALENDAR.after(date(2026, 12, 31), 1).unofficial == (2027,)
    assert CALENDAR.after(date(2027, 12, 31), 1).unofficial == (2028,), "the starting day is not counted"
    assert CALENDAR.before(date(2027, 1, 1), 1).unofficial == (), "the day counted back from is not counted"
    assert CALENDAR.before(date(2027, 1, 5), 5).unofficial == (2027,)
    assert CALENDAR.after(date(2026, 12, 1), 300).unofficial == (2027, 2028)
    assert CALENDAR.roll(date(2028, 1, 1)).unofficial == (2028,)
    assert CALENDAR.unofficial_between(date(2026, 12, 31), date(2029, 1, 1)) == (2027, 2028, 2029)


def test_years_before_2023_are_official_only_where_the_document_was_seen() -> None:
    assert sorted(OFFICIAL_YEARS) == [2019, 2022, 2023, 2024, 2025, 2026]
    assert CALENDAR.after(date(2018, 12, 26), 3) == (date(2019, 1, 2), (2018,))


def test_a_year_can_be_declared_official() -> None:
    assert WorkingCalendar(official={2027}).after(date(2026, 12, 30), 5).unofficial == ()
    declared = WorkingCalendar(parse_calendar([{"date": "2027", "works": "", "reason": "notice"}]))
    assert declared.after(date(2026, 12, 30), 5).unofficial == ()
    assert WorkingCalendar().after(date(2026, 12, 30), 5).unofficial == (2027,), "no calendar changes another"


def test_the_office_s_own_rows_are_stronger_than_the_table_and_the_statute() -> None:
    own = WorkingCalendar(
        parse_calendar(
            [
                {"date": "24/11/2026", "works": "có", "reason": "a trial"},
                {"date": "2026-11-28", "works": "1", "reason": "worked instead of 30/11"},
                {"date": "2026-11-30", "works": "no", "reason": "moved"},
            ]
        )
    )
    works = {day: own.is_working(date(2026, 11, day)) for day in (24, 28, 29, 30)}
    assert works == {24: True, 28: True, 29: False, 30: False}


def test_the_words_for_yes_and_no_are_read_in_both_languages() -> None:
    words = {"yes": True, "Có": True, "1": True, "TRUE": True, "no": False, "Không": False, "0": False, "false": False}
    for word, works in words.items():
        assert parse_calendar([{"date": "2027-02-05", "works": f" {word} "}]) == (
            CalendarDay(date(2027, 2, 5), works, ""),
        )


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"date": "2027-02-30", "works": "no"}, "row 2: not a date: '2027-02-30'"),
        ({"date": "05/02/2027", "works": "maybe"}, "row 2: 'maybe' is no known answer"),
        ({"date": "05/02/2027", "works": ""}, "row 2: '05/02/2027' does not say whether the day is worked: write yes"),
        ({"date": "2027", "works": "yes"}, "row 2: not a date: '2027'"),
        ({"date": "0000", "works": ""}, "row 2: the year 1 is outside the calendar"),
        ({"date": "1989", "works": ""}, "row 2: the year 1989 is outside the calendar"),
        ({"date": "2150-01-01", "works": "no"}, "row 2: the year 2150 is outside the calendar"),
        ({}, "row 2: '' does not say"),
        ({"date": "2027-01-04", "works": "no", "reason": "x" * 501}, "row 2: the reason is longer than 500"),
        ({"date": "2026-12-24", "works": "yes"}, "row 2: an earlier row says the opposite of 2026-12-24"),
    ],
)
def test_a_bad_row_is_named_with_what_would_be_right(row: dict[str, str], wrong: str) -> None:
    with pytest.raises(ValueError, match=f"^calendar {wrong}"):
        parse_calendar([{"date": "2026-12-24", "works": "no"}, row])


def test_a_row_given_twice_counts_once() -> None:
    row = {"date": "2026-12-24", "works": "no", "reason": "Christmas"}
    assert len(parse_calendar([row, row, {"date": "2026", "works": ""}])) == 2


@settings(deadline=None)
@given(days, counts)
def test_counting_back_undoes_counting_forward(start: date, number: int) -> None:
    end = CALENDAR.after(start, number).day
    back = CALENDAR.before(end, number).day
    assert back == start if CALENDAR.is_working(start) or number == 0 else back <= start
    assert CALENDAR.after(back, number).day == end
    assert CALENDAR.after(CALENDAR.before(start, number).day, number).day >= start


@settings(deadline=None)
@given(days, st.integers(1, 300))
def test_a_count_ends_on_a_working_day_so_many_working_days_away(start: date, number: int) -> None:
    after, before = CALENDAR.after(start, number).day, CALENDAR.before(start, number).day
    assert CALENDAR.is_working(after)
    assert CALENDAR.is_working(before)
    assert CALENDAR.between(start, after) == number
    assert CALENDAR.between(before, start) == number - (0 if CALENDAR.is_working(start) else 1)


@settings(deadline=None)
@given(days, days, counts, counts)
def test_counts_never_run_backwards(one: date, two: date, fewer: int, more: int) -> None:
    early, late = sorted((one, two))
    few, many = sorted((fewer, more))
    assert CALENDAR.after(early, few).day <= CALENDAR.after(early, many).day
    assert CALENDAR.after(early, few).day <= CALENDAR.after(late, few).day
    assert CALENDAR.before(early, few).day >= CALENDAR.before(early, many).day
    assert CALENDAR.before(early, few).day <= CALENDAR.before(late, few).day


@settings(deadline=None)
@given(days, days, days)
def test_working_days_between_add_up_and_change_sign(one: date, two: date, three: date) -> None:
    assert CALENDAR.between(one, two) + CALENDAR.between(two, three) == CALENDAR.between(one, three)
    assert CALENDAR.between(one, two) == -CALENDAR.between(two, one)


@settings(deadline=None)
@given(days, days)
def test_working_days_between_are_those_that_are_working(one: date, two: date) -> None:
    early, late = min(one, two), min(max(one, two), min(one, two) + timedelta(days=400))
    span = (early + timedelta(days=n) for n in range(1, (late - early).days + 1))
    assert CALENDAR.between(early, late) == sum(map(CALENDAR.is_working, span))


@settings(deadline=None)
@given(days)
def test_rolling_goes_to_the_first_working_day_that_is_not_earlier(day: date) -> None:
    end = CALENDAR.roll(day).day
    assert CALENDAR.is_working(end)
    assert not any(CALENDAR.is_working(day + timedelta(days=n)) for n in range((end - day).days))


@settings(deadline=None)
@given(days, counts)
def test_without_makeup_days_a_count_takes_at_least_as_long(start: date, number: int) -> None:
    assert WITHOUT_MAKEUPS.after(start, number).day >= CALENDAR.after(start, number).day

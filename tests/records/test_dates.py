"""Dates as Vietnamese systems write them, read in Asia/Ho_Chi_Minh."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncd.records.dates import EARLIEST, HO_CHI_MINH, LATEST, from_epoch_ms, local_date, parse_date


@pytest.mark.parametrize(
    "text",
    [
        "04/12/2025",
        "4/12/2025",
        "04-12-2025",
        "2025-12-04",
        "2025-12-04T00:00:00",
        "2025-12-04 23:59:59.999",
        "20251204",
        "20251204235959",
        " 04/12/2025 ",
        "04/12/2025 07:30",
        "2025-12-03T17:00:00Z",
        "2025-12-04T00:00:00Z",
        "2025-12-04T00:00:00+07:00",
        "2025-12-03T17:00:00+00:00",
    ],
)
def test_every_known_form_is_the_fourth_of_december(text: str) -> None:
    assert parse_date(text) == date(2025, 12, 4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hôm nay",
        "31/02/2025",
        "2025-13-01",
        "04/12-2025",
        "4.12.2025",
        "04/12/25",
        "0001-01-01",
        "9999-12-31",
        "2025",
        "2025120",
        "2025-12-04T25:99:00Z",
        "0001-01-01T00:00:00+14:00",
        "1" * 100,
        "٠٤/١٢/٢٠٢٥",
    ],
)
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        parse_date(text)


def test_both_forms_of_midnight_are_the_same_local_date() -> None:
    assert local_date(from_epoch_ms(1783098000000)) == date(2026, 7, 4)
    assert local_date(from_epoch_ms(1750636800000)) == date(2025, 6, 23)
    assert from_epoch_ms(1783098000000).date() == date(2026, 7, 3)


def test_milliseconds_survive() -> None:
    assert from_epoch_ms(1783655208572) == datetime(2026, 7, 10, 3, 46, 48, 572000, tzinfo=UTC)
    assert from_epoch_ms(-1) == datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)


@pytest.mark.parametrize("count", [True, 1.5, "1783098000000", None, 10**18, -(10**18), 8_000_000_000_000])
def test_only_a_whole_number_in_range_is_an_instant(count: object) -> None:
    with pytest.raises(ValueError, match="not a"):
        from_epoch_ms(count)  # type: ignore[arg-type]


def test_a_naive_instant_has_no_local_date() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        local_date(datetime(2026, 1, 1))  # noqa: DTZ001


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_form_of_a_date_reads_back(day: date) -> None:
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%S"):
        assert parse_date(datetime(day.year, day.month, day.day).strftime(form)) == day  # noqa: DTZ001


@given(st.dates(date(1900, 1, 2), date(2199, 12, 30)))
def test_midnight_in_hanoi_and_midnight_in_utc_are_one_calendar_day(day: date) -> None:
    """Real decision dates come both ways: 662 at 00:00 +07:00, 213 at 00:00 UTC. Whole years had other offsets."""
    there = datetime(day.year, day.month, day.day, tzinfo=HO_CHI_MINH)
    for midnight in (there, datetime(day.year, day.month, day.day, tzinfo=UTC)):
        assert local_date(from_epoch_ms(int(midnight.timestamp()) * 1000)) == day


@given(st.integers() | st.text(max_size=60))
@example("")
@example(10**30)
def test_any_number_or_text_is_a_date_or_refused_in_words(value: int | str) -> None:
    refusal = ""
    try:
        found = local_date(from_epoch_ms(value)) if isinstance(value, int) else parse_date(value)
    except ValueError as error:
        refusal, found = str(error), EARLIEST
    assert refusal.startswith("not a") or (refusal == "" and EARLIEST <= found <= LATEST)

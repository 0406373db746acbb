"""Time limits: exact, in their own unit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.records.durations import duration_of, parse_duration, parse_quantity, parse_unit
from syncd.records.procedure import Duration, Unit


@pytest.mark.parametrize(
    ("text", "quantity", "unit"),
    [
        ("7 Ngày làm việc", "7", Unit.WORKING_DAY),
        ("07 ngày làm việc.", "7", Unit.WORKING_DAY),
        ("5 Ngày", "5", Unit.DAY),
        ("3,5 ngày làm việc", "3.5", Unit.WORKING_DAY),
        ("6.25 ngày làm việc", "6.25", Unit.WORKING_DAY),
        ("24 giờ", "24", Unit.HOUR),
        ("24giờ", "24", Unit.HOUR),
        ("2 tháng", "2", Unit.MONTH),
        ("1 Năm", "1", Unit.YEAR),
        ("20 (ngày)", "20", Unit.DAY),
        ("7\u00a0nga\u0300y", "7", Unit.DAY),
    ],
)
def test_number_and_unit_are_read(text: str, quantity: str, unit: Unit) -> None:
    assert parse_duration(text) == Duration(Decimal(quantity), unit)


@pytest.mark.parametrize(
    "text",
    [
        "Không quá 15 ngày",
        "Theo mô tả",
        "1/12 hàng năm",
        "12.5 ngày làm việc + thời gian",
        "7",
        "ngày",
        "7 thế kỷ",
        "",
        "x" * 99,
        "10 ngày 5 giờ",
    ],
)
def test_a_sentence_stays_a_sentence(text: str) -> None:
    assert parse_duration(text) == Duration(None, Unit.OTHER, text)


@pytest.mark.parametrize("number", [7, 7.0, "7", "07", "7.0", "7,0", Decimal("7.00"), Decimal("0.7E1")])
def test_one_quantity_has_one_form(number: int | float | str | Decimal) -> None:
    assert str(parse_quantity(number)) == "7"


def test_tens_have_no_exponent_and_halves_stay_halves() -> None:
    assert str(parse_quantity(20)) == "20"
    assert str(parse_quantity(0)) == "0"
    assert str(parse_quantity(17.5)) == "17.5"
    assert str(parse_quantity(0.1)) == "0.1"


@pytest.mark.parametrize(
    "number", [True, False, None, "", "7 ngày", "-1", -1, float("nan"), float("inf"), "1e3", 10**6, [7], "٧"]
)
def test_nothing_else_is_a_quantity(number: object) -> None:
    with pytest.raises(ValueError, match=r"not a|truth value"):
        parse_quantity(number)  # type: ignore[arg-type]


def test_text_beside_a_unit_is_kept_as_text() -> None:
    assert duration_of("Theo  mô tả", Unit.OTHER) == Duration(None, Unit.OTHER, "Theo mô tả")
    assert duration_of("01", Unit.DAY) == Duration(Decimal(1), Unit.DAY)
    assert duration_of(4.75, Unit.WORKING_DAY) == Duration(Decimal("4.75"), Unit.WORKING_DAY)
    with pytest.raises(ValueError, match="truth value"):
        duration_of(True, Unit.DAY)


def test_working_days_and_days_are_different_units() -> None:
    assert parse_unit("Ngày làm việc") is Unit.WORKING_DAY
    assert parse_unit("ngày") is Unit.DAY
    assert parse_duration("7 ngày") != parse_duration("7 ngày làm việc")
    with pytest.raises(ValueError, match="not a unit"):
        parse_unit("ngày đêm hội")


@given(st.decimals(0, 99_999, places=3, allow_nan=False, allow_infinity=False))
def test_no_quantity_is_ever_rounded(exact: Decimal) -> None:
    assert parse_quantity(exact) == exact
    assert parse_quantity(str(exact)) == exact

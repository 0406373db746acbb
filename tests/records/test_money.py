"""Amounts of money as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.records.money import LARGEST, parse_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("50.000", 50_000),
        ("10,000 Việt Nam Đồng", 10_000),
        ("1.000.000 đồng", 1_000_000),
        ("1 000 000 đ", 1_000_000),
        ("1.000.000\u00a0đồng.", 1_000_000),
        ("45 VNĐ", 45),
        ("8000", 8_000),
        ("8000đ", 8_000),
        ("50.000,00 đồng", 50_000),
        ("50000.0", 50_000),
        ("0", 0),
        ("0.00", 0),
        ("1.000,0", 1_000),
        ("100", 100),
        ("không", 0),
        ("KHÔNG", 0),
        ("Không.", 0),
        ("Miễn phí", 0),
        ("Mie\u0302\u0303n phi\u0301", 0),
        ("Không thu phí", 0),
        ("", None),
        ("  ", None),
        ("-", None),
        ("Không có thông tin", None),
        ("Theo quy định", None),
    ],
)
def test_what_is_written_is_read(text: str, amount: int | None) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "50.00",
        "5.0000",
        "1.000,000",
        "1,5",
        "-5000",
        "1e6",
        "năm mươi nghìn",
        "50.000 USD",
        "50.000 đồng/lần",
        "5 triệu",
        "Do Hội đồng nhân dân cấp tỉnh quy định",
        "٥٠٠",
        "1" * 17,
        "9" * 100,
        "50.000.00",
        "NaN",
        "True",
    ],
)
def test_an_amount_is_never_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_amount(text)


@given(st.integers(0, LARGEST))
def test_grouping_changes_nothing(amount: int) -> None:
    for separator in (".", ",", " ", ""):
        assert parse_amount(f"{amount:,}".replace(",", separator)) == amount

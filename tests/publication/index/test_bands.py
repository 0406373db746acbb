"""Bands: what a total is called."""

from __future__ import annotations

from decimal import Decimal

import pytest

from syncd.publication.index.bands import BANDS, band


@pytest.mark.parametrize(
    ("total", "name"),
    [
        ("100", "Xuất sắc"),
        ("90.96", "Xuất sắc"),
        ("90", "Xuất sắc"),
        ("89.99", "Tốt"),
        ("83.61", "Tốt"),
        ("79.99", "Khá"),
        ("70", "Khá"),
        ("69.99", "Trung bình"),
        ("61.5", "Trung bình"),
        ("50", "Trung bình"),
        ("49.99", "Yếu"),
        ("43", "Yếu"),
        ("0", "Yếu"),
    ],
)
def test_a_total_is_called_as_it_was_in_the_press(total: str, name: str) -> None:
    """Published examples, and both sides of each bound."""
    assert band(Decimal(total)).name == name


def test_the_bounds_that_no_source_states_are_marked() -> None:
    """80 and 70 are unverified."""
    assert [int(one.lowest) for one in BANDS if not one.is_verified] == [80, 70]


@pytest.mark.parametrize("total", ["-0.01", "100.01"])
def test_what_is_no_total_has_no_band(total: str) -> None:
    """Outside 0 to 100 there is an error that says so."""
    with pytest.raises(ValueError, match="between 0 and 100"):
        band(Decimal(total))

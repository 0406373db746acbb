"""The portal's arithmetic: two decimals, doubles in its own order, ties and caps."""

from __future__ import annotations

from decimal import Decimal

import pytest

from syncd.publication.index.arithmetic import percentage, points, points_of_ratio, to_fixed


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0.00"),
        (0.125, "0.13"),
        (0.12499999999999999, "0.12"),
        (1.005, "1.00"),
        (8.345, "8.35"),
        (2.675, "2.67"),
        (99.995, "100.00"),
    ],
)
def test_a_number_is_shown_as_javascript_shows_it(value: float, shown: str) -> None:
    """The double's exact value decides: 1.005 is below the middle, 8.345 above it, 0.125 is it."""
    assert str(to_fixed(value)) == shown


@pytest.mark.parametrize(
    ("numerator", "denominator", "maximum", "threshold", "expected"),
    [
        (1, 48, 6, "1", "0.12"),  # Tây Ninh: the quotient is 0.125, the double just below it
        (29, 32, 20, "1", "18.13"),  # a department of Phú Thọ: the quotient is 18.125, and so is the double
        (87, 89, 2, "1", "1.96"),
        (181565, 726177, 2, "0.8", "0.63"),
        (644988, 726177, 6, "0.9", "5.92"),
        (256108, 270941, 6, "0.9", "6.00"),
        (1, 1, 6, "0.5", "6.00"),
        (0, 79, 6, "1", "0.00"),
        (7, 5, 4, "1", "4.00"),
        (10**12, 1, 4, "1", "4.00"),
    ],
)
def test_points_are_those_that_were_published(
    numerator: int, denominator: int, maximum: int, threshold: str, expected: str
) -> None:
    """Published figures, ties included; more than all is all."""
    assert str(points(numerator, denominator, Decimal(maximum), Decimal(threshold))) == expected


def test_points_of_a_displayed_ratio_differ_from_those_of_the_counts() -> None:
    """1 of 57 is 0.11 points, its displayed 1.75 per cent 0.10 (Thái Nguyên); 2 of 89 is 0.13, 2.25 per cent 0.14."""
    six, whole = Decimal(6), Decimal(1)
    assert [points(1, 57, six, whole), points_of_ratio(Decimal("1.75"), six, whole)] == [
        Decimal("0.11"),
        Decimal("0.10"),
    ]
    assert [points(2, 89, six, whole), points_of_ratio(Decimal("2.25"), six, whole)] == [
        Decimal("0.13"),
        Decimal("0.14"),
    ]


def test_percentages_are_displayed_with_two_decimals() -> None:
    """As the portal shows them; nothing of nothing has none."""
    assert [str(percentage(*one)) for one in ((57, 74), (144625, 184513), (0, 62))] == ["77.03", "78.38", "0.00"]
    with pytest.raises(ZeroDivisionError):
        percentage(0, 0)

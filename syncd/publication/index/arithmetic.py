"""The portal's own arithmetic, to the last bit: doubles in its order of operations, shown with two decimals.

In: counts, a maximum and a threshold. Out: points and percentages with two decimals.
Other readings miss published figures: the exact quotient rounded half-even gives 18.12 for 20 points at 29 of 32
(shown: 18.13), rounded half-up 0.13 for 6 points at 1 of 48 (shown: 0.12); in doubles the latter is just
below 0.125.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_HUNDREDTH = Decimal("0.01")


def to_fixed(value: float) -> Decimal:
    """JavaScript's ``toFixed(2)`` of a number that is not negative: of the double's exact value, ties upwards."""
    return Decimal(value).quantize(_HUNDREDTH, ROUND_HALF_UP)


def percentage(numerator: int, denominator: int) -> Decimal:
    """The ratio as it is displayed, in per cent. Raises `ZeroDivisionError` for 0 of 0: there is none."""
    return to_fixed(numerator / denominator * 100)


def points(numerator: int, denominator: int, maximum: Decimal, threshold: Decimal) -> Decimal:
    """What ``numerator`` of ``denominator`` (above 0) scores: all of ``maximum`` from ``threshold`` (a share) on."""
    return _scored(min(1.0, numerator / denominator) * 100, maximum, threshold)


def points_of_ratio(ratio: Decimal, maximum: Decimal, threshold: Decimal) -> Decimal:
    """What a displayed ratio, in per cent, scores."""
    return _scored(float(ratio), maximum, threshold)


def _scored(percent: float, maximum: Decimal, threshold: Decimal) -> Decimal:
    return min(maximum.quantize(_HUNDREDTH), to_fixed(percent * float(maximum) / 100 / float(threshold)))

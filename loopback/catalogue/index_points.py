"""The arithmetic of the invented Service Index, as the real one was seen to calculate.

In: counts. Out: percentages and points with two decimals, half to even; None where there is nothing to divide by.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final, NamedTuple

CENT: Final = Decimal("0.01")


class Points(NamedTuple):
    """One metric: numerator, denominator, percentage, points, the most points."""

    numerator: int | None
    denominator: int | None
    ratio: Decimal | None
    score: Decimal | None
    most: int


def rounded(number: Fraction) -> Decimal:
    """Two decimals, half to even."""
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(CENT, ROUND_HALF_EVEN)


def share(numerator: int, denominator: int) -> Fraction:
    """The part as a number; 0 where there is nothing."""
    return Fraction(numerator, denominator) if denominator else Fraction(0)


def metric(numerator: int, denominator: int, most: int, threshold: Fraction = Fraction(1)) -> Points:
    """Points in proportion, full from the threshold on; null where the denominator is zero."""
    if not denominator:
        return Points(numerator, denominator, None, None, most)
    part = Fraction(numerator, denominator)
    return Points(
        numerator, denominator, rounded(part * 100), rounded(min(Fraction(most), part * most / threshold)), most
    )


def petition(numerator: int, denominator: int, empty: int, threshold: Fraction = Fraction(1)) -> Points:
    """A metric of satisfaction: 6 points at most, and without petitions what ``empty`` says, with a percentage of 0."""
    if not denominator:
        return Points(0, 0, Decimal(0), Decimal(empty), 6)
    return metric(numerator, denominator, 6, threshold)


def total(metrics: Iterable[Points]) -> Decimal:
    """The sum of rounded points; what is null counts as 0."""
    return sum((one.score or Decimal(0) for one in metrics), Decimal(0))


def of_ratios(metrics: Iterable[Points]) -> Decimal:
    """The total as the national table makes it: from the percentages as displayed."""
    return sum((rounded(Fraction(one.ratio or 0) * one.most / 100) for one in metrics), Decimal(0))


def online(authority: int, provided: int, used: Fraction, submitted: Fraction) -> Decimal:
    """2 + 4 + 6 points; provision is full from 80 %, submission from 50 % on; rounded once."""
    provision = min(Fraction(2), share(provided, authority) * 2 / Fraction(4, 5))
    return rounded(provision + used * 4 + min(Fraction(6), submitted * 12))


def payment(paid: Fraction, used: Fraction, integrated: Fraction) -> Decimal:
    """6 + 2 + 2 points, each rounded before they are added up."""
    two, rate = Fraction(2), Fraction(5, 2)
    return rounded(paid * 6) + rounded(min(two, used * rate)) + rounded(min(two, integrated * rate))

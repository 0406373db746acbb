"""Time limits (thời hạn giải quyết), exact in their own unit.

In: numbers of any JSON type, or words ("7 Ngày làm việc", "03 ngày", "3,5 ngày làm việc"). Out: `Duration` values.
Working days, calendar days and hours are never converted into one another; a half day stays a half day.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from syncd.records.procedure import Duration, Unit
from syncd.records.text import display

UNIT_WORDS: dict[str, Unit] = {
    "giờ": Unit.HOUR,
    "giờ làm việc": Unit.HOUR,
    "hour": Unit.HOUR,
    "ngày": Unit.DAY,
    "ngày lịch": Unit.DAY,
    "day": Unit.DAY,
    "ngày làm việc": Unit.WORKING_DAY,
    "ngày lv": Unit.WORKING_DAY,
    "ngày công": Unit.WORKING_DAY,
    "working day": Unit.WORKING_DAY,
    "working_day": Unit.WORKING_DAY,
    "tháng": Unit.MONTH,
    "month": Unit.MONTH,
    "năm": Unit.YEAR,
    "year": Unit.YEAR,
    "khác": Unit.OTHER,
    "other": Unit.OTHER,
}

_LARGEST = Decimal(100_000)
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?", re.ASCII)
_NUMBER_AND_UNIT = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,6})?)\s*\(?([^\W\d_][^\d()]*?)\)?\.?")


def parse_unit(word: str) -> Unit:
    """The unit that a word means, in Vietnamese or English. Raises `ValueError` for a word that means none."""
    known = UNIT_WORDS.get(display(word).lower().rstrip("."))
    if known is None:
        raise ValueError(f"not a unit of time: {word[:40]!r}")
    return known


def parse_quantity(number: int | float | str | Decimal) -> Decimal:
    """The exact number, without trailing zeros: 7, 7.0, "7", "07" and "7,0" are the same quantity.

    Raises `ValueError` for a truth value, for text that is no number, and for what is negative, not finite or over
    100,000.
    """
    try:
        exact = Decimal(_number_text(number))
    except InvalidOperation as error:
        raise ValueError(f"not a number: {number!r}") from error
    if not exact.is_finite() or not 0 <= exact <= _LARGEST:
        raise ValueError(f"not a quantity of time: {number!r} is outside 0 to {_LARGEST}")
    return plain(exact)


def plain(exact: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent (2E+1 becomes 20)."""
    shortest = exact.normalize()
    return shortest.quantize(Decimal(1)) if shortest == shortest.to_integral_value() else shortest


def _number_text(number: object) -> str:
    match number:
        case bool():
            raise ValueError(f"a truth value is no number: {number!r}")
        case int() | float() | Decimal():
            return str(number)
        case str() if _NUMBER.fullmatch(found := display(number)):
            return found.replace(",", ".")
    raise ValueError(f"not a number: {str(number)[:40]!r}")


def parse_duration(text: str) -> Duration:
    """Read number and unit together; text that is not exactly that becomes a duration that has only its text."""
    words = display(text)
    found = _NUMBER_AND_UNIT.fullmatch(words) if len(words) <= 60 else None
    if found is not None:
        try:
            return Duration(parse_quantity(found[1]), parse_unit(found[2]))
        except ValueError:
            pass
    return Duration(None, Unit.OTHER, words)


def duration_of(number: int | float | str | Decimal, unit: Unit) -> Duration:
    """The duration of a number that stands beside its unit; text that is no number is kept as text."""
    try:
        return Duration(parse_quantity(number), unit)
    except ValueError:
        if not isinstance(number, str):
            raise
        return Duration(None, unit, display(number))

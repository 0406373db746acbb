"""Dates and instants, read in Asia/Ho_Chi_Minh.

In: text, epoch milliseconds or aware instants of a foreign system. Out: dates and aware UTC instants, or `ValueError`.
Midnight comes in two forms (00:00 in Hà Nội and 00:00 in UTC, which is 07:00 there): both are the same local date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HO_CHI_MINH = ZoneInfo("Asia/Ho_Chi_Minh")
EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 1, 1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_LENGTH = 40
_CLOCK = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?"
_DAY_FIRST = re.compile(rf"(\d{{1,2}})([/-])(\d{{1,2}})\2(\d{{4}}){_CLOCK}", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}}){_CLOCK}", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?", re.ASCII)
_WITH_OFFSET = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})", re.ASCII)


def parse_date(text: str) -> date:
    """Read a calendar date: dd/MM/yyyy, dd-MM-yyyy, yyyy-MM-dd (with or without a time), yyyyMMdd or yyyyMMddHHmmss.

    A time of day without an offset is local and falls away; one with an offset (``Z``, ``+07:00``) is an instant, and
    its date in Asia/Ho_Chi_Minh is meant. Raises `ValueError` for anything else and for years outside 1900 to 2199.
    """
    if len(text) > _MAX_LENGTH:
        raise ValueError(f"not a date: {text[:_MAX_LENGTH]!r}… is longer than {_MAX_LENGTH} characters")
    try:
        found = _read(text.strip())
    except (ValueError, OverflowError) as error:
        raise ValueError(f"not a date: {text!r}: {error}") from error
    return _within(found, text)


def _read(text: str) -> date:
    if _WITH_OFFSET.fullmatch(text):
        return local_date(datetime.fromisoformat(text))
    if found := _DAY_FIRST.fullmatch(text):
        day, _, month, year = found.groups()
    elif found := (_YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)):
        year, month, day = found.groups()
    else:
        raise ValueError("known are dd/MM/yyyy, dd-MM-yyyy, yyyy-MM-dd and yyyyMMdd")
    return date(int(year), int(month), int(day))


def _within(found: date, text: object) -> date:
    if not EARLIEST <= found < LATEST:
        raise ValueError(f"not a date: {text!r} is outside the years {EARLIEST.year} to {LATEST.year - 1}")
    return found


def from_epoch_ms(milliseconds: int) -> datetime:
    """The aware UTC instant of a count of milliseconds since 1970. Raises `ValueError` outside the years 1900 to 2199.

    Only a whole number is one: a text or a truth value is refused, never converted.
    """
    if type(milliseconds) is not int:
        raise ValueError(f"not a count of milliseconds: {milliseconds!r}")
    try:
        instant = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise ValueError(f"not a date: {milliseconds} ms since 1970 is out of range") from error
    _within(instant.date(), milliseconds)
    return instant


def local_date(instant: datetime) -> date:
    """The calendar date of an aware instant in Asia/Ho_Chi_Minh. Raises `ValueError` for a naive one."""
    if instant.tzinfo is None:
        raise ValueError(f"the instant {instant.isoformat()} has no time zone")
    return instant.astimezone(HO_CHI_MINH).date()

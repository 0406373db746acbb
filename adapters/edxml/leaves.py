"""Leaves of a package: dates, times and whole numbers of decisions, with their typing noise.

In: text. Out: values; None where the text is none, for the caller to report.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from syncd.records.dates import EARLIEST, LATEST, parse_date
from syncd.records.decisions import NOT_A_NUMBER, parse_number

LONGEST = 40

_YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?:[T ]+[\d:.]+)?", re.ASCII)
_MOMENT = re.compile(r"(.{8,10})[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?", re.ASCII)


def read_day(text: str) -> date | None:
    """``yyyy/MM/dd`` as the format has it, and the other forms that dates come in; None for 2014/02/30."""
    found = _YEAR_FIRST.fullmatch(text.strip()) if len(text) <= LONGEST else None
    try:
        if found is None:
            return parse_date(text)
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return day if EARLIEST <= day < LATEST else None


def read_moment(text: str) -> datetime | None:
    """``yyyy/MM/dd HH:mm:ss``, or a day alone, as local time without a zone; None for what is none."""
    found = _MOMENT.fullmatch(text.strip()) if len(text) <= LONGEST else None
    day = read_day(found[1] if found else text)
    if day is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[1:]) if found else (0, 0, 0)
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - the format has no zones
    except ValueError:
        return None


def whole_number(number: str, notation: str) -> str:
    """``3584`` and ``QĐ-UBND`` as one; a number that is whole already stays."""
    if not notation or "/" in number:
        return number
    return f"{number}/{notation}" if number else ""


def notation_of(number: str) -> str:
    """What stands after the last slash of a number."""
    return number.rpartition("/")[2] if "/" in number else ""


def is_odd_number(number: str) -> bool:
    """Whether a number is none that a decision has (``74fass22/VPCP-TTĐT``)."""
    return NOT_A_NUMBER in parse_number(number).noise

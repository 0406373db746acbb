"""Lengths of time as people write them in the configuration: ``"90s"``, ``"15m"``, ``"1h30m"``, ``"7d"``.

In: text. Out: ``timedelta``, and back. A bare number is refused: nobody can see whether it means seconds or minutes.
"""

from __future__ import annotations

import re
from datetime import timedelta

from pydantic_core import PydanticCustomError

SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
LONGEST = timedelta(days=366)
HOW = 'a duration such as "90s", "15m", "1h30m" or "7d"'
_FORM = re.compile(r"(?:\d{1,6}[dhms])+")
_PART = re.compile(r"(\d+)([dhms])")


def parse_duration(value: object) -> timedelta:
    """Read a duration. Raises ``PydanticCustomError`` (a ``ValueError``) that says what would be right."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not _FORM.fullmatch(value):
        raise PydanticCustomError("duration", "not a duration; write {how}", {"how": HOW})
    length = timedelta(seconds=sum(int(count) * SECONDS[unit] for count, unit in _PART.findall(value)))
    if length > LONGEST:
        raise PydanticCustomError("duration", "longer than a year; write at most {longest}", {"longest": "366d"})
    return length


def format_duration(length: timedelta) -> str:
    """Write a duration the way it is read: ``timedelta(minutes=90)`` → ``1h30m``; ``0s`` for nothing."""
    rest, parts = int(length.total_seconds()), []
    for unit, seconds in SECONDS.items():
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"

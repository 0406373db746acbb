"""Reporting periods of the Service Index: a month, a quarter or a year of the Gregorian calendar.

In: ``2026-10``, ``2026-Q3`` or ``2026``. Out: an immutable period that knows its first and last day and its neighbours.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from msgspec import Struct

_WRITTEN = re.compile(r"(20\d\d)(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS: dict[PeriodKind, int] = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


class Period(Struct, frozen=True, order=True):
    """A month, quarter or year; ``number`` is the month (1 to 12), the quarter (1 to 4), or 1 for a year."""

    year: int
    kind: PeriodKind
    number: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026-10``, ``2026-Q3`` or ``2026``. Raises `ValueError` with what would be right."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"not a period: {text[:40]!r}; write 2026-10, 2026-Q3 or 2026")
        year, quarter, month = found.groups()
        if quarter:
            return cls(int(year), PeriodKind.QUARTER, int(quarter))
        return cls(int(year), PeriodKind.MONTH, int(month)) if month else cls(int(year), PeriodKind.YEAR)

    @classmethod
    def of(cls, day: date, kind: PeriodKind) -> Self:
        """The period of this kind that holds the day."""
        return cls(day.year, kind, (day.month - 1) // MONTHS[kind] + 1)

    def __str__(self) -> str:
        return f"{self.year}{_SUFFIX[self.kind].format(self.number)}"

    @property
    def first(self) -> date:
        return date(self.year, (self.number - 1) * MONTHS[self.kind] + 1, 1)

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> Self:
        return self._moved(1)

    @property
    def previous(self) -> Self:
        return self._moved(-1)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def _moved(self, by: int) -> Self:
        in_year = 12 // MONTHS[self.kind]
        year, number = divmod(self.year * in_year + self.number - 1 + by, in_year)
        return type(self)(year, self.kind, number + 1)


_SUFFIX: dict[PeriodKind, str] = {PeriodKind.MONTH: "-{:02d}", PeriodKind.QUARTER: "-Q{}", PeriodKind.YEAR: ""}

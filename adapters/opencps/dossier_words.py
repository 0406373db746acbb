"""The words of OpenCPS about dossiers: rows of statistics, rows of the search, its local times.

In: bytes of one row. Out: neutral tallies and dossiers. Only the keys named here are decoded: no applicant among them.
Source: the statistics service and the dossier search of the OpenCPS backend, whose lists write ``dd/MM/yyyy HH:mm:ss``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from msgspec import Raw, Struct

from adapters.opencps.words import plain
from syncd.records.dates import HO_CHI_MINH
from syncd.records.dossiers import Dossier, Tally
from syncd.sides.errors import ShapeError
from syncd.sides.http import decode

STATISTICS_TOTAL: Final = "the total of all units"
TOTALS: Final = frozenset({None, "", "0", "total", "all"})
"""How a row says that it is over all fields, or all systems."""
NUMBER_PREFIX: Final = "#"
"""Before the id of a dossier that has no number yet."""
_WRITTEN: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
LONGEST: Final = 200


class Statistic(Struct, rename="camel"):
    """One row: a unit (none: the whole site), a field (none: all), a month (0: the year)."""

    month: int
    year: int
    gov_agency_code: str | None = None
    gov_agency_name: str | None = None
    group_agency_code: str | None = None
    domain_code: str | None = None
    system: str | int | None = None
    received_count: int | None = None
    release_count: int | None = None
    betimes_count: int | None = None
    ontime_count: int | None = None
    overtime_count: int | None = None
    undue_count: int | None = None
    overdue_count: int | None = None
    online_count: int | None = None

    @property
    def is_total(self) -> bool:
        """Whether the row is over all fields and systems, of one unit or of the whole site, not of a group of units."""
        system = None if self.system is None else str(self.system)
        is_group = bool(self.group_agency_code) and not self.gov_agency_code
        return self.domain_code in TOTALS and system in TOTALS and not is_group


class Statistics(Struct):
    """The answer; ``total`` only counts the rows that came."""

    data: list[Statistic]
    total: int = 0


class _Row(Struct, rename="camel"):
    """What is read of a dossier in a list."""

    dossier_id: int | str
    dossier_no: str | None = None
    service_code: str | None = None
    gov_agency_code: str | None = None
    gov_agency_name: str | None = None
    receive_date: str | None = None
    due_date: str | None = None
    release_date: str | None = None
    dossier_status: str | None = None


class _Key(Struct, rename="camel"):
    dossier_id: int | str


def tally(row: Statistic, root: str) -> Tally:
    """The neutral tally. What OpenCPS calls "overtime" ended late; its "overdue" still runs."""
    return Tally(
        unit_code=row.gov_agency_code or root,
        unit_name=plain(row.gov_agency_name or "")[:LONGEST],
        received=_count(row.received_count),
        finished=_count(row.release_count),
        finished_on_time=_sum(_count(row.betimes_count), _count(row.ontime_count)),
        finished_late=_count(row.overtime_count),
        running_in_time=_count(row.undue_count),
        running_late=_count(row.overdue_count),
        online=_count(row.online_count),
    )


def _count(number: int | None) -> int | None:
    if number is not None and not 0 <= number <= 1_000_000_000:
        raise ShapeError(f"a count of {number}", where="statistics", path="$.data")
    return number


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def dossier_key(row: Raw) -> str:
    """The system's own key of a dossier. Raises `ShapeError`."""
    return str(decode(row, _Key, where="dossier").dossier_id)


def dossier(raw: Raw, where: str) -> Dossier:
    """The neutral dossier. Raises `ShapeError` with the path, never with what stands there."""
    row = decode(raw, _Row, where=where)
    number = plain(row.dossier_no or "").strip()
    return Dossier(
        number=number[:LONGEST] or f"{NUMBER_PREFIX}{row.dossier_id}",
        procedure_code=plain(row.service_code or "")[:LONGEST],
        unit_code=(row.gov_agency_code or "")[:LONGEST],
        unit_name=plain(row.gov_agency_name or "")[:LONGEST],
        received=instant(row.receive_date, where, "$.receiveDate"),
        due=instant(row.due_date, where, "$.dueDate"),
        finished=instant(row.release_date, where, "$.releaseDate"),
        state=(row.dossier_status or "")[:LONGEST],
    )


def instant(text: str | None, where: str, path: str) -> datetime | None:
    """An instant out of a local time with 24 hours; None for an empty text. Raises `ShapeError`."""
    if not text or not text.strip():
        return None
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        raise ShapeError("not a time of the form dd/MM/yyyy HH:mm:ss", where=where, path=path)
    day, month, year, hour, minute, second = (int(part or 0) for part in written.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=HO_CHI_MINH).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ShapeError("a day or an hour that does not exist", where=where, path=path) from None

"""Dossiers (hồ sơ), as far as deadlines and the index need them: tallies by unit, and the overdue ones one by one.

In: what a system says of a unit and a period. Out: one neutral vocabulary. Nothing of the applicant is ever kept.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from syncd.records.periods import Period


class Tally(Struct, frozen=True, kw_only=True, gc=False):
    """How many dossiers of one unit in one period stand where; ``None`` where the system does not count that.

    ``not_on_time`` is the portal's "overdue": received less finished on time, a remainder that holds running ones.
    """

    unit_code: str
    unit_name: str = ""
    received: int | None = None
    finished: int | None = None
    finished_on_time: int | None = None
    finished_late: int | None = None
    running_in_time: int | None = None
    running_late: int | None = None
    reception_late: int | None = None
    not_on_time: int | None = None
    overdue_ever: int | None = None
    online: int | None = None
    synchronised: int | None = None


class Tallies(Struct, frozen=True, kw_only=True):
    """One whole reading of one side's tallies."""

    period: Period
    tallies: tuple[Tally, ...]


class Dossier(Struct, frozen=True, kw_only=True, gc=False):
    """One dossier: its number, procedure, unit and dates. There is no place here for the applicant."""

    number: str
    procedure_code: str = ""
    unit_code: str = ""
    unit_name: str = ""
    received: datetime | None = None
    due: datetime | None = None
    finished: datetime | None = None
    state: str = ""

"""What may stand in ``[publication]``, ``[index]`` and ``[[dossiers]]``: deadlines, the Service Index, dossier tallies.

In: tables read from TOML. Out: typed, frozen values. Tables of adapters stay raw: they belong to adapters.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from syncd.config.values import Duration, Table, Text
from syncd.records.periods import PeriodKind

UNIT = r"^[A-Z]\d{2}(\.\d{1,3})*$"
SideTable = dict[str, Any]


class Course(Table):
    """What every table has that the daemon runs again and again."""

    jitter: float = Field(default=0.1, ge=0, le=0.5, description="Share of the interval by which it varies.")
    stall_after: Duration = Field(
        default=timedelta(minutes=15),
        description="Without any progress for this long it is cancelled and tried again.",
    )


class PublicationConfig(Course):
    """Whose publications are judged, and the Office's registers (XLSX, CSV, JSON, TOML) that add what no side says."""

    name: ClassVar[str] = "publication"

    unit: str = Field(pattern=UNIT, description="Code of the city or province, e.g. `H26` for Hà Nội.")
    pair: str | None = Field(default=None, description="The pair whose sides show the publications; else the first.")
    interval: Duration = Field(
        default=timedelta(minutes=15), description="How often the registers are read and the metrics counted anew."
    )
    legal_documents: Path | None = Field(
        default=None, description="Register of legal documents with their effective dates (văn bản QPPL)."
    )
    decisions: Path | None = Field(
        default=None, description="Register of publication decisions that the city has signed (quyết định công bố)."
    )
    decisions_complete_since: date | None = Field(
        default=None,
        description="Since this day the register of decisions is complete; only then is a missing one *unsigned*.",
    )
    assignments: Path | None = Field(
        default=None, description="Register that assigns fields, procedures or publishers to units."
    )
    calendar: Path | None = Field(
        default=None, description="Register of days off and make-up working days that the project does not know yet."
    )
    makeup_days_count: bool = Field(
        default=True, description="Whether a make-up Saturday is a working day for deadlines."
    )

    @property
    def registers(self) -> dict[str, Path]:
        """The registers that are kept, by name."""
        files = {one: getattr(self, one) for one in ("legal_documents", "decisions", "assignments", "calendar")}
        return {name: file for name, file in files.items() if file is not None}


class IndexConfig(Course):
    """Where the Service Index is read, and for which unit."""

    name: ClassVar[str] = "index"

    root: str = Field(pattern=r"^[0-9A-Za-z._-]{1,64}$", description="The source's id of the city or province.")
    interval: Duration = Field(default=timedelta(hours=6), description="Time between two readings.")
    closed_months: int = Field(
        default=3, ge=0, le=24, description="How many closed months are read again: their figures still move."
    )
    source: SideTable = Field(description="The source: `adapter` and the settings of that adapter.")


class NoticesCourse(Course):
    """The course that writes and sends the digests of ``[[desk.notices]]``; it has no table of its own."""

    name: ClassVar[str] = "notices"
    interval: Duration = timedelta(minutes=1)
    jitter: float = 0.0


class ToleranceConfig(Table):
    """How far two tallies may differ and still be the same: a number or a share, whichever is more."""

    dossiers: int = Field(default=5, ge=0, description="Number of dossiers.")
    share: float = Field(default=0.01, ge=0, le=1, description="Share of the larger tally (0.01 is one in a hundred).")


class DossierConfig(Course):
    """Two systems that count the same dossiers."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        max_length=40,
        description="Name in logs, metrics and commands; no pair may have the same.",
    )
    interval: Duration = Field(default=timedelta(hours=24), description="Time between two comparisons.")
    periods: tuple[PeriodKind, ...] = Field(
        default=(PeriodKind.MONTH, PeriodKind.YEAR), min_length=1, description="Which running periods are compared."
    )
    grace: Duration = Field(
        default=timedelta(hours=12), description="How long a difference stays suspected before it is confirmed."
    )
    tolerance: ToleranceConfig = Field(default=ToleranceConfig(), description="How far two tallies may differ.")
    entry_lag: Duration = Field(
        default=timedelta(days=3), description="How late the end of a dossier may be typed in before it is moved back."
    )
    followed: Duration = Field(
        default=timedelta(days=14), description="How long a dossier that ended late is still looked at."
    )
    units: dict[Text, Text] = Field(
        default={}, description="City's code of a unit → the portal's code of it, where they are not the same."
    )
    portal_root: str = Field(max_length=64, description="The portal's id of the city or province.")
    city_root: str = Field(default="", max_length=64, description="The city system's id or code of the whole city.")
    portal: SideTable = Field(description="The portal: `adapter` and the settings of that adapter.")
    city: SideTable = Field(description="The city's system: `adapter` and the settings of that adapter.")

    @property
    def sides(self) -> tuple[str, ...]:
        """The names of its sides."""
        return ("portal", "city")

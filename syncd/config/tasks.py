"""What may stand in ``[[tasks]]``: where the tasks of units are counted, and which periods are read.

In: a table read from TOML. Out: a typed, frozen value. The source's table stays raw: it belongs to its adapter.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from syncd.config.reporting import UNIT, Course, SideTable
from syncd.config.values import Duration
from syncd.records.periods import PeriodKind


class TaskConfig(Course):
    """One system that monitors the tasks which units were given by directives and documents."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        max_length=40,
        description="Name in logs, metrics and commands; no pair may have the same.",
    )
    unit: str | None = Field(
        default=None,
        pattern=UNIT,
        description="Code of the city, e.g. `H26`: names of units are looked up in the portal's directory below it."
        " Not set: in the whole directory.",
    )
    interval: Duration = Field(default=timedelta(hours=6), description="Time between two readings.")
    periods: tuple[PeriodKind, ...] = Field(
        default=(PeriodKind.MONTH, PeriodKind.YEAR),
        min_length=1,
        description="Which running periods are read, of those that the source can tell.",
    )
    closed_months: int = Field(
        default=1,
        ge=0,
        le=24,
        description="How many closed months are read again, and quarters and years that ended within them.",
    )
    source: SideTable = Field(description="The source: `adapter` and the settings of that adapter.")

"""What may stand in one ``[[pairs]]`` table: its rhythm, its scope, its tolerances, its names, its two sides.

In: a table read from TOML. Out: a typed, frozen value. The two sides' own tables stay raw: they belong to adapters.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from syncd.config.durations import format_duration
from syncd.config.values import LEARN, Codes, Duration, FieldName, Grace, Table, Text
from syncd.records.procedure import Level
from syncd.sides import reading


class AgencyScope(Table):
    """The procedures that one agency's units must carry."""

    agency: str = Field(pattern=r"^[A-Za-z0-9.]{1,40}$", description="Code of the agency, e.g. `H26` for Hà Nội.")
    levels: tuple[Level, ...] = Field(
        default=(Level.PROVINCE, Level.COMMUNE), min_length=1, description="Levels of government that carry them out."
    )


class DepartmentScope(Table):
    """The procedures that the portal applies to certain departments."""

    departments: tuple[Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")], ...] = Field(
        min_length=1, description="The portal's ids of the departments."
    )


def _scope_kind(value: object) -> str:
    named = value if isinstance(value, dict) else {}
    return "<departments>" if "departments" in named or isinstance(value, DepartmentScope) else "<agency>"


Scope = Annotated[
    Annotated[AgencyScope, Tag("<agency>")] | Annotated[DepartmentScope, Tag("<departments>")],
    Discriminator(_scope_kind),
]


class ShrinkageConfig(Table):
    """How far a whole reading may fall below the last one; a reading that passes both limits is refused."""

    records: int = Field(default=20, ge=0, description="Number of records.")
    share: float = Field(default=0.1, ge=0, le=1, description="Share of the last whole reading (0.1 is a tenth).")

    @property
    def limits(self) -> reading.Shrinkage:
        return reading.Shrinkage(self.records, self.share)


class Equivalences(Table):
    """Names of the city that stand for names of the portal."""

    codes: dict[Text, Codes] = Field(
        default={}, description="City's local code → portal code, or a list of portal codes."
    )
    agencies: dict[Text, Text] = Field(default={}, description="Portal's name of an agency → the city's name of it.")
    fields: dict[Text, Text] = Field(
        default={}, description="Portal's name of a field (lĩnh vực) → the city's name of it."
    )


SideTable = dict[str, Any]


class PairConfig(Table):
    """One portal side and one city side that are kept reconciled."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        max_length=40,
        description="Name in logs, metrics and commands: lower-case letters, digits and single hyphens.",
    )
    interval: Duration = Field(
        default=timedelta(minutes=15), ge=timedelta(seconds=1), description="Time between two passes."
    )
    jitter: float = Field(
        default=0.1, ge=0, le=0.5, description="Share of the interval by which start and interval vary."
    )
    applies: Scope = Field(description="Which procedures concern this pair: of an agency, or of certain departments.")
    grace: Grace = Field(
        default=LEARN,
        description="How long a mismatch stays suspected before it is confirmed; `learn` takes it from the lags.",
    )
    grace_default: Duration = Field(default=timedelta(minutes=30), description="Grace until enough lags are known.")
    grace_minimum: Duration = Field(default=timedelta(minutes=2), description="The learned grace is never shorter.")
    grace_maximum: Duration = Field(default=timedelta(hours=24), description="The learned grace is never longer.")
    sweep: Duration = Field(default=timedelta(hours=24), description="Every detail is read again at least this often.")
    stall_after: Duration = Field(
        default=timedelta(minutes=15),
        description="A pass without any progress for this long is cancelled and tried again.",
    )
    attempts: int = Field(default=2, ge=1, le=10, description="Tries for a whole reading of a side in one pass.")
    shrinkage: ShrinkageConfig = Field(default=ShrinkageConfig(), description="How far a reading may shrink.")
    equivalences: Equivalences = Field(default=Equivalences(), description="Names of the city for names of the portal.")
    equivalences_file: Path | None = Field(default=None, description="TOML file with the tables of `equivalences`.")
    fields: tuple[FieldName, ...] | None = Field(
        default=None,
        min_length=1,
        description="Compare these fields alone. Not set: every field that both sides carry.",
    )
    ignore_fields: tuple[FieldName, ...] = Field(default=(), description="Fields that are not compared.")
    portal: SideTable = Field(description="The portal side: `adapter` and the settings of that adapter.")
    city: SideTable = Field(description="The city side: `adapter` and the settings of that adapter.")

    @property
    def sides(self) -> tuple[str, ...]:
        """The names of its sides."""
        return ("portal", "city")

    @property
    def fixed_grace(self) -> timedelta | None:
        """The grace that the operator has fixed, or None where it is learned from the lags."""
        return None if isinstance(self.grace, str) else self.grace

    @model_validator(mode="after")
    def _grace_in_order(self) -> Self:
        if not self.grace_minimum <= self.grace_default <= self.grace_maximum:
            given = [format_duration(one) for one in (self.grace_minimum, self.grace_default, self.grace_maximum)]
            raise PydanticCustomError(
                "order",
                "grace_minimum ≤ grace_default ≤ grace_maximum does not hold: {given}",
                {"given": ", ".join(given)},
            )
        return self

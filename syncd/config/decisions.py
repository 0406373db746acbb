"""What may stand in ``[[decisions]]``: publication decisions of the portal against the document-management system.

In: a table read from TOML. Out: a typed, frozen value. Tables of adapters stay raw: they belong to adapters.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from syncd.config.pairs import ShrinkageConfig
from syncd.config.reporting import Course, SideTable
from syncd.config.values import Codes, Duration


class DecisionConfig(Course):
    """The city's document-management system as a third source: which decisions it has signed."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        max_length=40,
        description="Name in logs, metrics and commands; no pair may have the same.",
    )
    interval: Duration = Field(default=timedelta(minutes=30), description="Time between two comparisons.")
    grace: Duration = Field(
        default=timedelta(hours=24),
        description="How long a signed decision may take to the portal before its absence is confirmed.",
    )
    issuers: Codes = Field(
        description="Codes (or names) of the units whose decisions matter, those below included, e.g. `H26`."
    )
    since: date = Field(
        description="Both sides are complete from this day of signing on; what was signed before is not judged."
    )
    pair: str | None = Field(
        default=None,
        description="The pair whose portal side shows the decisions, through its procedures; or set `portal`.",
    )
    uncoded: Literal["unknown", "expected"] = Field(
        default="unknown",
        description="With `pair`: what a decision is of which nobody says the procedures. `expected` on the portal,"
        " or `unknown`, since the portal shows no decision that only concerns ministries' procedures.",
    )
    shrinkage: ShrinkageConfig = Field(default=ShrinkageConfig(), description="How far a reading may shrink.")
    portal: SideTable | None = Field(
        default=None, description="The portal: `adapter` and the settings of that adapter; or set `pair`."
    )
    documents: SideTable = Field(
        description="The document-management system: `adapter` and the settings of that adapter."
    )

    @model_validator(mode="after")
    def _one_portal(self) -> Self:
        if (self.pair is None) == (self.portal is None):
            raise PydanticCustomError("one_portal", "set exactly one of pair and portal")
        return self

    @property
    def sides(self) -> tuple[str, ...]:
        """The names of its sides."""
        return ("portal", "documents")

    @property
    def tables(self) -> dict[str, SideTable]:
        """The tables that name an adapter, by side."""
        given = {"portal": self.portal, "documents": self.documents}
        return {side: table for side, table in given.items() if table is not None}

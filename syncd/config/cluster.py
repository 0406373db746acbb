"""What may stand in ``[cluster]``: that several daemons on one PostgreSQL share the courses, and how patient they are.

In: a table read from TOML. Out: typed, frozen values. Without the table a daemon is alone and knows nothing of others.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from syncd.config.durations import parse_duration
from syncd.config.values import Table

SHARED_ON_SQLITE: Final = (
    "[cluster] cannot share a SQLite ledger; set [database] url to a PostgreSQL address, or leave [cluster] out"
)

Lease = Annotated[timedelta, BeforeValidator(parse_duration), Field(ge=timedelta(seconds=2), le=timedelta(seconds=45))]


class ClusterConfig(Table):
    """Several daemons on one PostgreSQL, with the same pairs in their configurations."""

    lease: Lease = Field(
        default=timedelta(seconds=30),
        description="A daemon that has not been heard of for so long, by the database's clock, loses what it runs to"
        " the others; from 2s to 45s, so that a killed one is replaced within a minute.",
    )

    @property
    def heartbeat(self) -> float:
        """Seconds between two signs of life: four may be lost."""
        return self.lease.total_seconds() / 5

    @property
    def look(self) -> float:
        """Seconds between two looks at what is due."""
        return min(1.0, self.lease.total_seconds() / 10)

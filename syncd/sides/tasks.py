"""What an adapter offers that counts tasks by unit: the city's monitor of directives and documents.

In: a period, and the instant at which counts hold. Out: whole tallies by unit. It only ever reads.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from syncd.records.periods import Period
from syncd.records.tasks import TaskReading


class TaskReader(Protocol):
    """A system that counts tasks. Every method may raise `SideError`; what is not whole is an error, never less."""

    @property
    def counts(self) -> frozenset[str]:
        """The counts of `TaskTally` that this system may fill."""
        ...

    def offers(self, period: Period, at: datetime) -> bool:
        """Whether the system can be asked about the period at that instant: some only show what runs now."""
        ...

    async def read_tasks(self, period: Period, at: datetime) -> TaskReading:
        """The tallies of every unit, each unit once, whole, with what they do not agree about. Raises `SideError`."""
        ...

    async def check(self) -> str:
        """Connect and read a little; returns one line that says what was found."""
        ...

    async def close(self) -> None:
        """Let go of everything. Never raises; may be called twice."""
        ...

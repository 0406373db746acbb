"""What an adapter offers that counts tasks by unit: the city's monitor of directives and documents.

In: a period. Out: whole tallies by unit. It only ever reads.
"""

from __future__ import annotations

from typing import Protocol

from syncd.records.periods import Period
from syncd.records.tasks import TaskTally


class TaskReader(Protocol):
    """A system that counts tasks. Every method may raise `SideError`; what is not whole is an error, never less."""

    @property
    def counts(self) -> frozenset[str]:
        """The fields of `TaskTally` that this system can fill."""
        ...

    async def read_tasks(self, period: Period) -> tuple[TaskTally, ...]:
        """The tallies of every unit, each unit once, whole. Raises `SideError`."""
        ...

    async def check(self) -> str:
        """Connect and read a little; returns one line that says what was found."""
        ...

    async def close(self) -> None:
        """Let go of everything. Never raises; may be called twice."""
        ...

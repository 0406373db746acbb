"""What an adapter offers that can count dossiers: tallies by unit, and the overdue dossiers one by one.

In: a period or an instant, and the root unit. Out: neutral tallies and dossiers without anything of the applicant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from syncd.records.dossiers import Dossier, Tallies
from syncd.records.periods import Period


class DossierReader(Protocol):
    """A side that counts dossiers. Every method may raise `SideError`; what is not whole is an error, never less."""

    @property
    def counts(self) -> frozenset[str]:
        """The fields of `Tally` that this side can fill (capability ``dossier_tallies``)."""
        ...

    @property
    def lists_overdue(self) -> bool:
        """Whether `read_overdue` can be asked (capability ``overdue_dossiers``)."""
        ...

    async def read_tallies(self, period: Period, root: str) -> Tallies:
        """The tallies of ``root`` and the units below it, whole."""
        ...

    async def read_overdue(self, root: str, at: datetime) -> tuple[Dossier, ...]:
        """Every dossier that is overdue at ``at``, and those that ended late not long before, whole."""
        ...

    async def read_again(self, numbers: Sequence[str]) -> tuple[Dossier, ...]:
        """Single dossiers by number as they stand now, whatever their state; one that is there no longer is left out.

        A dossier whose end was moved back is overdue no more: no list shows it, only this question does.
        """
        ...

    async def check(self) -> str:
        """Connect and read a little; returns one line that says what was found."""
        ...

    async def close(self) -> None:
        """Let go of everything. Never raises; may be called twice."""
        ...

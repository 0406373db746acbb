"""Rights that this member holds no longer and the engine has not heard of yet: given back as soon as it can be.

In: rights, with the seconds until the next pass. Out: nothing owed, sooner or later, whatever the database does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from syncd.cluster.engine import Engine, Right
from syncd.errors import ConflictError
from syncd.ledger.errors import LedgerError


@dataclass(slots=True)
class Debts:
    """What is owed to the engine. ``out_of_reach`` hears of a database that does not answer."""

    engine: Engine
    out_of_reach: Callable[[LedgerError], None]
    _owed: dict[Right, float] = field(default_factory=dict)

    def owe(self, right: Right, delay: float = 0.0) -> None:
        """Give this right back in a later round; the next pass is due in ``delay`` seconds."""
        self._owed[right] = delay

    def find(self, rights: Iterable[Right]) -> None:
        """Owe what the engine believes to run here and does not: an answer was lost on the way."""
        for right in rights:
            self._owed.setdefault(right, 0.0)

    async def settle(self, right: Right, delay: float) -> None:
        """Give a right back now, or in a later round; a cancelled wait does not stop it."""
        self.owe(right, delay)
        await asyncio.shield(asyncio.create_task(self._pay(right), name=f"give back {right.course}"))

    async def pay_all(self) -> None:
        """Give back whatever is owed."""
        for right in list(self._owed):
            await self._pay(right)

    async def _pay(self, right: Right) -> None:
        try:
            await self.engine.give_back(right, self._owed.get(right, 0.0))
        except ConflictError:
            pass
        except LedgerError as error:
            self.out_of_reach(error)
            return
        self._owed.pop(right, None)

"""What an adapter offers that can read the Service Index: figures by interface, period and unit.

In: a period and the root unit's id. Out: raw answers, and a pure translation of them. It only ever reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from syncd.records.figures import IndexTable
from syncd.records.periods import Period


class IndexReader(Protocol):
    """A source of index figures. Every method may raise `SideError`; an answer that is not whole is an error."""

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The interfaces that are asked, each for itself: they are not of one moment."""
        ...

    def offers(self, endpoint: str, period: Period) -> bool:
        """Whether this interface can be asked about the period at all."""
        ...

    async def read(self, endpoint: str, period: Period, root: str) -> tuple[bytes, ...]:
        """Every page of the answer about ``root`` and the units below it."""
        ...

    def figures(self, endpoint: str, pages: Sequence[bytes]) -> IndexTable:
        """Translate; pure. Raises `ShapeError` with the path where the answer is not of the interface's shape."""
        ...

    async def check(self) -> str:
        """Connect and read a little; returns one line that says what was found."""
        ...

    async def close(self) -> None:
        """Let go of everything. Never raises; may be called twice."""
        ...

"""What an adapter offers that can list publication decisions: the portal, or a document-management system.

In: the settings of one source. Out: decisions, page by page, with evidence of how whole the list was. It only ever
reads: a package that it has seen is never acknowledged, for acknowledging takes it from its receiver.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Protocol

from syncd.records.publication_decision import Decision
from syncd.sides.reading import Evidence


class DecisionReader(Protocol):
    """A source of publication decisions. Every method may raise `SideError`; none leaves a task or a connection."""

    @property
    def carries(self) -> frozenset[str]:
        """The fields of `Decision` that this source can fill; only fields that both sides carry are compared."""
        ...

    @property
    def since(self) -> date | None:
        """The source shows decisions from this day of signing on, none before; None where it shows all."""
        ...

    def list_decisions(self, evidence: Evidence) -> AsyncIterator[list[Decision]]:
        """List everything, page by page, reporting to ``evidence``. Keys must be unique in the source.

        Documents that are no publication decisions are left out. One that is a decision by its number, and was left
        out by its words alone, is told with ``is_publication=False`` and not counted in ``evidence.page``. One that
        cannot be read is a finding of ``evidence``.
        """
        ...

    async def check(self) -> str:
        """Connect, authenticate and read a little; returns one line that says what was found."""
        ...

    async def close(self) -> None:
        """Let go of everything. Never raises; may be called twice."""
        ...

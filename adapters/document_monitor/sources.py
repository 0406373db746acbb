"""What the three forms have in common: where rows come from, whatever speaks there.

In: a period, and what counts rows. Out: tallies with the totals that the system says.
"""

from __future__ import annotations

from typing import Protocol

from adapters.document_monitor.counting import Count, Counted
from syncd.records.periods import Period


class Source(Protocol):
    """Rows of one system. Both methods may raise `SideError`; neither leaves anything open but an idle connection."""

    async def counted(self, period: Period, count: Count) -> Counted:
        """Read every row of the period, whole, and count them."""
        ...

    async def close(self) -> None:
        """Let go of everything. Never raises; may be called twice."""
        ...

"""How far two counts may be apart and still be the same: interfaces called in one minute disagree.

In: two counts. Out: yes or no. Pure.
"""

from __future__ import annotations

from msgspec import Struct


class Tolerance(Struct, frozen=True, kw_only=True):
    """``absolute`` dossiers, or a ``share`` of the larger count (0.01 is one per cent), whichever is more.

    Seen on 2026-09-26: three interfaces of the portal, asked in one minute, counted 866,335, 927,981 and 913,446
    dossiers of one city; within one interface the differences are small.
    """

    absolute: int = 5
    share: float = 0.01

    def admits(self, one: int, other: int, slack: int = 1) -> bool:
        """Whether two counts are as good as equal; ``slack`` widens the tolerance so many times."""
        allowed = max(self.absolute, self.share * max(abs(one), abs(other)))
        return abs(one - other) <= slack * allowed

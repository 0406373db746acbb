"""Where each course belongs among the members that are alive, from what its passes took so far.

In: the seats of a member, the ledger. Out: course → number of a member; the costs are learnt anew now and then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from syncd.cluster.seats import Seat
from syncd.cluster.spreading import loads, spread
from syncd.ledger import Ledger
from syncd.ledger.leases import expected_seconds

LEARN_EVERY = 30.0
"""Seconds between two looks at what courses cost."""


@dataclass(slots=True)
class Homes:
    """What courses cost, as it was last learnt."""

    _seconds: dict[str, float] = field(default_factory=dict)
    _learnt_at: float = float("-inf")

    async def of(
        self, ledger: Ledger, seats: Mapping[str, Seat], members: Collection[int], now: float
    ) -> dict[str, int]:
        """Where each of the seats' courses belongs at ``now``, a time of the loop."""
        if now - self._learnt_at >= LEARN_EVERY:
            self._seconds = await ledger.read(expected_seconds, list(seats))
            self._learnt_at = now
        intervals = {name: seat.course.rhythm.interval for name, seat in seats.items()}
        return spread(loads(self._seconds, intervals), members)

"""What passes work in, and how they end: words that everybody who starts or watches a pass shares.

In: nothing. Out: `Room`, `Watch`, `PassOutcome`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from syncd.ledger.database import Ledger
from syncd.passes.moving import Moved
from syncd.passes.pair import Clock, SideName
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.staged import SideReading
from syncd.sides.reading import Proof

ALARMING = frozenset({"suspected", "confirmed"})
"""States of a mismatch that make a pair mismatched; a waived one does not."""

STALE_AFTER = timedelta(minutes=2)
HEARTBEAT_EVERY = timedelta(seconds=15)
"""A pass gives a sign of life this often; one that has given none for `STALE_AFTER` may be taken over."""


class Watch(Protocol):
    """Who wants to know how passes go: metrics and logs. Called after the commit; must not raise."""

    def pass_started(self, pair: str, at: datetime) -> None: ...
    def side_read(self, pair: str, reading: SideReading) -> None: ...
    def moved(self, pair: str, moved: Moved) -> None: ...
    def pass_ended(self, outcome: PassOutcome, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Room:
    """What passes work with. ``holder`` names this daemon or command in the ledger; ``seed`` keys raw fingerprints."""

    ledger: Ledger
    clock: Clock
    seed: int
    holder: str
    watch: Watch


@dataclass(frozen=True, slots=True)
class PassOutcome:
    """How one pass ended.

    ``unread``: records that are there and whose content could not be read. ``grace``: the grace time in force, None
    where nothing was judged.
    """

    pair: str
    pass_id: int
    verdict: PassVerdict
    started_at: datetime
    ended_at: datetime
    proofs: dict[SideName, Proof]
    counts: dict[str, int]
    unread: int = 0
    moves: int = 0
    grace: timedelta | None = None

    @property
    def is_whole(self) -> bool:
        """Whether both sides were read whole, to the last detail."""
        return not self.unread and all(proof.whole for proof in self.proofs.values())

"""Pairs and rooms for tests: the smallest world that a pass runs in.

In: two stores, a ledger, a clock. Out: what `run_pass` takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from syncd.ledger import Ledger
from syncd.passes.moving import Moved
from syncd.passes.one_pass import run_pass
from syncd.passes.outcome import PassOutcome, Room
from syncd.passes.pair import Pair, Policy, Side
from syncd.passes.staged import SideReading
from syncd.reconcile.comparison import Rules, comparable
from syncd.reconcile.grace import GracePolicy
from syncd.reconcile.scope import AgencyScope
from syncd.records.codes import Equivalences
from syncd.records.procedure import Level
from syncd.sides.reading import Shrinkage
from tests.stores import Store

CARRIED = frozenset({"code", "local_code", "name"})
HANOI = AgencyScope("H26", frozenset({Level.PROVINCE, Level.COMMUNE}))


class Quiet:
    """Watches nothing."""

    def pass_started(self, pair: str, at: datetime) -> None: ...
    def side_read(self, pair: str, reading: SideReading) -> None: ...
    def moved(self, pair: str, moved: Moved) -> None: ...
    def pass_ended(self, outcome: PassOutcome, seconds: float) -> None: ...


def make_pair(
    portal: Store, city: Store, *, grace: timedelta = timedelta(0), equivalences: Equivalences | None = None
) -> Pair:
    """A pair with one try for a whole reading, and no limit on shrinkage but the share of one half."""
    return Pair(
        name="ha-noi",
        portal=Side("portal", portal),
        city=Side("city", city),
        scope=HANOI,
        rules=Rules(fields=comparable(portal.carries, city.carries)),
        equivalences=equivalences or Equivalences(),
        policy=Policy(attempts=1, shrinkage=Shrinkage(1_000_000, 0.5), grace=GracePolicy(fixed=grace)),
    )


def make_room(ledger: Ledger, clock: Callable[[], datetime], *, holder: str = "test") -> Room:
    return Room(ledger=ledger, clock=clock, seed=7, holder=holder, watch=Quiet())


def run(pair: Pair, room: Room) -> PassOutcome:
    """One pass, from the outside of a loop."""
    return asyncio.run(run_pass(pair, room, actor="test"))

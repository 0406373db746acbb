"""The smallest pair for regression tests: two stores in memory, a ledger of its own, a clock that is moved by hand.

In: an open ledger. Out: `Little`, and everything that its ledger remembers, to compare.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from syncd.ledger import Ledger
from syncd.ledger.mismatches import Mismatch, open_mismatches
from syncd.ledger.tables import HEADS, MISMATCH_EVENTS, MISMATCHES, VERSIONS
from syncd.passes.one_pass import run_pass
from syncd.passes.outcome import PassOutcome, Room
from syncd.passes.pair import Pair
from syncd.records.procedure import Kind, Level, Procedure, State
from tests.stores import Store
from tests.systems import VirtualClock
from tests.worlds import CARRIED, make_pair, make_room

GRACE = timedelta(minutes=10)


@dataclass
class Little:
    """A pair of stores on a ledger of its own, with a clock that is moved by hand."""

    ledger: Ledger
    portal: Store = field(default_factory=Store)
    city: Store = field(default_factory=lambda: Store(carries=CARRIED))
    clock: VirtualClock = field(default_factory=VirtualClock)
    pair: Pair = field(init=False)

    def __post_init__(self) -> None:
        self.pair = make_pair(self.portal, self.city, grace=GRACE)

    def both(self, number: int, *, portal_name: str = "", city_name: str = "", **fields: Any) -> str:
        """One procedure on both sides, by default the same; returns its code."""
        code = f"1.{100_000 + number}"
        name = f"Thủ tục số {number}"
        self.portal.put(f"id-{code}", portal_record(code, portal_name or name, **fields))
        self.city.put(f"{code}.H26", city_record(code, city_name or portal_name or name, **fields))
        return code

    def only_portal(self, number: int) -> str:
        code = f"1.{100_000 + number}"
        self.portal.put(f"id-{code}", portal_record(code, f"Thủ tục số {number}"))
        return code

    async def run(self, pair: Pair | None = None, room: Room | None = None) -> PassOutcome:
        outcome = await run_pass(pair or self.pair, room or make_room(self.ledger, self.clock), actor="test")
        self.clock.move(timedelta(seconds=30))
        return outcome

    async def settle(self) -> PassOutcome:
        await self.run()
        self.clock.move(GRACE)
        return await self.run()

    def known(self, pair: str = "ha-noi") -> list[Mismatch]:
        return self.ledger.read_now(open_mismatches, pair)

    def subjects(self, pair: str = "ha-noi") -> set[tuple[str, str, str]]:
        return {(one.kind, one.code, one.state) for one in self.known(pair)}


def portal_record(code: str, name: str, **fields: Any) -> Procedure:
    plain = {"kind": Kind.STANDARD, "state": State.PUBLIC, "levels": (Level.PROVINCE,)}
    return Procedure(code=code, portal_id=f"id-{code}", name=name, **{**plain, **fields})


def city_record(code: str, name: str, **fields: Any) -> Procedure:
    return Procedure(code=code, local_code=f"{code}.H26", name=name, **fields)


def state_of(ledger: Ledger) -> dict[str, list[Any]]:
    """Everything remembered but attempts: passes, readings and who began them."""

    def rows(session: Any) -> dict[str, list[Any]]:
        tables = (VERSIONS, HEADS, MISMATCHES, MISMATCH_EVENTS)
        return {table.name: sorted(map(tuple, session.execute(sa.select(table))), key=repr) for table in tables}

    return ledger.read_now(rows)

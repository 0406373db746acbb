"""Two sides in memory that count dossiers, and can fail: the smallest world in which dossier passes run.

In: counts by unit, dossiers by number. Out: `Office`: a dossier pair, a ledger, a clock; a pass is one call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from msgspec import structs

from syncd.ledger import Ledger
from syncd.ledger.mismatches import Mismatch, open_mismatches, select
from syncd.passes.dossier_pair import DossierPair, DossierPolicy, DossierSide
from syncd.passes.dossiers import DossierOutcome, run_dossier_pass
from syncd.reconcile.end_dates import is_late
from syncd.reconcile.tallies import TallyRules
from syncd.reconcile.tolerances import Tolerance
from syncd.records.dossiers import Dossier, Tallies, Tally
from syncd.records.periods import Period
from syncd.sides.errors import SideError
from tests.worlds import make_room

START = datetime(2026, 11, 25, 2, tzinfo=UTC)
MONTH, YEAR = Period.parse("2026-10"), Period.parse("2026")
UNIT, OLD_UNIT = "H26.17", "000.00.17.H26"
GRACE = timedelta(hours=12)
DUE = datetime(2026, 11, 20, 10, tzinfo=UTC)
POLICY = DossierPolicy(grace=GRACE, rules=TallyRules(tolerance=Tolerance(absolute=2, share=0.01)))


@dataclass
class Counter:
    """One side in memory. ``lists``: it lists dossiers too. ``before``: awaited before every answer."""

    lists: bool = False
    tallies: dict[Period, dict[str, Tally]] = field(default_factory=lambda: {MONTH: {}, YEAR: {}})
    dossiers: dict[str, Dossier] = field(default_factory=dict)
    error: SideError | None = None
    list_error: SideError | None = None
    before: Callable[[], object] | None = None
    asked: list[str] = field(default_factory=list)
    closed: int = 0

    @property
    def counts(self) -> frozenset[str]:
        return frozenset({"received"})

    @property
    def lists_overdue(self) -> bool:
        return self.lists

    def count(self, unit: str, period: Period = MONTH, **counts: int) -> None:
        known = self.tallies[period].get(unit, Tally(unit_code=unit, unit_name=f"Đơn vị {unit}"))
        self.tallies[period][unit] = structs.replace(known, **counts)

    async def read_tallies(self, period: Period, root: str) -> Tallies:
        await self._answer(f"{period}", self.error)
        return Tallies(period=period, tallies=tuple(self.tallies.get(period, {}).values()))

    async def read_overdue(self, root: str, at: datetime) -> tuple[Dossier, ...]:
        await self._answer("overdue", self.list_error)
        since = at - timedelta(days=7)
        return tuple(one for one in self.dossiers.values() if is_late(one, at) and (one.finished or at) >= since)

    async def read_again(self, numbers: Sequence[str]) -> tuple[Dossier, ...]:
        await self._answer(f"again {' '.join(numbers)}", self.list_error)
        return tuple(self.dossiers[number] for number in numbers if number in self.dossiers)

    async def _answer(self, asked: str, error: SideError | None) -> None:
        self.asked.append(asked)
        await asyncio.sleep(0)
        if self.before is not None:
            self.before()
        if error is not None:
            raise error

    async def check(self) -> str:
        return "counts"

    async def close(self) -> None:
        self.closed += 1


@dataclass
class Office:
    """One dossier pair in memory; a day goes by with each pass."""

    ledger: Ledger
    portal: Counter = field(default_factory=Counter)
    city: Counter = field(default_factory=lambda: Counter(lists=True))
    policy: DossierPolicy = POLICY
    now: datetime = START

    @property
    def pair(self) -> DossierPair:
        return DossierPair("ho-so", DossierSide(self.portal, "root"), DossierSide(self.city, "H26"), self.policy)

    async def run(self, *, holder: str = "test", lasts: timedelta = timedelta(days=1)) -> DossierOutcome:
        room = make_room(self.ledger, lambda: self.now, holder=holder)
        outcome = await run_dossier_pass(self.pair, room, actor="test")
        self.now += lasts
        return outcome

    def both(self, **counts: int) -> None:
        """Let both sides count the same of the one unit, for every period."""
        for period in (MONTH, YEAR):
            self.portal.count(UNIT, period, **counts)
            self.city.count(OLD_UNIT, period, **counts)

    def put(self, number: str = "HS-1", *, due: datetime | None = DUE, finished: datetime | None = None) -> None:
        """Let the city have a dossier in this state."""
        self.city.dossiers[number] = Dossier(
            number=number, procedure_code="1.000123.H26", unit_code=OLD_UNIT, due=due, finished=finished
        )

    def known(self) -> list[Mismatch]:
        return self.ledger.read_now(open_mismatches, "ho-so")

    def states(self) -> dict[str, str]:
        """The open mismatches: the field or the dossier's number, and the state."""
        return {one.local_code if one.field == "finished" else one.field: one.state for one in self.known()}

    def ended(self) -> list[str]:
        return [one.state for one in self.ledger.read_now(select, states=("resolved", "vanished"))]

    def without_grace(self) -> None:
        self.policy = replace(self.policy, grace=timedelta(0))

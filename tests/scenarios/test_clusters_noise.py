"""Clusters C4 to C6: false alarms from what moves, permanent noise, flapping."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from syncd.ledger import Ledger
from syncd.ledger.tables import MISMATCH_EVENTS, MISMATCHES
from syncd.ledger.waivers import waive
from syncd.passes.one_pass import PassVerdict
from syncd.reconcile.grace import GracePolicy
from syncd.records.procedure import State
from syncd.sides.adapter import Answer, Listed, Wanted
from syncd.sides.reading import Evidence
from tests.scenarios.little import Little, city_record, portal_record, state_of
from tests.stores import Store
from tests.worlds import CARRIED

DECIDED = CARRIED | {"decision_number", "decision_date"}
TOLD = CARRIED | {"state"}

# C4: false alarms from what is in motion


@dataclass
class Motion:
    """A writer that changes the portal all the time; the city follows each change within half a minute.

    A name may change at any time, and never comes back. What has no value of its own to tell one time from the next (a
    withdrawal) changes at most every ten minutes, as no two passes are further apart.
    """

    little: Little
    random: Random
    due: list[tuple[datetime, str]] = field(default_factory=list)
    flipped: dict[str, datetime] = field(default_factory=dict)
    written: int = 0
    is_over: bool = False

    def tick(self) -> None:
        clock = self.little.clock
        clock.move(timedelta(seconds=self.random.uniform(0.5, 2)))
        self.follow()
        if not self.is_over and self.random.random() < 0.7:
            self._write(clock.now)

    def follow(self) -> None:
        """Let the city write down, where it is due by now, what the portal shows."""
        while self.due and self.due[0][0] <= self.little.clock.now:
            shown = self.little.portal.procedure(self.due.pop(0)[1])
            self.little.city.put(f"{shown.code}.H26", city_record(shown.code, shown.name or "", state=shown.state))

    def _write(self, now: datetime) -> None:
        key = self.random.choice(sorted(self.little.portal.records))
        record = self.little.portal.procedure(key)
        name, state = f"Tên thứ {self.written}", record.state
        if now - self.flipped.get(key, now - timedelta(days=1)) > timedelta(minutes=10) and self.random.random() < 0.3:
            self.flipped[key] = now
            state = State.WITHDRAWN if state is State.PUBLIC else State.PUBLIC
        self.written += 1
        self.little.portal.put(key, portal_record(record.code, name, state=state))
        self.due.append((now + timedelta(seconds=self.random.uniform(0, 30)), key))
        self.due.sort()


@dataclass
class MovingStore(Store):
    """A store that is written to between any two of its answers."""

    motion: Motion | None = None

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        self._move()
        async for page in super().list_records(evidence):
            self._move()
            yield page

    def _move(self) -> None:
        if self.motion is not None:
            self.motion.tick()

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        self._move()
        return await super().read_again(wanted)


@pytest.mark.parametrize("seed", range(3))
async def test_c4_a_city_that_follows_within_half_a_minute_is_never_accused(ledger: Ledger, seed: int) -> None:
    """Suspicions come and go; in forty passes over moving sides not one is confirmed, and in the end none is open."""
    portal, city = MovingStore(page_size=4), MovingStore(page_size=4, carries=TOLD)
    little = Little(ledger, portal=portal, city=city)
    little.pair.policy = replace(little.pair.policy, grace=GracePolicy(fixed=timedelta(minutes=2)))
    for number in range(30):
        little.both(number, state=State.PUBLIC)
    portal.motion = city.motion = motion = Motion(little, Random(seed))
    for _ in range(40):
        await little.run()
        little.clock.move(timedelta(minutes=2))
    motion.is_over = True
    little.clock.move(timedelta(minutes=1))
    motion.tick()
    last = await little.run()

    events = [row[MISMATCH_EVENTS.c.keys().index("event")] for row in state_of(ledger)["mismatch_events"]]
    assert events.count("confirmed") == 0
    assert events.count("found") > 20, "the writer was too slow to be a test"
    assert (last.verdict, little.known()) == (PassVerdict.IN_SYNC, [])


async def test_c4_what_both_sides_delete_between_two_passes_clears_itself(little: Little) -> None:
    little.both(0)
    code = little.both(1, city_name="khác")
    await little.settle()
    assert little.subjects() == {("field_differs", code, "confirmed")}

    del little.portal.records[f"id-{code}"], little.city.records[f"{code}.H26"]
    assert (await little.run()).verdict is PassVerdict.IN_SYNC
    assert state_of(little.ledger)["mismatches"][0][MISMATCHES.c.keys().index("state")] == "vanished"


# C5: permanent noise hides what is real


async def test_c5_a_waiver_holds_for_these_values_until_its_day_and_not_for_others(little: Little) -> None:
    code = little.both(1, city_name="khác")
    await little.settle()
    (known,) = little.known()
    until = little.clock.now + timedelta(days=7)
    little.ledger.write_now(
        waive,
        pair="ha-noi",
        subject=known.subject,
        values_digest=known.values_digest,
        owner="P. Kiểm soát TTHC",
        reason="đang sửa",
        expires_at=until,
        now=little.clock.now,
        actor="test",
    )
    await little.settle()
    assert little.subjects() == {("field_differs", code, "waived")}

    little.both(1, city_name="khác nữa")
    await little.settle()
    assert little.subjects() == {("field_differs", code, "confirmed")}, "another value alarms again"

    little.both(1, city_name="khác")
    await little.run()
    assert little.subjects() == {("field_differs", code, "suspected")}
    little.clock.now = until
    await little.settle()
    assert little.subjects() == {("field_differs", code, "confirmed")}, "the waiver has ended"


# C6: flapping


async def test_c6_a_decision_that_flaps_does_not_make_the_verdict_flap(ledger: Ledger) -> None:
    little = Little(ledger, city=Store(carries=DECIDED))
    new = {"decision_number": "20/QĐ-BTP", "decision_date": date(2026, 6, 1)}
    old = {"decision_number": "10/QĐ-BTP", "decision_date": date(2024, 1, 5)}
    shown = {"published_at": datetime(2026, 6, 2, tzinfo=UTC)}
    code = little.both(1, **new)
    little.portal.put(f"id-{code}", portal_record(code, "Thủ tục số 1", **new, **shown))
    await little.run()
    for decision in (old, new, old, new):
        little.portal.put(f"id-{code}", portal_record(code, "Thủ tục số 1", **decision, **shown))
        outcome = await little.settle()
        assert (outcome.verdict, outcome.moves) == (PassVerdict.IN_SYNC, 0)

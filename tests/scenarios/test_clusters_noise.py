"""Clusters C4 and C5: false alarms from what moves, permanent noise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

import msgspec
import pytest
from msgspec import structs

from syncd.ledger import Ledger
from syncd.ledger.tables import MISMATCH_EVENTS, MISMATCHES
from syncd.ledger.waivers import waive
from syncd.passes.pass_verdict import PassVerdict
from syncd.reconcile.grace import GracePolicy
from syncd.records.procedure import State
from syncd.sides.adapter import Answer, Listed, Wanted
from syncd.sides.reading import Evidence
from tests.scenarios.little import GRACE, Little, city_record, portal_record, state_of
from tests.stores import Store
from tests.worlds import CARRIED

TOLD = CARRIED | {"state"}

# C4: false alarms from what is in motion


@dataclass
class Motion:
    """A writer that changes the portal all the time; the city follows each change within half a minute.

    A name may change at any time, and never comes back. So may a state: a procedure may be withdrawn, published and
    withdrawn again between two passes, and the second withdrawal has no value that tells it from the first.
    """

    little: Little
    random: Random
    due: list[tuple[datetime, str]] = field(default_factory=list)
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
        if self.random.random() < 0.6:
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


@dataclass
class StaleStore(Store):
    """A store whose listing lags: while it is stale it shows ``listed``; a point read always sees the present."""

    listed: dict[str, bytes] | None = None

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        shown = Store(self.carries, page_size=self.page_size, records=dict(self.listed or self.records))
        async for page in shown.list_records(evidence):
            yield page


WITHDRAWN_AGAIN = {
    "under another decision": lambda record: msgspec.json.encode(structs.replace(record, decision_number="9/QĐ-BTP")),
    "with nothing but another stamp": lambda record: b'{"updatedAt":2,' + msgspec.json.encode(record)[1:],
}


@pytest.mark.parametrize("again", WITHDRAWN_AGAIN)
async def test_c4_what_is_withdrawn_a_second_time_is_given_the_grace_time_a_second_time(
    ledger: Ledger, again: str
) -> None:
    """Between two passes the city has followed twice; the second withdrawal, ten seconds old, looks like the first."""
    little = Little(ledger, city=Store(carries=TOLD))
    little.both(0, state=State.PUBLIC)
    code = little.both(1, state=State.PUBLIC)
    await little.run()
    withdrawn = portal_record(code, "Thủ tục số 1", state=State.WITHDRAWN)
    little.portal.put(f"id-{code}", withdrawn)
    await little.run()
    (first,) = little.known()

    little.clock.move(GRACE)
    little.portal.records[f"id-{code}"] = WITHDRAWN_AGAIN[again](withdrawn)
    await little.run()
    assert little.subjects() == {("withdrawn_on_portal", code, "suspected")}

    little.clock.move(GRACE - timedelta(minutes=1))
    await little.run()
    assert little.subjects() == {("withdrawn_on_portal", code, "suspected")}
    little.clock.move(timedelta(minutes=1))
    await little.run()
    (known,) = little.known()
    assert (known.id, known.state) == (first.id, "confirmed"), "one life, and in the end the city is told"


async def test_c4_a_withdrawal_that_a_second_look_did_not_see_begins_to_wait_anew(ledger: Ledger) -> None:
    """The listing lags and shows the first withdrawal all the time; a point read has seen that it was taken back."""
    portal = StaleStore()
    little = Little(ledger, portal=portal, city=Store(carries=TOLD))
    little.both(0, state=State.PUBLIC)
    code = little.both(1, state=State.PUBLIC)
    await little.run()
    public, withdrawn = portal.records[f"id-{code}"], portal_record(code, "Thủ tục số 1", state=State.WITHDRAWN)
    portal.put(f"id-{code}", withdrawn)
    await little.run()
    portal.listed = dict(portal.records)

    portal.records[f"id-{code}"] = public
    little.clock.move(GRACE)
    await little.run()
    portal.put(f"id-{code}", withdrawn)
    await little.run()
    assert little.subjects() == {("withdrawn_on_portal", code, "suspected")}
    little.clock.move(GRACE)
    await little.run()
    assert little.subjects() == {("withdrawn_on_portal", code, "confirmed")}


async def test_c4_what_is_written_anew_before_every_pass_is_confirmed_all_the_same(ledger: Ledger) -> None:
    """A record that never rests may not hide for ever: after ten times the grace time it is read again as it is."""
    little = Little(ledger, city=Store(carries=TOLD))
    little.both(0, state=State.PUBLIC)
    code = little.both(1, state=State.PUBLIC)
    await little.run()
    for number in range(14):
        withdrawn = portal_record(code, f"Tên thứ {number}", state=State.WITHDRAWN)
        little.portal.put(f"id-{code}", withdrawn)
        await little.run()
        little.clock.move(GRACE)
    assert little.subjects() == {("withdrawn_on_portal", code, "confirmed")}


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

"""A model of the whole: two lying stores, a virtual clock, crashes.

Invariants: what is confirmed is true; what is true is confirmed in bounded time; no verdict comes from a reading that
is not whole; a crash loses nothing and doubles nothing.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.mismatches import open_mismatches
from syncd.passes.pass_verdict import PassVerdict
from syncd.records.procedure import Kind, Level, Procedure, State
from tests.stores import Lie, Store
from tests.worlds import CARRIED, make_pair, make_room, run

CODES = [f"1.00000{number}" for number in range(1, 6)]
ANCHOR = "9.999999"
"""A procedure that both sides always have: an empty side is never believed."""
NAMES = ["Cấp giấy phép", "Cấp lại giấy phép", "Thu hồi giấy phép"]
GRACE = timedelta(minutes=10)
TABLES = ("versions", "heads", "mismatches", "mismatch_events", "readings")


class Crash(BaseException):
    """The machine dies: nothing catches it."""


class CrashingLedger(Ledger):
    """A ledger that dies before or after its n-th write commits."""

    countdown: int | None = None
    after: bool = False

    async def write(self, fn, /, *args, **kwargs):
        if self.countdown is not None:
            self.countdown -= 1
            if self.countdown < 0 and not self.after:
                raise Crash
        result = await super().write(fn, *args, **kwargs)
        if self.countdown is not None and self.countdown < 0:
            raise Crash
        return result


class ReconcileMachine(RuleBasedStateMachine):
    """Portal and city change, lag and lie; passes run, crash and run again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        url = f"sqlite:///{Path(self.folder.name) / 'ledger.db'}"
        upgrade(url)
        open_ledger(url).close()
        self.ledger = CrashingLedger(url)
        self.now = datetime(2026, 11, 25, tzinfo=UTC)
        self.confirmed: dict[str, tuple[str, str]] = {}

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()

    @initialize(details=st.booleans())
    def start(self, details: bool) -> None:
        self.portal = Store(details=details)
        self.city = Store(carries=CARRIED)
        self.portal.put(f"id-{ANCHOR}", portal_record(ANCHOR, NAMES[0], State.PUBLIC))
        self.city.put(local(ANCHOR), city_record(ANCHOR, NAMES[0]))
        self.rebuild()

    def rebuild(self) -> None:
        """A fresh process on the same ledger."""
        self.pair = make_pair(self.portal, self.city, grace=GRACE)

    # What the world does

    @rule(code=st.sampled_from(CODES), name=st.sampled_from(NAMES))
    def portal_publishes(self, code: str, name: str) -> None:
        self.portal.put(f"id-{code}", portal_record(code, name, State.PUBLIC))

    @rule(code=st.sampled_from(CODES))
    def portal_withdraws(self, code: str) -> None:
        if f"id-{code}" in self.portal.records:
            name = self.portal.procedure(f"id-{code}").name or ""
            self.portal.put(f"id-{code}", portal_record(code, name, State.WITHDRAWN))

    @rule(code=st.sampled_from(CODES))
    def portal_loses(self, code: str) -> None:
        self.portal.records.pop(f"id-{code}", None)

    @rule(code=st.sampled_from(CODES), name=st.sampled_from(NAMES))
    def city_writes(self, code: str, name: str) -> None:
        self.city.put(local(code), city_record(code, name))

    @rule(code=st.sampled_from(CODES))
    def city_removes(self, code: str) -> None:
        self.city.records.pop(local(code), None)

    @rule()
    def city_catches_up(self) -> None:
        self.city.records.clear()
        for key in self.portal.records:
            one = self.portal.procedure(key)
            if one.state is State.PUBLIC:
                self.city.put(local(one.code), city_record(one.code, one.name or ""))

    @rule(minutes=st.integers(1, 30))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # What the daemon does

    @rule()
    def an_honest_pass(self) -> None:
        assert self.run_pass().verdict in (PassVerdict.IN_SYNC, PassVerdict.MISMATCHED)

    @rule(lie=st.sampled_from(Lie), on_portal=st.booleans())
    def a_pass_that_is_lied_to(self, lie: Lie, on_portal: bool) -> None:
        store = self.portal if on_portal else self.city
        if lie is Lie.SHRINKING_TOTAL and len(store.records) <= store.page_size:
            return
        before = self.known()
        store.lie = lie
        assert self.run_pass().verdict is PassVerdict.UNKNOWN
        store.lie = None
        assert self.known() == before, "a reading that is not whole changed a verdict"

    @rule(after=st.integers(0, 7), committed=st.booleans())
    def a_pass_that_crashes(self, after: int, committed: bool) -> None:
        self.ledger.countdown, self.ledger.after = after, committed
        try:
            self.run_pass()
        except* Crash:
            pass
        finally:
            self.ledger.countdown = None
        self.note_confirmed()
        self.now += timedelta(minutes=3)
        self.rebuild()

    @precondition(lambda self: hasattr(self, "pair"))
    @rule()
    def the_world_stands_still_for_long_enough(self) -> None:
        """Every real mismatch is confirmed, and nothing else is open."""
        self.run_pass()
        self.now += GRACE
        self.run_pass()
        assert {(one.kind, one.code) for one in self.known()} == self.truth()
        assert {one.state for one in self.known()} <= {"confirmed"}
        assert self.run_pass().moves == 0

    def run_pass(self):
        outcome = run(self.pair, make_room(self.ledger, lambda: self.now))
        self.note_confirmed()
        self.now += timedelta(seconds=30)
        return outcome

    def known(self):
        return self.ledger.read_now(open_mismatches, self.pair.name)

    def truth(self) -> set[tuple[str, str]]:
        """What really differs, by a few plain lines that share nothing with the code under test."""
        portal = {self.portal.procedure(key).code: self.portal.procedure(key) for key in self.portal.records}
        city = {self.city.procedure(key).code: self.city.procedure(key) for key in self.city.records}
        result = set()
        for code in portal.keys() | city.keys():
            ours, theirs = portal.get(code), city.get(code)
            if theirs is None:
                if ours is not None and ours.state is State.PUBLIC:
                    result.add(("missing_in_city", code))
            elif ours is None:
                result.add(("missing_on_portal", code))
            elif ours.state is not State.PUBLIC:
                result.add(("withdrawn_on_portal", code))
            elif ours.name != theirs.name:
                result.add(("field_differs", code))
        return result

    def note_confirmed(self) -> None:
        """Whatever has just been confirmed must be true at this very moment."""
        now = {one.id: (one.kind, one.code) for one in self.known() if one.state == "confirmed"}
        for identity, subject in now.items():
            if identity not in self.confirmed:
                assert subject in self.truth(), f"{subject} was confirmed and is not true"
        self.confirmed = now

    @invariant()
    def one_open_mismatch_for_each_subject(self) -> None:
        if hasattr(self, "pair"):
            subjects = [one.subject for one in self.known()]
            assert len(subjects) == len(set(subjects))


def local(code: str) -> str:
    return f"{code}.H26"


def portal_record(code: str, name: str, state: State) -> Procedure:
    return Procedure(
        code=code,
        portal_id=f"id-{code}",
        name=name,
        kind=Kind.STANDARD,
        state=state,
        levels=(Level.PROVINCE,),
        decision_number="1/QĐ-BTP",
        published_at=datetime(2026, 4, 1, tzinfo=UTC),
    )


def city_record(code: str, name: str) -> Procedure:
    return Procedure(code=code, local_code=local(code), name=name)


ReconcileMachine.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestReconcile = pytest.mark.timeout(900)(ReconcileMachine.TestCase)

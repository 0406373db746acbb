"""Cluster C6: a decision that flaps to an older one and back, before and while a mismatch about it is open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from syncd.ledger import Ledger
from syncd.passes.pass_verdict import PassVerdict
from syncd.reconcile.decided import BELIEVED_AFTER
from syncd.records.procedure import Kind
from tests.scenarios.little import Little, city_record, portal_record, state_of
from tests.stores import Store
from tests.worlds import CARRIED

DECIDED = CARRIED | {"decision_number", "decision_date"}


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


@dataclass
class StampedStore(Store):
    """A portal whose list says when each record changed, and whose details say more; a flap leaves the stamp alone."""

    details: bool = True
    stamps: dict[str, bytes] = field(default_factory=dict)

    def _listing(self, key: str) -> bytes:
        return self.stamps.setdefault(key, b"1")


NEW = {"decision_number": "20/QĐ-UBND", "decision_date": date(2026, 6, 1)}
OLD = {"decision_number": "10/QĐ-UBND", "decision_date": date(2024, 1, 5)}
OLDER = {"decision_number": "5/QĐ-UBND", "decision_date": date(2022, 1, 5)}
SHOWN = {"published_at": datetime(2026, 6, 2, tzinfo=UTC), "kind": Kind.SPECIFIC, "publisher_code": "H26"}


@dataclass
class Flapping:
    """A pair whose portal shows a new decision that the city does not name yet: the mismatch is open, suspected."""

    little: Little
    code: str

    def portal_shows(self, decision: dict[str, Any]) -> None:
        record = portal_record(self.code, "Thủ tục số 1", **SHOWN, **decision)
        self.little.portal.put(f"id-{self.code}", record)

    def city_names(self, decision: dict[str, Any]) -> None:
        self.little.city.put(f"{self.code}.H26", city_record(self.code, "Thủ tục số 1", **decision))

    def open(self) -> set[tuple[str, str, str]]:
        return {(one.id, one.portal_value, one.state) for one in self.little.known() if one.field == "decision_number"}

    def lives(self) -> int:
        return len(state_of(self.little.ledger)["mismatches"])


async def flapping(ledger: Ledger, portal: Store) -> Flapping:
    little = Little(ledger, portal=portal, city=Store(carries=DECIDED))
    little.pair.policy = replace(little.pair.policy, detail_period=little.pair.policy.interval)
    little.both(0)
    town = Flapping(little, little.both(1))
    town.portal_shows(OLD)
    town.city_names(OLD)
    await little.run()
    town.portal_shows(NEW)
    if isinstance(portal, StampedStore):
        portal.stamps[f"id-{town.code}"] = b"2"
    await little.run()
    assert [(value, state) for _, value, state in town.open()] == [("20/QĐ-UBND", "suspected")]
    return town


PORTALS = [StampedStore, Store]


@pytest.mark.parametrize(
    ("portal", "back"),
    [(StampedStore, OLD), (StampedStore, OLDER), (Store, OLD)],
    ids=["stamped, to the city's", "stamped, to one never shown before", "list alone, to the city's"],
)
async def test_c6_an_open_mismatch_outlives_the_flap_of_its_decision(
    ledger: Ledger, portal: type[Store], back: dict[str, Any]
) -> None:
    """While the portal shows an older decision nothing is resolved, opened or confirmed; after it all is as before."""
    town = await flapping(ledger, portal())
    before, lives = town.open(), town.lives()
    for _ in range(3):
        town.portal_shows(back)
        outcome = await town.little.settle()
        assert (outcome.verdict, outcome.moves, outcome.counts["flapping"]) == (PassVerdict.MISMATCHED, 0, 1)
        assert town.open() == before, "suspected, and under the same id"
        town.portal_shows(NEW)
        outcome = await town.little.run()
        assert outcome.counts["flapping"] == 0
        confirmed = {(identity, value, "confirmed") for identity, value, _ in before}
        assert town.open() == confirmed
        before = confirmed
    assert town.lives() == lives


@pytest.mark.parametrize("portal", PORTALS)
async def test_c6_a_city_that_follows_during_the_flap_is_believed(ledger: Ledger, portal: type[Store]) -> None:
    town = await flapping(ledger, portal())
    town.portal_shows(OLD)
    await town.little.run()
    town.city_names(NEW)
    outcome = await town.little.run()
    assert (outcome.verdict, town.open()) == (PassVerdict.IN_SYNC, set())
    town.portal_shows(NEW)
    assert (await town.little.run()).moves == 0


async def test_c6_an_older_decision_under_another_stamp_is_the_portals_word(ledger: Ledger) -> None:
    """It was corrected, and the portal says that the record has changed: nothing is asked of the city any more."""
    portal = StampedStore()
    town = await flapping(ledger, portal)
    town.portal_shows(OLD)
    portal.stamps[f"id-{town.code}"] = b"3"
    outcome = await town.little.run()
    assert (outcome.verdict, town.open(), outcome.counts["flapping"]) == (PassVerdict.IN_SYNC, set(), 0)


@pytest.mark.parametrize("portal", PORTALS)
async def test_c6_an_older_decision_that_stands_for_a_week_is_the_portals_word(
    ledger: Ledger, portal: type[Store]
) -> None:
    town = await flapping(ledger, portal())
    town.portal_shows(OLD)
    await town.little.run()
    town.little.clock.move(BELIEVED_AFTER - timedelta(minutes=5))
    await town.little.run()
    assert len(town.open()) == 1
    town.little.clock.move(timedelta(minutes=5))
    assert (await town.little.run()).verdict is PassVerdict.IN_SYNC


async def test_c6_a_city_that_names_what_the_portal_took_back_is_told_after_a_week(ledger: Ledger) -> None:
    """The portal's newer decision was entered wrongly and the city took it over: it is not in sync for ever."""
    portal = StampedStore()
    town = await flapping(ledger, portal)
    town.city_names(NEW)
    await town.little.run()
    town.portal_shows(OLD)
    portal.stamps[f"id-{town.code}"] = b"3"
    assert (await town.little.settle()).verdict is PassVerdict.IN_SYNC
    town.little.clock.move(BELIEVED_AFTER)
    outcome = await town.little.settle()
    assert outcome.verdict is PassVerdict.MISMATCHED
    assert [(value, state) for _, value, state in town.open()] == [("10/QĐ-UBND", "confirmed")]

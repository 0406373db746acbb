"""One reading of one side: what costs a detail read, what stays unknown, and what a failure may not change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec
import pytest

from syncd.ledger.readings import last_reading
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.reading import due_details
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Listed, Record
from syncd.sides.reading import Evidence
from tests.passes.towns import NAME, OTHER_NAME, Town
from tests.stores import Lie, Store

LISTED = {"kind": "standard", "state": "public", "levels": ["province"]}


@dataclass
class Counting(Store):
    """A store with details that counts how often they are fetched; its listing shows codes, and a stamp."""

    fetched: int = 0

    def _listing(self, key: str) -> bytes:
        stamp = super()._listing(key).decode()
        return msgspec.json.encode({**LISTED, "code": self.procedure(key).code, "requirements": stamp})

    def canonical(self, record: Record) -> Procedure:
        return msgspec.json.decode(record.detail or record.raw, type=Procedure)

    async def fetch_detail(self, listed: Listed) -> bytes:
        self.fetched += 1
        return await super().fetch_detail(listed)


@pytest.fixture
def detailed(town: Town) -> Town:
    """A portal whose listing shows stamps alone; everything agrees, and has been read."""
    town.portal = Counting(details=True)
    town.restart()
    town.both(*(f"1.00000{number}" for number in range(1, 6)))
    assert town.run().verdict is PassVerdict.IN_SYNC
    return town


def fetched(town: Town) -> int:
    assert isinstance(town.portal, Counting)
    return town.portal.fetched


def test_only_what_changed_and_a_slow_sweep_cost_details(detailed: Town) -> None:
    """Five records, a day's sweep and a pass every quarter of an hour: one a pass, whatever the pass."""
    assert fetched(detailed) == 5
    detailed.run()
    assert fetched(detailed) == 6
    detailed.publish("1.000001", OTHER_NAME)
    assert detailed.run().verdict is PassVerdict.MISMATCHED
    assert fetched(detailed) in (7, 8, 9), "the changed one, at most one of the sweep, and the second look"


def test_the_sweep_reads_the_oldest_details_first_and_all_of_them_in_time(detailed: Town) -> None:
    half = replace(detailed.pair.policy, interval=timedelta(hours=12), detail_period=timedelta(hours=24))
    detailed.pair.policy = half
    assert len(due_details(detailed.pair, detailed.pair.portal)) == 3
    always = replace(half, interval=timedelta(hours=48))
    detailed.pair.policy = always
    assert len(due_details(detailed.pair, detailed.pair.portal)) == 5
    assert due_details(detailed.pair, detailed.pair.city) == frozenset()


def test_a_changed_record_whose_detail_cannot_be_read_keeps_its_verdict(detailed: Town) -> None:
    """The listing says that it changed, nobody can say to what: neither in sync nor a mismatch is claimed anew."""
    detailed.publish("1.000001", OTHER_NAME)
    detailed.run()
    before = detailed.known()
    assert detailed.subjects() == {("field_differs", "1.000001", "confirmed")}
    detailed.publish("1.000001", NAME)
    detailed.publish("1.000002", OTHER_NAME)
    detailed.portal.unreadable = {"id-1.000001", "id-1.000002"}
    outcome = detailed.run()
    assert outcome.unread == 2
    assert not outcome.is_whole
    assert detailed.known() == before
    detailed.portal.unreadable = set()
    detailed.run()
    assert detailed.subjects() == {("field_differs", "1.000002", "confirmed")}


def test_a_new_record_whose_detail_cannot_be_read_is_not_missing_anywhere(detailed: Town) -> None:
    detailed.both("1.000007")
    detailed.portal.unreadable = {"id-1.000007"}
    outcome = detailed.run()
    assert (outcome.unread, outcome.verdict) == (1, PassVerdict.UNKNOWN)
    assert detailed.known() == []


@pytest.mark.parametrize("lie", [lie for lie in Lie if lie is not Lie.DEAD])
@pytest.mark.parametrize("side", ["portal", "city"])
def test_what_a_lying_side_showed_is_forgotten(town: Town, lie: Lie, side: str) -> None:
    """Changes beside the lie are not kept: not in the index, not in the ledger; the next whole reading finds them."""
    town.both(*(f"1.00000{number}" for number in range(1, 8)))
    town.run()
    town.enter("1.000001", OTHER_NAME)
    store: Store = getattr(town, side)
    store.lie = lie
    assert town.run().verdict is PassVerdict.UNKNOWN
    assert town.known() == []
    store.lie = None
    town.run()
    assert town.subjects() == {("field_differs", "1.000001", "confirmed")}


def test_an_adapter_that_breaks_its_promise_is_a_failed_reading_and_no_crash(town: Town) -> None:
    town.both("1.000001")

    async def broken(_evidence: Evidence) -> AsyncIterator[list[Listed]]:
        yield [Listed("k", b"{}")]
        raise RuntimeError("a defect of the adapter")

    town.city.list_records = broken  # type: ignore[method-assign, assignment]
    assert town.run().verdict is PassVerdict.UNKNOWN
    reading = town.ledger.read_now(last_reading, "ha-noi", "city")
    assert reading is not None
    assert "the adapter failed: RuntimeError" in reading.reasons


def test_a_key_of_boundless_length_ends_the_reading(town: Town) -> None:
    town.both("1.000001")
    town.city.records["k" * 1_000] = b"{}"
    assert town.run().verdict is PassVerdict.UNKNOWN
    reading = town.ledger.read_now(last_reading, "ha-noi", "city")
    assert reading is not None
    assert any("a key of 1000 characters" in reason for reason in reading.reasons)

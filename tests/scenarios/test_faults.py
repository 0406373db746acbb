"""Every fault of the loopback systems, in every place: healed, harmless, or the pass ends unknown and says why.

Never does a fault change what is open, and a clean pass afterwards is as before. `FATES` has a row for each fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest
import sqlalchemy as sa

from loopback.faults import FAULTS, FaultPlan
from syncd.ledger.tables import HEADS, VERSIONS
from syncd.passes.outcome import PassOutcome
from syncd.passes.pair import SideName
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.reading import due_details
from syncd.sides.reading import ReadingVerdict
from tests.scenarios.conftest import Begin, Story
from tests.systems import ATTEMPTS, World

IMPATIENT = {"read_timeout": 0.3}


COUNTED = ("matched", "in_sync", "in_scope", "mismatched", "unread", "moves")


class Place(StrEnum):
    """Where a fault strikes: a part of the path."""

    CATALOGUE = "/reporting/formalities"
    CITIZENS = "/list-all-public-formality"
    LIST = "/serviceinfos"
    MAPPING = "/nps/serviceinfodvcqg"

    @property
    def side(self) -> SideName:
        return "portal" if self in (Place.CATALOGUE, Place.CITIZENS) else "city"

    def plan(self, world: World) -> FaultPlan:
        return world.systems.portal_faults if self.side == "portal" else world.systems.opencps_faults


EVERYWHERE = frozenset(Place)
NOWHERE: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a fault that strikes from the second page of a listing on.

    ``reason``: what the reading says where the fault ends it. ``healed``: where one bad answer is healed, by another
    try. ``harmless``: where even a lasting fault spoils nothing. ``spoils_details``: a detail with it cannot be read.
    ``is_of_form``: it makes versions that differ in form alone, which are counted.
    """

    reason: str = "nothing: it is harmless"
    healed: frozenset[Place] = NOWHERE
    harmless: frozenset[Place] = NOWHERE
    spoils_details: bool = True
    is_of_form: bool = False


FATES: dict[str, Fate] = {
    "truncated_body": Fate("the answer was cut off", healed=EVERYWHERE),
    "cut_json": Fate("Input data was truncated"),
    "lost_page": Fate("records were listed, the side declared", spoils_details=False),
    "short_page": Fate(
        "records were listed, the side declared",
        harmless=frozenset({Place.LIST, Place.MAPPING}),  # OpenCPS is asked on from the last row that came
        spoils_details=False,
    ),
    "empty_list": Fate("the declared total changed while reading: 0 to", spoils_details=False),
    "cycling_cursor": Fate("page 2 was asked for, page 1 came|400 records were listed|page 2 repeats an earlier page"),
    "repeated_page": Fate("page 2 was asked for, page 1 came|200 records were listed|page 2 repeats an earlier page"),
    "duplicate_key": Fate("more than once|51 rows where 50 were asked for", spoils_details=False),
    "shrinking_total": Fate("the declared total changed while reading", spoils_details=False),
    "block_page_200": Fate("a web page came instead of an answer", healed=EVERYWHERE),
    "block_page_201": Fate("a web page came instead of an answer", healed=EVERYWHERE),
    "block_page_403": Fate("a web page came instead of an answer", healed=EVERYWHERE),
    "throttled_seconds": Fate("status 429", healed=EVERYWHERE),
    "throttled_date": Fate("status 429", healed=EVERYWHERE),
    "unavailable": Fate("status 503", healed=EVERYWHERE),
    "unauthorised": Fate("status 401"),
    "slow_body": Fate("the side fell silent", healed=EVERYWHERE),
    "reset": Fate("the connection was reset", healed=EVERYWHERE),
    "wrong_record": Fate(harmless=EVERYWHERE),
    "nfd_text": Fate(harmless=EVERYWHERE, spoils_details=False, is_of_form=True),
    "flapping_decision": Fate(harmless=EVERYWHERE, spoils_details=False),
    "clock_skew": Fate(harmless=EVERYWHERE, spoils_details=False),
    # The citizens' list is asked again for a smaller page: this envelope may mean that the page was too large.
    "error_envelope": Fate("the portal answers 'ERROR'|status 201", healed=frozenset({Place.CITIZENS})),
}


def test_every_fault_has_a_fate_and_every_fate_is_of_a_fault() -> None:
    assert FATES.keys() == FAULTS.keys()


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_a_fault_in_a_listing_changes_no_verdict(opencps_city: Begin, opencps_story: Story, fault: str) -> None:
    async with opencps_city(http=IMPATIENT) as world:
        for place in Place:
            await struck(world, fault, place, times=1)
            await struck(world, fault, place, times=None)
        await assert_as_before(world, opencps_story)


async def struck(world: World, fault: str, place: Place, *, times: int | None) -> None:
    """One pass under a fault, with what its fate says of it."""
    fate, plan = FATES[fault], place.plan(world)
    is_survived = place in fate.harmless or (times == 1 and place in fate.healed)
    before = remembered(world)
    rule = plan.add(fault, path=place, nth=2, times=times)
    outcome = await passed(world)
    plan.clear()
    where = f"{fault} at {place}, {'lasting' if times is None else 'once'}: {outcome.proofs}"

    assert rule.hits >= 1, where
    if is_survived:
        assert outcome.is_whole, where
        assert (outcome.verdict, outcome.moves) == (PassVerdict.MISMATCHED, 0), where
        assert unmoved(fate, remembered(world)) == unmoved(fate, before), where
    else:
        assert outcome.verdict is PassVerdict.UNKNOWN, where
        proof = outcome.proofs[place.side]
        assert proof.verdict in (ReadingVerdict.PARTIAL, ReadingVerdict.REFUSED), where
        assert any(re.search(fate.reason, reason) for reason in proof.reasons), where
        assert outcome.proofs["city" if place.side == "portal" else "portal"].whole, where
        assert of_side(remembered(world), place.side) == of_side(before, place.side), where
    if times is None and place in fate.healed:
        assert rule.hits >= ATTEMPTS, where


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_a_fault_in_details_leaves_them_unread_and_changes_no_verdict(
    opencps_city: Begin, opencps_story: Story, fault: str
) -> None:
    """The details that are due are spoilt, every time: what was known of them stays, and the pass says so.

    Of records about which nothing is open: a test decision that flaps away is no test decision while it is away.
    """
    async with opencps_city(http=IMPATIENT) as world:
        await passed(world)
        before, plan = world.known(), world.systems.portal_faults
        due = due_details(world.pair, world.pair.portal) - {one.portal_key for one in before}
        rules = [plan.add(fault, path="/get-formality-by-citizen", times=None, asked=key) for key in sorted(due)]
        outcome = await passed(world)
        plan.clear()

        assert sum(rule.hits for rule in rules) > 0
        assert outcome.moves == 0
        assert world.known() == before
        assert bool(outcome.unread) == FATES[fault].spoils_details
        assert outcome.counts["unread"] == outcome.unread
        await assert_as_before(world, opencps_story)


@pytest.mark.parametrize(
    "fault", ["wrong_record", "block_page_200", "unavailable", "cut_json", "reset", "error_envelope"]
)
@pytest.mark.parametrize("side", ["portal", "city"])
async def test_a_fault_in_the_second_look_confirms_nothing(opencps_city: Begin, side: str, fault: str) -> None:
    """What cannot be read again stays suspected; once the fault is over, all of it is confirmed."""
    async with opencps_city(suspected=True) as world:
        if side == "portal":
            world.systems.portal_faults.add(fault, path="/get-formality-by-citizen", times=None)
            world.systems.portal_faults.add(fault, path=Place.CITIZENS, times=None, asked='"q":"1.')
        else:
            world.systems.opencps_faults.add(fault, path="/serviceinfos/", times=None)
        await passed(world)
        world.systems.portal_faults.clear()
        world.systems.opencps_faults.clear()

        assert world.subjects() == world.expected()
        spoilt = {one.code for one in world.known() if one.state == "suspected"}
        if fault != "wrong_record":  # a list has no record that was asked for
            assert spoilt >= {one.code for one in world.known() if one.code.startswith("1.")}

        await passed(world)
        assert world.subjects("confirmed") == world.expected()


async def test_a_side_that_fails_for_days_keeps_what_was_known(opencps: World, opencps_story: Story) -> None:
    """Forty passes without an answer: the verdict is unknown forty times, and nothing that was confirmed is lost."""
    before = remembered(opencps)
    opencps.systems.portal_faults.add("unavailable", times=None)
    for _ in range(40):
        assert (await passed(opencps)).verdict is PassVerdict.UNKNOWN
    opencps.systems.portal_faults.clear()

    assert of_side(remembered(opencps), "portal") == of_side(before, "portal")
    await assert_as_before(opencps, opencps_story)


async def passed(world: World) -> PassOutcome:
    world.clock.move(timedelta(minutes=15))
    return await world.run()


async def assert_as_before(world: World, story: Story) -> None:
    clean = await passed(world)
    assert clean.is_whole
    assert [clean.counts[name] for name in COUNTED] == [story.outcomes[2].counts[name] for name in COUNTED]
    assert world.subjects("confirmed") == world.expected() == world.subjects()


def remembered(world: World) -> dict[str, list[Any]]:
    """What is open, and every version and head, as the ledger has them."""

    def rows(session: Any) -> dict[str, list[Any]]:
        versions = sa.select(VERSIONS.c.side, VERSIONS.c.id, VERSIONS.c.key, VERSIONS.c.valid_to)
        heads = sa.select(HEADS.c.side, HEADS.c.key, HEADS.c.version_id, HEADS.c.raw_hash, HEADS.c.detail_read_at)
        return {
            "versions": sorted(map(tuple, session.execute(versions)), key=repr),
            "heads": sorted(map(tuple, session.execute(heads)), key=repr),
        }

    return {"open": world.known(), **world.ledger.read_now(rows)}


def unmoved(fate: Fate, what: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What a fault that is survived leaves as it is; a head moves when a detail was read again, which is no change."""
    return {name: rows for name, rows in what.items() if name == "open" or (name == "versions" and not fate.is_of_form)}


def of_side(what: dict[str, list[Any]], side: str) -> dict[str, list[Any]]:
    """What is open, and one side's versions and heads."""
    return {name: rows if name == "open" else [row for row in rows if row[0] == side] for name, rows in what.items()}

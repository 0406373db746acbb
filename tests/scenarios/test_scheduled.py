"""The portal changes, the city follows: what opens, what resolves, what is learnt from it, and how soon it is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest

from loopback.catalogue import Catalogue, Change, CityRow, Event, PortalRecord
from syncd.ledger.lags import recent_lags
from syncd.ledger.versions import timeline
from syncd.reconcile.grace import ENOUGH_LAGS, GracePolicy
from tests.scenarios.conftest import Begin
from tests.systems import FOLLOWING, GRACE, World

EVERY_DETAIL = {"interval": timedelta(hours=1), "detail_period": timedelta(hours=1)}
FOLLOWED = [change for change in Change if change not in (Change.DECISION_FLAP, Change.PENDING_DECISION)]
LEARNING = GracePolicy(fixed=None)


@pytest.mark.parametrize("change", FOLLOWED)
async def test_a_change_opens_its_mismatch_which_resolves_when_the_city_catches_up(
    file_city: Begin, catalogue: Catalogue, change: Change
) -> None:
    event = catalogue.event(f"{change}-1")
    async with file_city(**(EVERY_DETAIL if change is Change.NEW_DECISION else {})) as world:
        world.happens(event)
        await world.run()
        assert world.subjects("suspected") == opened_by(world, event)

        world.clock.move(GRACE)
        await world.run()
        assert world.subjects("confirmed") == world.expected([event])

        world.city_follows(event)
        await world.run()
        assert world.subjects() == world.expected()


async def test_all_that_opencps_can_show_opens_and_resolves_together(opencps: World, catalogue: Catalogue) -> None:
    events = [event for event in catalogue.events if event.change in (Change.WITHDRAW, Change.RENAME, Change.REPUBLISH)]
    for event in events:
        opencps.happens(event)
    await opencps.settle()
    assert opencps.subjects("confirmed") == opencps.expected(events)

    for event in events:
        opencps.city_follows(event)
    await opencps.run()
    assert opencps.subjects() == opencps.expected()


async def test_a_change_that_the_city_follows_within_the_grace_is_never_confirmed(
    opencps: World, catalogue: Catalogue
) -> None:
    event = catalogue.event("rename-2")
    opencps.happens(event)
    await opencps.run()
    opencps.clock.move(GRACE / 2)
    await opencps.run()
    opencps.city_follows(event)
    outcome = await opencps.run()

    assert outcome.moves == 1
    assert opencps.subjects() == opencps.expected()


async def test_a_search_index_that_lags_confirms_nothing(opencps: World, catalogue: Catalogue) -> None:
    """The list still shows the old name; the database, which a second look asks, has the new one."""
    event = catalogue.event("rename-1")
    opencps.happens(event)
    opencps.systems.opencps.put(replace(opencps.row_of(event), name=str(event.record.detail["name"])))
    await opencps.settle()

    assert opencps.subjects("suspected") == opened_by(opencps, event)

    opencps.systems.opencps.reindex()
    await opencps.run()
    assert opencps.subjects() == opencps.expected()


async def test_a_pending_decision_is_told_and_becomes_a_superseded_one_when_it_is_published(
    file_city: Begin, catalogue: Catalogue
) -> None:
    event = catalogue.event("pending_decision-1")
    async with file_city(**EVERY_DETAIL) as world:
        world.happens(event)
        await world.run()
        assert world.subjects() == world.expected([event])

        world.systems.portal.put(published(event))
        await world.run()
        assert world.subjects() - world.expected() == {("decision_superseded", event.record.code, "decision_number")}

        world.city_follows(event)
        await world.run()
        assert world.subjects() == world.expected()


async def test_a_decision_that_flaps_does_not_make_the_verdict_flap(file_city: Begin, catalogue: Catalogue) -> None:
    """The portal shows an older decision for a while, ``updatedAt`` unchanged; the city keeps naming the true one."""
    events = [event for event in catalogue.events if event.change is Change.DECISION_FLAP]
    true = [world_record(catalogue, event) for event in events]
    async with file_city(**EVERY_DETAIL) as world:
        for _ in range(3):
            for event in events:
                world.happens(event)
            assert (await world.run()).moves == 0
            for record in true:
                world.systems.portal.put(record)
            assert (await world.run()).moves == 0
        shown = world.ledger.read_now(timeline, world.pair.name, codes=[events[0].record.code])

    assert sum(version.side == "portal" for version in shown) == 7, "each step of the flap stays in history"


async def test_an_open_mismatch_outlives_the_flap_of_its_decision(file_city: Begin, catalogue: Catalogue) -> None:
    """The city names the older decision, which is what the portal shows for a while: it stays behind all the time."""
    event = catalogue.event("decision_flap-1")
    true = world_record(catalogue, event)
    async with file_city(**EVERY_DETAIL) as world:
        row = world.row_of(event)
        world.city_writes(FOLLOWING[Change.NEW_DECISION](world, event))
        assert world.row_of(event).decision_number != row.decision_number, "it is behind from now on"
        await world.settle()
        before = [one for one in world.known() if one.code == event.record.code]
        assert [(one.field, one.state) for one in before] == [("decision_number", "confirmed")]
        for _ in range(2):
            world.happens(event)
            outcome = await world.run()
            assert (outcome.moves, outcome.counts["flapping"]) == (0, 1)
            world.systems.portal.put(true)
            outcome = await world.run()
            assert (outcome.moves, outcome.counts["flapping"]) == (0, 0)
        assert [one for one in world.known() if one.code == event.record.code] == before


async def test_a_wrong_date_under_the_right_number_is_no_flap(file_city: Begin, catalogue: Catalogue) -> None:
    """The city's date is later than the portal's, the decision is the same: that is a mistake of the city."""
    event = catalogue.event("decision_flap-1")
    async with file_city() as world:
        row = world.row_of(event)
        assert row.decision_day is not None
        world.city_writes(replace(row, decision_day=row.decision_day + timedelta(days=9)))
        await world.run()

        assert world.subjects() - world.expected() == {("field_differs", event.record.code, "decision_date")}


async def test_details_whose_listing_does_not_move_are_seen_within_the_period(
    file_city: Begin, catalogue: Catalogue
) -> None:
    """Six hours between passes, every detail within a day: four passes, each asking for a quarter."""
    event = catalogue.event("new_decision-2")
    share = ceil(len(catalogue.portal) / 4)
    async with file_city(interval=timedelta(hours=6), detail_period=timedelta(hours=24)) as world:
        world.happens(event)
        found_after = None
        for number in range(1, 5):
            before = world.asked.copy()
            await world.run(grace_override=timedelta(days=30))
            assert 0 < (world.asked - before)["portal", "detail"] <= share
            if found_after is None and world.subjects() == world.expected([event]):
                found_after = number
            world.clock.move(timedelta(hours=6))

    assert found_after is not None


async def test_grace_is_learnt_from_how_long_the_city_takes(file_city: Begin) -> None:
    """Until enough lags are known the default holds; then the 99th percentile of them."""
    took = timedelta(minutes=7)
    async with file_city(grace=LEARNING) as world:
        changes = [rename(world, row) for row in plain_rows(world, ENOUGH_LAGS + 5)]
        outcome = await world.run()
        assert (outcome.moves, outcome.grace) == (len(changes), LEARNING.default)

        world.clock.move(took - timedelta(seconds=30))
        for row in changes:
            world.city_writes(row)
        await world.run()
        lags = world.ledger.read_now(recent_lags, world.pair.name, 100)
        assert lags == [took.total_seconds()] * len(changes)

        assert (await world.run()).grace == took


async def test_what_was_behind_at_first_sight_teaches_no_lag(opencps: World) -> None:
    """Nobody knows since when the city has been behind."""
    planted = next(one for one in opencps.known() if one.field == "name")
    row = opencps.systems.opencps.database[int(planted.city_key)]
    opencps.city_writes(replace(row, name=planted.portal_value))
    outcome = await opencps.run()

    assert outcome.moves == 1
    assert opencps.ledger.read_now(recent_lags, opencps.pair.name, 10) == []


async def test_what_the_portal_takes_back_teaches_no_lag(opencps: World, catalogue: Catalogue) -> None:
    event = catalogue.event("rename-3")
    before = world_record(catalogue, event)
    opencps.happens(event)
    await opencps.run()
    opencps.systems.portal.put(before)
    await opencps.run()

    assert opencps.subjects() == opencps.expected()
    assert opencps.ledger.read_now(recent_lags, opencps.pair.name, 10) == []


async def test_a_procedure_that_both_sides_drop_vanishes(opencps: World, catalogue: Catalogue) -> None:
    """It is neither missing here nor there, and what was open about it ends as vanished."""
    planted = next(one for one in opencps.known() if one.field == "name")
    opencps.systems.portal.remove(planted.portal_key)
    opencps.systems.opencps.remove(int(planted.city_key))
    opencps.follow()
    outcome = await opencps.run()

    assert outcome.moves == 1
    assert opencps.subjects() == opencps.expected() - {("field_differs", planted.code, "name")}


def opened_by(world: World, event: Event) -> set[tuple[str, str, str]]:
    return world.expected([event]) - world.expected()


def world_record(catalogue: Catalogue, event: Event) -> PortalRecord:
    """The record as the portal showed it before the event."""
    return next(record for record in catalogue.portal if record.id == event.record.id)


def published(event: Event) -> PortalRecord:
    """The event's record, its decision made public."""
    at = int(datetime(2026, 11, 26, tzinfo=UTC).timestamp() * 1000)
    detail = event.record.detail
    return PortalRecord(
        detail | {"procedureProposal": detail["procedureProposal"] | {"publicationDate": at}}, event.record.applied
    )


def plain_rows(world: World, number: int) -> list[CityRow]:
    """Rows of the city about which nothing is planted or scheduled."""
    touched = {one.code for one in world.known()} | {event.record.code for event in world.systems.catalogue.events}
    rows = [
        row
        for row in world.systems.catalogue.city
        if row.active and row.mapped_code and row.mapped_code not in touched and not row.poisoned
    ]
    return rows[:number]


def rename(world: World, row: CityRow) -> CityRow:
    """Let the portal rename a procedure; returns the row that follows."""
    record = world.systems.portal.records[row.portal_id]
    name = f"{record.detail['name']} (đổi tên)"
    world.systems.portal.put(PortalRecord(record.detail | {"name": name}, record.applied))
    return replace(row, name=name)

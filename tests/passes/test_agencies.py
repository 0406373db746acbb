"""The directory of units in passes: asked once a day, remembered, and read for the verdicts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from syncd.ledger import Ledger
from syncd.ledger.registers import register_as_of
from syncd.passes.agencies import NOW, REGISTER, directory_as_of
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.past import then
from syncd.records.agencies import Agency
from syncd.sides.adapter import Capabilities
from syncd.sides.errors import TransientError
from tests.passes.towns import Town, city_record
from tests.stores import Lie, Store
from tests.worlds import CARRIED

JUSTICE = Agency(code="H26.16", name="Sở Tư pháp Thành phố Hà Nội", portal_id="p-16", parent_code="H26")
CITY = Agency(code="H26", name="UBND Thành phố Hà Nội", portal_id="p-26")


@dataclass
class Knowing(Store):
    """A store that knows units, or fails to tell them."""

    units: tuple[Agency, ...] = (CITY, JUSTICE)
    failure: Exception | None = None
    asked_for_units: int = 0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(carries=self.carries, details=self.details, agencies=True)

    async def list_agencies(self) -> tuple[Agency, ...]:
        self.asked_for_units += 1
        if self.failure is not None:
            raise self.failure
        return self.units


@pytest.fixture
def town(ledger: Ledger) -> Town:
    """A portal that knows units, and a city with one procedure that the portal does not have."""
    made = Town(ledger, portal=Knowing(), city=Store(carries=CARRIED | {"executing_agencies"}))
    made.both("1.1")
    enter(made, "1.2", "Sở Tư pháp")
    return made


def enter(town: Town, code: str, agency: str) -> None:
    town.city.put(f"{code}.H26", replace(city_record(code), executing_agencies=(agency,)))


def portal(town: Town) -> Knowing:
    assert isinstance(town.portal, Knowing)
    return town.portal


def agencies(town: Town) -> dict[str, tuple[str, str]]:
    return {one.local_code: (one.agency_code, one.agency_name) for one in town.known()}


def known_codes(town: Town) -> set[str]:
    return {one.code for one in town.ledger.read_now(directory_as_of)}


def test_a_mismatch_has_the_code_of_the_agency_that_its_record_only_names(town: Town) -> None:
    town.run()
    assert agencies(town) == {"1.2.H26": ("H26.16", "Sở Tư pháp")}


def test_a_name_that_the_directory_does_not_know_has_no_code(town: Town) -> None:
    enter(town, "1.2", "Sở Tu pháp")
    town.run()
    assert agencies(town) == {"1.2.H26": ("", "Sở Tu pháp")}


def test_sides_that_know_no_units_leave_everything_as_it_was(ledger: Ledger) -> None:
    town = Town(ledger, city=Store(carries=CARRIED | {"executing_agencies"}))
    town.both("1.1")
    enter(town, "1.2", "Sở Tư pháp")
    assert town.run().verdict is PassVerdict.MISMATCHED
    assert agencies(town) == {"1.2.H26": ("", "Sở Tư pháp")}
    assert ledger.read_now(register_as_of, REGISTER, NOW) is None


def test_the_units_are_remembered_as_a_register(town: Town) -> None:
    town.run()
    assert town.ledger.read_now(register_as_of, REGISTER, town.now) == {
        "H26": {"name": "UBND Thành phố Hà Nội", "portal_id": "p-26", "parent_code": ""},
        "H26.16": {"name": "Sở Tư pháp Thành phố Hà Nội", "portal_id": "p-16", "parent_code": "H26"},
    }
    assert known_codes(town) == {"H26", "H26.16"}


def test_sides_are_asked_once_a_day_and_again_after_it(town: Town) -> None:
    town.run()
    town.now += timedelta(hours=23)
    town.run()
    assert portal(town).asked_for_units == 1
    town.now += timedelta(hours=1)
    town.run()
    assert portal(town).asked_for_units == 2


def test_a_clock_set_back_asks_again(town: Town) -> None:
    town.run()
    town.now -= timedelta(days=400)
    town.run()
    assert portal(town).asked_for_units == 2


def test_a_unit_that_is_not_named_again_stays_known_and_a_new_name_counts(town: Town) -> None:
    town.run()
    portal(town).units = (replace(CITY, name="Ủy ban nhân dân thành phố Hà Nội"),)
    town.now += timedelta(days=1)
    town.run()
    assert known_codes(town) == {"H26", "H26.16"}
    found = town.ledger.read_now(directory_as_of).by_code("H26")
    assert found is not None
    assert found.name == "Ủy ban nhân dân thành phố Hà Nội"


@pytest.mark.parametrize(
    ("failure", "event"),
    [
        (TransientError("no answer", where="list"), "agencies_unread"),
        (TimeoutError(), "agencies_unread"),
        (KeyError("broken"), "adapter_failed"),
    ],
)
def test_a_failure_is_logged_and_changes_nothing(town: Town, failure: Exception, event: str) -> None:
    town.run()
    portal(town).failure = failure
    town.now += timedelta(days=1)
    with capture_logs() as lines:
        outcome = town.run()
    assert outcome.verdict is PassVerdict.MISMATCHED
    assert [line["event"] for line in lines] == [event]
    assert {(line["pair"], line["side"]) for line in lines} == {("ha-noi", "portal")}
    assert known_codes(town) == {"H26", "H26.16"}


def test_sides_that_were_not_read_whole_are_not_asked(town: Town) -> None:
    town.city.lie = Lie.FAILS
    town.run()
    assert portal(town).asked_for_units == 0


def test_a_past_instant_is_judged_by_the_directory_of_then(town: Town) -> None:
    """On the first day the justice department was not known."""
    portal(town).units = (CITY,)
    town.run()
    first_day = town.now
    portal(town).units = (CITY, JUSTICE)
    town.now += timedelta(days=1)
    town.run()

    def codes_at(instant: datetime) -> list[str]:
        world = asyncio.run(then(town.pair, town.ledger, instant)).world
        assert world is not None
        return [one.agency_code for one in world.observations]

    assert (codes_at(first_day), codes_at(town.now)) == ([""], ["H26.16"])

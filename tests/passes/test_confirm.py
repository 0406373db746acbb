"""The second look: only the same finding, read again by key on both sides, confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from syncd.passes.confirm import local_forms, questions
from syncd.records.codes import Equivalences
from syncd.sides.adapter import Wanted
from tests.passes.towns import NAME, OTHER_NAME, Town
from tests.stores import Store
from tests.worlds import CARRIED

GRACE = timedelta(minutes=10)


@dataclass
class Stale(Store):
    """A city whose listing lags behind what its point reads show."""

    truth: dict[str, bytes] | None = None

    async def read_again(self, wanted: Any) -> Any:
        shown, self.records = self.records, self.truth if self.truth is not None else self.records
        try:
            return await super().read_again(wanted)
        finally:
            self.records = shown


@dataclass(frozen=True)
class Suspect:
    id: str = "M-1"
    subject: str = ""
    values_digest: str = ""
    code: str = ""
    local_code: str = ""
    portal_key: str = ""
    city_key: str = ""


def test_a_suspect_waits_for_the_grace_time(town: Town) -> None:
    town.grace = GRACE
    town.restart()
    town.both("1.000002")
    town.publish("1.000001")
    town.run()
    assert town.subjects() == {("missing_in_city", "1.000001", "suspected")}
    town.run()
    assert town.subjects() == {("missing_in_city", "1.000001", "suspected")}
    town.now += GRACE
    town.run()
    assert town.subjects() == {("missing_in_city", "1.000001", "confirmed")}


def test_a_listing_that_lags_confirms_nothing(town: Town) -> None:
    """OpenCPS lists out of a search index that is behind its database."""
    town.city = Stale(carries=CARRIED)
    town.restart()
    town.both("1.000002")
    town.publish("1.000001")
    listed = dict(town.city.records)
    town.enter("1.000001")
    assert isinstance(town.city, Stale)
    town.city.truth, town.city.records = town.city.records, listed
    town.run()
    assert town.subjects() == {("missing_in_city", "1.000001", "suspected")}
    town.city.truth = None
    town.run()
    assert town.subjects() == {("missing_in_city", "1.000001", "confirmed")}


def test_other_values_than_those_suspected_are_not_confirmed(town: Town) -> None:
    town.city = Stale(carries=CARRIED)
    town.restart()
    town.publish("1.000001")
    town.enter("1.000001", OTHER_NAME)
    listed = dict(town.city.records)
    town.enter("1.000001", "Tên khác nữa")
    assert isinstance(town.city, Stale)
    town.city.truth, town.city.records = town.city.records, listed
    town.run()
    assert town.subjects() == {("field_differs", "1.000001", "suspected")}


@pytest.mark.parametrize("side", ["portal", "city"])
def test_a_point_read_that_fails_leaves_it_suspected(town: Town, side: str) -> None:
    town.publish("1.000001", NAME)
    town.enter("1.000001", OTHER_NAME)
    getattr(town, side).unreadable = {"id-1.000001", "1.000001.H26"}
    town.run()
    assert town.subjects() == {("field_differs", "1.000001", "suspected")}
    getattr(town, side).unreadable = set()
    town.run()
    assert town.subjects() == {("field_differs", "1.000001", "confirmed")}


def test_a_missing_code_is_asked_for_in_every_form_that_the_city_uses(town: Town) -> None:
    """Bare, with each suffix that its other records have, and by hand-made codes."""
    town.restart(equivalences=Equivalences({"HN-01": "1.000001", "HN-02": "1.000002"}))
    town.both("1.000002")
    town.run()
    forms = local_forms(town.pair, Suspect(code="1.000001"))
    assert set(forms) == {"1.000001", "1.000001.H26", "HN-01"}


def test_keys_are_asked_for_where_they_are_known_and_codes_always(town: Town) -> None:
    suspect = Suspect(code="1.000001", local_code="1.000001.H26", portal_key="id-1.000001", city_key="17")
    asked = questions(town.pair, suspect)
    assert asked.portal == (Wanted("id-1.000001", "1.000001"), Wanted(None, "1.000001"))
    assert asked.city[0] == Wanted("17", "1.000001.H26")
    assert Wanted(None, "1.000001.H26") in asked.city

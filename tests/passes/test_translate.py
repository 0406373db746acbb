"""From a raw record to what is remembered of it; a record that cannot be read is a value, and no end of anything."""

from __future__ import annotations

import msgspec

from syncd.passes.translate import LONGEST_NAME, NO_FINGERPRINT, translate
from syncd.reconcile.scope import Flag
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError
from tests.passes.towns import Town, city_record, portal_record
from tests.stores import POISON


def raw(procedure: Procedure) -> bytes:
    return msgspec.json.encode(procedure)


def test_a_record_becomes_canonical_with_fingerprints_and_facts(town: Town) -> None:
    found = translate(town.pair, town.pair.portal, Record("k", raw(portal_record("1.000001"))))
    assert (found.problem, found.facts.code) == ("", "1.000001")
    assert found.facts.flags & Flag.IN_SCOPE
    assert NO_FINGERPRINT not in (found.comparison, found.exact)


def test_the_same_content_on_both_sides_has_the_same_comparison(town: Town) -> None:
    portal = translate(town.pair, town.pair.portal, Record("a", raw(portal_record("1.000001"))))
    city = translate(town.pair, town.pair.city, Record("b", raw(city_record("1.000001"))))
    assert portal.comparison == city.comparison


def test_poison_is_an_invalid_record_with_its_problem_in_words(town: Town) -> None:
    found = translate(town.pair, town.pair.city, Record("k", POISON))
    assert found.procedure is None
    assert found.facts.flags & Flag.INVALID
    assert "Expected `str`, got `int`" in found.problem


def test_a_poisoned_detail_is_still_known_by_what_the_listing_says(town: Town) -> None:
    """Whose it is, so that it is not missed elsewhere."""

    class Listed(type(town.portal)):  # type: ignore[misc]
        def canonical(self, record: Record) -> Procedure:
            if record.detail is not None:
                raise ShapeError("not of the protocol's shape")
            return portal_record("1.000001")

    town.pair.portal.adapter = Listed()
    found = translate(town.pair, town.pair.portal, Record("k", b"listing", b"poison"))
    assert (found.procedure, found.facts.code) == (None, "1.000001")
    assert found.facts.flags & Flag.INVALID
    assert found.facts.flags & Flag.IN_SCOPE


def test_a_code_of_boundless_length_is_no_code(town: Town) -> None:
    long = "1." + "0" * LONGEST_NAME
    found = translate(town.pair, town.pair.city, Record("k", raw(city_record(long))))
    assert found.procedure is None
    assert "are no code" in found.problem


def test_a_record_that_cannot_be_read_is_known_by_what_was_known_of_its_key(town: Town) -> None:
    """So that it is not called missing: it is there, and says nothing."""
    town.both("1.000001")
    town.run()
    town.city.records["1.000001.H26"] = POISON
    town.run()
    assert town.subjects() == {("invalid_record", "1.000001", "confirmed")}


def test_a_new_record_that_cannot_be_read_is_known_by_its_key(town: Town) -> None:
    town.both("1.000002")
    town.publish("1.000001")
    town.city.records["1.000001.H26"] = POISON
    town.run()
    assert {kind for kind, _, _ in town.subjects()} == {"invalid_record"}

"""What users of such tools complain about, cluster by cluster: C1 to C3, readings that mislead.

Each is a regression test by its name. Repairs do not exist yet: of the clusters about them stands here what does.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.ledger import Ledger
from syncd.passes.pass_verdict import PassVerdict
from syncd.sides.reading import ReadingVerdict, Shrinkage
from tests.scenarios.little import GRACE, Little, state_of
from tests.stores import POISON, Lie, Store
from tests.systems import World
from tests.worlds import CARRIED, make_pair

# C1: an incomplete reading is taken for mass deletion


@pytest.mark.parametrize("page", range(1, 13))
async def test_c1_a_page_that_never_comes_makes_nothing_missing(opencps: World, page: int) -> None:
    """Kill page k of n, for every k; the tries of the client included."""
    before = opencps.known()
    opencps.systems.portal_faults.add("reset", path="/reporting/formalities", nth=page, times=None)
    outcome = await opencps.run()

    assert outcome.verdict is PassVerdict.UNKNOWN
    assert not outcome.proofs["portal"].whole
    assert opencps.known() == before


@pytest.mark.parametrize("lie", Lie)
@pytest.mark.parametrize("side", ["portal", "city"])
async def test_c1_no_lie_of_a_listing_makes_anything_missing_or_gone(little: Little, side: str, lie: Lie) -> None:
    for number in range(12):
        little.both(number)
    await little.run()
    before = state_of(little.ledger)
    store = little.portal if side == "portal" else little.city
    store.lie = lie

    assert (await little.run()).verdict is PassVerdict.UNKNOWN
    assert state_of(little.ledger) == before


async def test_c1_two_fifths_of_a_side_are_refused_and_all_of_it_is_believed_again(little: Little) -> None:
    """The side says that this is all there is; nobody believes it, and nobody must be told when it is whole again."""
    for number in range(100):
        little.both(number)
    little.pair.policy = replace(little.pair.policy, shrinkage=Shrinkage())
    await little.run()
    hidden = {key: little.portal.records.pop(key) for key in sorted(little.portal.records)[40:]}
    refused = await little.run()
    assert refused.proofs["portal"].verdict is ReadingVerdict.REFUSED
    assert little.known() == []

    little.portal.records.update(hidden)
    assert (await little.run()).verdict is PassVerdict.IN_SYNC


# C2: a threshold that nobody can tune or explain


async def test_c2_a_refused_shrinkage_names_the_numbers_the_limits_and_the_options(little: Little) -> None:
    for number in range(100):
        little.both(number)
    little.pair.policy = replace(little.pair.policy, shrinkage=Shrinkage(records=20, share=0.1))
    await little.run()
    for key in sorted(little.city.records)[75:]:
        del little.city.records[key]
    (reason,) = (await little.run()).proofs["city"].reasons

    assert "75 records where the last whole reading had 100: 25 fewer" in reason
    assert "the limits of 20 records and 10%" in reason
    assert "shrinkage.records" in reason
    assert "shrinkage.share" in reason


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [
        (Shrinkage(records=25, share=0.1), PassVerdict.MISMATCHED),
        (Shrinkage(records=20, share=0.25), PassVerdict.MISMATCHED),
        (Shrinkage(records=20, share=1.0), PassVerdict.MISMATCHED),
        (Shrinkage(records=0, share=0.0), PassVerdict.UNKNOWN),
    ],
)
async def test_c2_either_limit_can_be_raised_and_zero_means_none_at_all(
    little: Little, limits: Shrinkage, verdict: PassVerdict
) -> None:
    """25 of 100 are gone for good. Zero is "not one may go", never "off"; off is a share of 1."""
    for number in range(100):
        little.both(number)
    little.pair.policy = replace(little.pair.policy, shrinkage=limits)
    await little.run()
    for key in sorted(little.city.records)[75:]:
        del little.city.records[key]

    assert (await little.run()).verdict is verdict


# C3: one bad record or one dead side stops everything


async def test_c3_a_record_that_cannot_be_read_stops_nothing_else(little: Little) -> None:
    for number in range(5):
        little.both(number)
    missing = little.only_portal(6)
    little.portal.records["id-poison"] = POISON
    little.city.records["1.100050.H26"] = POISON
    await little.settle()

    assert little.subjects() == {
        ("missing_in_city", missing, "confirmed"),
        ("invalid_record", "", "confirmed"),
        ("invalid_record", "1.100050", "confirmed"),
    }


async def test_c3_a_broken_record_without_a_code_leaves_in_doubt_only_what_it_may_be(little: Little) -> None:
    """It may be the very record that seems to be missing: that stays suspected, and all else is confirmed."""
    missing, differs = little.only_portal(6), little.both(7, city_name="khác")
    little.city.records["poison"] = POISON
    await little.settle()

    assert little.subjects() == {
        ("missing_in_city", missing, "suspected"),
        ("field_differs", differs, "confirmed"),
        ("invalid_record", "", "confirmed"),
    }


async def test_c3_details_that_cannot_be_read_make_themselves_unknown_and_nothing_else(ledger: Ledger) -> None:
    """Their absence or content is no one's verdict, the rest converges, and the pass is not called in sync."""
    little = Little(ledger, portal=Store(details=True))
    unread = [little.both(number) for number in range(2)]
    await little.run()
    for number in range(2):
        little.both(number, portal_name="Tên mới", city_name="Tên cũ")
    differs = little.both(7, city_name="khác hẳn")
    little.portal.unreadable = {f"id-{code}" for code in unread}
    outcome = await little.settle()

    assert little.subjects() == {("field_differs", differs, "confirmed")}
    assert (outcome.unread, outcome.is_whole) == (2, False)

    little.portal.unreadable.clear()
    await little.settle()
    assert little.subjects() == {("field_differs", code, "confirmed") for code in (*unread, differs)}


async def test_c3_a_pair_whose_side_is_dead_does_not_hold_up_another(little: Little) -> None:
    dead = replace(make_pair(Store(lie=Lie.DEAD), Store(carries=CARRIED), grace=GRACE), name="da-nang")
    little.both(0)
    missing = little.only_portal(1)

    assert (await little.run(dead)).verdict is PassVerdict.UNKNOWN
    await little.settle()
    assert (await little.run(dead)).verdict is PassVerdict.UNKNOWN

    assert little.subjects() == {("missing_in_city", missing, "confirmed")}
    assert little.subjects("da-nang") == set()

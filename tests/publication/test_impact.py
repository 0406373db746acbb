"""What mending brings: the gain that is told is the gain of the index once it is really mended."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from syncd.publication.counts import COUNTED, count, count_by_unit
from syncd.publication.facts import Attribution, Authority, LegalDocument, Mode, Publication
from syncd.publication.impact import Impact, impact, ranked
from syncd.publication.index.scoring import Basis, Count, score_counts
from syncd.publication.mending import Action, ActionKind, DossierFaults, mended
from syncd.publication.recount import Change, World
from syncd.records.figures import Indicator
from syncd.records.periods import Period
from syncd.records.procedure import Kind
from tests.publication.random_facts import CALENDAR, PERIODS, TODAY, judged, worlds

SIGNED, UPDATED, CONTENT = COUNTED
NOVEMBER = Period.parse("2026-11")
UNIT = Attribution("H26.3", "Sở Du lịch", "field")
JANUARY = LegalDocument(number="107/2026/NĐ-CP", signed=date(2026, 9, 1), effective=date(2027, 1, 4))


class Open(Struct, frozen=True):
    """An open mismatch."""

    kind: str
    code: str = ""
    id: int = 1
    agency_code: str = ""
    field: str = ""


def _world(*facts: Publication, period: Period = NOVEMBER, **more: Any) -> World:
    given_facts: dict[str, Any] = {"attributions": (UNIT,) * len(facts), **more}
    return World(judgements=judged(facts), period=period, today=TODAY, calendar=CALENDAR, **given_facts)


def _hidden(code: str = "1.1", **facts: Any) -> Publication:
    """Signed on 20 November in time, to be public by the 30th, and not yet so."""
    given_facts: dict[str, Any] = {
        "authority": Authority.PROVINCE,
        "kind": Kind.SPECIFIC,
        "decision": "12/QĐ-UBND",
        "signed": date(2026, 11, 20),
        "bases": (JANUARY,),
        "is_known_hidden": True,
    }
    return Publication(code=code, **{**given_facts, **facts})


def _public(code: str, **facts: Any) -> Publication:
    click = datetime(2026, 11, 23, tzinfo=UTC)
    shown: dict[str, Any] = {"is_known_hidden": False, "is_shown": True, "first_public": click, "latest_public": click}
    return _hidden(code, **{**shown, "is_complete": True, **facts})


def _only(found: list[Impact], kind: ActionKind) -> Impact:
    (one,) = (each for each in found if each.action.kind is kind)
    return one


def test_making_public_in_time_brings_what_the_recount_brings() -> None:
    """0/0, 0/1 and 0/0 before; 1/1, 1/1 and a stock of unknown content after: 6 and 4 points."""
    one = _only(ranked(_world(_hidden())), ActionKind.PUBLISH)
    assert (one.city, one.unit) == (Decimal(10), Decimal(10))
    assert one.changes == (
        Change(SIGNED, Count(0, 0), Count(1, 1), "ours"),
        Change(UPDATED, Count(0, 1), Count(1, 1), "ours"),
    )
    assert one.english == "make the procedure public in the national database"
    assert one.vietnamese == "Công khai thủ tục trên Cơ sở dữ liệu quốc gia"


def test_making_public_late_brings_nothing_and_may_cost() -> None:
    late = _hidden(signed=date(2026, 10, 5))
    october = ranked(_world(late, period=Period.parse("2026-10")))
    assert _only(october, ActionKind.PUBLISH).city == 6
    already = _world(late, _public("1.2"), _public("1.3"), period=NOVEMBER)
    assert _only(ranked(already), ActionKind.PUBLISH).city == 0
    signed_late = _hidden(bases=(replace(JANUARY, effective=date(2026, 11, 24)),))
    lowered = _only(ranked(_world(signed_late, _public("1.2"))), ActionKind.PUBLISH)
    assert lowered.city is not None
    assert lowered.city == Decimal("-1.00")
    assert "muộn" in lowered.vietnamese


def test_a_set_gains_what_all_of_it_gains_and_not_the_sum() -> None:
    world = _world(_hidden("1.1"), _hidden("1.2"), _public("1.3"))
    publish = [one for one in ranked(world) if one.action.kind is ActionKind.PUBLISH]
    together = impact(world, [one.action for one in publish])
    assert [one.city for one in publish] == [Decimal("1.34"), Decimal("1.34")]
    assert together == Decimal("2.67")
    assert impact(world, [publish[0].action] * 12) == publish[0].city
    assert impact(world, []) == 0


def test_what_the_portal_gives_is_the_base_and_our_recount_moves_it() -> None:
    """65 of 80 on the portal, one of ours mended: 66 of 80, whatever our own count is."""
    figures = Basis(counts={UPDATED: Count(65, 80), SIGNED: Count(0, 79)}, given={}, rest={})
    world = _world(_hidden(action="abolish", is_complete=True), figures=figures)
    one = _only(ranked(world), ActionKind.PUBLISH)
    assert one.changes == (Change(UPDATED, Count(65, 80), Count(66, 80), "portal"),)
    assert one.city == Decimal("0.05")


def test_the_portals_count_never_grows_beyond_what_there_is() -> None:
    full = Basis(counts={UPDATED: Count(80, 80)}, given={}, rest={})
    one = _only(ranked(_world(_hidden(action="abolish"), figures=full)), ActionKind.PUBLISH)
    assert (one.city, one.changes) == (Decimal(0), ())


def test_completing_a_procedure_mends_all_its_rows_at_once() -> None:
    poor: dict[str, Any] = {"is_complete": False, "missing_parts": ("steps",)}
    world = _world(_public("1.1", **poor), _public("1.1", decision="13/QĐ-UBND", **poor))
    one = _only(ranked(world), ActionKind.COMPLETE)
    assert (one.city, one.action.id) == (Decimal(2), "complete:1.1")


def test_an_unsigned_decision_about_a_national_procedure_costs_no_points_but_is_listed() -> None:
    unsigned = _hidden(
        "1.9", signed=None, decision="", is_known_unsigned=True, is_known_hidden=False, kind=Kind.STANDARD
    )
    one = _only(ranked(_world(unsigned)), ActionKind.SIGN)
    assert (one.city, one.unit) == (Decimal(0), Decimal(0))
    assert "does not move the points of this period" in one.english


def test_what_is_signed_is_still_to_be_made_public_and_both_together_bring_the_points() -> None:
    """Signed today and not public, it lowers 1.2 from 1/1 to 1/2; made public at once, nothing is lost."""
    unsigned = _hidden("1.9", signed=None, decision="", is_known_unsigned=True, is_known_hidden=False)
    world = _world(unsigned, _public("1.2"), period=Period.parse("2026-Q4"))
    sign = _only(ranked(world), ActionKind.SIGN)
    assert (sign.city, sign.english.endswith("the law asks for it all the same")) == (Decimal("-2.00"), True)
    publish = Action(kind=ActionKind.PUBLISH, code="1.9")
    assert impact(world, [publish]) == 0
    assert impact(world, [publish, sign.action]) == 0


def test_dossiers_move_the_counts_of_the_city_and_of_their_unit() -> None:
    counts = {Indicator.PROCESSED_ON_TIME: Count(90, 100), Indicator.DOSSIER_SYNC: Count(95, 100)}
    world = _world(
        figures=Basis(counts=counts, given={}, rest={}),
        units={"H26.3": {Indicator.PROCESSED_ON_TIME: Count(0, 5)}},
        dossiers=(DossierFaults(unit_code="H26.3", undelivered=5, unsynchronised=10),),
        mismatches=(
            Open("tally_differs", "H26.3", 7, "H26.3", "end_state"),
            Open("tally_differs", "H26.3", 8, "H26.3", "received"),
            Open("tally_differs", "H26.4", 9, "H26.4", "end_state"),
        ),
    )
    deliver, synchronise = (_only(ranked(world), kind) for kind in (ActionKind.DELIVER_STATES, ActionKind.SYNCHRONISE))
    assert (deliver.city, deliver.unit, deliver.mismatches) == (Decimal(1), Decimal(20), ("7",))
    assert (synchronise.city, synchronise.unit, synchronise.mismatches) == (Decimal("0.30"), None, ("8",))
    assert _only(ranked(world), ActionKind.RECONCILE).mismatches == ("9",)
    assert impact(world, [deliver.action, synchronise.action]) == Decimal("1.30")
    assert impact(world, [deliver.action, deliver.action]) == Decimal(1)


def test_a_gain_without_a_count_to_start_from_is_unknown_and_not_zero() -> None:
    world = _world(dossiers=(DossierFaults(unit_code="H26.3", undelivered=5),))
    (one,) = ranked(world)
    assert one.city is None
    assert "unknown" in one.english
    assert impact(world, [one.action]) is None


def test_mismatches_that_cost_no_points_are_listed_with_the_reason() -> None:
    found = ranked(_world(_hidden(), mismatches=(Open("missing_on_portal", "1.1", 3), Open("field_differs", "1.1", 4))))
    publish, differs = (_only(found, kind) for kind in (ActionKind.PUBLISH, ActionKind.RECONCILE))
    assert publish.mismatches == ("3",)
    assert (differs.city, differs.mismatches) == (Decimal(0), ("4",))
    assert "field_differs" in differs.english
    assert "field_differs" in differs.vietnamese


def test_what_is_late_for_good_is_listed_with_nothing_to_gain() -> None:
    late = _public("1.1", signed=date(2026, 11, 2))
    one = _only(ranked(_world(late)), ActionKind.TOO_LATE)
    assert one.city == 0
    assert "late once is late for the whole period" in one.english


def test_what_is_too_little_alone_says_so_and_brings_points_in_company() -> None:
    full = Basis(counts={CONTENT: Count(500, 1000)}, given={}, rest={})
    poor = [_public(f"1.{n}", is_complete=False, missing_parts=("steps",)) for n in range(9)]
    found = [one for one in ranked(_world(*poor, figures=full)) if one.action.kind is ActionKind.COMPLETE]
    assert {one.city for one in found} == {Decimal(0)}
    assert "but by itself not the points" in found[0].english
    assert impact(_world(*poor, figures=full), [one.action for one in found]) == Decimal("0.02")


def test_what_brings_most_stands_first() -> None:
    world = _world(
        _hidden("1.1"),
        _public("1.2"),
        _public("1.3", is_complete=False),
        _public("1.4"),
        mismatches=(Open("x", "1.2"),),
    )
    cities = [one.city for one in ranked(world)]
    assert cities == sorted(cities, key=lambda points: -(points or 0))


def test_a_world_whose_parts_do_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        ranked(_world(_hidden(), attributions=()))


def _index(facts: tuple[Publication, ...], period: Period) -> Any:
    return score_counts(count(judged(facts), mode=Mode.PORTAL, period=period, today=TODAY).counts)


def _unit_index(facts: tuple[Publication, ...], units: tuple[Attribution, ...], unit: str, period: Period) -> Any:
    judgements = judged(facts)
    codes = {id(one): by.unit_code for one, by in zip(judgements, units, strict=True)}
    found = count_by_unit(judgements, lambda one: codes[id(one)], mode=Mode.PORTAL, period=period, today=TODAY)
    return score_counts(found[unit].counts if unit in found else dict.fromkeys(COUNTED, Count(0, 0)))


@settings(deadline=None)
@given(worlds(), st.sampled_from(PERIODS))
def test_mending_one_thing_changes_the_recomputed_index_by_what_was_said(world: Any, period: Period) -> None:
    """The facts are really changed, everything is judged and counted again from nothing, for the city and the unit."""
    facts, units = world
    for one in ranked(_world(*facts, period=period, attributions=units)):
        after = tuple(mended(publication, [one.action], TODAY) for publication in facts)
        assert (_index(after, period) - _index(facts, period)).total == one.city
        if unit := one.action.unit_code:
            gained = _unit_index(after, units, unit, period) - _unit_index(facts, units, unit, period)
            assert gained.total == one.unit


@settings(deadline=None)
@given(worlds(), st.sampled_from(PERIODS), st.data())
def test_mending_any_set_changes_the_recomputed_index_by_what_was_said(
    world: Any, period: Period, data: st.DataObject
) -> None:
    facts, units = world
    open_world = _world(*facts, period=period, attributions=units)
    listed = [one.action for one in ranked(open_world)]
    several: list[Action] = data.draw(st.lists(st.sampled_from(listed), max_size=12)) if listed else []
    after = tuple(mended(publication, several, TODAY) for publication in facts)
    assert (_index(after, period) - _index(facts, period)).total == impact(open_world, several)


@settings(deadline=None)
@given(worlds(), st.sampled_from(PERIODS))
def test_what_is_mended_is_not_open_any_more(world: Any, period: Period) -> None:
    """Mending is real: signing leads to making public, and nothing else of the list is there again."""
    facts, units = world
    listed = [one.action for one in ranked(_world(*facts, period=period, attributions=units))]
    after = tuple(mended(publication, listed, TODAY) for publication in facts)
    again = {one.action.id for one in ranked(_world(*after, period=period, attributions=units))}
    doable = {action.id for action in listed if action.kind in (ActionKind.SIGN, ActionKind.COMPLETE)}
    assert not again & doable

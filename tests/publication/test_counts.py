"""Our own counts of 1.1, 1.2 and 1.3, by the law's reading and by the portal's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.publication.counts import COUNTED, Counted, count, count_by_unit, entries, summed
from syncd.publication.facts import Authority, LegalDocument, Mode, Publication
from syncd.publication.index.scoring import Count, score_counts
from syncd.publication.standings import Reading
from syncd.records.figures import Group, Indicator
from syncd.records.periods import Period
from syncd.records.procedure import Kind
from tests.publication.random_facts import CALENDAR, PERIODS, TODAY, judged, worlds

SIGNED, UPDATED, CONTENT = COUNTED
OCTOBER = Period.parse("2026-10")
SEPTEMBER_15 = LegalDocument(number="106/2026/NĐ-CP", signed=date(2026, 7, 1), effective=date(2026, 9, 15))
NOVEMBER_1 = LegalDocument(number="107/2026/NĐ-CP", signed=date(2026, 9, 1), effective=date(2026, 11, 1))


def _specific(code: str = "1.1", **facts: Any) -> Publication:
    """Signed on 5 October, public on the 6th, for a document that takes effect on 1 November: all in time."""
    given_facts: dict[str, Any] = {
        "authority": Authority.PROVINCE,
        "kind": Kind.SPECIFIC,
        "decision": "12/QĐ-UBND",
        "signed": date(2026, 10, 5),
        "bases": (NOVEMBER_1,),
        "first_public": datetime(2026, 10, 6, 2, tzinfo=UTC),
        "latest_public": datetime(2026, 10, 6, 2, tzinfo=UTC),
        "is_shown": True,
        "is_complete": True,
    }
    return Publication(code=code, **{**given_facts, **facts})


def _hidden(code: str, **facts: Any) -> Publication:
    nothing: dict[str, Any] = {"first_public": None, "latest_public": None, "is_shown": False}
    return _specific(code, **{**nothing, "is_known_hidden": True, **facts})


def _count(*facts: Publication, mode: Mode = Mode.PORTAL, period: Period = OCTOBER) -> dict[Indicator, Counted]:
    return dict(count(judged(facts), mode=mode, period=period, today=TODAY).indicators)


def test_what_was_done_in_time_meets_all_three() -> None:
    for mode in Mode:
        found = _count(_specific(), mode=mode)
        assert {one: counted.met for one, counted in found.items()} == dict.fromkeys(COUNTED, ("1.1",))


def test_the_portal_counts_a_procedure_once_and_late_if_any_decision_was_late() -> None:
    """The law judges each decision for itself, in the period of its own deadline."""
    late = _specific(decision="13/QĐ-UBND", signed=date(2026, 10, 20), bases=(SEPTEMBER_15,))
    portal = _count(_specific(), late)
    assert (portal[SIGNED].met, portal[SIGNED].missed) == ((), ("1.1",))
    legal = _count(_specific(), late, mode=Mode.LEGAL)
    assert (legal[SIGNED].met, legal[SIGNED].missed) == (("1.1",), ())
    in_september = _count(_specific(), late, mode=Mode.LEGAL, period=Period.parse("2026-09"))
    assert in_september[SIGNED].missed == ("1.1",)


def test_a_late_click_that_may_be_a_re_entry_is_counted_by_the_portal_alone() -> None:
    """Signed in 2019 and clicked when the portal of 2026 was filled: it may have been public since 2019."""
    click = datetime(2026, 10, 6, 2, tzinfo=UTC)
    entered_again = _specific(signed=date(2019, 8, 11), first_public=click, latest_public=click)
    legal = _count(entered_again, mode=Mode.LEGAL)[UPDATED]
    assert (legal.met, legal.missed, legal.unknown) == ((), (), ("1.1",))
    assert legal.ratio is None
    assert _count(entered_again)[UPDATED].missed == ("1.1",)


def test_the_portal_ignores_national_procedures_and_neither_counts_a_ministry() -> None:
    national, ministrys = _specific("1.2", kind=Kind.STANDARD), _specific("1.3", authority=Authority.MINISTRY)
    assert all(counted == Counted() for counted in _count(national, ministrys).values())
    assert _count(national, ministrys, mode=Mode.LEGAL)[SIGNED].met == ("1.2",)


def test_an_unsigned_decision_is_overdue_by_the_law_and_nothing_to_the_portal() -> None:
    unsigned = _hidden("1.4", signed=None, decision="", is_known_unsigned=True)
    assert all(counted == Counted() for counted in _count(unsigned).values())
    assert _count(unsigned, mode=Mode.LEGAL)[SIGNED].missed == ("1.4",)


def test_what_is_still_in_time_is_not_counted_by_the_law() -> None:
    december = LegalDocument(number="9/2026/NĐ-CP", signed=date(2026, 11, 2), effective=date(2026, 12, 20))
    unsigned = _hidden("1.4", signed=None, decision="", is_known_unsigned=True, bases=(december,))
    found = _count(unsigned, mode=Mode.LEGAL, period=Period.parse("2026-12"))
    assert found[SIGNED] == Counted()


def test_what_is_still_to_be_made_public_is_missed_where_its_deadline_lies_in_the_period() -> None:
    """Signed on 26 October: five working days on is 2 November, so it is none of October's, by the default reading."""
    early, late = _hidden("1.5", signed=date(2026, 10, 20)), _hidden("1.6", signed=date(2026, 10, 26))
    assert _count(early, late)[UPDATED].missed == ("1.5",)
    letter = Reading(mode=Mode.PORTAL, period=OCTOBER, today=TODAY, latest_signing=date(2026, 11, 6))
    by_letter = summed(entries(judged((early, late)), letter), Mode.PORTAL, OCTOBER)
    assert by_letter.indicators[UPDATED].missed == ("1.5", "1.6")


def test_a_hidden_decision_stays_to_be_made_public_until_it_is() -> None:
    """Made public in November: late in October, when it had to be, and late in November, when it was."""
    public_later = _specific(
        first_public=datetime(2026, 11, 9, tzinfo=UTC), latest_public=datetime(2026, 11, 9, tzinfo=UTC)
    )
    assert _count(public_later)[UPDATED].missed == ("1.1",)
    assert _count(public_later, period=Period.parse("2026-11"))[UPDATED].missed == ("1.1",)
    assert _count(public_later, period=Period.parse("2026-12"))[UPDATED] == Counted()


def test_the_portal_goes_by_the_latest_click_and_the_law_by_the_first() -> None:
    clicked_again = _specific(latest_public=datetime(2026, 10, 25, tzinfo=UTC))
    assert _count(clicked_again)[UPDATED].missed == ("1.1",)
    assert _count(clicked_again, mode=Mode.LEGAL)[UPDATED].met == ("1.1",)
    in_november = _specific(latest_public=datetime(2026, 11, 9, tzinfo=UTC))
    assert _count(in_november, period=Period.parse("2026-11"))[UPDATED].missed == ("1.1",)


def test_a_decision_dated_in_the_future_is_neither_on_time_nor_late() -> None:
    future = _specific(signed=date(2026, 11, 30))
    assert _count(future, period=Period.parse("2026-11"))[SIGNED].unknown == ("1.1",)


def test_what_has_no_day_at_all_is_unknown_in_every_period() -> None:
    dateless = _specific(signed=None, decision="", bases=(), first_public=None, latest_public=None)
    for mode in Mode:
        for period in PERIODS:
            found = _count(dateless, mode=mode, period=period)
            assert (found[SIGNED].unknown, found[UPDATED].unknown) == (("1.1",), ("1.1",))


def test_a_procedure_whose_decisions_two_units_answer_for_is_counted_for_neither() -> None:
    """By the law's reading each event has its own unit; what is counted once has none."""
    judgements = judged((_specific(), _specific(decision="13/QĐ-UBND")))
    units = dict(zip(map(id, judgements), ("H26.3", "H26.10"), strict=True))
    for mode, expected in ((Mode.PORTAL, {""}), (Mode.LEGAL, {"", "H26.3", "H26.10"})):
        by_unit = count_by_unit(judgements, lambda one: units[id(one)], mode=mode, period=OCTOBER, today=TODAY)
        assert set(by_unit) == expected
        assert by_unit[""].indicators[CONTENT].met == ("1.1",)


def test_signing_counts_for_procedures_that_are_public_or_abolished_unless_switched_off() -> None:
    hidden, abolished = _hidden("1.5"), _hidden("1.6", action="abolish")
    assert _count(hidden, abolished)[SIGNED].met == ("1.6",)
    all_of_them = Reading(mode=Mode.PORTAL, period=OCTOBER, today=TODAY, only_shown=False)
    assert summed(entries(judged((hidden, abolished)), all_of_them), Mode.PORTAL, OCTOBER).indicators[SIGNED].met == (
        "1.5",
        "1.6",
    )


def test_content_is_a_stock_of_what_is_shown_now_whatever_the_period() -> None:
    facts = (
        _specific("1.1"),
        _specific("1.2", is_complete=False, missing_parts=("steps",)),
        _specific("1.3", is_complete=None),
        _hidden("1.4", is_complete=False),
    )
    for period in PERIODS:
        found = _count(*facts, period=period)[CONTENT]
        assert (found.met, found.missed, found.unknown) == (("1.1",), ("1.2",), ("1.3",))


@pytest.mark.parametrize(
    ("facts", "indicator"),
    [
        ({"unknown_bases": ("9/2026/TT-BYT",), "bases": ()}, SIGNED),
        ({"signed": None, "decision": ""}, SIGNED),
        ({"signed": None, "decision": ""}, UPDATED),
        ({"first_public": None, "latest_public": None}, UPDATED),
        ({"is_complete": None}, CONTENT),
    ],
)
def test_what_is_not_known_is_neither_on_time_nor_late(facts: dict[str, Any], indicator: Indicator) -> None:
    for mode in Mode:
        found = _count(_specific(**facts), mode=mode)[indicator]
        assert found == Counted(unknown=("1.1",))
        assert found.count == Count(0, 0)


def test_a_procedure_of_unknown_kind_may_be_none_of_the_provinces() -> None:
    found = _count(_specific(kind=None))
    assert all(counted == Counted(unknown=("1.1",)) for counted in found.values())


def test_what_nobody_could_have_met_is_counted_apart() -> None:
    at_once = LegalDocument(number="8/2026/NĐ-CP", signed=date(2026, 10, 1), effective=date(2026, 10, 1))
    found = _count(_specific(bases=(at_once,)), mode=Mode.LEGAL)
    assert found[SIGNED] == Counted(unmeetable=("1.1",))


def test_nothing_of_nothing_has_no_ratio_and_scores_what_the_portal_gives() -> None:
    found = count((), mode=Mode.PORTAL, period=OCTOBER, today=TODAY)
    assert all(counted.ratio is None for counted in found.indicators.values())
    scores = score_counts(found.counts | {Indicator.DOSSIER_SYNC: Count(5, 5)})
    assert scores.groups[Group.TRANSPARENCY] == 6


@settings(deadline=None)
@given(worlds(), st.sampled_from(Mode), st.sampled_from(PERIODS))
def test_the_units_counts_add_up_to_the_whole(world: Any, mode: Mode, period: Period) -> None:
    """In every indicator and standing; what no unit answers for stands under ""."""
    facts, attributions = world
    judgements = judged(facts)
    units = {id(one): attribution.unit_code for one, attribution in zip(judgements, attributions, strict=True)}
    whole = count(judgements, mode=mode, period=period, today=TODAY)
    by_unit = count_by_unit(judgements, lambda one: units[id(one)], mode=mode, period=period, today=TODAY)
    for indicator in COUNTED:
        of_units = [one.indicators[indicator] for one in by_unit.values()]
        for standing in ("met", "missed", "unknown", "unmeetable"):
            together = sorted(code for one in of_units for code in getattr(one, standing))
            assert together == list(getattr(whole.indicators[indicator], standing))
        counts = [one.count for one in of_units]
        added = Count(sum(one.numerator for one in counts), sum(one.denominator for one in counts))
        assert added == whole.counts[indicator]


@settings(deadline=None)
@given(worlds(), st.sampled_from(PERIODS))
def test_by_the_portals_reading_no_procedure_is_counted_twice(world: Any, period: Period) -> None:
    found = _count(*world[0], period=period)
    for counted in found.values():
        codes = (*counted.met, *counted.missed, *counted.unknown, *counted.unmeetable)
        assert len(codes) == len(set(codes))


def test_the_calendar_of_these_tests_has_no_gaps() -> None:
    assert CALENDAR.after(date(2026, 10, 26), 5).day == date(2026, 11, 2)

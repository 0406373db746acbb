"""What can be said of each decision, and when nothing can: absence is believed only where it means something."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.reconcile.decisions import judge
from syncd.reconcile.decisions_comparing import NOT_COMPARED, RULES, differences
from syncd.reconcile.decisions_told import Current, DecisionRules, Judgement, Standing, Telling
from syncd.reconcile.mismatches import KINDS, OF_DECISIONS, MismatchKind, Severity
from syncd.records.publication_decision import Decision, DecisionState

DAY = date(2026, 9, 8)
SINCE = date(2026, 1, 1)
EVERY = frozenset(Decision.__struct_fields__)
HANOI = DecisionRules(issuers=frozenset({"H26"}), since=SINCE)


def decision(number: str = "3584/QĐ-UBND", signed: date | None = DAY, **others: Any) -> Decision:
    return Decision(number=number, signed=signed, **{"key": number, "issuer_code": "H26"} | others)


def told(*decisions: Decision, **others: Any) -> Telling:
    return Telling(decisions=decisions, carries=EVERY, **others)


def only(portal: Telling, documents: Telling, rules: DecisionRules = HANOI) -> Judgement:
    (found,) = judge(portal, documents, rules)
    return found


def test_the_kinds_say_how_much_each_matters() -> None:
    """The public sees what no longer holds while a decision is not entered; the others mislead about its source."""
    assert {kind: KINDS[kind].severity for kind in OF_DECISIONS} == {
        MismatchKind.DECISION_NOT_ENTERED: Severity.CRITICAL,
        MismatchKind.DECISION_UNKNOWN: Severity.MAJOR,
        MismatchKind.DECISION_DIFFERS: Severity.MAJOR,
    }


def test_every_field_of_a_decision_is_compared_or_says_why_not() -> None:
    assert RULES.keys() | NOT_COMPARED.keys() == EVERY
    assert not RULES.keys() & NOT_COMPARED.keys()


def test_both_sides_agree() -> None:
    found = only(told(decision()), told(decision()))
    assert (found.standing, found.is_shown, found.observations) == (Standing.AGREED, True, ())


def test_a_signed_decision_that_a_list_lacks_is_not_entered() -> None:
    found = only(told(decision("1/QĐ-BYT", issuer_code="G18")), told(decision(abstract="Về việc công bố")))
    (seen,) = found.observations
    assert (found.standing, seen.kind, seen.name) == (Standing.NOT_ENTERED, "decision_not_entered", "Về việc công bố")


@pytest.mark.parametrize(
    ("portal", "documents"),
    [
        (told(is_sure=False), told(decision())),
        (told(since=DAY + timedelta(days=1)), told(decision())),
        (told(), told(decision(signed=None))),
        (told(), told(decision(signed=SINCE - timedelta(days=1)))),
        (told(decision(), is_sure=True), told(is_sure=False)),
        (told(decision()), told(since=DAY + timedelta(days=1))),
        (told(decision(signed=None)), told()),
        (told(decision(number="")), told()),
        (told(decision(number="QĐ000001SNNTEST")), told()),
        (told(), told(decision(number="13"))),
    ],
)
def test_absence_says_nothing_where_the_side_would_not_show_it(portal: Telling, documents: Telling) -> None:
    found = only(portal, documents)
    assert (found.standing, found.observations) == (Standing.UNKNOWN, ())
    assert found.why


def test_what_was_recalled_need_not_be_entered() -> None:
    assert only(told(), told(decision(state=DecisionState.RECALLED))).standing is Standing.AGREED


def test_decisions_of_others_are_nobodys_here() -> None:
    others = decision(issuer_code="H44"), decision("9/QĐ-UBND", issuer_code=None, issuer_name="UBND tỉnh Phú Thọ")
    assert judge(told(*others), told(*others), HANOI) == []
    assert judge(told(), told(decision(issuer_code=None)), HANOI) == []


def test_issuers_may_be_named_by_name_and_hold_for_those_below() -> None:
    rules = DecisionRules(issuers=frozenset({"UBND Thành phố Hà Nội"}), since=SINCE)
    named = decision(issuer_code=None, issuer_name="Ủy ban nhân dân thành phố Hà Nội")
    assert only(told(), told(named), rules).standing is Standing.NOT_ENTERED
    assert only(told(), told(decision(issuer_code="H26.101"))).standing is Standing.NOT_ENTERED


def test_a_decision_that_documents_do_not_know_is_unknown_to_them_and_one_that_the_portal_dropped_is_not() -> None:
    assert only(told(decision()), told()).standing is Standing.NOT_KNOWN
    assert judge(told(decision(), gone=frozenset({"3584/QĐ-UBND"})), told(), HANOI) == []


def test_documents_once_seen_are_known_but_never_missing() -> None:
    gone = told(decision(), gone=frozenset({"3584/QĐ-UBND"}))
    assert only(told(decision()), gone).standing is Standing.AGREED
    assert judge(told(), gone, HANOI) == []


def test_a_difference_stays_as_it_is_once_the_document_cannot_be_compared_any_more() -> None:
    listed, other = told(decision(signer="An")), told(decision(signer="Bình"))
    assert only(listed, other).standing is Standing.DIFFERS
    cleared = only(listed, told(decision(signer="Bình"), gone=frozenset({"3584/QĐ-UBND"})))
    assert cleared.is_unknown("decision_differs", "signer")
    assert not cleared.is_unknown("decision_not_entered", "")
    assert not only(listed, told(decision(signer="An"))).is_unknown("decision_differs", "signer")
    assert only(listed, told(decision())).is_unknown("decision_differs", "signer")


def test_a_list_keeps_replaced_decisions_rightly_and_recalled_ones_wrongly() -> None:
    for state, standing in ((DecisionState.REPLACED, Standing.AGREED), (DecisionState.RECALLED, Standing.DIFFERS)):
        assert only(told(decision()), told(decision(state=state))).standing is standing


def test_procedures_that_still_name_a_replaced_decision_are_wrong() -> None:
    portal = told(decision(codes=("1.1",)), current={"1.1": Current(DAY, True)})
    (seen,) = only(portal, told(decision(state=DecisionState.REPLACED))).observations
    assert (seen.field, seen.portal_value, seen.city_value) == ("state", "issued", "replaced")


def test_a_superseded_decision_that_is_shown_no_more_was_entered() -> None:
    portal = told(decision(), gone=frozenset({"3584/QĐ-UBND"}), current={})
    for state in DecisionState:
        assert only(portal, told(decision(state=state))).standing is Standing.RECORDED


@pytest.mark.parametrize(
    ("current", "standing"),
    [
        ({}, Standing.NOT_ENTERED),
        ({"1.1": Current(date(2026, 3, 1), True)}, Standing.NOT_ENTERED),
        ({"1.1": Current(date(2026, 3, 1))}, Standing.NOT_ENTERED),
        ({"1.1": Current(date(2026, 10, 1), True)}, Standing.UNKNOWN),
        ({"1.1": Current(DAY, True)}, Standing.UNKNOWN),
        ({"1.1": Current(None, True)}, Standing.UNKNOWN),
        ({"1.1": Current(date(2026, 3, 1), False)}, Standing.UNKNOWN),
    ],
)
def test_a_portal_that_shows_procedures_lacks_a_decision_only_where_it_would_show_it(
    current: dict[str, Current], standing: Standing
) -> None:
    """A later decision, one without a day, a ministry's procedure: none of them says that this one is missing."""
    assert only(told(current=current), told(decision(codes=("1.1",)))).standing is standing


def test_without_its_procedures_a_decision_is_missed_only_where_the_operator_expects_it() -> None:
    expecting = DecisionRules(issuers=frozenset({"H26"}), since=SINCE, expects_uncoded=True)
    for codes in (None, ()):
        documents = told(decision(codes=codes))
        assert only(told(current={}), documents).standing is Standing.UNKNOWN
        assert only(told(current={}), documents, expecting).standing is Standing.NOT_ENTERED


def test_procedures_of_a_decision_that_have_a_later_one_are_no_difference() -> None:
    current = {"1.1": Current(DAY, True), "1.2": Current(date(2026, 10, 1), True), "1.3": Current(date(2026, 1, 2))}
    portal = told(decision(codes=("1.1",)), current=current)
    (seen,) = only(portal, told(decision(codes=("1.1", "1.2", "1.3", "1.4")))).observations
    assert (seen.field, seen.portal_value, seen.city_value) == ("codes", "", "1.3\n1.4")


def test_only_fields_that_both_sides_carry_and_say_are_compared() -> None:
    ours, theirs = decision(signer="An", codes=None), decision(signer="Bình", codes=("1.1",))
    assert [one.field for one in differences(ours, theirs, fields=EVERY)] == ["signer"]
    assert differences(ours, theirs, fields={"number", "codes"}) == []


def test_form_alone_is_no_mismatch() -> None:
    ours, theirs = decision("3584/QĐ-UBND.", signer="NGUYỄN VĂN BÌNH"), decision(signer="Nguyễn Văn Bình")
    assert {one.difference for one in differences(ours, theirs, fields=EVERY)} == {"form-only"}
    assert only(told(ours), told(theirs)).standing is Standing.AGREED


@dataclass(frozen=True)
class Worlds:
    """Random tellings of both sides."""

    portal: Telling
    documents: Telling


@st.composite
def worlds(draw: st.DrawFn) -> Worlds:
    def side(name: str, *, is_portal: bool) -> Telling:
        rows = draw(
            st.lists(
                st.tuples(
                    st.sampled_from(("1/QĐ-UBND", "2/QĐ-UBND", "3/QĐ-UBND")),
                    st.sampled_from((DAY, date(2026, 2, 1), date(2025, 2, 1), None)),
                    st.sampled_from(("H26", "H26.101", "H44")),
                    st.sampled_from((None, ("1.1",), ("1.1", "1.2"))),
                    st.sampled_from(tuple(DecisionState)),
                ),
                max_size=5,
            )
        )
        decisions = tuple(
            Decision(key=f"{name}{place}", number=number, signed=day, issuer_code=issuer, codes=codes, state=state)
            for place, (number, day, issuer, codes, state) in enumerate(rows)
        )
        gone = draw(st.frozensets(st.sampled_from([one.key for one in decisions]))) if decisions else frozenset()
        seen = st.sampled_from((None, DAY, date(2026, 1, 2)))
        shown = st.dictionaries(st.sampled_from(("1.1", "1.2")), st.builds(Current, seen, st.none() | st.booleans()))
        return told(
            *decisions,
            gone=gone,
            since=draw(st.sampled_from((None, date(2026, 6, 1)))),
            is_sure=draw(st.booleans()),
            current=draw(st.none() | shown) if is_portal else None,
        )

    return Worlds(side("p", is_portal=True), side("d", is_portal=False))


@settings(max_examples=300, deadline=None)
@given(worlds())
def test_nothing_is_missing_where_its_absence_could_be_explained(world: Worlds) -> None:
    for one in judge(world.portal, world.documents, HANOI):
        if one.standing is Standing.NOT_ENTERED:
            signed, lacking = one.documents, world.portal
        elif one.standing is Standing.NOT_KNOWN:
            signed, lacking = one.portal, world.documents
        else:
            continue
        assert signed is not None
        assert lacking.is_sure
        assert signed.signed is not None
        assert signed.signed >= max(SINCE, lacking.since or SINCE)
        same = [other for other in lacking.decisions if (other.number, other.signed) == (signed.number, signed.signed)]
        assert all(other.issuer_code == "H44" for other in same)


@settings(max_examples=300, deadline=None)
@given(worlds())
def test_every_decision_is_judged_at_most_once_and_only_for_what_was_observed(world: Worlds) -> None:
    found = judge(world.portal, world.documents, HANOI)
    for side in ("portal", "documents"):
        keys = Counter(one.key for each in found if (one := getattr(each, side)) is not None)
        assert not keys or max(keys.values()) == 1
    for one in found:
        wrong = one.standing in (Standing.NOT_ENTERED, Standing.NOT_KNOWN, Standing.DIFFERS)
        assert bool(one.observations) == wrong
        assert all(seen.local_code == one.identity for seen in one.observations)


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_entering_what_is_missing_ends_it(world: Worlds) -> None:
    """Once the portal shows the very decision, it is missing no more, whatever else it shows."""
    for one in judge(world.portal, world.documents, HANOI):
        if one.standing is not Standing.NOT_ENTERED or one.documents is None:
            continue
        entered = Decision(key="new", number=one.documents.number, signed=one.documents.signed, issuer_code="H26")
        portal = told(*world.portal.decisions, entered, gone=world.portal.gone, current=world.portal.current)
        after = {each.identity: each for each in judge(portal, world.documents, HANOI)}
        assert after[one.identity].standing is not Standing.NOT_ENTERED

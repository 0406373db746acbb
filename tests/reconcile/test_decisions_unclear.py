"""What cannot be told stays unknown: procedures that are not believed, documents left out, issuers of two kinds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from syncd.reconcile.decisions import judge
from syncd.reconcile.decisions_told import Current, Standing
from syncd.records.publication_decision import DecisionState
from tests.reconcile.test_decisions import DAY, HANOI, decision, only, told

EARLIER = {"1.1": Current(date(2026, 3, 1), True), "1.2": Current(date(2026, 3, 1), True)}
LATER = date(2026, 10, 1)
KEY = "3584/QĐ-UBND"


@pytest.mark.parametrize("codes", [("1.1",), ("1.1", "1.2")])
def test_a_procedure_that_is_not_believed_does_not_lack_a_decision(codes: tuple[str, ...]) -> None:
    portal = told(current=EARLIER, unclear=frozenset({"1.1"}))
    assert only(portal, told(decision(codes=codes))).standing is Standing.UNKNOWN
    assert only(portal, told(decision(codes=("1.2",)))).standing is Standing.NOT_ENTERED


def test_an_uncoded_decision_is_not_missed_while_a_procedure_is_not_believed() -> None:
    expecting = type(HANOI)(issuers=HANOI.issuers, since=HANOI.since, expects_uncoded=True)
    assert only(told(current={}), told(decision()), expecting).standing is Standing.NOT_ENTERED
    unclear = told(current={}, unclear=frozenset({"1.1"}))
    assert only(unclear, told(decision()), expecting).standing is Standing.UNKNOWN


def test_a_decision_that_only_such_procedures_may_name_is_neither_gone_nor_not_known() -> None:
    portal = told(decision(codes=("1.1",)), current=EARLIER, unclear=frozenset({"1.1"}), maybe_shown=frozenset({KEY}))
    alone = only(portal, told())
    assert (alone.standing, alone.observations) == (Standing.UNKNOWN, ())
    both = only(portal, told(decision(codes=("1.1", "1.2"), state=DecisionState.RECALLED)))
    assert (both.standing, both.observations) == (Standing.RECORDED, ())
    assert both.is_unknown("decision_differs", "codes")
    assert both.is_unknown("decision_differs", "state")
    assert not both.is_unknown("decision_not_entered", "")


def test_the_procedures_of_a_decision_are_not_compared_while_one_is_not_believed() -> None:
    portal = told(decision(codes=("1.1",), signer="An"), current=EARLIER, unclear=frozenset({"1.2"}))
    found = only(portal, told(decision(codes=("1.1", "1.2"), signer="Bình")))
    assert [one.field for one in found.observations] == ["signer"]
    assert found.is_unknown("decision_differs", "codes")
    assert not found.is_unknown("decision_differs", "signer")


@pytest.mark.parametrize(
    "document",
    [
        decision(issuer_code=None),
        decision(issuer_code=None, issuer_name="UBND thành phố Hà Nội"),
    ],
)
def test_a_document_without_a_code_of_its_issuer_is_the_portals_decision(document: Any) -> None:
    assert only(told(decision()), told(document)).standing is Standing.AGREED


def test_one_of_another_day_without_an_issuer_may_be_it_or_another_ones() -> None:
    document = decision(issuer_code=None, signed=date(2026, 9, 9))
    assert only(told(decision()), told(document)).standing is Standing.UNKNOWN
    assert only(told(document), told(decision())).standing is Standing.UNKNOWN


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            {"issuer_code": "H26", "issuer_name": "UBND thành phố Hà Nội"},
            {"issuer_code": None, "issuer_name": "Hà Nội"},
        ),
        ({"issuer_code": "H26.17.1"}, {"issuer_code": "000.01.17.H26"}),
        (
            {"issuer_code": "H26", "issuer_name": "UBND thành phố Hà Nội"},
            {"issuer_code": None, "issuer_name": "Hà Nội", "signed": date(2026, 9, 9)},
        ),
    ],
)
def test_issuers_that_cannot_be_compared_leave_both_unknown(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    portal, documents = told(decision(**ours)), told(decision(**theirs))
    assert {one.standing for one in judge(portal, documents, HANOI)} == {Standing.UNKNOWN}


def test_a_rule_for_a_unit_below_meets_the_document_of_the_unit_above() -> None:
    rules = type(HANOI)(issuers=frozenset({"H26.17"}), since=HANOI.since)
    found = only(told(decision(issuer_code="H26.17")), told(decision(issuer_code="H26")), rules)
    assert found.standing is Standing.AGREED


@pytest.mark.parametrize("day", [DAY, None])
def test_what_meets_a_document_that_was_left_out_is_unknown_on_either_side(day: date | None) -> None:
    left_out = told(left_out=frozenset({(KEY, day)}))
    assert only(told(decision()), left_out).standing is Standing.UNKNOWN
    assert only(left_out, told(decision())).standing is Standing.UNKNOWN
    assert only(told(decision(signed=LATER)), told(left_out=frozenset({(KEY, DAY)}))).standing is Standing.NOT_KNOWN


def test_a_copy_that_is_gone_says_nothing_beside_one_that_is_there() -> None:
    gone = decision(key="old", codes=("1.1", "1.2"), state=DecisionState.RECALLED)
    documents = told(decision(codes=("1.1",)), gone, gone=frozenset({"old"}))
    assert only(told(decision(codes=("1.1",))), documents).standing is Standing.AGREED


def test_a_decision_that_was_overtaken_is_missed_no_more() -> None:
    """Only where every procedure shows a later decision, and the documents know each of them."""
    late = decision("40/QĐ-UBND", LATER, codes=("1.1", "1.2"))
    missing, now = decision(codes=("1.1", "1.2")), Current(LATER, True, "40/QĐ-UBND")
    after = {
        one.identity: one for one in judge(told(late, current={"1.1": now, "1.2": now}), told(missing, late), HANOI)
    }
    assert [one.standing for one in after.values()] == [Standing.AGREED, Standing.AGREED]
    half = told(late, current={"1.1": now, "1.2": Current(None, True)})
    assert Standing.UNKNOWN in {one.standing for one in judge(half, told(missing, late), HANOI)}
    unknown = told(current={"1.1": now, "1.2": now})
    assert only(unknown, told(missing)).standing is Standing.UNKNOWN

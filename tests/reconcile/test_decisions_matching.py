"""Which decision of the portal is which of the document system; against a second, naive way of telling it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.reconcile.decisions_matching import Matched, Named, is_same_issuer, match, named, once
from syncd.records.publication_decision import Decision, DecisionState

DAY = date(2026, 9, 8)
ANOTHER = date(2026, 9, 9)
LAST_YEAR = date(2025, 9, 8)


def one(key: str, number: str = "3584/QĐ-UBND", signed: date | None = DAY, **others: Any) -> Named:
    return named(Decision(key=key, number=number, signed=signed, **{"issuer_code": "H26"} | others))


def matched(portal: Sequence[Named], documents: Sequence[Named], *, is_covered: bool = True) -> Matched:
    return match(portal, documents, is_covered=lambda _ours, _theirs: is_covered)


def pairs(found: Matched) -> set[tuple[str, str]]:
    return {(ours.decision.key, theirs.decision.key) for ours, theirs in found.together}


@pytest.mark.parametrize(
    ("number", "code"),
    [("3584/QĐ-UBND.", "H26"), ("Số: 3584/QĐ-UBND", "000.00.00.H26"), ("3584/qđ-ubnd", "H26")],
)
def test_spellings_of_number_and_issuer_are_one_decision(number: str, code: str) -> None:
    assert pairs(matched([one("p", number)], [one("d", issuer_code=code)])) == {("p", "d")}


def test_the_same_number_of_two_agencies_is_two_decisions() -> None:
    found = matched([one("p", issuer_code="H44"), one("q")], [one("d")])
    assert (pairs(found), found.unclear) == ({("q", "d")}, frozenset())


def test_the_same_number_of_two_years_is_two_decisions_where_each_has_its_own() -> None:
    found = matched([one("p", signed=LAST_YEAR), one("q")], [one("d"), one("e", signed=LAST_YEAR)])
    assert pairs(found) == {("p", "e"), ("q", "d")}


def test_another_day_of_the_same_year_is_a_typing_error() -> None:
    assert pairs(matched([one("p", signed=ANOTHER)], [one("d")])) == {("p", "d")}


def test_another_year_alone_is_unclear_where_both_sides_would_show_both() -> None:
    sides = [one("p", signed=LAST_YEAR)], [one("d")]
    found = matched(*sides)
    assert (pairs(found), len(found.unclear)) == (set(), 2)
    assert matched(*sides, is_covered=False).unclear == frozenset()


def test_another_year_with_a_procedure_in_common_is_a_typing_error() -> None:
    found = matched([one("p", signed=LAST_YEAR, codes=("1.000001",))], [one("d", codes=("1.000001", "1.000002"))])
    assert pairs(found) == {("p", "d")}


def test_two_that_come_into_question_are_unclear() -> None:
    found = matched([one("p", signed=ANOTHER), one("q", signed=date(2026, 9, 10))], [one("d")])
    assert (pairs(found), len(found.unclear)) == (set(), 3)


def test_a_number_that_was_mistyped_is_found_by_day_and_procedures() -> None:
    codes = ("1.000001", "1.000002")
    assert pairs(matched([one("p", "3548/QĐ-UBND", codes=codes)], [one("d", codes=codes[::-1])])) == {("p", "d")}
    assert pairs(matched([one("p", "3548/QĐ-UBND", codes=codes)], [one("d", codes=codes[:1])])) == set()
    assert pairs(matched([one("p", "3548/QĐ-UBND")], [one("d")])) == set()


def test_the_same_number_of_a_unit_below_on_another_day_is_unclear() -> None:
    found = matched([one("p", signed=ANOTHER, issuer_code="H26.103")], [one("d")])
    assert (pairs(found), len(found.unclear)) == (set(), 2)


def test_a_center_of_the_city_signs_for_the_city() -> None:
    number = "936/QĐ-TTPVHCC"
    assert pairs(matched([one("p", number)], [one("d", number, issuer_code="H26.101")])) == {("p", "d")}


def test_a_copy_under_a_unit_below_is_not_another_decision() -> None:
    found = matched([one("p"), one("q", issuer_code="H26.101")], [one("d")])
    assert (pairs(found), found.unclear) == ({("p", "d")}, {"3584/QĐ-UBND · 2026-09-08 · H26.101"})


def test_issuers_without_codes_are_told_apart_by_name() -> None:
    city = one("p", issuer_code=None, issuer_name="UBND Thành phố Hà Nội")
    assert is_same_issuer(city, one("d", issuer_code=None, issuer_name="Ủy ban nhân dân TP. Hà Nội"))
    assert not is_same_issuer(city, one("d", issuer_code=None, issuer_name="UBND Thành phố Huế"))


def test_copies_are_one_and_a_recall_among_them_counts() -> None:
    recalled = Decision(key="b", number="3584/qđ-ubnd", signed=DAY, issuer_code="H26", state=DecisionState.RECALLED)
    (found,) = once([one("a", signer="An", codes=("1",)).decision, recalled])
    assert (found.decision.key, found.decision.signer, found.decision.codes, found.decision.state) == (
        "a",
        "An",
        ("1",),
        DecisionState.RECALLED,
    )


NUMBERS = ("1/QĐ-UBND", "2/QĐ-UBND", "1/QĐ-UBND.", "")
DAYS = (DAY, ANOTHER, LAST_YEAR, None)
ISSUERS = ("H26", "H26.101", "H44", None)
CODES = (None, (), ("1.1",), ("1.1", "1.2"))


@st.composite
def sides(draw: st.DrawFn) -> list[Named]:
    rows = draw(
        st.lists(st.tuples(*(st.sampled_from(values) for values in (NUMBERS, DAYS, ISSUERS, CODES))), max_size=7)
    )
    made = [
        Decision(key=str(place), number=number, signed=day, issuer_code=issuer, codes=codes)
        for place, (number, day, issuer, codes) in enumerate(rows)
    ]
    return list(once(made))


Relation = Callable[[Named, Named], bool]


def _near(ours: Named, theirs: Named) -> bool:
    first, second = ours.decision.issuer_code, theirs.decision.issuer_code
    return first is None or second is None or first == second or {first, second} == {"H26", "H26.101"}


def _number(ours: Named, theirs: Named) -> bool:
    return ours.number == theirs.number != ""


def _day(ours: Named, theirs: Named) -> bool:
    return ours.signed == theirs.signed is not None


def _year(ours: Named, theirs: Named) -> bool:
    return ours.signed is None or theirs.signed is None or ours.signed.year == theirs.signed.year


def _code(ours: Named, theirs: Named) -> bool:
    return ours.decision.issuer_code == theirs.decision.issuer_code is not None


def _one_code(ours: Named, theirs: Named) -> bool:
    return None in (ours.decision.issuer_code, theirs.decision.issuer_code) or _code(ours, theirs)


RELATIONS: tuple[Relation, ...] = (
    lambda p, d: _number(p, d) and _day(p, d) and _code(p, d),
    lambda p, d: _number(p, d) and _day(p, d) and _near(p, d),
    lambda p, d: _number(p, d) and _year(p, d) and _one_code(p, d),
    lambda p, d: _number(p, d) and _near(p, d) and bool(set(p.codes) & set(d.codes)),
    lambda p, d: _day(p, d) and _near(p, d) and bool(p.codes) and p.codes == d.codes,
)


def naive(portal: list[Named], documents: list[Named]) -> tuple[set[tuple[str, str]], set[str]]:
    """Every two looked at, step by step; written from the words of the rule alone."""
    every_portal, every_document = portal, documents
    together: set[tuple[str, str]] = set()
    unclear: set[str] = set()
    for holds in RELATIONS:
        edges = [(p, d) for p in portal for d in documents if holds(p, d)]
        for p, d in edges:
            rivals = [edge for edge in edges if edge[0] is p or edge[1] is d]
            if len(rivals) == 1:
                together.add((p.identity, d.identity))
            else:
                unclear |= {p.identity, d.identity}
        portal = [p for p in portal if all(edge[0] is not p for edge in edges)]
        documents = [d for d in documents if all(edge[1] is not d for edge in edges)]
    for p in portal:
        for d in documents:
            if _number(p, d) and _near(p, d):
                unclear |= {p.identity, d.identity}
    left = [(p, d) for p in portal for d in every_document] + [(d, p) for d in documents for p in every_portal]
    unclear |= {one.identity for one, other in left if _number(one, other) and _day(one, other) and _near(one, other)}
    return together, unclear


@settings(max_examples=400, deadline=None)
@given(sides(), sides())
def test_matching_is_what_the_naive_way_says(portal: list[Named], documents: list[Named]) -> None:
    found = matched(portal, documents)
    together = {(ours.identity, theirs.identity) for ours, theirs in found.together}
    assert (together, set(found.unclear)) == naive(portal, documents)


@settings(max_examples=200, deadline=None)
@given(sides(), sides(), st.randoms())
def test_the_order_of_records_changes_nothing(portal: list[Named], documents: list[Named], random: Any) -> None:
    found = matched(portal, documents)
    random.shuffle(portal)
    random.shuffle(documents)
    again = matched(portal, documents)
    assert (set(again.together), again.unclear) == (set(found.together), found.unclear)

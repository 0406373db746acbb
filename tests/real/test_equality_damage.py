"""Real records against their own damaged selves, and the real decision numbers that are none, by name."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from syncd.reconcile.comparison import comparison_form, differences
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.fingerprints import comparison, fast_form
from syncd.records.decisions import NOT_A_NUMBER, parse_number
from syncd.records.procedure import Procedure
from syncd.records.text import fold
from tests.real.test_equality_corpus import CORPUS, RULES, _numbers, _procedures
from tests.reconcile.damage import damaged, damaged_text

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"the real portal corpus is absent: {CORPUS}")

NO_NUMBERS = {
    *("13", "543", "1103", "1145", "1681", "1704", "2565", "2580", "9303", "290601"),
    *("205/TTr-SNNMT", "205/TTr-SNNMT.2", "674/UBND", "1562/BNG-VP", "4221/EVN-KDMBD", "1782SoKHCN2026dacthu"),
    *("QĐ/0001-BCA", "QĐ/0001-BTP", "QĐ2338-BTP", "QĐ000001SNNTEST", "Demo/QĐ-BCA"),
}
ODD = {
    "1931/.QĐ-BNNMT": "1931/QĐ-BNNMT",
    "1521/QĐ-UBND.": "1521/QĐ-UBND",
    "Quyết định số 5519/QĐ-BQP": "5519/QĐ-BQP",
    "SỐ 64/QĐ-NHNN": "64/QĐ-NHNN",
    "Số:1111/QĐ-UBND": "1111/QĐ-UBND",
    "628 /QĐ-BCT": "628/QĐ-BCT",
    "3098/QĐ_BYT": "3098/QĐ-BYT",
    "3713/QD-BTP": "3713/QĐ-BTP",
    "519/qđ-ubnd": "519/QĐ-UBND",
    "1122/QĐ-UBND-2026-SXDdacthu": "1122/QĐ-UBND-2026-SXDDACTHU",
}


def _sample() -> list[Procedure]:
    """Every twentieth record, and all of Hà Nội's own: the whole corpus would take half a minute."""
    return [
        one
        for number, one in enumerate(_procedures())
        if number % 20 == 0 or (one.publisher_code or "").startswith("H26")
    ]


def test_the_real_numbers_that_are_none_are_these() -> None:
    assert {number for number in _numbers() if NOT_A_NUMBER in parse_number(number).noise} == NO_NUMBERS
    assert [number for number in NO_NUMBERS if parse_number(number).canonical != number] == []


def test_every_other_real_number_has_the_form_of_a_decision_whatever_was_typed() -> None:
    for number in _numbers():
        canonical, noise = parse_number(number)
        assert "/QĐ-" in canonical or NOT_A_NUMBER in noise or number == ""
        assert parse_number(damaged_text(number)).canonical == canonical


@pytest.mark.parametrize(("typed", "canonical"), ODD.items())
def test_the_odd_ones_are_really_there_and_are_read(typed: str, canonical: str) -> None:
    assert typed in _numbers()
    assert parse_number(typed).canonical == canonical


def test_real_records_and_their_damaged_selves_differ_in_form_only() -> None:
    """NFD, CRLF, no-break and doubled spaces, zero widths and stray space in every text: in sync, and no alarm."""
    found: Counter[str] = Counter()
    for portal in _sample():
        city = damaged(portal)
        classes = {one.difference for one in differences(portal, city, RULES)}
        assert classes == {DifferenceClass.FORM_ONLY}, portal.code
        assert fast_form(city, RULES) == comparison_form(portal, RULES), portal.code
        assert comparison(city, RULES) == comparison(portal, RULES), portal.code
        found.update(one.field for one in differences(portal, city, RULES))
    assert {"name", "steps", "methods", "documents", "legal_bases", "requirements", "decision_number"} <= found.keys()


def test_a_real_name_that_lost_its_marks_is_found_and_told_as_such() -> None:
    for portal in _sample():
        city = msgspec.structs.replace(portal, name=fold(portal.name or ""))
        assert [(one.field, one.difference) for one in differences(portal, city, RULES)] == [
            ("name", DifferenceClass.TONE_MARK)
        ], portal.code
        assert comparison(city, RULES) != comparison(portal, RULES), portal.code

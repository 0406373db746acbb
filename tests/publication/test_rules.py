"""The table of deadlines: every regime at its borders, both readings, the shortened procedure."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from syncd.publication.facts import Authority, Counting, Mode, Step
from syncd.publication.rules import RULES, Anchor, Direction, Variant, rule_for, rules_for

M, P, T = Authority.MINISTRY, Authority.PROVINCE, Authority.TASKED
NEW, OLD, OLDEST = date(2017, 9, 25), date(2013, 7, 1), date(2010, 10, 14)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("on", "ministry", "province"),
    [
        (OLDEST - DAY, "", ""),
        (OLDEST, "SIGN-M.legal.2010 10 working", "SIGN-P.legal.2010 10 working"),
        (OLD - DAY, "SIGN-M.legal.2010 10 working", "SIGN-P.legal.2010 10 working"),
        (OLD, "SIGN-M.legal.2013 20 working", "SIGN-P.legal.2013 5 working"),
        (NEW - DAY, "SIGN-M.legal.2013 20 working", "SIGN-P.legal.2013 5 working"),
        (NEW, "SIGN-M.legal.2017 20 calendar", "SIGN-P.legal.2017 5 calendar"),
        (date(2026, 9, 4), "SIGN-M.legal.2017 20 calendar", "SIGN-P.legal.2017 5 calendar"),
    ],
)
def test_the_law_has_three_regimes_for_signing(on: date, ministry: str, province: str) -> None:
    for authority, expected in ((M, ministry), (P, province), (T, province)):
        rule = rule_for(Step.SIGN, Mode.LEGAL, authority, on=on, shortened=False)
        assert (f"{rule.id} {rule.days} {rule.counting}" if rule else "") == expected


@pytest.mark.parametrize("authority", Authority)
def test_making_public_has_a_rule_of_law_from_25_september_2017_on(authority: Authority) -> None:
    for shortened in (False, True):
        assert rule_for(Step.PUBLISH, Mode.LEGAL, authority, on=NEW - DAY, shortened=shortened) is None
    rule = rule_for(Step.PUBLISH, Mode.LEGAL, authority, on=NEW, shortened=False)
    assert rule is not None
    assert (rule.days, rule.counting) == (10 if authority is M else 5, Counting.WORKING)


@pytest.mark.parametrize("authority", Authority)
def test_the_shortened_procedure_has_rows_of_its_own_in_the_law_of_today_only(authority: Authority) -> None:
    sign = rule_for(Step.SIGN, Mode.LEGAL, authority, on=NEW, shortened=True)
    publish = rule_for(Step.PUBLISH, Mode.LEGAL, authority, on=NEW, shortened=True)
    assert sign is not None
    assert publish is not None
    assert (sign.id, sign.days, sign.counting, sign.direction) == ("SIGN-X.legal.2017", 3, "calendar", Direction.AFTER)
    assert (publish.id, publish.days, publish.counting) == ("PUB-X.legal.2017", 2, "working")
    for mode, on in ((Mode.PORTAL, NEW), (Mode.LEGAL, OLD)):
        usual = rule_for(Step.SIGN, mode, authority, on=on, shortened=False)
        assert rule_for(Step.SIGN, mode, authority, on=on, shortened=True) == usual


@pytest.mark.parametrize("on", [date(1990, 1, 1), OLD, NEW, date(2026, 7, 20)])
def test_the_portal_has_one_set_of_working_days(on: date) -> None:
    found = {
        (step, authority): rule_for(step, Mode.PORTAL, authority, on=on, shortened=False)
        for step in Step
        for authority in Authority
    }
    days = {key: rule.days for key, rule in found.items() if rule and rule.counting is Counting.WORKING}
    assert days == {
        (Step.SIGN, M): 20,
        (Step.SIGN, P): 5,
        (Step.SIGN, T): 5,
        (Step.PUBLISH, M): 10,
        (Step.PUBLISH, P): 5,
        (Step.PUBLISH, T): 5,
    }


def test_every_row_has_an_id_of_its_own_a_source_and_a_wording_in_two_languages() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.source
        assert f" {rule.days} " in rule.wording
        assert f" {rule.days:02d} " in rule.wording_vi
        assert ("ngày làm việc" in rule.wording_vi) == (rule.counting is Counting.WORKING)
        assert ("working days" in rule.wording) == (rule.counting is Counting.WORKING)
        assert (rule.direction is Direction.BEFORE) == (rule.anchor is Anchor.EFFECTIVE)


def test_the_wording_is_that_of_the_law() -> None:
    wordings = {rule.id: rule.wording_vi for rule in RULES}
    assert wordings["SIGN-P.legal.2017"] == (
        "ký quyết định công bố chậm nhất trước 05 ngày tính đến ngày văn bản quy phạm pháp luật có hiệu lực"
    )
    assert wordings["SIGN-X.legal.2017"] == (
        "ký quyết định công bố chậm nhất sau 03 ngày "
        "kể từ ngày văn bản quy phạm pháp luật được công bố hoặc ký ban hành"
    )
    assert wordings["PUB-M.legal.2017"] == "công khai chậm nhất 10 ngày làm việc kể từ ngày ký quyết định công bố"


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("authority", Authority)
@pytest.mark.parametrize("variant", Variant)
def test_no_two_regimes_hold_on_one_day_and_none_is_left_out_between(
    step: Step, mode: Mode, authority: Authority, variant: Variant
) -> None:
    rows = rules_for(step, mode, authority, variant)
    assert all(one.valid_from <= one.valid_to for one in rows)
    for newer, older in pairwise(rows):
        assert newer.valid_from == older.valid_to + DAY

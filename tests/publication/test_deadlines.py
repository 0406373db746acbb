"""The last day of each step: every published vector, the historic regimes, the shortened procedure, what is unknown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from syncd.publication.calendar import WorkingCalendar
from syncd.publication.deadlines import INTERNAL, NO_BASIS, NO_PUBLISH_RULE, NO_SIGN_RULE, Term, Terms, latest, named
from syncd.publication.facts import Authority, LegalDocument, Publication
from syncd.records.procedure import Kind

TODAY = date(2026, 11, 24)
TERMS = Terms(WorkingCalendar())
DAY = timedelta(days=1)


def document(
    effective: str = "", signed: str = "", *, number: str = "1/2026/NĐ-CP", short: bool = False
) -> LegalDocument:
    return LegalDocument(number=number, signed=on(signed), effective=on(effective), shortened=short)


def on(day: str) -> date | None:
    return date.fromisoformat(day) if day else None


def resting(
    *bases: LegalDocument, authority: Authority = Authority.PROVINCE, unknown: tuple[str, ...] = ()
) -> Publication:
    return Publication(code="1.000001", authority=authority, bases=bases, unknown_bases=unknown)


def sign(publication: Publication) -> tuple[Term, Term]:
    return TERMS.sign(publication, TODAY)


def decided(signed: str, *bases: LegalDocument, authority: Authority, kind: Kind | None = None) -> Publication:
    return Publication(code="1.000001", authority=authority, signed=on(signed), bases=bases, kind=kind)


SIGNING = {
    # E: ministry law, ministry portal, province law, province portal
    "2026-09-15": "2026-08-26 2026-08-14 2026-09-10 2026-09-08",
    "2026-09-04": "2026-08-15 2026-08-05 2026-08-30 2026-08-25",
    "2026-02-25": "2026-02-05 2026-01-21 2026-02-20 2026-02-11",
    "2026-12-01": "2026-11-11 2026-11-02 2026-11-26 2026-11-23",
    "2024-05-10": "2024-04-20 2024-04-09 2024-05-05 2024-05-04",
}
PUBLIC = {
    # S: 2, 5 and 10 working days
    "2026-08-27": "2026-09-03 2026-09-08 2026-09-15",
    "2026-11-20": "2026-11-25 2026-11-30 2026-12-07",
    "2026-02-12": "2026-02-23 2026-02-26 2026-03-05",
    "2026-01-06": "2026-01-08 2026-01-12 2026-01-19",
    "2026-08-20": "2026-08-22 2026-08-26 2026-09-07",
    "2024-11-18": "2024-11-20 2024-11-25 2024-12-02",
}


@pytest.mark.parametrize("effective", SIGNING)
def test_the_signing_deadlines_of_the_published_table_come_out(effective: str) -> None:
    found = [
        str(term.day)
        for authority in (Authority.MINISTRY, Authority.PROVINCE)
        for term in sign(resting(document(effective), authority=authority))
    ]
    assert " ".join(found) == SIGNING[effective]


@pytest.mark.parametrize("signed", PUBLIC)
def test_the_deadlines_for_making_public_of_the_published_table_come_out(signed: str) -> None:
    at_once = document(signed, signed, short=True)
    cases = (
        decided(signed, at_once, authority=Authority.PROVINCE),
        decided(signed, authority=Authority.PROVINCE),
        decided(signed, authority=Authority.MINISTRY),
    )
    assert " ".join(str(TERMS.publish(one, TODAY)[0].day) for one in cases) == PUBLIC[signed]
    portal = [str(TERMS.publish(one, TODAY)[1].day) for one in cases]
    five, ten = PUBLIC[signed].split()[1:]
    assert portal == [five, five, ten], "the portal knows no shortened case"


def test_the_three_regimes_of_law_are_chosen_by_the_effective_date() -> None:
    cases = {
        ("2010-10-13", Authority.PROVINCE): None,
        ("2010-10-14", Authority.PROVINCE): date(2010, 9, 30),
        ("2013-06-28", Authority.MINISTRY): date(2013, 6, 14),
        ("2013-07-01", Authority.MINISTRY): date(2013, 6, 3),
        ("2013-07-01", Authority.PROVINCE): date(2013, 6, 24),
        ("2017-09-22", Authority.PROVINCE): date(2017, 9, 15),
        ("2017-09-24", Authority.MINISTRY): date(2017, 8, 25),
        ("2017-09-25", Authority.MINISTRY): date(2017, 9, 5),
        ("2017-09-25", Authority.PROVINCE): date(2017, 9, 20),
    }
    found = {(day, who): sign(resting(document(day), authority=who))[0].day for day, who in cases}
    assert found == cases
    assert sign(resting(document("2010-10-13")))[0].reason == NO_SIGN_RULE


def test_a_count_in_an_old_year_says_that_its_calendar_is_not_official() -> None:
    legal, portal = sign(resting(document("2017-10-20")))
    assert (legal.unofficial, portal.unofficial) == ((), (2017,)), "calendar days need no calendar"


def test_by_the_shortened_procedure_three_days_remain_after_signing_and_end_on_a_working_day() -> None:
    thursday = sign(resting(document("2026-11-19", "2026-11-19", short=True)))[0]
    assert (thursday.day, thursday.rule and thursday.rule.id) == (date(2026, 11, 23), "SIGN-X.legal.2017")
    tuesday = sign(resting(document("2026-11-17", "2026-11-17", short=True)))[0]
    assert tuesday.day == date(2026, 11, 20), "a Friday"
    before_tet = sign(resting(document("2026-02-12", "2026-02-12", short=True)))[0]
    assert before_tet.day == date(2026, 2, 23), "Sunday 15/02, then Tết"


def test_a_forward_count_that_rolls_says_through_which_years() -> None:
    term = sign(resting(document("2026-12-29", "2026-12-29", short=True)))[0]
    assert (term.day, term.unofficial) == (date(2027, 1, 4), (2027,))


def test_a_backward_deadline_on_a_day_off_is_not_moved() -> None:
    assert sign(resting(document("2026-09-04")))[0].day == date(2026, 8, 30), "a Sunday"


@pytest.mark.parametrize("short", [False, True])
def test_a_document_whose_deadline_passed_before_it_was_signed_cannot_be_met_in_law(short: bool) -> None:
    legal, portal = sign(resting(document("2026-06-04", "2026-06-01", short=short)))
    assert legal.unmeetable == (
        "1/2026/NĐ-CP, signed 01/06/2026, took effect 04/06/2026: the deadline was over before it was signed"
    )
    assert portal.unmeetable == ""
    assert portal.day == date(2026, 5, 28)


def test_effective_on_signing_cannot_be_met_unless_by_the_shortened_procedure() -> None:
    assert sign(resting(document("2026-06-01", "2026-06-01")))[0].unmeetable
    assert not sign(resting(document("2026-06-01", "2026-06-01", short=True)))[0].unmeetable
    assert not sign(resting(document("2026-06-06", "2026-06-01")))[0].unmeetable, "signed on the last day"


def test_the_document_that_takes_effect_last_binds_whatever_the_order() -> None:
    one, two = document("2026-06-01", number="1"), document("2026-09-15", number="2")
    three = document(number="3")
    for bases in ((one, two, three), (three, two, one)):
        assert latest(bases) is two
    assert sign(resting(one, two))[0].day == sign(resting(two, one))[0].day == date(2026, 9, 10)
    older, newer = document("2026-09-15", "2026-01-01", number="4"), document("2026-09-15", "2026-05-01", number="5")
    assert latest((older, newer)) is latest((newer, older)) is newer
    assert latest(()) is latest((three,)) is None


def test_without_an_effective_date_there_is_no_deadline_and_the_reason_names_the_documents() -> None:
    assert [term.reason for term in sign(resting())] == [NO_BASIS, NO_BASIS]
    numbers = ("1/2020/TT-BTC", "2/2021/TT-BTC", "3/2022/TT-BTC", "4/2023/TT-BTC", "5/2024/TT-BTC")
    legal, portal = sign(resting(document(number="9/2026/NĐ-CP"), unknown=numbers))
    assert legal == portal
    assert legal.reason == ("the effective date is not known of 9/2026/NĐ-CP, 1/2020/TT-BTC, 2/2021/TT-BTC and 3 more")


def test_numbers_in_reasons_are_few_short_and_never_empty() -> None:
    assert named(("",)) == "one without a number"
    assert named(("x" * 500, "b")) == "x" * 60 + ", b"


def test_an_unknown_date_leaves_a_doubt_and_says_until_when_signing_is_in_time_anyhow() -> None:
    legal, portal = sign(resting(document("2026-09-15"), unknown=("7/2026/TT-BTC",)))
    assert (legal.day, legal.proven) == (date(2026, 9, 10), date(2026, 9, 10))
    assert (portal.day, portal.proven) == (date(2026, 9, 8), date(2026, 9, 8))
    assert legal.doubt == "the deadline may be later: the dates are not known of 7/2026/TT-BTC"


def test_nothing_is_proven_across_a_border_where_deadlines_become_earlier() -> None:
    """A ministry's limit doubled on 01/07/2013: a document that took effect then had the earlier deadline."""
    ministry = resting(document("2013-06-28"), authority=Authority.MINISTRY, unknown=("x",))
    legal = sign(ministry)[0]
    assert (legal.day, legal.proven) == (date(2013, 6, 14), date(2013, 6, 3))
    at_once = resting(document("2026-06-01", "2026-06-01", short=True), unknown=("x",))
    assert sign(at_once)[0].proven == date(2026, 5, 27), "another document may have come the usual way"


def test_a_document_of_the_shortened_procedure_without_a_signing_date_is_half_known_in_law_only() -> None:
    legal, portal = sign(resting(document("2026-09-15", short=True)))
    assert (legal.doubt != "", legal.proven) == (True, date(2026, 9, 10))
    assert portal.doubt == ""


def test_making_public_counts_from_the_decision_s_own_signing_and_has_no_rule_of_law_before_2017() -> None:
    assert TERMS.publish(decided("2017-09-22", authority=Authority.PROVINCE), TODAY)[0].reason == NO_PUBLISH_RULE
    legal, portal = TERMS.publish(decided("2017-09-25", authority=Authority.PROVINCE), TODAY)
    assert (legal.day, portal.day) == (date(2017, 10, 2), date(2017, 10, 2))
    later = Publication(
        code="1.000001", authority=Authority.PROVINCE, signed=date(2024, 11, 18), ministry_signed=date(2024, 8, 29)
    )
    assert TERMS.publish(later, TODAY)[0].day == date(2024, 11, 25)


def test_an_internal_procedure_has_no_deadline_in_law() -> None:
    internal = decided("2026-06-01", document("2026-09-15"), authority=Authority.MINISTRY, kind=Kind.INTERNAL)
    for legal, portal in (TERMS.sign(internal, TODAY), TERMS.publish(internal, TODAY)):
        assert (legal.day, legal.reason) == (None, INTERNAL)
        assert portal.day is not None


@pytest.mark.parametrize("effective", ["1950-06-01", "1990-01-02", "2199-06-01"])
def test_an_effective_date_beyond_the_calendar_gives_a_reason_instead_of_a_day(effective: str) -> None:
    portal = sign(resting(document(effective), authority=Authority.MINISTRY))[1]
    assert portal.day is None
    assert portal.reason.startswith("the deadline cannot be counted: the year ")
    assert portal.reason.endswith(" is outside the calendar (1990 to 2100)")


@pytest.mark.parametrize("signed", ["1950-06-01", "2100-12-31", "2199-06-01"])
def test_a_signing_date_beyond_the_calendar_gives_a_reason_instead_of_a_day(signed: str) -> None:
    portal = TERMS.publish(decided(signed, authority=Authority.MINISTRY), TODAY)[1]
    assert (portal.day, "outside the calendar" in portal.reason) == (None, True)


@pytest.mark.parametrize("effective", [date.min, date.max])
def test_the_ends_of_time_give_a_reason_too(effective: date) -> None:
    at_once = LegalDocument(number="1", signed=effective, effective=effective, shortened=True)
    assert [term.day for term in sign(resting(at_once))] == [None, None]

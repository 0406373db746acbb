"""Who is judged how: each status, what is odd, what is unknown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from syncd.publication import judging
from syncd.publication.facts import (
    Authority,
    Counting,
    Deadline,
    Judgement,
    LegalDocument,
    Mode,
    Publication,
    Status,
    Step,
)
from syncd.publication.judging import WORST_FIRST, judge, worst
from syncd.publication.openings import OPENINGS
from syncd.records.procedure import Kind
from tests.publication.strategies import CALENDAR, noon

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
E = date(2026, 9, 15)
DECREE = LegalDocument(number="106/2026/NĐ-CP", signed=date(2026, 7, 30), effective=E)
SIGN, PUBLISH, LEGAL, PORTAL = Step.SIGN, Step.PUBLISH, Mode.LEGAL, Mode.PORTAL


def facts(**known: object) -> Publication:
    """A province's own procedure that rests on one decree, unless said otherwise."""
    usual = Publication(code="1.000001", authority=Authority.PROVINCE, kind=Kind.SPECIFIC, bases=(DECREE,))
    return replace(usual, **known)


def judged(today: date = TODAY, **known: Any) -> Judgement:
    return judge(facts(**known), today=today, calendar=CALENDAR)


def told(deadline: Deadline) -> tuple[Status, int | None, str]:
    return deadline.status, deadline.days, deadline.reason


@pytest.mark.parametrize("known", [{"signed": date(2026, 9, 10)}, {"ministry_signed": date(2026, 8, 1)}])
def test_a_decision_that_cites_old_documents_alone_has_no_deadline_by_law(known: dict[str, Any]) -> None:
    """It restates, or what made it necessary is not cited: nobody is 16 years late. The portal's reading stands."""
    old = (LegalDocument(number="63/2010/NĐ-CP", signed=date(2010, 6, 8), effective=date(2010, 10, 14)),)
    found = judged(bases=old, is_known_unsigned=True, is_known_hidden=True, **known)
    assert found.deadline(SIGN, LEGAL).status is Status.UNKNOWN
    assert "63/2010/NĐ-CP, the newest document cited, took effect 14/10/2010" in found.deadline(SIGN, LEGAL).reason
    assert found.deadline(SIGN, PORTAL).day == date(2010, 10, 7)
    named = judged(bases=old, is_known_unsigned=True, is_known_hidden=True, is_basis_named=True, **known)
    assert named.deadline(SIGN, LEGAL).status in (Status.LATE, Status.OVERDUE)


def test_a_year_after_its_documents_a_decision_is_still_late_and_a_day_more_makes_it_unknown() -> None:
    assert judged(today=E + 500 * DAY, signed=E + 365 * DAY).deadline(SIGN, LEGAL).status is Status.LATE
    assert judged(today=E + 500 * DAY, signed=E + 366 * DAY).deadline(SIGN, LEGAL).status is Status.UNKNOWN


def test_the_worked_case_is_judged_as_published() -> None:
    """Ministry and province on one decree, 2024: in time by law and late by the portal; late by 64 days."""
    decree = LegalDocument(number="106/2024/NĐ-CP", effective=date(2024, 9, 20))
    ministry = judged(authority=Authority.MINISTRY, bases=(decree,), signed=date(2024, 8, 29))
    legal, portal = ministry.deadline(SIGN, LEGAL), ministry.deadline(SIGN, PORTAL)
    assert (legal.status, legal.day, legal.days) == (Status.ON_TIME, date(2024, 8, 31), -2)
    assert (portal.status, portal.day, portal.days) == (Status.LATE, date(2024, 8, 21), 6)
    province = judged(bases=(decree,), signed=date(2024, 11, 18), is_known_hidden=True)
    legal = province.deadline(SIGN, LEGAL)
    assert (legal.status, legal.day, legal.days) == (Status.LATE, date(2024, 9, 15), 64)
    assert province.deadline(PUBLISH, LEGAL).day == date(2024, 11, 25)


@pytest.mark.parametrize(
    ("signed", "status", "late"),
    [("2026-09-09", Status.ON_TIME, -1), ("2026-09-10", Status.ON_TIME, 0), ("2026-09-11", Status.LATE, 1)],
)
def test_signing_is_in_time_up_to_the_last_day_and_late_after_it(signed: str, status: Status, late: int) -> None:
    deadline = judged(signed=date.fromisoformat(signed)).deadline(SIGN, LEGAL)
    assert told(deadline) == (status, late, "")
    assert (deadline.rule, deadline.counting) == ("SIGN-P.legal.2017", Counting.CALENDAR)


@pytest.mark.parametrize(
    ("today", "status", "late"),
    [("2026-09-09", Status.DUE, -1), ("2026-09-10", Status.DUE, 0), ("2026-09-11", Status.OVERDUE, 1)],
)
def test_what_is_known_unsigned_is_due_up_to_the_last_day_and_overdue_after_it(
    today: str, status: Status, late: int
) -> None:
    judgement = judged(date.fromisoformat(today), is_known_unsigned=True)
    assert told(judgement.deadline(SIGN, LEGAL)) == (status, late, "")
    assert judgement.legal is status, "making public does not apply yet"
    assert told(judgement.deadline(PUBLISH, LEGAL)) == (Status.UNKNOWN, None, "not signed yet")


def test_the_portal_is_reckoned_for_unsigned_ones_too_and_says_that_it_does_not_count_them() -> None:
    portal = judged(is_known_unsigned=True).deadline(SIGN, PORTAL)
    assert told(portal) == (Status.OVERDUE, 54, judging.SIGNED_ONLY)
    assert portal.counting is Counting.WORKING


@pytest.mark.parametrize(
    ("facts_known", "reason"),
    [
        ({}, judging.MAYBE_SIGNED),
        ({"decision": "5/QĐ-UBND"}, judging.UNDATED),
        ({"decision": "5/QĐ-UBND", "is_known_unsigned": True}, judging.UNDATED),
        ({"first_public": noon(TODAY), "is_known_unsigned": True}, judging.PUBLIC_UNSIGNED),
        ({"latest_public": noon(TODAY)}, judging.PUBLIC_UNSIGNED),
    ],
)
def test_without_knowledge_of_the_signing_nothing_is_overdue(facts_known: dict[str, Any], reason: str) -> None:
    judgement = judged(**facts_known)
    assert (judgement.legal, judgement.portal) == (Status.UNKNOWN, Status.UNKNOWN)
    deadline = judgement.deadline(SIGN, LEGAL)
    assert (told(deadline), deadline.day) == ((Status.UNKNOWN, None, reason), date(2026, 9, 10))


@pytest.mark.parametrize(
    ("public", "status", "late"),
    [("2026-09-08", Status.ON_TIME, 0), ("2026-09-09", Status.LATE, 1), ("2026-09-13", Status.LATE, 3)],
)
def test_making_public_is_counted_in_working_days(public: str, status: Status, late: int) -> None:
    click = noon(date.fromisoformat(public))
    judgement = judged(signed=date(2026, 8, 27), first_public=click, latest_public=click)
    assert told(judgement.deadline(PUBLISH, LEGAL)) == (status, late, "")
    assert judgement.legal is judgement.deadline(PUBLISH, LEGAL).status


def test_the_day_ends_at_24_00_in_ha_noi() -> None:
    """17:00 in UTC is midnight in Hà Nội: the next day."""
    last = noon(date(2026, 9, 8)).replace(hour=16, minute=59, second=59)
    in_time = judged(signed=date(2026, 8, 27), first_public=last, latest_public=last)
    late = judged(signed=date(2026, 8, 27), first_public=last.replace(hour=17, minute=0, second=0))
    assert in_time.deadline(PUBLISH, LEGAL).status is Status.ON_TIME
    assert late.deadline(PUBLISH, LEGAL).status is Status.LATE


def test_a_step_taken_on_a_day_off_right_after_the_deadline_is_late_by_one_working_day() -> None:
    saturday = noon(date(2026, 9, 12))
    deadline = judged(signed=date(2026, 9, 4), first_public=saturday).deadline(PUBLISH, LEGAL)
    assert (deadline.day, deadline.status, deadline.days) == (date(2026, 9, 11), Status.LATE, 1)


def test_the_law_takes_the_first_click_and_the_portal_the_latest() -> None:
    judgement = judged(
        signed=date(2026, 8, 27), first_public=noon(date(2026, 9, 3)), latest_public=noon(date(2026, 10, 5))
    )
    assert judgement.deadline(PUBLISH, LEGAL).status is Status.ON_TIME
    assert judgement.deadline(PUBLISH, PORTAL).status is Status.LATE
    assert (judgement.legal, judgement.portal) == (Status.ON_TIME, Status.LATE), "never merged"


@pytest.mark.parametrize(
    ("signed", "click", "legal"),
    [
        ("2026-03-26", "2026-04-02", Status.ON_TIME),
        ("2026-03-26", "2026-04-03", Status.UNKNOWN),
        ("2019-08-11", "2026-04-16", Status.UNKNOWN),
        ("2019-08-11", "2026-03-27", Status.UNKNOWN),
        ("2026-03-20", "2026-03-27", Status.ON_TIME),
        ("2019-08-11", "2026-03-26", Status.LATE),
        ("2026-03-27", "2026-04-06", Status.LATE),
    ],
)
def test_a_late_click_that_may_be_a_re_entry_proves_nothing_in_law_and_is_late_for_the_portal(
    signed: str, click: str, legal: Status
) -> None:
    """The portal of 2026 opened on 27 March; a click before that day was made on the portal before it."""
    public = noon(date.fromisoformat(click))
    judgement = judged(
        bases=(LegalDocument(number="1/2026/NĐ-CP", effective=date(2027, 1, 4)),),
        signed=date.fromisoformat(signed),
        first_public=public,
        latest_public=public,
    )
    deadline, portal = judgement.deadline(PUBLISH, LEGAL), judgement.deadline(PUBLISH, PORTAL)
    (opening,) = OPENINGS
    assert (deadline.status, deadline.reason) == (legal, opening.reason if legal is Status.UNKNOWN else "")
    assert judgement.legal is legal
    assert (deadline.days is None) is (legal is Status.UNKNOWN)
    assert deadline.day is not None
    late = Status.ON_TIME if legal is Status.ON_TIME else Status.LATE
    assert (portal.status, portal.reason, judgement.portal) == (late, "", late)


@pytest.mark.parametrize(
    ("known", "status", "reason"),
    [
        ({"is_known_hidden": True}, Status.OVERDUE, ""),
        ({"is_known_hidden": True, "is_shown": True}, Status.OVERDUE, ""),
        ({"is_shown": True}, Status.UNKNOWN, judging.SHOWN),
        ({}, Status.UNKNOWN, judging.MAYBE_PUBLIC),
    ],
)
def test_what_is_not_public_is_overdue_only_where_that_is_known(
    known: dict[str, Any], status: Status, reason: str
) -> None:
    judgement = judged(signed=date(2026, 8, 27), **known)
    for mode in Mode:
        deadline = judgement.deadline(PUBLISH, mode)
        assert (deadline.status, deadline.reason) == (status, reason)
    assert judgement.legal is status


def test_a_decision_dated_in_the_future_is_unknown_in_law_and_arithmetic_for_the_portal() -> None:
    click = noon(TODAY)
    judgement = judged(signed=TODAY + DAY, first_public=click, latest_public=click)
    assert told(judgement.deadline(SIGN, LEGAL)) == (Status.UNKNOWN, None, judging.FUTURE)
    assert told(judgement.deadline(SIGN, PORTAL)) == (Status.LATE, 55, judging.FUTURE)
    assert told(judgement.deadline(PUBLISH, LEGAL)) == (Status.UNKNOWN, None, judging.DECISION_IN_FUTURE)
    assert judgement.deadline(PUBLISH, PORTAL).status is Status.ON_TIME
    assert (judgement.legal, judgement.portal) == (Status.UNKNOWN, Status.LATE)


def test_made_public_before_the_signing_is_unknown_in_law_and_in_time_for_the_portal() -> None:
    click = noon(date(2026, 8, 26))
    judgement = judged(signed=date(2026, 8, 27), first_public=click, latest_public=click)
    assert told(judgement.deadline(PUBLISH, LEGAL)) == (Status.UNKNOWN, None, judging.PUBLIC_FIRST)
    assert told(judgement.deadline(PUBLISH, PORTAL)) == (Status.ON_TIME, -6, judging.PUBLIC_FIRST)


def test_an_unknown_date_never_makes_anybody_late_but_does_not_take_away_what_is_proven() -> None:
    unknown = ("1/2020/TT-BTC", "2/2020/TT-BTC", "3/2020/TT-BTC", "4/2020/TT-BTC")
    reason = f"the deadline may be later: the dates are not known of {', '.join(unknown[:3])} and 1 more"
    in_time = judged(signed=date(2026, 9, 1), unknown_bases=unknown)
    late = judged(signed=date(2026, 10, 1), unknown_bases=unknown)
    overdue = judged(is_known_unsigned=True, unknown_bases=unknown)
    due = judged(date(2026, 9, 1), is_known_unsigned=True, unknown_bases=unknown)
    assert told(in_time.deadline(SIGN, LEGAL)) == (Status.ON_TIME, -9, reason)
    for judgement in (late, overdue, due):
        assert told(judgement.deadline(SIGN, LEGAL)) == (Status.UNKNOWN, None, reason)


def test_unmeetable_is_said_in_law_alone_and_whenever_it_was_signed() -> None:
    decree = LegalDocument(number="9/2026/NĐ-CP", signed=E, effective=E)
    for signed in (E - DAY, E, E + DAY):
        judgement = judged(bases=(decree,), signed=signed)
        assert judgement.deadline(SIGN, LEGAL).status is Status.UNMEETABLE
        assert judgement.deadline(SIGN, LEGAL).days is None
        assert judgement.deadline(SIGN, PORTAL).status is Status.LATE
    unsigned = judged(bases=(decree,), is_known_unsigned=True)
    assert unsigned.deadline(SIGN, LEGAL).reason.endswith("before it was signed; not done yet")
    doubtful = judged(bases=(decree,), unknown_bases=("x",), signed=E)
    assert doubtful.deadline(SIGN, LEGAL).status is Status.UNKNOWN


def test_a_late_making_public_is_not_hidden_by_an_unknown_or_unmeetable_signing() -> None:
    late = {"signed": date(2026, 8, 27), "first_public": noon(date(2026, 9, 28))}
    assert judged(bases=(), **late).legal is Status.LATE
    assert judged(bases=(LegalDocument(number="1", signed=E, effective=E),), **late).legal is Status.LATE


def test_of_a_province_the_portal_scores_the_signing_of_specific_decisions_only() -> None:
    click = noon(date(2026, 9, 28))
    known = {"signed": date(2026, 9, 28), "first_public": click, "latest_public": click}
    standard = judged(kind=Kind.STANDARD, **known)
    assert told(standard.deadline(SIGN, PORTAL)) == (Status.LATE, 14, judging.NOT_SCORED)
    assert (standard.legal, standard.portal) == (Status.LATE, Status.ON_TIME)
    assert judged(kind=Kind.SPECIFIC, **known).portal is Status.LATE
    assert judged(kind=Kind.STANDARD, authority=Authority.MINISTRY, **known).portal is Status.LATE
    assert judged(kind=Kind.STANDARD, is_known_unsigned=True).portal is Status.UNKNOWN, "nothing is scored yet"


def test_every_status_has_its_place_and_reason_in_the_order() -> None:
    assert {status for status, _ in WORST_FIRST} == set(Status)
    assert all(reason for _, reason in WORST_FIRST)
    assert worst([Status.ON_TIME, Status.LATE, Status.UNKNOWN]) is Status.LATE
    assert worst([Status.ON_TIME, Status.UNKNOWN]) is Status.UNKNOWN
    assert worst([]) is Status.UNKNOWN


def test_years_without_an_official_calendar_are_named_also_where_only_the_delay_went_through_them() -> None:
    deadline = judged(date(2027, 2, 1), signed=date(2026, 12, 1), is_known_hidden=True).deadline(PUBLISH, LEGAL)
    assert (deadline.day, deadline.unofficial) == (date(2026, 12, 8), (2027,))


def test_a_delay_that_ends_beyond_the_calendar_keeps_its_status() -> None:
    deadline = judged(signed=date(2150, 1, 1)).deadline(SIGN, PORTAL)
    assert (deadline.status, deadline.days) == (Status.LATE, None)

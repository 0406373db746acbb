"""What must hold of every judgement, whatever the facts: nothing late is taken back, nothing in time is lost."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from syncd.publication.facts import LegalDocument, Mode, Publication, Status, Step
from syncd.publication.judging import WORST_FIRST, judge, judge_all, worst
from syncd.publication.openings import OPENINGS
from tests.publication.strategies import CALENDAR, days, noon, publications

SIGN, PUBLISH, LEGAL, PORTAL = Step.SIGN, Step.PUBLISH, Mode.LEGAL, Mode.PORTAL
RANKS = {status: rank for rank, (status, _) in enumerate(WORST_FIRST)}
REENTRIES = {one.reason for one in OPENINGS}
TIMED = {Status.ON_TIME, Status.LATE, Status.DUE, Status.OVERDUE}


@settings(deadline=None)
@given(publications(), days)
def test_any_facts_are_judged_and_the_days_agree_with_the_status(publication: Publication, today: date) -> None:
    judgement = judge(publication, today=today, calendar=CALENDAR)
    assert [(one.step, one.mode) for one in judgement.deadlines] == [(step, mode) for step in Step for mode in Mode]
    for one in judgement.deadlines:
        assert (one.days is not None) == (one.status in TIMED)
        if one.days is not None:
            assert (one.days > 0) == (one.status in {Status.LATE, Status.OVERDUE})
        assert one.reason or one.status is not Status.UNKNOWN
        assert (one.day is None) == (one.rule == "")


@settings(deadline=None)
@given(st.lists(publications(), max_size=8), days)
def test_judging_together_gives_what_judging_alone_gives(many: list[Publication], today: date) -> None:
    together = judge_all([*many, *reversed(many)], today=today, calendar=CALENDAR)
    assert together == [judge(one, today=today, calendar=CALENDAR) for one in [*many, *reversed(many)]]


@settings(deadline=None)
@given(publications(), days)
def test_overall_is_a_status_of_a_step_that_applies_and_never_better_than_it(one: Publication, today: date) -> None:
    judgement = judge(one, today=today, calendar=CALENDAR)
    steps = [SIGN] if one.signed is None else [SIGN, PUBLISH]
    assert judgement.legal is worst(judgement.deadline(step, LEGAL).status for step in steps)
    assert judgement.portal in {Status.UNKNOWN, *(judgement.deadline(step, PORTAL).status for step in steps)}


@settings(deadline=None)
@given(publications(), days, days, st.sampled_from(Mode))
def test_a_later_signing_is_never_better(one: Publication, first: date, second: date, mode: Mode) -> None:
    early, late = (
        judge(replace(one, signed=day), today=date(2031, 1, 1), calendar=CALENDAR).deadline(SIGN, mode)
        for day in sorted((first, second))
    )
    assert RANKS[early.status] >= RANKS[late.status]


@settings(deadline=None)
@given(publications(), st.lists(days, min_size=3, max_size=3), st.sampled_from(Mode))
def test_a_later_click_is_never_better(one: Publication, three: list[date], mode: Mode) -> None:
    """But one that may be a re-entry: it tells less than one on the portal before."""
    signed, first, second = sorted(three)
    one = replace(one, signed=signed)
    early, late = (
        judge(
            replace(one, first_public=noon(day), latest_public=noon(day)), today=date(2031, 1, 1), calendar=CALENDAR
        ).deadline(PUBLISH, mode)
        for day in (first, second)
    )
    if late.reason in REENTRIES:
        assert mode is LEGAL
        assert late.status is Status.UNKNOWN
    else:
        assert RANKS[early.status] >= RANKS[late.status]


@settings(deadline=None)
@given(publications(), st.lists(days, min_size=2, max_size=2, unique=True))
def test_a_later_today_never_takes_back_a_delay_and_changes_nothing_that_was_done(
    one: Publication, todays: list[date]
) -> None:
    earlier, later = (judge(one, today=today, calendar=CALENDAR) for today in sorted(todays))
    for before, after in zip(earlier.deadlines, later.deadlines, strict=True):
        if before.status is Status.DUE:
            assert after.status in {Status.DUE, Status.OVERDUE}
        elif before.status is not Status.UNKNOWN:
            assert replace(after, days=0, reason="", unofficial=()) == replace(before, days=0, reason="", unofficial=())
        if before.status in {Status.ON_TIME, Status.LATE}:
            assert after.days == before.days


@settings(deadline=None)
@given(publications(), days, st.sampled_from(Mode))
def test_what_is_in_time_stays_so_when_the_unknown_documents_take_effect_later(
    one: Publication, moved: date, mode: Mode
) -> None:
    """The proof behind a doubt: whatever the date of the unknown one, in time is in time."""
    one = replace(one, unknown_bases=("8/2026/NĐ-CP",))
    known = replace(one, unknown_bases=(), bases=(*one.bases, LegalDocument(number="8/2026/NĐ-CP", effective=moved)))
    today = date(2031, 1, 1)
    doubted = judge(one, today=today, calendar=CALENDAR).deadline(SIGN, mode)
    if doubted.status is Status.ON_TIME:
        status = judge(known, today=today, calendar=CALENDAR).deadline(SIGN, mode).status
        assert status in {Status.ON_TIME, Status.UNMEETABLE}

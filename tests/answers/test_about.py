"""Publications of a past instant are judged by the scope and the rules that were in force then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.answers.about import About, as_said, do_makeup_days_count, remember_rules
from syncd.answers.once import standing
from syncd.answers.publications import judged
from syncd.ledger import Ledger
from syncd.ledger.configurations import in_force
from syncd.reconcile.scope import AgencyScope, DepartmentScope
from syncd.records.procedure import Level

START = datetime(2026, 11, 25, tzinfo=UTC)
DAY = timedelta(days=1)
OLD = About(
    pair="ha-noi",
    unit="H26",
    scope=AgencyScope("H26", frozenset({Level.PROVINCE, Level.COMMUNE})),
    complete_since=date(2026, 7, 1),
    makeup_days_count=False,
)
NEW = About(pair="ha-noi", unit="H26", scope=DepartmentScope(frozenset({"019d2be3"})))


def remember(ledger: Ledger, about: About, at: datetime) -> None:
    ledger.write_now(remember_rules, about, at=at, actor="t")


def test_what_is_judged_goes_by_the_rules_of_then(ledger: Ledger) -> None:
    """And an instant before anything was remembered says so, and goes by today's."""
    remember(ledger, OLD, START)
    remember(ledger, NEW, START + DAY)
    told = [ledger.read_now(judged, NEW, at) for at in (START - DAY, START, START + DAY - DAY / 24, START + DAY)]
    assert [one.is_remembered for one in told] == [False, True, True, True]
    assert [one.calendar.makeup_days_count for one in told] == [True, False, False, True]


def test_what_is_judged_now_goes_by_the_rules_that_are_given(ledger: Ledger) -> None:
    """Another program may have written down others."""
    remember(ledger, OLD, START)
    found = ledger.read_now(judged, NEW, START + DAY, is_now=True)
    assert (found.calendar.makeup_days_count, found.is_remembered) == (True, True)


@pytest.mark.parametrize("about", [OLD, NEW], ids=["by agency", "by departments"])
def test_rules_come_back_as_they_were(ledger: Ledger, about: About) -> None:
    remember(ledger, about, START)
    known = ledger.read_now(in_force, "publication", START)
    assert known is not None
    assert as_said(NEW if about is OLD else OLD, known.content) == about


def test_the_calendar_of_a_day_goes_by_the_rules_of_that_day(ledger: Ledger) -> None:
    remember(ledger, OLD, START)
    assert not ledger.read_now(do_makeup_days_count, START, today=True)
    assert ledger.read_now(do_makeup_days_count, START - DAY, today=True)


def test_an_answer_is_worked_out_anew_once_other_rules_are_in_force(ledger: Ledger) -> None:
    """Otherwise the desk would go on showing what it had worked out by the rules of before."""
    remember(ledger, OLD, START)
    before = ledger.read_now(standing, START + DAY / 24)
    remember(ledger, NEW, START + DAY / 24)
    assert ledger.read_now(standing, START + DAY / 24) != before

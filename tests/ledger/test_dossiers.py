"""Tallies and overdue dossiers are remembered as they were read; nothing of an applicant is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from syncd.ledger import Ledger
from syncd.ledger.audit import trail
from syncd.ledger.dossiers import (
    DossierChanges,
    dossier_history,
    dossiers_as_of,
    dossiers_read_at,
    last_tallies_reading,
    record_dossiers,
    record_failed_tallies,
    record_tallies,
    tallies_as_of,
)
from syncd.ledger.tables_index import DOSSIER_TALLIES, DOSSIER_VERSIONS
from syncd.records.dossiers import Dossier, Tallies, Tally
from syncd.records.periods import Period

START = datetime(2026, 11, 25, tzinfo=UTC)
HOUR = timedelta(hours=1)
OCTOBER = Period.parse("2026-10")
LATE = Dossier(
    number="H26.17-251001-0001",
    procedure_code="1.000001",
    unit_code="H26.17",
    unit_name="Sở Tư pháp",
    received=START - 90 * HOUR,
    due=START - HOUR,
    state="running",
)
OTHER = Dossier(number="H26.18-251001-0002", unit_code="H26.18")


def tally(ledger: Ledger, *tallies: Tally, at=START, side="portal", period=OCTOBER) -> int:
    read = Tallies(period=period, tallies=tallies)
    return ledger.write_now(record_tallies, pair="ha-noi", side=side, tallies=read, read_at=at, actor="test")


def tallies(ledger: Ledger, at=START, side="portal", period=OCTOBER):
    return ledger.read_now(tallies_as_of, pair="ha-noi", side=side, period=period, at=at)


def listed(ledger: Ledger, *dossiers: Dossier, at=START, pair="ha-noi") -> DossierChanges:
    return ledger.write_now(record_dossiers, pair=pair, dossiers=dossiers, seen_at=at, actor="test")


def as_of(ledger: Ledger, at=START, *, pair="ha-noi", unit=None) -> list[Dossier]:
    return ledger.read_now(dossiers_as_of, pair=pair, at=at, unit=unit)


def history(ledger: Ledger, until: datetime, number=LATE.number):
    return ledger.read_now(dossier_history, pair="ha-noi", number=number, until=until)


def test_tallies_come_back_exactly(ledger):
    """In order; what a side does not count is not zero."""
    given_ = (Tally(unit_code="H26.18", received=0), Tally(unit_code="H26.17", unit_name="Sở Tư pháp", online=7))
    tally(ledger, *given_)
    assert tallies(ledger) == (START, Tallies(period=OCTOBER, tallies=given_))
    assert tallies(ledger, period="2026-10") == tallies(ledger)


def test_the_newest_tallies_of_then_are_given(ledger):
    """Of just that side and period."""
    first, second = Tally(unit_code="H26", received=1), Tally(unit_code="H26", received=2)
    tally(ledger, first)
    tally(ledger, second, at=START + HOUR)
    tally(ledger, side="city")
    assert tallies(ledger, START + HOUR / 2) == (START, Tallies(period=OCTOBER, tallies=(first,)))
    assert tallies(ledger, START + HOUR) == (START + HOUR, Tallies(period=OCTOBER, tallies=(second,)))
    assert tallies(ledger, side="city") == (START, Tallies(period=OCTOBER, tallies=()))
    assert tallies(ledger, period=OCTOBER.next) is None
    assert tallies(ledger, START - HOUR) is None


def test_a_reading_that_failed_is_remembered_and_hides_nothing(ledger):
    """The last whole tallies stay; why there are no newer ones is known."""
    tally(ledger, Tally(unit_code="H26", received=1))
    failed = {"pair": "ha-noi", "side": "portal", "period": OCTOBER}
    at = START + HOUR
    number = ledger.write_now(record_failed_tallies, **failed, reason="no answer", read_at=at, actor="test")
    assert tallies(ledger, at)[0] == START
    newest = ledger.read_now(last_tallies_reading, **failed, at=at)
    assert (newest.id, newest.verdict, newest.reason, newest.read_at) == (number, "failed", "no answer", at)
    assert ledger.read_now(last_tallies_reading, **failed, at=START).verdict == "whole"
    assert ledger.read_now(last_tallies_reading, **failed, at=START - HOUR) is None
    assert {(entry.actor, entry.action) for entry in ledger.read_now(trail, pair="ha-noi")} == {
        ("test", "tallies"),
        ("test", "tallies_failed"),
    }


def test_each_change_of_a_list_is_told_and_kept(ledger):
    """New ones, changed ones before and after, those that are no longer listed."""
    assert listed(ledger, LATE, OTHER) == DossierChanges(new=(LATE, OTHER))
    ended = replace(LATE, finished=START - HOUR / 2, state="finished")
    assert listed(ledger, ended, at=START + HOUR) == DossierChanges(changed=((LATE, ended),), gone=(OTHER,))
    assert as_of(ledger) == [LATE, OTHER]
    assert as_of(ledger, START + HOUR) == [ended]
    assert history(ledger, START + HOUR) == [(START, START + HOUR, LATE), (START + HOUR, None, ended)]
    assert history(ledger, START) == [(START, None, LATE)]
    (entry, _) = ledger.read_now(trail, pair="ha-noi")
    assert [entry.detail[name] for name in ("listed", "new", "changed", "gone")] == [1, 0, 1, 1]


def test_a_list_that_did_not_change_writes_no_versions(ledger):
    """The same instants in another zone are the same; that it was read is known all the same."""
    listed(ledger, LATE)
    hanoi = timezone(timedelta(hours=7))
    same = replace(LATE, received=LATE.received.astimezone(hanoi), due=LATE.due.astimezone(hanoi))
    assert listed(ledger, same, at=START + HOUR) == DossierChanges()
    assert history(ledger, START + HOUR) == [(START, None, LATE)]
    assert ledger.read_now(dossiers_read_at, pair="ha-noi", at=START + HOUR) == START + HOUR


def test_an_empty_list_is_not_one_that_was_never_read(ledger):
    """Only the instant of reading tells."""
    assert ledger.read_now(dossiers_read_at, pair="ha-noi", at=START) is None
    assert listed(ledger) == DossierChanges()
    assert as_of(ledger) == []
    assert ledger.read_now(dossiers_read_at, pair="ha-noi", at=START) == START
    assert ledger.read_now(dossiers_read_at, pair="ha-noi", at=START - HOUR) is None


def test_a_dossier_that_comes_back_has_both_its_spans(ledger):
    """With the gap between them."""
    listed(ledger, LATE)
    listed(ledger, at=START + HOUR)
    assert listed(ledger, LATE, at=START + 2 * HOUR) == DossierChanges(new=(LATE,))
    assert [span[:2] for span in history(ledger, START + 3 * HOUR)] == [
        (START, START + HOUR),
        (START + 2 * HOUR, None),
    ]
    assert as_of(ledger, START + 1.5 * HOUR) == []


def test_dossiers_are_asked_by_unit_and_pairs_stay_apart(ledger):
    """By the unit's code."""
    listed(ledger, LATE, OTHER)
    listed(ledger, replace(OTHER, state="elsewhere"), pair="da-nang")
    assert as_of(ledger, unit="H26.18") == [OTHER]
    assert as_of(ledger, unit="H26") == []
    assert [one.state for one in as_of(ledger, pair="da-nang")] == ["elsewhere"]


def test_of_two_dossiers_with_one_number_the_last_counts(ledger):
    """A list that repeats itself breaks nothing."""
    assert listed(ledger, OTHER, replace(OTHER, state="last")).new == (replace(OTHER, state="last"),)


def test_a_clock_that_was_set_back_does_not_rewrite_what_was_listed(ledger):
    """The change counts from the last one on."""
    listed(ledger, LATE)
    listed(ledger, OTHER, at=START + HOUR)
    listed(ledger, at=START + HOUR / 2)
    assert as_of(ledger, START + HOUR / 2) == [LATE]
    assert as_of(ledger, START + HOUR) == []


def test_a_change_needs_an_actor(ledger):
    """And without one nothing is written."""
    with pytest.raises(ValueError, match="actor"):
        ledger.write_now(record_dossiers, pair="ha-noi", dossiers=[LATE], seen_at=START, actor="")
    assert as_of(ledger) == []


def test_no_column_could_hold_an_applicant():
    """Number, procedure, unit, dates and state; counts by unit."""
    assert set(DOSSIER_VERSIONS.c.keys()) == {"id", "pair", *Dossier.__struct_fields__, "valid_from", "valid_to"}
    assert set(DOSSIER_TALLIES.c.keys()) == {"reading_id", "position", "unit_code", "unit_name", "counts"}


EXAMPLES = count()
LISTS = st.lists(
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["running", "finished"]), max_size=4),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=LISTS)
def test_any_past_instant_shows_the_list_of_then(ledger, steps):
    """Model: the list of each instant. Each example has a pair of its own."""
    pair = f"pair {next(EXAMPLES)}"
    before: dict[str, str] = {}
    for number, states in enumerate(steps):
        dossiers = [Dossier(number=name, state=state) for name, state in states.items()]
        changes = listed(ledger, *dossiers, at=START + number * HOUR, pair=pair)
        assert {one.number for one in changes.new} == states.keys() - before.keys()
        assert {one.number for one in changes.gone} == before.keys() - states.keys()
        assert {one.number for _, one in changes.changed} == {
            name for name in states.keys() & before.keys() if states[name] != before[name]
        }
        before = states
    for number, states in enumerate(steps):
        then = as_of(ledger, START + number * HOUR + HOUR / 2, pair=pair)
        assert [(one.number, one.state) for one in then] == sorted(states.items())

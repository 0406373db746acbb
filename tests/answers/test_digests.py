"""A digest tells each mismatch once, by the newest thing that happened to it, and what became overdue."""

from __future__ import annotations

from syncd.answers.digests import TOLD, Section, overdue_dossiers, overdue_steps, told
from syncd.ledger.dossiers import record_dossiers
from syncd.reconcile.lifecycle import Event
from syncd.records.dossiers import Dossier
from tests.answers.town import DAY, HOUR, NOW, find, happen, seen
from tests.documents.office import AS_OF, BEFORE, SOURCES, furnish


def test_every_event_of_the_life_cycle_has_its_place():
    assert {*TOLD, Event.CHANGED} == set(Event)
    assert set(TOLD.values()) == {*Section, None}


def test_a_mismatch_is_told_by_the_newest_thing_that_happened_to_it(ledger):
    new, sure, solved, gone, waived = find(ledger, *(seen(f"1.{n:06d}") for n in range(5)), at=NOW - DAY)
    happen(ledger, Event.CONFIRMED, sure, solved, waived, at=NOW - HOUR)
    happen(ledger, Event.AGREED, solved)
    happen(ledger, Event.GONE, gone)
    happen(ledger, Event.WAIVED, waived)
    found = ledger.read_now(told, after=0, until=NOW, within=None)
    assert found.counts == {Section.NEW: 1, Section.CONFIRMED: 1, Section.RESOLVED: 2}
    assert {section: {row.mismatch.id for row in rows} for section, rows in found.rows.items()} == {
        Section.NEW: {new},
        Section.CONFIRMED: {sure},
        Section.RESOLVED: {solved, gone},
    }


def test_a_change_of_values_hides_nothing_and_a_waiver_that_ends_is_told_when_it_is_confirmed(ledger):
    one, other = find(ledger, seen("1.000001"), seen("1.000002"), at=NOW - DAY)
    happen(ledger, Event.CHANGED, one)
    happen(ledger, Event.WAIVED, other)
    happen(ledger, Event.WAIVER_ENDED, other)
    found = ledger.read_now(told, after=0, until=NOW, within=None)
    assert found.counts == {Section.NEW: 1}
    happen(ledger, Event.CONFIRMED, other)
    assert ledger.read_now(told, after=found.last, until=NOW, within=None).counts == {Section.CONFIRMED: 1}


def test_the_gravest_are_listed_first_and_the_counts_are_whole(ledger):
    find(ledger, *(seen(f"1.{n:06d}") for n in range(4)))
    (grave,) = find(ledger, seen("1.000009", kind="missing_in_city", field=""), at=NOW - DAY)
    found = ledger.read_now(told, after=0, until=NOW, within=None, limit=2)
    assert found.counts == {Section.NEW: 5}
    assert [row.mismatch.code for row in found.rows[Section.NEW]] == ["1.000009", "1.000003"]
    assert found.rows[Section.NEW][0].mismatch.id == grave


def test_a_unit_hears_of_its_own_alone_and_the_next_look_begins_where_this_one_ends(ledger):
    find(ledger, seen("1.000001", agency_code="H26.17.01"), seen("1.000002", agency_code="H26.170"))
    found = ledger.read_now(told, after=0, until=NOW, within="H26.17")
    assert ([row.unit for row in found.rows[Section.NEW]], found.last) == (["H26.17.01"], 2)
    again = ledger.read_now(told, after=found.last, until=NOW + DAY, within="H26.17")
    assert (again.counts, again.rows, again.last) == ({}, {}, 2)


def test_what_is_overdue_is_known_as_of_any_instant(ledger):
    """Each step once, whatever the same publication has besides."""
    furnish(ledger)
    found = ledger.read_now(overdue_steps, SOURCES.about, AS_OF)
    assert len({one.key for one in found}) == len(found)
    assert found
    assert {one.step for one in found} <= {"sign", "public"}
    assert all(one.day < AS_OF.date() for one in found)
    assert ledger.read_now(overdue_steps, SOURCES.about, BEFORE - DAY) == ()


def test_overdue_dossiers_are_those_that_run_past_their_day(ledger):
    dues = {"A": NOW - HOUR, "B": NOW - 300 * DAY, "C": NOW + HOUR}
    listed = [Dossier(number=number, unit_code="H26.17", due=due) for number, due in dues.items()]
    ledger.write_now(record_dossiers, pair="d", dossiers=listed, seen_at=NOW - DAY, actor="t")
    assert [one.number for one in ledger.read_now(overdue_dossiers, ["d"], NOW)] == ["B", "A"]
    assert [one.number for one in ledger.read_now(overdue_dossiers, ["d"], NOW - 2 * HOUR)] == ["B"]
    assert ledger.read_now(overdue_dossiers, [], NOW) == ()

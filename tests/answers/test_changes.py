"""What changed is told once, to whom it belongs."""

from __future__ import annotations

from syncd.answers.changes import (
    KIND_OF,
    ChangeKind,
    changes,
    changes_since,
    newly_overdue_dossiers,
    opened_and_closed,
)
from syncd.ledger.dossiers import record_dossiers
from syncd.reconcile.lifecycle import Event
from syncd.records.dossiers import Dossier
from tests.answers.town import DAY, HOUR, NOW, PAIR, find, happen, seen


def test_every_event_of_the_life_cycle_means_something():
    """A new one needs a row in the table."""
    assert KIND_OF.keys() == {event.value for event in Event}


def test_events_are_told_by_unit_and_never_twice(ledger):
    """The next look begins where the last one ended."""
    one, other = find(ledger, seen("1.000001"), seen("1.000002", agency_code="H26.30"), at=NOW - DAY)
    happen(ledger, Event.CONFIRMED, one, other)
    first = ledger.read_now(changes, after=0, until=NOW, within=None)
    assert first.counts["H26.17"] == {ChangeKind.NEW: 1, ChangeKind.CONFIRMED: 1}
    assert (first.total(ChangeKind.NEW), first.rows[0].kind) == (2, ChangeKind.CONFIRMED)
    happen(ledger, Event.AGREED, one, at=NOW + HOUR)
    second = ledger.read_now(changes, after=first.last, until=NOW + DAY, within=None)
    assert second.counts == {"H26.17": {ChangeKind.RESOLVED: 1}}
    assert (second.rows[0].mismatch.id, second.rows[0].unit) == (one, "H26.17")
    assert ledger.read_now(changes, after=second.last, until=NOW + DAY, within=None).rows == ()


def test_a_unit_hears_of_its_own_alone(ledger):
    """Counts and rows; the limit cuts rows, never counts."""
    find(ledger, seen("1.000001"), seen("1.000002"), seen("1.000003", agency_code="H26.30"))
    found = ledger.read_now(changes_since, NOW - DAY, until=NOW, within="H26.17", limit=1)
    assert (found.counts, len(found.rows)) == ({"H26.17": {ChangeKind.NEW: 2}}, 1)
    assert ledger.read_now(changes_since, NOW, until=NOW, within=None).counts == {}


def test_what_opened_and_closed_is_counted_between_instants(ledger):
    """The later instant belongs to its span."""
    one, _ = find(ledger, seen("1.000001"), seen("1.000002", agency_code="H26.30"), at=NOW - DAY)
    happen(ledger, Event.CONFIRMED, one, at=NOW - HOUR)
    happen(ledger, Event.AGREED, one)
    instants = [NOW - 2 * DAY, NOW - DAY, NOW]
    spans = ledger.read_now(opened_and_closed, instants, pairs=[PAIR], within=None)
    assert [(one.opened, one.closed) for one in spans] == [(2, 0), (0, 1)]
    spans = ledger.read_now(opened_and_closed, instants, pairs=[PAIR], within="H26.30")
    assert [(one.opened, one.closed) for one in spans] == [(1, 0), (0, 0)]


def test_dossiers_that_ran_past_their_day_are_told(ledger):
    """Those that did so before, or that ended, are not."""
    dues = {"A": NOW - HOUR, "B": NOW - 3 * DAY, "C": NOW + HOUR, "D": NOW - 2 * HOUR}
    listed = [Dossier(number=number, unit_code="H26.17", due=due) for number, due in dues.items()]
    listed.append(Dossier(number="E", unit_code="H26.30", due=NOW - HOUR))
    ledger.write_now(record_dossiers, pair="d", dossiers=listed, seen_at=NOW - HOUR, actor="t")
    found = ledger.read_now(newly_overdue_dossiers, ["d"], since=NOW - DAY, until=NOW, within="H26.17")
    assert [one.number for one in found] == ["D", "A"]

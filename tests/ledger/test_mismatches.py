"""Mismatches, their events and their announcements are written together, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from syncd.errors import ConflictError
from syncd.ledger.announcing import mark_announced, pending_announcements
from syncd.ledger.applying import apply_moves
from syncd.ledger.mismatches import Evidence, history, oldest_open, open_counts, open_mismatches, select
from syncd.ledger.waivers import active_waivers, revoke, waive
from syncd.reconcile.lifecycle import Event, MismatchState, Move, mismatch_id, move
from syncd.reconcile.mismatches import MismatchKind, Observation

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEEN = Observation(
    kind=MismatchKind.FIELD_DIFFERS,
    code="1.000001",
    local_code="1.000001.H26",
    field="name",
    portal_value="Đăng ký thường trú",
    city_value="Đăng ký thường trũ",
    difference="tone-mark",
)


def found(observation: Observation = SEEN, at: datetime = NOW) -> Move:
    return Move(
        mismatch_id=mismatch_id("ha-noi", observation.subject, at),
        event=Event.FOUND,
        from_state=None,
        to_state=MismatchState.SUSPECTED,
        observation=observation,
    )


def write(ledger, *moves: Move, at: datetime = NOW) -> None:
    pairs = [(one, Evidence()) for one in moves]
    ledger.write_now(apply_moves, pair="ha-noi", pass_id=None, moves=pairs, at=at, actor="test")


def test_a_mismatch_lives_through_its_states(ledger):
    """Each change is dated; the events say who and when."""
    write(ledger, found())
    (known,) = ledger.read_now(open_mismatches, "ha-noi")
    assert (known.state, known.first_seen, known.severity) == ("suspected", NOW, "major")
    write(ledger, move(known, Event.CONFIRMED), at=NOW + HOUR)
    (known,) = ledger.read_now(open_mismatches, "ha-noi")
    assert (known.state, known.confirmed_at, known.first_seen) == ("confirmed", NOW + HOUR, NOW)
    write(ledger, move(known, Event.AGREED), at=NOW + 2 * HOUR)
    assert ledger.read_now(open_mismatches, "ha-noi") == []
    (ended,) = ledger.read_now(select, states=["resolved"])
    assert (ended.resolved_at, ended.confirmed_at) == (NOW + 2 * HOUR, NOW + HOUR)
    assert [one.event for one in ledger.read_now(history, [ended.id])] == ["found", "confirmed", "agreed"]


def test_any_past_instant_shows_the_mismatch_of_then(ledger):
    """State and values."""
    write(ledger, found())
    (known,) = ledger.read_now(open_mismatches, "ha-noi")
    other = Observation(
        kind=SEEN.kind, code=SEEN.code, field="name", portal_value="A", city_value="B", difference="real"
    )
    write(ledger, move(known, Event.CHANGED, other), at=NOW + HOUR)
    (then,) = ledger.read_now(select, as_of=NOW + HOUR / 2)
    (now,) = ledger.read_now(select, as_of=NOW + HOUR)
    assert (then.city_value, now.city_value) == ("Đăng ký thường trũ", "B")
    assert ledger.read_now(select, as_of=NOW - HOUR) == []


def test_a_move_from_another_state_writes_nothing(ledger):
    """The first of the two moves is undone with the second."""
    write(ledger, found())
    (known,) = ledger.read_now(open_mismatches, "ha-noi")
    stale = Move(
        mismatch_id=known.id,
        event=Event.AGREED,
        from_state=MismatchState.CONFIRMED,
        to_state=MismatchState.RESOLVED,
    )
    with pytest.raises(ConflictError, match="is waived, not confirmed"):
        write(ledger, move(known, Event.WAIVED), stale)
    assert [one.state for one in ledger.read_now(open_mismatches, "ha-noi")] == ["suspected"]
    assert len(ledger.read_now(pending_announcements, 10)) == 1


def test_an_event_is_announced_once(ledger):
    """The outbox empties in order."""
    write(ledger, found())
    (known,) = ledger.read_now(open_mismatches, "ha-noi")
    write(ledger, move(known, Event.CONFIRMED), at=NOW + HOUR)
    first, second = ledger.read_now(pending_announcements, 10)
    assert (first.to_state, second.to_state) == ("suspected", "confirmed")
    assert second.mismatch.portal_value == "Đăng ký thường trú"
    ledger.write_now(mark_announced, event_ids=[first.id], at=NOW)
    assert [one.id for one in ledger.read_now(pending_announcements, 10)] == [second.id]


def test_open_mismatches_are_counted_by_kind_and_state(ledger):
    """What metrics show."""
    other = Observation(kind=MismatchKind.MISSING_IN_CITY, code="1.000002")
    write(ledger, found(), found(other, NOW))
    assert ledger.read_now(open_counts, "ha-noi") == {
        ("field_differs", "suspected"): 1,
        ("missing_in_city", "suspected"): 1,
    }
    assert ledger.read_now(oldest_open, "ha-noi") == {"suspected": NOW}


def test_a_waiver_is_in_force_until_its_end_or_revocation(ledger):
    """With an owner and a reason, or not at all."""
    given = {
        "pair": "ha-noi",
        "subject": SEEN.subject,
        "values_digest": SEEN.values,
        "owner": "Nguyễn Thị Hòa",
        "reason": "Chờ Bộ đính chính",
        "expires_at": NOW + HOUR,
        "now": NOW,
        "actor": "test",
    }
    number = ledger.write_now(waive, **given)
    assert [one.owner for one in ledger.read_now(active_waivers, "ha-noi", NOW)] == ["Nguyễn Thị Hòa"]
    assert ledger.read_now(active_waivers, "ha-noi", NOW + HOUR) == []
    ledger.write_now(revoke, waiver_id=number, now=NOW + HOUR / 2, actor="test")
    assert ledger.read_now(active_waivers, "ha-noi", NOW + HOUR / 2) == []
    with pytest.raises(ConflictError, match="not in force"):
        ledger.write_now(revoke, waiver_id=number, now=NOW, actor="test")
    with pytest.raises(ConflictError, match="owner and a reason"):
        ledger.write_now(waive, **(given | {"reason": " "}))

"""The life of a mismatch follows its table, and nothing else."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from syncd.reconcile.lifecycle import (
    OPEN,
    TRANSITIONS,
    Event,
    IllegalMoveError,
    MismatchState,
    diagram,
    mismatch_id,
    moves,
    step,
)
from syncd.reconcile.mismatches import MismatchKind, Observation

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    """An open mismatch as the life-cycle sees it."""

    id: str
    subject: str
    values_digest: str
    state: str


@dataclass(frozen=True)
class Waived:
    subject: str
    values_digest: str


def seen(code: str = "1.000001", city_value: str = "Tên cũ") -> Observation:
    return Observation(
        kind=MismatchKind.FIELD_DIFFERS, code=code, field="name", portal_value="Tên mới", city_value=city_value
    )


def known(observation: Observation, state: MismatchState = MismatchState.SUSPECTED) -> Known:
    return Known("M-1", observation.subject, observation.values, state)


def run(open_mismatches=(), observations=(), waivers=(), gone=False, unknown=False, renewed=False):
    made = moves(
        pair="ha-noi",
        now=NOW,
        open_mismatches=open_mismatches,
        observations=observations,
        waivers=waivers,
        is_gone=lambda _one: gone,
        is_unknown=lambda _one: unknown,
        is_renewed=lambda _one: renewed,
    )
    return [(move.event, move.to_state) for move in made]


def test_every_move_outside_the_table_is_refused():
    """A missing key is an illegal move."""
    for state, event in itertools.product((None, *MismatchState), Event):
        if (state, event) in TRANSITIONS:
            assert step(state, event) is TRANSITIONS[state, event]
        else:
            with pytest.raises(IllegalMoveError):
                step(state, event)


def test_no_event_leads_out_of_an_ended_mismatch():
    """A resolved or vanished mismatch is never taken up again: the next finding is a new life."""
    assert {state for state, _ in TRANSITIONS if state is not None} == OPEN


def test_a_finding_opens_a_suspected_mismatch():
    """What a pass sees for the first time is suspected, never confirmed."""
    assert run(observations=[seen()]) == [(Event.FOUND, MismatchState.SUSPECTED)]


def test_the_same_finding_again_is_no_news():
    """One line per change of state, never one per pass."""
    assert run([known(seen())], [seen()]) == []


@pytest.mark.parametrize("state", sorted(OPEN))
def test_agreement_resolves(state):
    """Two whole readings that agree end it."""
    assert run([known(seen(), state)]) == [(Event.AGREED, MismatchState.RESOLVED)]


def test_a_record_gone_from_both_sides_vanishes():
    """Absent on both sides is no agreement on a value, and no permanent mismatch either."""
    assert run([known(seen())], gone=True) == [(Event.GONE, MismatchState.VANISHED)]


def test_what_could_not_be_read_changes_nothing():
    """Unknown is not agreement."""
    assert run([known(seen(), MismatchState.CONFIRMED)], unknown=True) == []


def test_other_values_must_be_confirmed_again():
    """A confirmed mismatch whose values change is suspected anew, with its first date kept."""
    before = known(seen(city_value="Tên cũ"), MismatchState.CONFIRMED)
    assert run([before], [seen(city_value="Tên khác")]) == [(Event.CHANGED, MismatchState.SUSPECTED)]


def test_a_waiver_binds_both_values():
    """A waived mismatch stays quiet for its values, and alarms again for others."""
    one = seen()
    waiver = Waived(one.subject, one.values)
    assert run(observations=[one], waivers=[waiver]) == [(Event.WAIVED, MismatchState.WAIVED)]
    assert run([known(one, MismatchState.WAIVED)], [one], [waiver]) == []
    changed = seen(city_value="Tên khác")
    assert run([known(one, MismatchState.WAIVED)], [changed], [waiver]) == [(Event.CHANGED, MismatchState.SUSPECTED)]


def test_a_waiver_that_ends_alarms_again():
    """Expiry and revocation look alike to the life-cycle: the waiver is not there any more."""
    one = seen()
    assert run([known(one, MismatchState.WAIVED)], [one]) == [(Event.WAIVER_ENDED, MismatchState.SUSPECTED)]


def test_ids_are_stable_and_differ_by_life():
    """The same life always has the same id; the next life has another."""
    one = seen().subject
    later = NOW.replace(hour=5)
    assert mismatch_id("ha-noi", one, NOW) == mismatch_id("ha-noi", one, NOW)
    assert mismatch_id("ha-noi", one, NOW) != mismatch_id("ha-noi", one, later)


def test_the_diagram_shows_every_move():
    """The drawing is made from the table."""
    drawn = diagram()
    assert all(f"--> {after}: {event}" in drawn for (_, event), after in TRANSITIONS.items())


WITHDRAWN = Observation(kind=MismatchKind.WITHDRAWN_ON_PORTAL, code="1.000001")


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_suspicion_without_values_begins_anew_when_its_record_was_written_anew(state):
    """What is confirmed or waived stays so: it has been looked at."""
    anew = [(Event.CHANGED, MismatchState.SUSPECTED)] if state is MismatchState.SUSPECTED else []
    waivers = [Waived(WITHDRAWN.subject, WITHDRAWN.values)] if state is MismatchState.WAIVED else []
    assert run([known(WITHDRAWN, state)], [WITHDRAWN], waivers, renewed=True) == anew


def test_a_suspicion_with_values_is_told_from_another_by_them():
    assert run([known(seen())], [seen()], renewed=True) == []

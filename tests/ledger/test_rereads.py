"""A mismatch can be asked to be read again once at a time; a wish stays until it is answered."""

from __future__ import annotations

import pytest

from syncd.ledger.audit import audit_of
from syncd.ledger.refusals import RefusedError
from syncd.ledger.rereads import (
    RereadOutcome,
    answered_since,
    ask_reread,
    finish_rereads,
    pending_rereads,
    rereads_of,
    take_rereads,
)
from syncd.reconcile.lifecycle import Event, move
from tests.ledger.desks import ACTOR, HOUR, NOW, mismatches, moves, one

WHO = {"now": NOW, "actor": ACTOR}


def test_a_wish_is_open_once_until_it_is_answered(ledger):
    ids = mismatches(ledger, "1.000001", "1.000002")
    assert ledger.write_now(ask_reread, mismatch_ids=ids, **WHO) == 2
    assert ledger.write_now(ask_reread, mismatch_ids=ids, **WHO) == 0
    first, second = ledger.read_now(pending_rereads, "ha-noi")
    assert (first.mismatch_id, first.asked_by, first.asked_at, first.outcome) == (ids[0], ACTOR, NOW, "")
    ledger.write_now(take_rereads, reread_ids=[first.id, second.id], now=NOW + HOUR)
    assert len(ledger.read_now(pending_rereads, "ha-noi")) == 2, "a pass that dies leaves its wishes pending"
    later = {"now": NOW + HOUR, "actor": "daemon"}
    assert ledger.write_now(finish_rereads, outcomes={first.id: "confirmed"}, **later) == 1
    assert ledger.write_now(finish_rereads, outcomes={first.id: "unknown"}, **later) == 0, "the answer stays"
    assert [one.id for one in ledger.read_now(pending_rereads, "ha-noi")] == [second.id]
    (answered,) = ledger.read_now(answered_since, NOW)
    assert (answered.id, answered.taken_at, answered.outcome) == (first.id, NOW + HOUR, RereadOutcome.CONFIRMED)
    assert ledger.read_now(answered_since, NOW + HOUR) == []
    assert ledger.write_now(ask_reread, mismatch_ids=ids, **WHO) == 1, "it can be asked again"
    assert [one.outcome for one in ledger.read_now(rereads_of, ids[0])] == ["", "confirmed"]
    said = [(entry.action, entry.actor) for entry in ledger.read_now(audit_of, ids[0])]
    assert said == [("reread_asked", ACTOR), ("reread_answered", "daemon"), ("reread_asked", ACTOR)]


def test_wishes_are_their_pairs_alone_and_few_at_once(ledger):
    here, there = mismatches(ledger, "1.000001", "1.000002"), mismatches(ledger, "1.000001", pair="hue")
    ledger.write_now(ask_reread, mismatch_ids=[*here, *there], **WHO)
    assert [one.mismatch_id for one in ledger.read_now(pending_rereads, "hue")] == there
    assert [one.mismatch_id for one in ledger.read_now(pending_rereads, "ha-noi", limit=1)] == here[:1]


def test_nothing_is_asked_about_what_is_closed_or_unknown(ledger):
    ids = mismatches(ledger, "1.000001")
    moves(ledger, move(one(ledger, ids[0]), Event.AGREED))
    assert ledger.write_now(ask_reread, mismatch_ids=ids, **WHO) == 0
    with pytest.raises(RefusedError, match="there is no mismatch"):
        ledger.write_now(ask_reread, mismatch_ids=["M-NONE"], **WHO)


def test_an_answer_is_one_of_those_that_the_desk_knows(ledger):
    ids = mismatches(ledger, "1.000001")
    ledger.write_now(ask_reread, mismatch_ids=ids, **WHO)
    (wish,) = ledger.read_now(pending_rereads, "ha-noi")
    with pytest.raises(ValueError, match="perhaps"):
        ledger.write_now(finish_rereads, outcomes={wish.id: "perhaps"}, **WHO)
    assert len(ledger.read_now(pending_rereads, "ha-noi")) == 1

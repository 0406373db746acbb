"""People assign, explain, comment, report and waive, one mismatch or many; each change is in the trail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.ledger.accounts import change_user
from syncd.ledger.announcing import pending_announcements
from syncd.ledger.audit import audit_of, trail
from syncd.ledger.audit_proof import verify_chain
from syncd.ledger.causes import causes, keep_cause, retire_cause
from syncd.ledger.mismatches import history
from syncd.ledger.refusals import RefusedError
from syncd.ledger.saved_views import drop_view, save_view, views_of
from syncd.ledger.waivers import active_waivers, waive, waivers_in_force
from syncd.ledger.waiving import unwaive_mismatches, waive_mismatches
from syncd.ledger.work import (
    add_comment,
    assign,
    comments_of,
    mark_reported,
    set_cause,
    withdraw_report,
    work_of,
)
from syncd.reconcile.lifecycle import Event, move
from tests.ledger.desks import ACTOR, DAY, HOUR, NOW, mismatches, moves, one, person

WHO = {"now": NOW, "actor": ACTOR}


def test_many_are_assigned_at_once_and_the_trail_says_of_each_before_and_after(ledger):
    ids = mismatches(ledger, "1.000001", "1.000002", "1.000003")
    person(ledger, "Lan")
    assert ledger.write_now(assign, mismatch_ids=ids[:2], assignee="lan", unit="H26.17", **WHO) == 2
    found = ledger.read_now(work_of, ids)
    assert {identity: (work.assignee, work.unit) for identity, work in found.items()} == dict.fromkeys(
        ids[:2], ("Lan", "H26.17")
    )
    (entry,) = ledger.read_now(audit_of, ids[0])
    assert (entry.actor, entry.action, entry.pair, entry.at) == (ACTOR, "assigned", "ha-noi", NOW)
    assert entry.detail == {
        "before": {"assignee": "", "unit": ""},
        "after": {"assignee": "Lan", "unit": "H26.17"},
    }
    assert ledger.read_now(audit_of, ids[2]) == []


def test_doing_the_same_again_changes_nothing(ledger):
    (identity,) = mismatches(ledger, "1.000001")
    person(ledger, "lan")
    later = {"now": NOW + HOUR, "actor": ACTOR}
    for expected in (1, 0):
        assert ledger.write_now(assign, mismatch_ids=[identity, identity], assignee="lan", **WHO) == expected
        assert ledger.write_now(set_cause, mismatch_ids=[identity], cause="wrong_code", **WHO) == expected
        assert ledger.write_now(add_comment, mismatch_ids=[identity], text=" Đã gọi\r\nđiện ", **later) == expected
        assert ledger.write_now(mark_reported, mismatch_ids=[identity], reference="12/UBND", **later) == expected
    assert len(ledger.read_now(audit_of, identity)) == 4
    assert [comment.text for comment in ledger.read_now(comments_of, identity)] == ["Đã gọi\nđiện"]


def test_what_is_not_given_is_kept_and_what_is_empty_is_taken_away(ledger):
    ids = mismatches(ledger, "1.000001")
    person(ledger, "lan")
    ledger.write_now(assign, mismatch_ids=ids, unit="H26.17", **WHO)
    ledger.write_now(assign, mismatch_ids=ids, assignee="lan", **WHO)
    work = ledger.read_now(work_of, ids)[ids[0]]
    assert (work.assignee, work.unit) == ("lan", "H26.17")
    ledger.write_now(assign, mismatch_ids=ids, unit="", **WHO)
    work = ledger.read_now(work_of, ids)[ids[0]]
    assert (work.assignee, work.unit) == ("lan", "")


@pytest.mark.parametrize(
    "act",
    [
        (assign, {"unit": "H26"}),
        (set_cause, {"cause": "other"}),
        (add_comment, {"text": "x"}),
        (mark_reported, {}),
        (withdraw_report, {}),
        (waive_mismatches, {"owner": "Lan", "reason": "chờ", "expires_at": NOW + DAY}),
        (unwaive_mismatches, {}),
    ],
    ids=lambda act: act[0].__name__,
)
def test_one_unknown_id_among_many_changes_nothing_at_all(ledger, act):
    function, given = act
    (identity,) = mismatches(ledger, "1.000001")
    with pytest.raises(RefusedError) as caught:
        ledger.write_now(function, mismatch_ids=[identity, "M-NONE"], **given, **WHO)
    assert caught.value.reason == "unknown_mismatch"
    assert (ledger.read_now(work_of, [identity]), ledger.read_now(trail)) == ({}, [])


def test_only_somebody_who_can_sign_in_is_assigned_anything(ledger):
    ids = mismatches(ledger, "1.000001")
    user_id = person(ledger, "lan")
    ledger.write_now(change_user, user_id=user_id, disabled=True, **WHO)
    for login in ("lan", "nobody"):
        with pytest.raises(RefusedError, match="there is no user"):
            ledger.write_now(assign, mismatch_ids=ids, assignee=login, **WHO)


def test_a_retired_cause_stays_where_it_was_given_and_is_given_no_more(ledger):
    ids = mismatches(ledger, "1.000001", "1.000002")
    words = {"slug": "flood", "vietnamese": "Ngập lụt", "english": "Flood"}
    assert ledger.write_now(keep_cause, **words, **WHO)
    assert not ledger.write_now(keep_cause, **words, **WHO)
    ledger.write_now(set_cause, mismatch_ids=ids[:1], cause="flood", **WHO)
    assert ledger.write_now(retire_cause, slug="flood", **WHO)
    assert not ledger.write_now(retire_cause, slug="flood", **WHO)
    assert ledger.read_now(work_of, ids)[ids[0]].cause == "flood"
    assert "flood" not in {cause.slug for cause in ledger.read_now(causes)}
    assert "flood" in {cause.slug for cause in ledger.read_now(causes, with_retired=True)}
    with pytest.raises(RefusedError, match="no cause"):
        ledger.write_now(set_cause, mismatch_ids=ids[1:], cause="flood", **WHO)
    assert ledger.write_now(keep_cause, **words, **WHO), "offered again"
    assert ledger.write_now(set_cause, mismatch_ids=ids, cause="flood", **WHO) == 1
    assert ledger.write_now(set_cause, mismatch_ids=ids, cause=None, **WHO) == 2
    for slug in ("Flood", "", "a" * 41, "a-b"):
        with pytest.raises(RefusedError, match="cannot name a cause"):
            ledger.write_now(keep_cause, **(words | {"slug": slug}), **WHO)


def test_who_reported_first_is_kept(ledger):
    ids = mismatches(ledger, "1.000001")
    ledger.write_now(mark_reported, mismatch_ids=ids, **WHO)
    later = {"now": NOW + DAY, "actor": "user:lan"}
    assert ledger.write_now(mark_reported, mismatch_ids=ids, reference="12/UBND-KSTTHC", **later) == 1
    work = ledger.read_now(work_of, ids)[ids[0]]
    assert (work.reported_at, work.reported_by, work.report_reference) == (NOW, "hoa", "12/UBND-KSTTHC")
    assert ledger.write_now(withdraw_report, mismatch_ids=ids, **later) == 1
    work = ledger.read_now(work_of, ids)[ids[0]]
    assert (work.reported_at, work.reported_by, work.report_reference) == (None, "", "")


def test_comments_are_kept_as_they_were_typed_and_are_never_too_long(ledger):
    (identity,) = mismatches(ledger, "1.000001")
    typed = "<b>Đã gọi</b> =HYPERLINK()\\u0000"
    ledger.write_now(add_comment, mismatch_ids=[identity], text=typed, **WHO)
    ledger.write_now(add_comment, mismatch_ids=[identity], text="ừ", now=NOW, actor="user:lan")
    ledger.write_now(add_comment, mismatch_ids=[identity], text=typed, now=NOW + HOUR, actor=ACTOR)
    said = [(comment.author, comment.text) for comment in ledger.read_now(comments_of, identity)]
    assert said == [("hoa", typed), ("lan", "ừ"), ("hoa", typed)]
    assert ledger.write_now(add_comment, mismatch_ids=[identity], text="đ" * 4_000, **WHO) == 1
    for text, reason in (
        ("đ" * 4_001, "text_too_long"),
        ("a" * 10_000_000, "text_too_long"),
        (" \n ", "text_empty"),
        ("a\x00b", "text_unreadable"),
        ("a\u202eb", "text_unreadable"),
        ("a\ud800b", "text_unreadable"),
    ):
        with pytest.raises(RefusedError) as caught:
            ledger.write_now(add_comment, mismatch_ids=[identity], text=text, **WHO)
        assert caught.value.reason == reason


WAIVER = {"owner": "Trần Lan", "reason": "Chờ Bộ đính chính", "expires_at": NOW + 30 * DAY}


def test_a_waiver_takes_effect_at_once_with_its_event_announcement_and_audit_row(ledger):
    ids = mismatches(ledger, "1.000001", "1.000002")
    moves(ledger, move(one(ledger, ids[1]), Event.AGREED))
    announced = len(ledger.read_now(pending_announcements, 100))
    assert ledger.write_now(waive_mismatches, mismatch_ids=ids, **WAIVER, **WHO) == 1, "a closed one stays as it is"
    assert [one(ledger, identity).state for identity in ids] == ["waived", "resolved"]
    event = ledger.read_now(history, ids[:1])[-1]
    assert (event.event, event.to_state, event.actor, event.pass_id) == ("waived", "waived", ACTOR, None)
    assert len(ledger.read_now(pending_announcements, 100)) == announced + 1
    (entry,) = ledger.read_now(audit_of, ids[0])
    assert (entry.action, entry.detail["before"], entry.detail["after"]["owner"]) == (
        "waive",
        {"state": "confirmed"},
        "Trần Lan",
    )
    (waiver,) = ledger.read_now(active_waivers, "ha-noi", NOW)
    assert (waiver.subject, waiver.id) == (one(ledger, ids[0]).subject, entry.detail["waiver"])


def test_waiving_in_the_same_way_again_changes_nothing_and_in_another_way_replaces(ledger):
    ids = mismatches(ledger, "1.000001")
    ledger.write_now(waive_mismatches, mismatch_ids=ids, **WAIVER, **WHO)
    assert ledger.write_now(waive_mismatches, mismatch_ids=ids, **WAIVER, **WHO) == 0
    longer = WAIVER | {"expires_at": NOW + 60 * DAY}
    assert ledger.write_now(waive_mismatches, mismatch_ids=ids, **longer, **WHO) == 1
    later = NOW + HOUR
    assert [waiver.expires_at for waiver in ledger.read_now(waivers_in_force, later)] == [NOW + 60 * DAY]
    assert [event.event for event in ledger.read_now(history, ids)] == ["found", "confirmed", "waived"]
    assert len(ledger.read_now(audit_of, ids[0])) == 2


def test_a_waiver_that_is_ended_lets_the_mismatch_be_suspected_at_once(ledger):
    ids = mismatches(ledger, "1.000001", "1.000002")
    ledger.write_now(waive_mismatches, mismatch_ids=ids[:1], **WAIVER, **WHO)
    later = {"now": NOW + HOUR, "actor": "user:lan"}
    assert ledger.write_now(unwaive_mismatches, mismatch_ids=ids, **later) == 1
    assert [one(ledger, identity).state for identity in ids] == ["suspected", "confirmed"]
    assert ledger.read_now(active_waivers, "ha-noi", NOW + HOUR) == []
    assert ledger.write_now(unwaive_mismatches, mismatch_ids=ids, **later) == 0
    assert [entry.action for entry in ledger.read_now(audit_of, ids[0])] == ["waive", "unwaive"]


def test_a_waiver_binds_the_values_and_the_pair_it_was_given_for(ledger):
    (here,), (there,) = mismatches(ledger, "1.000001"), mismatches(ledger, "1.000001", pair="hue")
    ledger.write_now(waive_mismatches, mismatch_ids=[here], **WAIVER, **WHO)
    assert one(ledger, there).state == "confirmed"
    assert ledger.write_now(unwaive_mismatches, mismatch_ids=[there], **WHO) == 0
    assert [waiver.pair for waiver in ledger.read_now(waivers_in_force, NOW)] == ["ha-noi"]
    assert ledger.read_now(waivers_in_force, NOW, pair="hue") == []


def test_a_waiver_of_before_the_mismatch_was_moved_is_taken_over(ledger):
    """One that the next pass would have acted on."""
    (identity,) = mismatches(ledger, "1.000001")
    known = one(ledger, identity)
    about = {"pair": "ha-noi", "subject": known.subject, "values_digest": known.values_digest}
    ledger.write_now(waive, **about, **WAIVER, **WHO)
    assert ledger.write_now(waive_mismatches, mismatch_ids=[identity], **WAIVER, **WHO) == 1
    assert one(ledger, identity).state == "waived"
    assert len(ledger.read_now(waivers_in_force, NOW + HOUR)) == 1


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"reason": " "}, "text_empty"),
        ({"owner": ""}, "text_empty"),
        ({"reason": "a" * 1_001}, "text_too_long"),
        ({"expires_at": NOW}, "expiry_out_of_range"),
        ({"expires_at": NOW - HOUR}, "expiry_out_of_range"),
        ({"expires_at": NOW + timedelta(days=367)}, "expiry_out_of_range"),
    ],
)
def test_a_waiver_without_reason_owner_or_a_near_end_is_refused(ledger, wrong, reason):
    ids = mismatches(ledger, "1.000001")
    with pytest.raises(RefusedError) as caught:
        ledger.write_now(waive_mismatches, mismatch_ids=ids, **(WAIVER | wrong), **WHO)
    assert caught.value.reason == reason
    assert one(ledger, ids[0]).state == "confirmed"


def test_a_thousand_and_more_are_changed_at_once_and_the_chain_holds(ledger):
    """More than fit one statement."""
    ids = mismatches(ledger, *(f"1.{number:06}" for number in range(1_100)))
    assert ledger.write_now(set_cause, mismatch_ids=ids, cause="other", **WHO) == 1_100
    assert ledger.write_now(waive_mismatches, mismatch_ids=ids, **WAIVER, **WHO) == 1_100
    assert ledger.write_now(add_comment, mismatch_ids=ids, text="như trên", **WHO) == 1_100
    assert ledger.write_now(unwaive_mismatches, mismatch_ids=ids, now=NOW + HOUR, actor=ACTOR) == 1_100
    assert len(ledger.read_now(work_of, ids)) == 1_100
    assert ledger.read_now(verify_chain).rows == 4_400
    assert ledger.read_now(verify_chain).is_whole


def test_views_are_kept_replaced_shared_and_dropped_by_their_owner_alone(ledger):
    hoa, lan = person(ledger), person(ledger, "lan")
    first = ledger.write_now(save_view, user_id=hoa, name="Của tôi", address="?state=open", **WHO)
    again = ledger.write_now(save_view, user_id=hoa, name="Của tôi", address="state=waived", is_shared=True, **WHO)
    own = ledger.write_now(save_view, user_id=lan, name="Ă", address="", **WHO)
    assert first == again
    assert [(view.owner, view.address) for view in ledger.read_now(views_of, lan)] == [
        ("lan", ""),
        ("hoa", "state=waived"),
    ]
    assert [view.id for view in ledger.read_now(views_of, hoa)] == [first]
    assert not ledger.write_now(drop_view, view_id=own, user_id=hoa, **WHO)
    assert ledger.write_now(drop_view, view_id=own, user_id=lan, **WHO)
    for wrong in ({"address": "a" * 2_001}, {"name": ""}, {"name": "a\nb"}):
        with pytest.raises(RefusedError):
            ledger.write_now(save_view, **({"user_id": hoa, "name": "n", "address": "a"} | wrong), **WHO)

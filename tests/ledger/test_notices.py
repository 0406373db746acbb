"""A digest is put into the outbox once, kept until it is sent, tried again ever later, and given up after a week."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.errors import ConflictError
from syncd.ledger.notices import (
    LONGEST_WAIT,
    backoff,
    digest_mark,
    due_notices,
    mark_digest,
    notice_failed,
    notice_sent,
    put_notice,
    recent_notices,
)
from tests.ledger.desks import DAY, HOUR, NOW

MINUTE = timedelta(minutes=1)


def put(ledger, key: str = "H26.17/mail/42", due_at=NOW) -> bool:
    given = {"kind": "mail", "target": "hoa@hanoi.example", "subject": "Bản tin", "content": {"text": "Ba việc mới"}}
    return ledger.write_now(put_notice, key=key, due_at=due_at, **given)


def due(ledger, at=NOW) -> list[str]:
    return [notice.key for notice in ledger.read_now(due_notices, at)]


def test_the_same_digest_is_put_in_once_even_after_it_was_sent(ledger):
    assert (put(ledger), put(ledger)) == (True, False)
    (notice,) = ledger.read_now(due_notices, NOW)
    assert (notice.kind, notice.target, notice.content) == ("mail", "hoa@hanoi.example", {"text": "Ba việc mới"})
    assert ledger.write_now(notice_sent, notice_id=notice.id, now=NOW)
    assert not ledger.write_now(notice_sent, notice_id=notice.id, now=NOW)
    assert (put(ledger), due(ledger)) == (False, [])
    assert [(one.sent_at, one.attempts) for one in ledger.read_now(recent_notices)] == [(NOW, 1)]


def test_what_is_not_yet_due_waits_and_the_oldest_goes_first(ledger):
    put(ledger, "later", NOW + HOUR)
    put(ledger, "second", NOW)
    put(ledger, "first", NOW - HOUR)
    assert due(ledger) == ["first", "second"]
    assert due(ledger, NOW + HOUR) == ["first", "second", "later"]
    assert [one.key for one in ledger.read_now(due_notices, NOW + HOUR, limit=1)] == ["first"]


def test_a_server_that_is_down_is_tried_ever_later(ledger):
    put(ledger)
    (notice,) = ledger.read_now(due_notices, NOW)
    assert not ledger.write_now(notice_failed, notice_id=notice.id, error="no answer" * 100, now=NOW)
    assert (due(ledger, NOW + MINUTE - timedelta(seconds=1)), len(due(ledger, NOW + MINUTE))) == ([], 1)
    ledger.write_now(notice_failed, notice_id=notice.id, error="no answer", now=NOW + MINUTE)
    assert (due(ledger, NOW + 2 * MINUTE), len(due(ledger, NOW + 3 * MINUTE))) == ([], 1)
    (notice,) = ledger.read_now(due_notices, NOW + 3 * MINUTE)
    assert (notice.attempts, notice.last_error) == (2, "no answer")
    assert [backoff(number) for number in (0, 1, 2, 100)] == [MINUTE, 2 * MINUTE, 4 * MINUTE, LONGEST_WAIT]


def test_after_a_week_it_is_given_up(ledger):
    put(ledger)
    at, tries = NOW, 0
    while (waiting := ledger.read_now(due_notices, at)) or tries == 0:
        tries += 1
        if ledger.write_now(notice_failed, notice_id=waiting[0].id, error="no answer", now=at):
            break
        (notice,) = ledger.read_now(recent_notices)
        at = notice.next_try_at
    (notice,) = ledger.read_now(recent_notices)
    assert 30 < tries < 50
    assert NOW + 6 * DAY < notice.given_up_at <= NOW + 7 * DAY
    assert due(ledger, NOW + 30 * DAY) == []
    assert not ledger.write_now(notice_sent, notice_id=notice.id, now=NOW + 30 * DAY)
    assert not ledger.write_now(notice_failed, notice_id=notice.id, error="", now=NOW + 30 * DAY)


def test_a_mark_of_what_was_told_never_goes_back(ledger):
    assert ledger.read_now(digest_mark, "H26.17", "mail") is None
    for told in (41, 42, 42):
        ledger.write_now(mark_digest, unit="H26.17", channel="mail", last_event_id=told, now=NOW)
    assert ledger.read_now(digest_mark, "H26.17", "mail") == 42
    assert ledger.read_now(digest_mark, "H26.17", "webhook") is None
    assert ledger.read_now(digest_mark, "", "mail") is None
    with pytest.raises(ConflictError, match="told events up to 42"):
        ledger.write_now(mark_digest, unit="H26.17", channel="mail", last_event_id=41, now=NOW)

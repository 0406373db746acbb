"""The outbox of digests: each is put in once, kept until it is sent, and tried again when the server is down.

In: messages with a key that is the same for the same digest; how sending went. Out: what is due. A mark for each unit
and channel says up to which event its digests have told, so that none is told twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.errors import ConflictError
from syncd.ledger.audit import note
from syncd.ledger.rows import columns, first_of, insert_into, rows_of, upsert
from syncd.ledger.tables_desk import DIGEST_MARKS, NOTICES

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GIVES_UP_AFTER = timedelta(days=7)
LONGEST_ERROR = 500


class Notice(Struct, frozen=True):
    """One message to send. ``kind``: ``mail`` or ``webhook``; ``target``: an address or a URL."""

    id: int
    key: str
    kind: str
    target: str
    subject: str
    content: dict[str, Any]
    due_at: datetime
    attempts: int
    last_error: str
    next_try_at: datetime
    sent_at: datetime | None
    given_up_at: datetime | None


def put_notice(
    session: Session, *, key: str, kind: str, target: str, subject: str, content: dict[str, Any], due_at: datetime
) -> bool:
    """Put a message into the outbox; False where one with this key was ever put there."""
    said = {"key": key, "kind": kind, "target": target, "subject": subject, "content": content}
    times = {"due_at": due_at, "next_try_at": due_at, "attempts": 0, "last_error": ""}
    put = insert_into(session, NOTICES).values(**said, **times)
    return (
        session.execute(put.on_conflict_do_nothing(index_elements=["key"]).returning(NOTICES.c.id)).first() is not None
    )


def due_notices(session: Session, now: datetime, *, limit: int = 50) -> list[Notice]:
    """The messages whose time has come, those first that have waited longest."""
    wanted = _notices().where(_is_pending(), NOTICES.c.next_try_at <= now)
    return rows_of(session, Notice, wanted.order_by(NOTICES.c.next_try_at, NOTICES.c.id).limit(limit))


def recent_notices(session: Session, *, limit: int = 100) -> list[Notice]:
    """The newest messages, whatever became of them."""
    return rows_of(session, Notice, _notices().order_by(NOTICES.c.id.desc()).limit(limit))


def notice_sent(session: Session, *, notice_id: int, now: datetime) -> bool:
    """Take a message out of the outbox; False where it is not in it any more."""
    return _settle(session, notice_id, {"sent_at": now, "attempts": NOTICES.c.attempts + 1, "last_error": ""})


def notice_failed(
    session: Session, *, notice_id: int, error: str, now: datetime, for_good: bool = False, actor: str = "daemon"
) -> bool:
    """Remember that sending failed: it is tried again, each time later, for a week. Whether it was given up.

    The waits double from one minute to six hours. ``for_good``: the other side will never take it, so it is given up at
    once. Giving up is an audit row.
    """
    wanted = _notices().where(NOTICES.c.id == notice_id, _is_pending())
    notice = first_of(session, Notice, wanted)
    if notice is None:
        return False
    next_try = now + backoff(notice.attempts)
    is_over: bool = for_good or next_try - notice.due_at > GIVES_UP_AFTER
    times = {"next_try_at": next_try, "given_up_at": now if is_over else None}
    said = error[:LONGEST_ERROR]
    _settle(session, notice_id, {"attempts": notice.attempts + 1, "last_error": said, **times})
    if is_over:
        detail: dict[str, Any] = {"notice": notice_id, "kind": notice.kind, "target": notice.target, "error": said}
        note(session, at=now, actor=actor, action="notice_given_up", attempts=notice.attempts + 1, **detail)
    return is_over


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts that failed before this one."""
    factor: int = 2 ** min(attempts, 20)
    return min(FIRST_WAIT * factor, LONGEST_WAIT)


class DigestMark(Struct, frozen=True):
    """Up to which event, and until which instant, the digests of a unit over a channel have told."""

    last_event_id: int
    marked_at: datetime


def mark_of(session: Session, unit: str, channel: str) -> DigestMark | None:
    """Where the last digest of a unit over a channel ended; None where there was none yet."""
    wanted = sa.select(*columns(DIGEST_MARKS, DigestMark))
    return first_of(session, DigestMark, wanted.where(DIGEST_MARKS.c.unit == unit, DIGEST_MARKS.c.channel == channel))


def digest_mark(session: Session, unit: str, channel: str) -> int | None:
    """The last event that the digests of a unit over a channel have told; None where there was none yet."""
    wanted = sa.select(DIGEST_MARKS.c.last_event_id)
    return session.execute(wanted.where(DIGEST_MARKS.c.unit == unit, DIGEST_MARKS.c.channel == channel)).scalar()


def mark_digest(session: Session, *, unit: str, channel: str, last_event_id: int, now: datetime) -> None:
    """Say up to which event a digest tells; in the transaction that puts it into the outbox.

    Raises `ConflictError` where one has told more already: nothing is told twice.
    """
    known = digest_mark(session, unit, channel)
    if known is not None and last_event_id < known:
        message = f"the digest of {unit or 'all units'} has told events up to {known} already"
        raise ConflictError(message, action="nothing was written; begin after that one")
    row = {"unit": unit, "channel": channel, "last_event_id": last_event_id, "marked_at": now}
    upsert(session, DIGEST_MARKS, [row])


def _notices() -> sa.Select[Any]:
    return sa.select(*columns(NOTICES, Notice))


def _is_pending() -> sa.ColumnElement[bool]:
    return sa.and_(NOTICES.c.sent_at.is_(None), NOTICES.c.given_up_at.is_(None))


def _settle(session: Session, notice_id: int, values: dict[str, Any]) -> bool:
    changed = sa.update(NOTICES).where(NOTICES.c.id == notice_id, _is_pending()).values(**values)
    return session.execute(changed.returning(NOTICES.c.id)).first() is not None

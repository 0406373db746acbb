"""The causes that a mismatch may have: a list that the Office extends, and retires from, but never forgets.

In: slugs and their words in both languages. Out: the list. Each change is an audit row.
"""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.refusals import RefusedError, line
from syncd.ledger.rows import columns, first_of, rows_of, upsert
from syncd.ledger.tables_desk import CAUSES

LONGEST_WORDS = 200

_SLUG = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")


class Cause(Struct, frozen=True):
    """One cause; ``retired_at``: since when it is not offered any more."""

    slug: str
    vietnamese: str
    english: str
    retired_at: datetime | None


def causes(session: Session, *, with_retired: bool = False) -> list[Cause]:
    """The causes that are offered, by slug; or all that ever were."""
    wanted = sa.select(*columns(CAUSES, Cause)).order_by(CAUSES.c.slug)
    return rows_of(session, Cause, wanted if with_retired else wanted.where(CAUSES.c.retired_at.is_(None)))


def require_cause(session: Session, slug: str) -> Cause:
    """A cause that is offered. Raises `RefusedError`."""
    found = _cause(session, slug)
    if found is None or found.retired_at is not None:
        message = f"there is no cause {slug[:40]!r}, or not any more"
        raise RefusedError(message, reason="unknown_cause", action="choose one of the list")
    return found


def keep_cause(session: Session, *, slug: str, vietnamese: str, english: str, now: datetime, actor: str) -> bool:
    """Offer a cause, a new one or again, with these words; whether anything changed. Raises `RefusedError`."""
    if not _SLUG.fullmatch(slug):
        action = "use 1 to 40 of a-z, 0-9 and _"
        raise RefusedError(f"{slug[:40]!r} cannot name a cause", reason="slug_unusable", action=action)
    words = {
        "vietnamese": line(vietnamese, what="the Vietnamese wording", longest=LONGEST_WORDS),
        "english": line(english, what="the English wording", longest=LONGEST_WORDS),
    }
    known, kept = _cause(session, slug), Cause(slug, words["vietnamese"], words["english"], None)
    if known == kept:
        return False
    upsert(session, CAUSES, [{"slug": slug, "retired_at": None, **words}])
    note(session, at=now, actor=actor, action="cause_kept", cause=slug, before=known, after=words)
    return True


def retire_cause(session: Session, *, slug: str, now: datetime, actor: str) -> bool:
    """Offer a cause no more; whether it was offered. Raises `RefusedError` for an unknown one."""
    if _cause(session, slug) is None:
        raise RefusedError(f"there is no cause {slug[:40]!r}", reason="unknown_cause", action="look at the list")
    offered = (CAUSES.c.slug == slug, CAUSES.c.retired_at.is_(None))
    retired = sa.update(CAUSES).where(*offered).values(retired_at=now).returning(CAUSES.c.slug)
    if session.execute(retired).first() is None:
        return False
    note(session, at=now, actor=actor, action="cause_retired", cause=slug)
    return True


def _cause(session: Session, slug: str) -> Cause | None:
    return first_of(session, Cause, sa.select(*columns(CAUSES, Cause)).where(CAUSES.c.slug == slug))

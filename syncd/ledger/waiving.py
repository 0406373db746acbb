"""Waiving by people: the waiver, the move of the mismatch, its announcement and the audit row are one transaction.

In: mismatch ids, one or many, an owner, a reason, an end. Out: how many changed; doing the same again changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger.applying import apply_moves
from syncd.ledger.audit import Change, note_each
from syncd.ledger.mismatches import OPEN_STATES, Evidence, Mismatch, mismatches_by_id
from syncd.ledger.refusals import RefusedError, line, paragraph
from syncd.ledger.rows import chunks, insert_numbered
from syncd.ledger.tables import WAIVERS
from syncd.ledger.waivers import Waiver, waivers_of
from syncd.ledger.work import required_pairs
from syncd.reconcile.lifecycle import Event, MismatchState, move

LONGEST = timedelta(days=366)
"""How far in the future a waiver may end: a year, a leap year too."""

LONGEST_REASON = 1_000
LONGEST_OWNER = 200


def waive_mismatches(
    session: Session,
    *,
    mismatch_ids: Collection[str],
    owner: str,
    reason: str,
    expires_at: datetime,
    now: datetime,
    actor: str,
) -> int:
    """Waive these mismatches for the values that they have now, at once; how many changed.

    A closed one stays as it is, and so does one that is waived in just this way; a waiver with another owner, reason or
    end takes the place of the one in force. Raises `RefusedError`: an unknown mismatch, no owner or reason, or an end
    that is not in the future or more than a year away.
    """
    terms = _checked(owner, reason, expires_at, now)
    known = _open(session, mismatch_ids)
    held = waivers_of(session, known, now)
    wanted = [one for one in known if not _is_waived_so(one, held[one.id], terms)]
    _revoke(session, [waiver for one in wanted for waiver in held[one.id]], now)
    about = [{"pair": one.pair, "subject": one.subject, "values_digest": one.values_digest} for one in wanted]
    numbers = insert_numbered(session, WAIVERS, [one | terms | {"created_at": now} for one in about])
    _move(session, [one for one in wanted if one.state != MismatchState.WAIVED], Event.WAIVED, now, actor)
    changes = [
        Change(one.pair, one.id, {"waiver": number, "before": _before(one, held[one.id]), "after": terms})
        for one, number in zip(wanted, numbers, strict=True)
    ]
    note_each(session, at=now, actor=actor, action="waive", changes=changes)
    return len(wanted)


def unwaive_mismatches(session: Session, *, mismatch_ids: Collection[str], now: datetime, actor: str) -> int:
    """End the waivers of these mismatches at once: they are suspected again, and read again. How many changed.

    Raises `RefusedError` for an unknown mismatch; one that is not waived stays as it is.
    """
    known = _open(session, mismatch_ids)
    held = waivers_of(session, known, now)
    wanted = [one for one in known if held[one.id] or one.state == MismatchState.WAIVED]
    _revoke(session, [waiver for one in wanted for waiver in held[one.id]], now)
    _move(session, [one for one in wanted if one.state == MismatchState.WAIVED], Event.WAIVER_ENDED, now, actor)
    changes = [Change(one.pair, one.id, {"before": _before(one, held[one.id])}) for one in wanted]
    note_each(session, at=now, actor=actor, action="unwaive", changes=changes)
    return len(wanted)


def _checked(owner: str, reason: str, expires_at: datetime, now: datetime) -> dict[str, Any]:
    """What a waiver says. Raises `RefusedError`."""
    if not now < expires_at <= now + LONGEST:
        message = "a waiver must end in the future, within a year"
        raise RefusedError(message, reason="expiry_out_of_range", action="give another expiry")
    return {
        "owner": line(owner, what="the owner", longest=LONGEST_OWNER),
        "reason": paragraph(reason, what="the reason", longest=LONGEST_REASON),
        "expires_at": expires_at,
    }


def _open(session: Session, mismatch_ids: Collection[str]) -> list[Mismatch]:
    """The mismatches that are open. Raises `RefusedError` where one is not known."""
    wanted = list(required_pairs(session, mismatch_ids))
    known = mismatches_by_id(session, wanted)
    return [known[one] for one in wanted if known[one].state in OPEN_STATES]


def _is_waived_so(mismatch: Mismatch, held: list[Waiver], terms: dict[str, Any]) -> bool:
    return mismatch.state == MismatchState.WAIVED and any(_terms(waiver) == terms for waiver in held)


def _terms(waiver: Waiver) -> dict[str, Any]:
    return {"owner": waiver.owner, "reason": waiver.reason, "expires_at": waiver.expires_at}


def _before(mismatch: Mismatch, held: list[Waiver]) -> dict[str, Any]:
    return {"state": mismatch.state} | (_terms(held[0]) if held else {})


def _revoke(session: Session, waivers: Iterable[Waiver], now: datetime) -> None:
    for some in chunks([waiver.id for waiver in waivers]):
        session.execute(sa.update(WAIVERS).where(WAIVERS.c.id.in_(some)).values(revoked_at=now))


def _move(session: Session, mismatches: Iterable[Mismatch], event: Event, now: datetime, actor: str) -> None:
    """Move mismatches as the life-cycle says, with their events and announcements."""
    by_pair: dict[str, list[Mismatch]] = {}
    for one in mismatches:
        by_pair.setdefault(one.pair, []).append(one)
    for pair, some in by_pair.items():
        made = [(move(one, event), Evidence()) for one in some]
        apply_moves(session, pair=pair, pass_id=None, moves=made, at=now, actor=actor)

"""The work on mismatches: whom they are assigned to, why they came about, what was said and reported about them.

In: mismatch ids, one or many, and what people decide. Out: how many changed; doing the same again changes nothing.
Each change is one audit row for its mismatch, with before and after. Unknown ids change nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.ledger.audit import Change, note_each
from syncd.ledger.causes import require_cause
from syncd.ledger.listing import regroup
from syncd.ledger.refusals import RefusedError, line, paragraph
from syncd.ledger.rows import chunks, columns, insert, rows_of, upsert
from syncd.ledger.tables import MISMATCHES
from syncd.ledger.tables_desk import COMMENTS, MISMATCH_WORK, USERS

LONGEST_COMMENT = 4_000
LONGEST_REFERENCE = 200
LONGEST_UNIT = 40
USER = "user:"


class Work(Struct, frozen=True):
    """How people stand to one mismatch; empty texts and None: not at all."""

    mismatch_id: str
    assignee: str = ""
    unit: str = ""
    cause: str | None = None
    reported_at: datetime | None = None
    reported_by: str = ""
    report_reference: str = ""
    changed_at: datetime | None = None


class Comment(Struct, frozen=True):
    """What somebody said about one mismatch."""

    id: int
    mismatch_id: str
    at: datetime
    author: str
    text: str


def work_of(session: Session, mismatch_ids: Collection[str]) -> dict[str, Work]:
    """The work on these mismatches, by id; those that nobody has touched are not in it."""
    found: dict[str, Work] = {}
    for some in chunks(list(mismatch_ids)):
        wanted = sa.select(*columns(MISMATCH_WORK, Work)).where(MISMATCH_WORK.c.mismatch_id.in_(some))
        found.update((one.mismatch_id, one) for one in rows_of(session, Work, wanted))
    return found


def comments_of(session: Session, mismatch_id: str) -> list[Comment]:
    """What was said about one mismatch, oldest first."""
    wanted = sa.select(*columns(COMMENTS, Comment)).where(COMMENTS.c.mismatch_id == mismatch_id)
    return rows_of(session, Comment, wanted.order_by(COMMENTS.c.id))


def assign(
    session: Session,
    *,
    mismatch_ids: Collection[str],
    assignee: str | None = None,
    unit: str | None = None,
    now: datetime,
    actor: str,
) -> int:
    """Assign to a person (a login) or a unit (a code); None keeps, empty takes away. How many changed.

    Raises `RefusedError` for an unknown mismatch, or a login that is unknown or disabled.
    """
    wanted: dict[str, Any] = {}
    if assignee is not None:
        wanted["assignee"] = _login(session, assignee) if assignee else ""
    if unit is not None:
        wanted["unit"] = line(unit, what="the unit", longest=LONGEST_UNIT, may_be_empty=True)
    changed = _change(session, mismatch_ids, "assigned", lambda _: wanted, now, actor)
    regroup(session, list(mismatch_ids))
    return changed


def set_cause(session: Session, *, mismatch_ids: Collection[str], cause: str | None, now: datetime, actor: str) -> int:
    """Say why they came about (None: not known after all); how many changed.

    Raises `RefusedError` for an unknown mismatch, or a cause that is unknown or retired.
    """
    if cause is not None:
        require_cause(session, cause)
    return _change(session, mismatch_ids, "cause_set", lambda _: {"cause": cause}, now, actor)


def mark_reported(
    session: Session, *, mismatch_ids: Collection[str], reference: str = "", now: datetime, actor: str
) -> int:
    """Say that they were reported to the portal's operator (``reference``: number of the letter); how many changed.

    When and by whom is that of the first time. Raises `RefusedError` for an unknown mismatch or too long a reference.
    """
    number = line(reference, what="the reference", longest=LONGEST_REFERENCE, may_be_empty=True)

    def after(work: Work) -> dict[str, Any]:
        first = {"reported_at": now, "reported_by": _person(actor)} if work.reported_at is None else {}
        return first | {"report_reference": number or work.report_reference}

    return _change(session, mismatch_ids, "reported", after, now, actor)


def withdraw_report(session: Session, *, mismatch_ids: Collection[str], now: datetime, actor: str) -> int:
    """Say that they were not reported after all; how many changed. Raises `RefusedError` for an unknown mismatch."""
    nothing = {"reported_at": None, "reported_by": "", "report_reference": ""}
    return _change(session, mismatch_ids, "report_withdrawn", lambda _: nothing, now, actor)


def add_comment(session: Session, *, mismatch_ids: Collection[str], text: str, now: datetime, actor: str) -> int:
    """Say something about them; how many comments were written.

    What the same person said last about a mismatch is not said again. Raises `RefusedError` for an unknown mismatch
    and for a text that is empty or longer than `LONGEST_COMMENT`.
    """
    said, author = paragraph(text, what="the comment", longest=LONGEST_COMMENT), _person(actor)
    pairs = required_pairs(session, mismatch_ids)
    last = _last_comments(session, list(pairs))
    about = [one for one in pairs if last.get(one) != (author, said)]
    insert(session, COMMENTS, [{"mismatch_id": one, "at": now, "author": author, "text": said} for one in about])
    changes = [Change(pairs[one], one, {"text": said}) for one in about]
    note_each(session, at=now, actor=actor, action="commented", changes=changes)
    return len(about)


def required_pairs(session: Session, mismatch_ids: Collection[str]) -> dict[str, str]:
    """The pair of each mismatch, in the order given, each once. Raises `RefusedError` where one is not known."""
    wanted = list(dict.fromkeys(mismatch_ids))
    found: dict[str, str] = {}
    for some in chunks(wanted):
        rows = session.execute(sa.select(MISMATCHES.c.id, MISMATCHES.c.pair).where(MISMATCHES.c.id.in_(some)))
        found.update((row.id, row.pair) for row in rows)
    for one in wanted:
        if one not in found:
            action = "nothing was changed; look at `syncd mismatches`"
            raise RefusedError(f"there is no mismatch {one[:40]!r}", reason="unknown_mismatch", action=action)
    return {one: found[one] for one in wanted}


def _change(
    session: Session,
    mismatch_ids: Collection[str],
    action: str,
    after: Callable[[Work], Mapping[str, Any]],
    now: datetime,
    actor: str,
) -> int:
    pairs = required_pairs(session, mismatch_ids)
    known = work_of(session, pairs)
    rows: list[dict[str, Any]] = []
    changes: list[Change] = []
    for mismatch_id, pair in pairs.items():
        work = known.get(mismatch_id) or Work(mismatch_id)
        new = {name: value for name, value in after(work).items() if getattr(work, name) != value}
        if new:
            rows.append(structs.asdict(work) | new | {"changed_at": now})
            before = {name: getattr(work, name) for name in new}
            changes.append(Change(pair, mismatch_id, {"before": before, "after": new}))
    upsert(session, MISMATCH_WORK, rows)
    note_each(session, at=now, actor=actor, action=action, changes=changes)
    return len(changes)


def _last_comments(session: Session, mismatch_ids: list[str]) -> dict[str, tuple[str, str]]:
    """Author and text of the last comment on each mismatch."""
    found: dict[str, tuple[str, str]] = {}
    for some in chunks(mismatch_ids):
        newest = sa.select(sa.func.max(COMMENTS.c.id)).where(COMMENTS.c.mismatch_id.in_(some))
        last = newest.group_by(COMMENTS.c.mismatch_id)
        wanted = sa.select(COMMENTS.c.mismatch_id, COMMENTS.c.author, COMMENTS.c.text).where(COMMENTS.c.id.in_(last))
        found.update((row.mismatch_id, (row.author, row.text)) for row in session.execute(wanted))
    return found


def _login(session: Session, login: str) -> str:
    """The login as it is written in the account."""
    wanted = sa.select(USERS.c.login).where(USERS.c.login_key == login.lower(), USERS.c.disabled_at.is_(None))
    found: str | None = session.execute(wanted).scalar()
    if found is None:
        action = "choose somebody who can sign in"
        raise RefusedError(f"there is no user {login[:100]!r}", reason="unknown_user", action=action)
    return found


def _person(actor: str) -> str:
    """A user's login, without the token that acted for them; another actor as it is named."""
    return actor.removeprefix(USER).partition("/")[0] if actor.startswith(USER) else actor

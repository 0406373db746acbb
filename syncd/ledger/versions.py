"""Every version of every record, with when it was seen: so that any past instant can be asked.

In: pairs, sides, keys, codes, instants. Out: canonical procedures and their evidence, as plain structs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.packing import unpack, unpack_struct
from syncd.ledger.rows import chunks, stream
from syncd.ledger.tables import HEADS, VERSIONS
from syncd.records.procedure import Procedure, State


class Content(Struct, frozen=True):
    """What one version says: its canonical form, or why there is none."""

    procedure: Procedure | None
    problem: str


class Head(Struct, frozen=True):
    """One record that is, or at some instant was, on a side. ``sent``: its bytes, where it could not be read."""

    key: str
    code: str
    version_id: int
    content: Content
    raw_hash: bytes = b""
    detail_read_at: datetime | None = None
    sent: tuple[bytes, bytes | None] | None = None


class Version(Struct, frozen=True):
    """One version in the timeline of a code. ``valid_to`` (not included) is None for the present one.

    ``raw_digest`` is the BLAKE2b-256 of the bytes that the side sent (see `raw_of`).
    """

    id: int
    side: str
    key: str
    code: str
    valid_from: datetime
    valid_to: datetime | None
    reading_id: int
    raw_digest: str
    content: Content


_SENT = (
    sa.case((VERSIONS.c.canonical.is_(None), VERSIONS.c.raw)).label("raw"),
    sa.case((VERSIONS.c.canonical.is_(None), VERSIONS.c.detail)).label("detail"),
)
"""The bytes of records that could not be read; of all others nothing, so that loading stays cheap."""


def each_head(session: Session, pair: str, side: str, take: Callable[[Head], None]) -> None:
    """Hand every record now on the side to ``take``, one at a time; memory stays flat."""
    wanted = (
        sa.select(
            HEADS.c.key,
            VERSIONS.c.code,
            HEADS.c.version_id,
            VERSIONS.c.canonical,
            VERSIONS.c.problem,
            HEADS.c.raw_hash,
            HEADS.c.detail_read_at,
            *_SENT,
        )
        .join(VERSIONS, VERSIONS.c.id == HEADS.c.version_id)
        .where(HEADS.c.pair == pair, HEADS.c.side == side)
    )
    for key, code, version_id, canonical, problem, raw_hash, detail_read_at, raw, detail in stream(session, wanted):
        take(Head(key, code, version_id, _content(canonical, problem), raw_hash, detail_read_at, _sent(raw, detail)))


def each_head_at(session: Session, pair: str, side: str, instant: datetime, take: Callable[[Head], None]) -> None:
    """Hand every record that was on the side at ``instant`` to ``take``, one at a time."""
    columns = (VERSIONS.c.key, VERSIONS.c.code, VERSIONS.c.id, VERSIONS.c.canonical, VERSIONS.c.problem, *_SENT)
    wanted = sa.select(*columns).where(
        VERSIONS.c.pair == pair,
        VERSIONS.c.side == side,
        VERSIONS.c.valid_from <= instant,
        sa.or_(VERSIONS.c.valid_to.is_(None), VERSIONS.c.valid_to > instant),
    )
    for key, code, version_id, canonical, problem, raw, detail in stream(session, wanted):
        take(Head(key, code, version_id, _content(canonical, problem), sent=_sent(raw, detail)))


def contents(session: Session, version_ids: Sequence[int]) -> dict[int, Content]:
    """What the versions say, by id."""
    found: dict[int, Content] = {}
    for some in chunks(version_ids):
        wanted = sa.select(VERSIONS.c.id, VERSIONS.c.canonical, VERSIONS.c.problem).where(VERSIONS.c.id.in_(some))
        found.update((number, _content(canonical, problem)) for number, canonical, problem in session.execute(wanted))
    return found


def timeline(
    session: Session, pair: str, *, codes: Collection[str], keys: Collection[str] = (), as_of: datetime | None = None
) -> list[Version]:
    """Every version that either side has shown under these codes or keys, oldest first."""
    wanted = sa.select(VERSIONS).where(
        VERSIONS.c.pair == pair,
        sa.or_(VERSIONS.c.code.in_(list(codes)), VERSIONS.c.key.in_(list(keys))),
        *_until(VERSIONS, as_of),
    )
    rows = session.execute(wanted.order_by(VERSIONS.c.valid_from, VERSIONS.c.id))
    return [_version(row, as_of) for row in rows]


def _version(row: Any, as_of: datetime | None) -> Version:
    is_over = row.valid_to is not None and (as_of is None or row.valid_to <= as_of)
    return Version(
        id=row.id,
        side=row.side,
        key=row.key,
        code=row.code,
        valid_from=row.valid_from,
        valid_to=row.valid_to if is_over else None,
        reading_id=row.reading_id,
        raw_digest=row.raw_digest,
        content=_content(row.canonical, row.problem),
    )


def raw_of(session: Session, version_id: int) -> tuple[bytes, bytes | None]:
    """The bytes that the side sent for a version: listing and detail."""
    row = session.execute(sa.select(VERSIONS.c.raw, VERSIONS.c.detail).where(VERSIONS.c.id == version_id)).one()
    return unpack(row.raw), None if row.detail is None else unpack(row.detail)


def decisions_shown(
    session: Session, pair: str, side: str, codes: Sequence[str], as_of: datetime | None = None
) -> dict[str, frozenset[str]]:
    """Every decision number that a side has ever shown for each of these codes."""
    shown: dict[str, set[str]] = {}
    for some in chunks(codes):
        wanted = sa.select(VERSIONS.c.code, VERSIONS.c.decision_number).where(
            VERSIONS.c.pair == pair,
            VERSIONS.c.side == side,
            VERSIONS.c.code.in_(some),
            VERSIONS.c.decision_number.is_not(None),
            *_until(VERSIONS, as_of),
        )
        for code, number in session.execute(wanted.distinct()):
            shown.setdefault(code, set()).add(number)
    return {code: frozenset(numbers) for code, numbers in shown.items()}


def withdrawn_codes(
    session: Session, pair: str, side: str, codes: Sequence[str], as_of: datetime | None = None
) -> frozenset[str]:
    """Which of these codes the side has shown as withdrawn, or not at all for a while after it had shown them."""
    found: set[str] = set()
    for some in chunks(codes):
        wanted = sa.select(VERSIONS.c.code).where(
            VERSIONS.c.pair == pair,
            VERSIONS.c.side == side,
            VERSIONS.c.code.in_(some),
            *_until(VERSIONS, as_of),
            sa.or_(VERSIONS.c.state == State.WITHDRAWN.value, _was_away(pair, side, as_of)),
        )
        found.update(session.scalars(wanted.distinct()))
    return frozenset(found)


def _was_away(pair: str, side: str, as_of: datetime | None) -> sa.ColumnElement[bool]:
    """The version ended, none followed at once, and one came later."""

    def another(name: str, when: Callable[[sa.FromClause], sa.ColumnElement[bool]]) -> sa.Exists:
        other = VERSIONS.alias(name)
        same = (other.c.pair == pair, other.c.side == side, other.c.code == VERSIONS.c.code)
        return sa.exists().where(*same, when(other), *_until(other, as_of))

    at_once = another("at_once", lambda other: other.c.valid_from == VERSIONS.c.valid_to)
    later = another("later", lambda other: other.c.valid_from > VERSIONS.c.valid_to)
    return sa.and_(VERSIONS.c.valid_to.is_not(None), sa.not_(at_once), later)


def began(session: Session, version_ids: Sequence[int]) -> dict[int, datetime]:
    """Since when each version has been shown."""
    found: dict[int, datetime] = {}
    for some in chunks(version_ids):
        wanted = sa.select(VERSIONS.c.id, VERSIONS.c.valid_from).where(VERSIONS.c.id.in_(some))
        found.update((number, at) for number, at in session.execute(wanted))
    return found


def _until(table: sa.FromClause, as_of: datetime | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if as_of is None else (table.c.valid_from <= as_of,)


def _sent(raw: bytes | None, detail: bytes | None) -> tuple[bytes, bytes | None] | None:
    return None if raw is None else (unpack(raw), None if detail is None else unpack(detail))


def _content(canonical: bytes | None, problem: str | None) -> Content:
    return Content(None if canonical is None else unpack_struct(canonical, Procedure), problem or "")

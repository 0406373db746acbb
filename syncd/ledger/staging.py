"""The staging table: what a reading under way has found, page by page, until it is proven.

In: new and changed records. Out: rows on disk, so that memory holds fingerprints only; and, once the reading is whole,
versions and heads. Staging is scratch: a crash leaves it behind, and the next pass clears it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.outlines import encode_outline
from syncd.ledger.packing import digest, pack, pack_struct
from syncd.ledger.passes import require_running
from syncd.ledger.rows import chunks, insert
from syncd.ledger.tables import HEADS, STAGED, VERSIONS
from syncd.records.procedure import Procedure

CONTENT = (
    *("key", "code", "raw", "detail", "canonical", "problem", "state", "decision_number", "raw_digest", "outline"),
)


class Change(Struct, frozen=True):
    """One new or changed record. ``problem`` says why there is no ``canonical`` form."""

    key: str
    code: str
    raw: bytes
    detail: bytes | None
    canonical: Procedure | None
    problem: str
    raw_hash: bytes
    detail_read_at: datetime | None
    is_version: bool


def clear(session: Session, *, pair: str, pass_id: int, side: str | None = None) -> None:
    """Forget what an earlier reading has staged. Raises `ConflictError` when the pass has been taken over."""
    require_running(session, pass_id)
    _forget(session, pair, side)


def _forget(session: Session, pair: str, side: str | None) -> None:
    gone = sa.delete(STAGED).where(STAGED.c.pair == pair)
    session.execute(gone if side is None else gone.where(STAGED.c.side == side))


def stage(session: Session, *, pair: str, side: str, pass_id: int, changes: Sequence[Change]) -> None:
    """Put a page's changes aside. Raises `ConflictError` when the pass has been taken over."""
    require_running(session, pass_id)
    insert(session, STAGED, [_row(pair, side, change) for change in changes])


def _row(pair: str, side: str, change: Change) -> dict[str, object]:
    procedure = change.canonical
    return {
        "pair": pair,
        "side": side,
        "key": change.key,
        "code": change.code,
        "raw": pack(change.raw),
        "detail": None if change.detail is None else pack(change.detail),
        "canonical": None if procedure is None else pack_struct(procedure),
        "problem": change.problem if procedure is None else None,
        "state": None if procedure is None or procedure.state is None else procedure.state.value,
        "decision_number": None if procedure is None else procedure.decision_number,
        "raw_digest": digest(change.raw + (change.detail or b"")),
        "raw_hash": change.raw_hash,
        "detail_read_at": change.detail_read_at,
        "is_version": change.is_version,
        "outline": None if procedure is None or not change.is_version else encode_outline(procedure),
    }


def publish(
    session: Session, *, pair: str, side: str, reading_id: int, at: datetime, gone: Sequence[str]
) -> dict[str, int]:
    """Make what a whole reading has staged part of history; returns the version id of each new version by key."""
    here = (STAGED.c.pair == pair, STAGED.c.side == side)
    _end_versions(session, pair, side, sa.select(STAGED.c.key).where(*here, STAGED.c.is_version), at)
    for keys in chunks(gone):
        _end_versions(session, pair, side, keys, at)
        session.execute(sa.delete(HEADS).where(HEADS.c.pair == pair, HEADS.c.side == side, HEADS.c.key.in_(keys)))
    _insert_versions(session, pair, side, reading_id, at)
    _move_heads(session, pair, side, reading_id, at)
    _forget(session, pair, side)
    made = sa.select(VERSIONS.c.key, VERSIONS.c.id).where(*_made(pair, side, reading_id, at))
    return {key: number for key, number in session.execute(made)}


def _made(pair: str, side: str, reading_id: int, at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """The versions that this reading has just made; found through the index of ``valid_from``."""
    return (
        VERSIONS.c.pair == pair,
        VERSIONS.c.side == side,
        VERSIONS.c.valid_from == at,
        VERSIONS.c.reading_id == reading_id,
    )


def _end_versions(
    session: Session, pair: str, side: str, keys: Sequence[str] | sa.Select[tuple[str]], at: datetime
) -> None:
    current = sa.select(HEADS.c.version_id).where(HEADS.c.pair == pair, HEADS.c.side == side, HEADS.c.key.in_(keys))
    session.execute(sa.update(VERSIONS).where(VERSIONS.c.id.in_(current)).values(valid_to=at))


def _insert_versions(session: Session, pair: str, side: str, reading_id: int, at: datetime) -> None:
    staged = sa.select(
        STAGED.c.pair,
        STAGED.c.side,
        sa.literal(reading_id),
        sa.literal(at, VERSIONS.c.valid_from.type),
        *(STAGED.c[name] for name in CONTENT),
    ).where(STAGED.c.pair == pair, STAGED.c.side == side, STAGED.c.is_version)
    session.execute(sa.insert(VERSIONS).from_select(["pair", "side", "reading_id", "valid_from", *CONTENT], staged))


def _move_heads(session: Session, pair: str, side: str, reading_id: int, at: datetime) -> None:
    """Point the heads of staged records at their new versions; where the content is the same, keep the old one."""
    here = (STAGED.c.pair == pair, STAGED.c.side == side)
    new = sa.and_(*_made(pair, side, reading_id, at), VERSIONS.c.key == STAGED.c.key)
    old = sa.and_(HEADS.c.pair == pair, HEADS.c.side == side, HEADS.c.key == STAGED.c.key)
    heads = sa.select(
        STAGED.c.key,
        STAGED.c.raw_hash,
        STAGED.c.detail_read_at,
        sa.func.coalesce(VERSIONS.c.id, HEADS.c.version_id).label("version_id"),
    ).select_from(STAGED.outerjoin(VERSIONS, new).outerjoin(HEADS, old))
    rows = [{"pair": pair, "side": side, **row._mapping} for row in session.execute(heads.where(*here))]  # noqa: SLF001
    staged_keys = sa.select(STAGED.c.key).where(*here)
    session.execute(sa.delete(HEADS).where(HEADS.c.pair == pair, HEADS.c.side == side, HEADS.c.key.in_(staged_keys)))
    insert(session, HEADS, rows)

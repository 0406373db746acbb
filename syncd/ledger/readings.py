"""Readings: what each reading of each side proved.

In: a `Proof` and counts. Out: reading ids, and the last (whole) reading as a frozen struct.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.passes import require_running
from syncd.ledger.rows import columns, first_of, insert_one
from syncd.ledger.tables import READINGS
from syncd.sides.reading import Finding, Proof, ReadingVerdict


class Reading(Struct, frozen=True):
    """One reading of one side as remembered."""

    id: int
    pass_id: int
    pair: str
    side: str
    started_at: datetime
    ended_at: datetime
    verdict: str
    pages: int
    counted: int
    declared_total: int | None
    new: int
    changed: int
    gone: int
    invalid: int
    reasons: list[str]
    findings: list[dict[str, Any]]

    @property
    def proof(self) -> Proof:
        """What it proved, as it was given."""
        return Proof(
            verdict=ReadingVerdict(self.verdict),
            counted=self.counted,
            pages=self.pages,
            declared_total=self.declared_total,
            reasons=tuple(self.reasons),
            findings=msgspec.convert(self.findings, tuple[Finding, ...]),
        )


def record_reading(
    session: Session,
    *,
    pass_id: int,
    pair: str,
    side: str,
    proof: Proof,
    started_at: datetime,
    ended_at: datetime,
    new: int = 0,
    changed: int = 0,
    gone: int = 0,
    invalid: int = 0,
    actor: str,
) -> int:
    """Remember one reading; returns its id. Raises `ConflictError` when its pass no longer runs."""
    require_running(session, pass_id)
    reading_id = insert_one(
        session,
        READINGS,
        pass_id=pass_id,
        pair=pair,
        side=side,
        started_at=started_at,
        ended_at=ended_at,
        verdict=proof.verdict,
        pages=proof.pages,
        counted=proof.counted,
        declared_total=proof.declared_total,
        new=new,
        changed=changed,
        gone=gone,
        invalid=invalid,
        reasons=proof.reasons,
        findings=proof.findings,
    )
    note(session, at=ended_at, actor=actor, action="reading", pair=pair, reading_id=reading_id, verdict=proof.verdict)
    return reading_id


def last_whole(session: Session, pair: str, side: str, *, as_of: datetime | None = None) -> Reading | None:
    """The newest whole reading that had ended by ``as_of``."""
    return first_of(session, Reading, _newest(pair, side, as_of).where(READINGS.c.verdict == ReadingVerdict.WHOLE))


def last_reading(session: Session, pair: str, side: str, *, as_of: datetime | None = None) -> Reading | None:
    """The newest reading, whatever it proved, that had ended by ``as_of``."""
    return first_of(session, Reading, _newest(pair, side, as_of))


def first_whole_at(session: Session, pair: str, side: str) -> datetime | None:
    """When the first whole reading of a side ended: what it brought was no change, only the first sight of it."""
    found: datetime | None = session.scalar(
        sa.select(sa.func.min(READINGS.c.ended_at)).where(
            READINGS.c.pair == pair, READINGS.c.side == side, READINGS.c.verdict == ReadingVerdict.WHOLE
        )
    )
    return found


def _newest(pair: str, side: str, as_of: datetime | None) -> sa.Select[Any]:
    statement = sa.select(*columns(READINGS, Reading)).where(READINGS.c.pair == pair, READINGS.c.side == side)
    if as_of is not None:
        statement = statement.where(READINGS.c.ended_at <= as_of)
    return statement.order_by(READINGS.c.id.desc())

"""What a pass writes down of its readings: each with its proof, and what a whole one found, in one transaction.

In: readings. Out: a ledger and two indexes that say the same; an index changes only after the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from syncd.ledger import Ledger
from syncd.ledger.configurations import remember_configuration
from syncd.ledger.readings import record_reading
from syncd.ledger.settings import set_setting, setting
from syncd.ledger.staging import Change, publish
from syncd.passes.configured import said_of
from syncd.passes.indexing import follow, mark_name
from syncd.passes.pair import Pair, SideName
from syncd.passes.staged import SideReading, Staged
from syncd.records.codes import CODES_APART
from syncd.sides.reading import Finding, Proof

UNREAD = "unread"


def change_of(staged: Staged) -> Change:
    """A staged record as the ledger takes it."""
    translation = staged.translation
    return Change(
        key=staged.record.key,
        code=translation.facts.code,
        raw=staged.record.raw,
        detail=staged.record.detail,
        canonical=translation.procedure,
        problem=translation.problem,
        raw_hash=staged.raw_hash,
        detail_read_at=datetime.fromtimestamp(staged.detail_read, UTC) if staged.detail_read else None,
        is_version=staged.is_version,
    )


async def publish_readings(
    pair: Pair, ledger: Ledger, pass_id: int, readings: Mapping[SideName, SideReading], *, actor: str
) -> None:
    """Write both readings down, with what they are judged by; what a whole one found becomes history."""
    published = await ledger.write(_publish, pair, pass_id, dict(readings), actor)
    for name, (reading_id, versions) in published.items():
        await asyncio.to_thread(follow, readings[name], versions)
        pair.side(name).reading_id = reading_id


def _publish(
    session: Session, pair: Pair, pass_id: int, readings: Mapping[SideName, SideReading], actor: str
) -> dict[SideName, tuple[int, dict[str, int]]]:
    published: dict[SideName, tuple[int, dict[str, int]]] = {}
    at = max(reading.ended_at for reading in readings.values())
    remember_configuration(session, course=pair.name, content=said_of(pair), at=at, actor=actor)
    for name, reading in readings.items():
        reading_id = record_reading(
            session,
            pass_id=pass_id,
            pair=pair.name,
            side=name,
            proof=_with_unread(reading),
            started_at=reading.started_at,
            ended_at=reading.ended_at,
            new=reading.new,
            changed=reading.changed,
            gone=len(reading.gone),
            invalid=reading.invalid,
            actor=actor,
        )
        if reading.proof.whole:
            versions = publish(session, pair=pair.name, side=name, reading_id=reading_id, at=at, gone=reading.gone)
            published[name] = (reading_id, versions)
            _note_translation(session, pair, reading, actor)
    return published


def _with_unread(reading: SideReading) -> Proof:
    """The proof, with the records whose content could not be read: what is asked about this instant later must know."""
    if not reading.unread:
        return reading.proof
    named = tuple(f"{one.key}{CODES_APART}{one.facts.code}" for one in reading.unread)
    return replace(reading.proof, findings=(*reading.proof.findings, Finding(UNREAD, len(named), named)))


def _note_translation(session: Session, pair: Pair, reading: SideReading, actor: str) -> None:
    """Remember by which translation the side's versions are made, once all of them are."""
    name, mark = mark_name(pair, reading.side), reading.side.adapter.capabilities.translation
    if setting(session, name) != mark:
        set_setting(session, name, mark, now=reading.ended_at, actor=actor)

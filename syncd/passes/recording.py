"""What a pass writes down: readings with their versions, then the moves of mismatches. Each is one transaction.

In: readings, moves. Out: a ledger and two indexes that say the same; an index changes only after the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from syncd.ledger import Ledger
from syncd.ledger.lags import Lag, record_lags
from syncd.ledger.mismatches import Evidence, Mismatch, apply_moves, mismatches_by_id
from syncd.ledger.passes import require_running
from syncd.ledger.readings import first_whole_at, last_whole, record_reading
from syncd.ledger.settings import set_setting, setting
from syncd.ledger.staging import Change, publish
from syncd.ledger.versions import Head, began, each_head
from syncd.passes.pair import SIDES, Pair, Side, SideName
from syncd.passes.reading import SideReading, Staged, StagedEntry, Unread
from syncd.passes.translate import NO_FINGERPRINT, of_procedure, translate
from syncd.reconcile.lifecycle import Event, Move
from syncd.reconcile.scope import Facts, Flag
from syncd.reconcile.sweep import Entry, SideIndex
from syncd.records.codes import CODES_APART
from syncd.sides.adapter import Record
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


async def load_side(pair: Pair, side: Side, ledger: Ledger) -> None:
    """Fill a side's index from the ledger, unless it reflects the newest whole reading already.

    Another program may have run a pass since. Where the adapter now translates by other settings, no raw fingerprint is
    believed: every record is translated anew.
    """
    newest = await ledger.read(last_whole, pair.name, side.name)
    reading_id = newest.id if newest else 0
    if side.reading_id == reading_id:
        return
    index = SideIndex()
    is_current = await ledger.read(setting, _mark_name(pair, side)) == side.adapter.capabilities.translation

    def take(head: Head) -> None:
        entry = entry_of(pair, side, head)
        index.put(head.key, entry if is_current else entry._replace(raw=NO_FINGERPRINT))

    await ledger.read(each_head, pair.name, side.name, take)
    side.index, side.reading_id = index, reading_id


def _mark_name(pair: Pair, side: Side) -> str:
    """The setting that says by which translation the side's versions were made."""
    return f"translation/{pair.name}/{side.name}"


def entry_of(pair: Pair, side: Side, head: Head) -> Entry:
    """What the index remembers of a record that the ledger has.

    One that could not be read is tried again by the same function, and its raw fingerprint is not believed: the next
    pass translates it anew.
    """
    procedure, sent = head.content.procedure, head.sent
    if procedure is not None:
        translation = of_procedure(pair, side, head.key, procedure)
    else:
        translation = translate(pair, side, Record(head.key, *sent) if sent else Record(head.key, b""))
    read_at = int(head.detail_read_at.timestamp()) if head.detail_read_at else 0
    return Entry(
        NO_FINGERPRINT if procedure is None else head.raw_hash or NO_FINGERPRINT,
        translation.comparison,
        translation.exact,
        translation.facts,
        head.version_id,
        read_at,
    )


async def publish_readings(
    pair: Pair, ledger: Ledger, pass_id: int, readings: Mapping[SideName, SideReading], *, actor: str
) -> None:
    """Write both readings down; what a whole one found becomes history, and then the index follows."""
    published = await ledger.write(_publish, pair, pass_id, dict(readings), actor)
    for name, (reading_id, versions) in published.items():
        await asyncio.to_thread(_follow, readings[name], versions)
        pair.side(name).reading_id = reading_id


def _publish(
    session: Session, pair: Pair, pass_id: int, readings: Mapping[SideName, SideReading], actor: str
) -> dict[SideName, tuple[int, dict[str, int]]]:
    published: dict[SideName, tuple[int, dict[str, int]]] = {}
    at = max(reading.ended_at for reading in readings.values())
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
    name, mark = _mark_name(pair, reading.side), reading.side.adapter.capabilities.translation
    if setting(session, name) != mark:
        set_setting(session, name, mark, now=reading.ended_at, actor=actor)


def _follow(reading: SideReading, versions: Mapping[str, int]) -> None:
    """Let the index follow what the ledger has committed."""
    index = reading.side.index
    for key, staged in reading.staged.items():
        index.put(key, _entry(index, key, staged, versions))
    for unread in reading.unread:
        _leave_unread(index, unread)
    for key in reading.gone:
        index.drop(key)


def _entry(index: SideIndex, key: str, staged: StagedEntry, versions: Mapping[str, int]) -> Entry:
    known = index.get(key)
    version = versions[key] if staged.is_version else known.version if known else 0
    return Entry(staged.raw, staged.comparison, staged.exact, staged.facts, version, staged.detail_read)


def _leave_unread(index: SideIndex, unread: Unread) -> None:
    """A detail that could not be read: where the listing is as before, what is known still holds."""
    known = index.get(unread.key)
    if known is not None and not unread.is_listing_changed:
        index.put(unread.key, known._replace(detail_read=unread.tried))
    else:
        mark_unread(index, unread.key, unread.facts)


def mark_unread(index: SideIndex, key: str, facts: Facts) -> None:
    """The record is there and says nothing now; of what was known of it, only whose it is still counts."""
    known = index.get(key) or Entry(NO_FINGERPRINT, NO_FINGERPRINT, NO_FINGERPRINT, facts, 0)
    marked = known.facts._replace(flags=known.facts.flags | Flag.UNREAD)
    index.put(key, known._replace(facts=marked))


@dataclass(frozen=True, slots=True)
class Moved:
    """What recording did: how many moves, and which lags they showed."""

    moves: int
    lags: tuple[Lag, ...] = ()


async def record_moves(
    pair: Pair,
    ledger: Ledger,
    pass_id: int,
    made: Sequence[Move],
    known: Iterable[Mismatch],
    *,
    at: datetime,
    actor: str,
) -> Moved:
    """Write moves down with their evidence, and the lags that resolved ones show."""
    if not made:
        return Moved(0)
    before = {mismatch.id: mismatch for mismatch in known}
    caught_up = [before[move.mismatch_id] for move in made if _city_caught_up(pair, before, move)]
    lags = await ledger.write(_record, pair, pass_id, list(made), caught_up, at, actor)
    return Moved(len(made), tuple(lags))


def _record(
    session: Session,
    pair: Pair,
    pass_id: int,
    made: Sequence[Move],
    caught_up: Sequence[Mismatch],
    at: datetime,
    actor: str,
) -> list[Lag]:
    require_running(session, pass_id)
    readings = {name: last_whole(session, pair.name, name) for name in SIDES}
    evidence = [
        (move, _evidence(pair, move, {name: one.id if one else None for name, one in readings.items()}))
        for move in _still_possible(session, made)
    ]
    apply_moves(session, pair=pair.name, pass_id=pass_id, moves=evidence, at=at, actor=actor)
    lags = _lags(session, pair, caught_up, at)
    record_lags(session, pair=pair.name, lags=lags)
    return lags


def _still_possible(session: Session, made: Sequence[Move]) -> list[Move]:
    """Without the moves of mismatches that people have moved since (a waiver takes effect at once).

    The next pass judges those again.
    """
    known = mismatches_by_id(session, [move.mismatch_id for move in made])
    states = {identity: one.state for identity, one in known.items()}
    return [move for move in made if states.get(move.mismatch_id) == move.from_state]


def _evidence(pair: Pair, move: Move, readings: Mapping[SideName, int | None]) -> Evidence:
    observation = move.observation
    if observation is None:
        return Evidence()
    portal = pair.portal.index.get(observation.portal_key)
    city = pair.city.index.get(observation.city_key)
    return Evidence(
        portal_version_id=portal.version or None if portal else None,
        city_version_id=city.version or None if city else None,
        portal_reading_id=readings["portal"],
        city_reading_id=readings["city"],
    )


def _city_caught_up(pair: Pair, before: Mapping[str, Mismatch], move: Move) -> bool:
    """Whether a mismatch ended because the city followed: it shows something new, the portal the version that began it.

    A mismatch that ends because rules or scope changed, or because a record went, teaches nothing about lags.
    """
    if move.event is not Event.AGREED:
        return False
    mismatch = before[move.mismatch_id]
    portal, city = pair.portal.index.get(mismatch.portal_key), pair.city.index.get(mismatch.city_key)
    if portal is None or portal.version != mismatch.portal_version_id or not portal.facts.flags & Flag.IN_SCOPE:
        return False
    return not mismatch.city_key or (city is not None and city.version != mismatch.city_version_id)


def _lags(session: Session, pair: Pair, caught_up: Sequence[Mismatch], at: datetime) -> list[Lag]:
    """How long the city took; a difference that was there at the first sight of the portal teaches nothing."""
    since = began(session, [one.portal_version_id for one in caught_up if one.portal_version_id is not None])
    first = first_whole_at(session, pair.name, "portal")
    return [
        Lag(one.code, one.field, changed, at)
        for one in caught_up
        if one.portal_version_id is not None and first is not None and (changed := since[one.portal_version_id]) > first
    ]

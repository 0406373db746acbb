"""Read one side once: list, skip what is unchanged, fetch and translate what is not, and prove the whole.

In: one side of a pair. Out: a `SideReading`: its proof, and the changes, staged in the ledger page by page so that
memory holds fingerprints only. Nothing that is remembered changes here.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from math import ceil

import structlog

from syncd.errors import SyncdError
from syncd.passes.pair import Clock, Pair, Side
from syncd.passes.staged import SideReading, Staged, StagedEntry, Unread
from syncd.passes.translate import LONGEST_NAME, Translation, translate
from syncd.reconcile.fingerprints import raw_hash
from syncd.reconcile.scope import Flag
from syncd.reconcile.sweep import Entry, Meeting, Sweep
from syncd.sides.adapter import Listed, Record
from syncd.sides.errors import ShapeError, SideError
from syncd.sides.reading import Evidence, ReadingVerdict, prove

log = structlog.get_logger(__name__)


DETAILS_AT_ONCE = 200
Fresh = tuple[Listed, bytes]
"""A listed record with the fingerprint of its listing bytes."""

Stage = Callable[[Sequence[Staged]], Awaitable[None]]
Progress = Callable[[str], None]


@dataclass(slots=True)
class _Under:
    """A reading under way."""

    pair: Pair
    side: Side
    seed: int
    clock: Clock
    stage: Stage
    progress: Progress
    due: frozenset[str]
    sweep: Sweep
    evidence: Evidence = field(default_factory=Evidence)
    staged: dict[str, StagedEntry] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    invalid: int = 0


async def read_side(
    pair: Pair, side: Side, *, seed: int, clock: Clock, stage: Stage, progress: Progress, last_whole: int | None
) -> SideReading:
    """Read ``side`` to its end, or to its first failure, which is an outcome and not an exception."""
    started_at = clock()
    under = _Under(
        pair, side, seed, clock, stage, progress, await asyncio.to_thread(due_details, pair, side), Sweep(side.index)
    )
    failure = await _read(under)
    sweep = under.sweep
    proof = prove(
        under.evidence,
        duplicates=sweep.repeated,
        failure=failure,
        last_whole=last_whole,
        shrinkage=pair.policy.shrinkage,
    )
    whole = proof.verdict is ReadingVerdict.WHOLE
    return SideReading(
        side=side,
        started_at=started_at,
        ended_at=clock(),
        proof=proof,
        staged=under.staged,
        gone=sweep.gone() if whole else [],
        new=sweep.new,
        changed=sum(one.is_version and key in side.index for key, one in under.staged.items()),
        invalid=under.invalid,
        unread=under.unread,
        errors=under.errors,
        failure=failure,
    )


async def _read(under: _Under) -> str | None:
    """Read everything; returns why it ended early, or None."""
    try:
        async with asyncio.timeout(under.pair.policy.reading_limit.total_seconds()):
            await _list(under)
    except SideError as error:
        under.errors[error.slug] += 1
        return error.message
    except SyncdError:
        raise
    except TimeoutError:
        under.errors["unreachable"] += 1
        return f"the reading took longer than {under.pair.policy.reading_limit}"
    except Exception as error:
        under.errors["fault"] += 1
        log.exception("adapter_failed", pair=under.pair.name, side=under.side.name)
        return f"the adapter failed: {type(error).__name__}"
    return None


async def _list(under: _Under) -> None:
    """Walk the listing to its end, and only then fetch details: a listing that takes an hour would change under us."""
    has_details = under.side.adapter.capabilities.details
    waiting: list[Fresh] = []
    listing = under.side.adapter.list_records(under.evidence)
    try:
        async for page in listing:
            fresh = _fresh(under, page)
            if has_details:
                waiting.extend(fresh)
            else:
                await _stage(under, [(Record(listed.key, listed.raw), mark, 0) for listed, mark in fresh])
            under.progress(f"{under.side.name} {under.evidence.listed}")
            await asyncio.sleep(0)
    finally:
        close = getattr(listing, "aclose", None)
        if close is not None:
            await close()
    for start in range(0, len(waiting), DETAILS_AT_ONCE):
        await _stage(under, await _details(under, waiting[start : start + DETAILS_AT_ONCE]))


def _fresh(under: _Under, page: Sequence[Listed]) -> list[Fresh]:
    """The records of a page that need a closer look: new, changed, or due for a detail read."""
    fresh: list[Fresh] = []
    for listed in page:
        if len(listed.key) > LONGEST_NAME:
            raise ShapeError(f"a key of {len(listed.key)} characters: {listed.key[:60]!r}…", action="report it")
        mark = raw_hash(listed.raw, None, under.seed)
        meeting = under.sweep.meet(listed.key, mark)
        if meeting in (Meeting.NEW, Meeting.CHANGED) or (meeting is Meeting.SEEN and listed.key in under.due):
            fresh.append((listed, mark))
    return fresh


async def _stage(under: _Under, records: Sequence[tuple[Record, bytes, int]]) -> None:
    """Translate records and put them aside; memory keeps their fingerprints alone."""
    if not records:
        return
    staged = await asyncio.to_thread(_translate_all, under, records)
    await under.stage(staged)
    for one in staged:
        under.staged[one.record.key] = StagedEntry(
            one.raw_hash,
            one.translation.comparison,
            one.translation.exact,
            one.translation.facts,
            one.detail_read,
            one.is_version,
        )


async def _details(under: _Under, fresh: Sequence[Fresh]) -> list[tuple[Record, bytes, int]]:
    """Complete each listed record with its detail; those that fail are left unread."""
    gate = asyncio.Semaphore(under.pair.policy.detail_concurrency)

    async def fetch(listed: Listed, fingerprint: bytes) -> tuple[Record, bytes, int] | None:
        async with gate:
            try:
                detail = await under.side.adapter.fetch_detail(listed)
            except SideError as error:
                under.errors[error.slug] += 1
                under.unread.append(_unread(under, listed, fingerprint))
                log.debug("detail_unread", pair=under.pair.name, side=under.side.name, error=error.message)
                return None
            under.progress(f"{under.side.name} {under.evidence.listed}")
            return Record(listed.key, listed.raw, detail), fingerprint, int(under.clock().timestamp())

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(listed, fingerprint)) for listed, fingerprint in fresh]
    return [done for task in tasks if (done := task.result()) is not None]


def _unread(under: _Under, listed: Listed, fingerprint: bytes) -> Unread:
    known = under.side.index.get(listed.key)
    facts = known.facts if known else translate(under.pair, under.side, Record(listed.key, listed.raw)).facts
    is_changed = known is None or known.raw != fingerprint
    return Unread(listed.key, facts, is_changed, int(under.clock().timestamp()))


def _translate_all(under: _Under, records: Sequence[tuple[Record, bytes, int]]) -> list[Staged]:
    """Translate a page's new and changed records. Runs in a worker thread; touches nothing shared but counters."""
    result = []
    for record, fingerprint, detail_read in records:
        translation = translate(under.pair, under.side, record)
        under.invalid += translation.procedure is None
        is_version = not _is_same(under.side.index.get(record.key), translation)
        result.append(Staged(record, translation, fingerprint, detail_read, is_version))
    return result


def _is_same(known: Entry | None, translation: Translation) -> bool:
    """Whether the ledger's present version already says what ``translation`` says."""
    return known is not None and known.version != 0 and known.exact == translation.exact


def due_details(pair: Pair, side: Side) -> frozenset[str]:
    """Which details are read again although their listing has not changed: the oldest ones, evenly over the period.

    A record whose last read failed is not among them: its listing counts as changed, so it is read in every pass.
    """
    if not side.adapter.capabilities.details or not len(side.index):
        return frozenset()
    share = min(1.0, pair.policy.interval / pair.policy.detail_period)
    budget = ceil(len(side.index) * share)
    read = ((entry.detail_read, key) for key, entry in side.index.entries() if not entry.facts.flags & Flag.UNREAD)
    return frozenset(key for _, key in nsmallest(budget, read))

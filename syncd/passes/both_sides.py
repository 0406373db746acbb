"""Read both sides of a pair at the same time, each until a reading is whole or the tries are used up.

In: a pair and the room that passes work in. Out: one `SideReading` for each side; what they found is staged in the
ledger, and nothing that is remembered has changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from syncd.ledger.readings import last_whole
from syncd.ledger.staging import clear, stage
from syncd.passes.outcome import Room
from syncd.passes.pair import SIDES, Pair, Side, SideName
from syncd.passes.reading import Progress, read_side
from syncd.passes.recording import change_of
from syncd.passes.staged import SideReading, Staged
from syncd.sides.errors import UnreachableError

log = structlog.get_logger(__name__)

UNREACHABLE = UnreachableError.slug
"""The HTTP client has tried often enough by itself: asking again at once would only hide the cause."""


async def read_both(pair: Pair, room: Room, pass_id: int, progress: Progress) -> dict[SideName, SideReading]:
    """One reading of each side. Raises `ConflictError` when the pass has been taken over."""
    await room.ledger.write(clear, pair=pair.name, pass_id=pass_id)
    async with asyncio.TaskGroup() as group:
        tasks = {name: group.create_task(_read_whole(pair, pair.side(name), room, pass_id, progress)) for name in SIDES}
    return {name: task.result() for name, task in tasks.items()}


async def _read_whole(pair: Pair, side: Side, room: Room, pass_id: int, progress: Progress) -> SideReading:
    async def into_ledger(staged: Sequence[Staged]) -> None:
        changes = [change_of(one) for one in staged]
        await room.ledger.write(stage, pair=pair.name, side=side.name, pass_id=pass_id, changes=changes)

    last = await room.ledger.read(last_whole, pair.name, side.name)
    for attempt in range(1, pair.policy.attempts + 1):
        if attempt > 1:
            await room.ledger.write(clear, pair=pair.name, pass_id=pass_id, side=side.name)
        reading = await read_side(
            pair,
            side,
            seed=room.seed,
            clock=room.clock,
            stage=into_ledger,
            progress=progress,
            last_whole=last.counted if last else None,
        )
        if reading.proof.whole or UNREACHABLE in reading.errors:
            break
        log.info(
            "reading_not_whole",
            pair=pair.name,
            side=side.name,
            verdict=reading.proof.verdict.value,
            reasons=list(reading.proof.reasons),
            attempt=attempt,
        )
    return reading

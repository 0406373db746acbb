"""Checks of what stays: nothing after a cancellation or a failure, and nothing written anywhere.

In: a stage. Out: rows of the table of checks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from fnmatch import fnmatchcase
from typing import Any, Final, cast

from loopback.conformance import wire
from loopback.conformance.checks_promises import demand, replay
from loopback.conformance.leavings import before, nothing_left, stepped
from loopback.conformance.places import mark
from loopback.conformance.reading import LONGEST, full
from loopback.conformance.stage import PATIENCE, Stage
from loopback.conformance.words import Check, NotApplicableError
from syncd.sides.reading import Evidence

CANCELLATIONS: Final = 24
READING_METHODS: Final = frozenset({"GET", "HEAD"})


async def _everything(stage: Stage) -> None:
    """List, fetch details, read again; then close."""
    replay(stage)
    async with stage.adapter() as adapter:
        pages = cast("Any", adapter.list_records(Evidence()))
        async with aclosing(pages):
            async for _page in pages:
                pass
        await full(adapter, stage.truth.sample_listed)
        await adapter.read_again(stage.truth.wanted)


async def _cancelled(stage: Stage) -> str:
    steps = list[int]()
    await stepped(_everything(stage), steps)
    step = max(1, len(steps) // CANCELLATIONS)
    for at in range(1, len(steps) + 1, step):
        await _cancelled_at(stage, at, len(steps))
    return f"{len(range(1, len(steps) + 1, step))} of {len(steps)} awaits were cancelled, and nothing was left"


async def _cancelled_at(stage: Stage, at: int, steps: int) -> None:
    was = before()
    ended = await _how_it_ended(stage, at)
    demand(not ended, f"cancelled at await {at} of {steps}: {ended}")
    left = await nothing_left(was, lambda: stage.proxy.connections if stage.proxy else 0, PATIENCE)
    demand(not left, f"cancelled at await {at} of {steps}, this is left: {', '.join(left[:3])}")


async def _how_it_ended(stage: Stage, at: int) -> str:
    """What was wrong with the end; nothing of the cancelled task is held any longer."""
    task = asyncio.create_task(_stepped(stage, at))
    await asyncio.wait([task], timeout=LONGEST)
    if not task.done():
        return "it goes on"
    return "" if task.cancelled() or task.exception() is None else f"{task.exception()!r:.200}"


async def _stepped(stage: Stage, at: int) -> None:
    await stepped(_everything(stage), [], at)


async def _nothing_left(stage: Stage) -> str:
    was = before()
    await stage.run()
    if stage.proxy is not None:
        for act in (wire.reset, wire.status(503), wire.truncated):
            await stage.run_everywhere(act)
    left = await nothing_left(was, lambda: stage.proxy.connections if stage.proxy else 0, PATIENCE)
    demand(not left, f"this is left: {', '.join(left[:3])}")
    return "no task, thread, file or connection"


async def _writes_nothing(stage: Stage) -> str:
    if stage.proxy is None:
        return await _files_unchanged(stage)
    settings = stage.settings().model_dump()
    reads = [pattern.format_map(settings) for pattern in stage.subject.definition.reads]
    asked = {f"{one.question.method} {one.question.bare}" for one in stage.proxy.recording.exchanges}
    undeclared = sorted(
        one
        for one in asked
        if one.split(" ", 1)[0] not in READING_METHODS and not any(fnmatchcase(one, pattern) for pattern in reads)
    )
    demand(
        not undeclared,
        f"{', '.join(undeclared[:3])}: neither GET nor HEAD, nor among the reads of the definition:"
        f" {', '.join(reads) or 'none'}",
    )
    return f"{len(asked)} kinds of questions, all reading"


async def _files_unchanged(stage: Stage) -> str:
    if not stage.places:
        raise NotApplicableError("no setting names a file; whether a server's tables change cannot be seen from here")
    copies = [place.copy(stage.workspace) for place in stage.places]
    watched = (*copies, *(place.original for place in stage.places))
    was = [mark(path) for path in watched]
    await _everything(stage)
    demand([mark(path) for path in watched] == was, "a file was written")
    return f"{len(copies)} files, bytes and times unchanged"


CHECKS: Final[Sequence[Check]] = (
    Check(
        "cancellation", "cancelled at any await, it ends, and leaves no task, thread, file or connection", _cancelled
    ),
    Check("nothing-left", "after good and failed readings nothing stays open", _nothing_left),
    Check("writes-nothing", "only questions that read are asked, and no file is written", _writes_nothing),
)

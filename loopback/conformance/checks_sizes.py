"""Checks of hostile sizes and depths: bodies without end, bombs, a text of 50 MB, a hundred thousand brackets.

In: a stage with the proxy. Out: rows of the table of checks. Memory is measured with ``tracemalloc``: bytes that Python
holds at the peak, the proxy's own included.
"""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from loopback.conformance import lies, wire
from loopback.conformance.checks_lies import identity, learnt
from loopback.conformance.proxy import Plan
from loopback.conformance.reading import judge
from loopback.conformance.stage import Stage
from loopback.conformance.words import BrokenPromiseError, Check

MEBIBYTE: Final = 1024 * 1024
ALLOWANCE: Final = 96 * MEBIBYTE
"""What a reading may hold beside three bodies of the largest size: records, and the proxy's own bodies."""


async def _measured(stage: Stage, plan: Plan, what: str) -> str:
    """Read while memory is measured. Raises `BrokenPromiseError` where it passes what the settings allow."""
    allowed = 3 * int(getattr(stage.settings(), "max_bytes", 0)) + ALLOWANCE
    tracemalloc.start()
    try:
        run, adapter = await stage.run(plan, attempts=1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    said = judge(run, stage.truth, adapter.canonical, what)
    if peak > allowed:
        raise BrokenPromiseError(f"{peak // MEBIBYTE} MiB were held, {allowed // MEBIBYTE} are allowed; {said}")
    return f"{peak // MEBIBYTE} MiB at the peak; {said}"


def _whole_body(act: wire.Act) -> Callable[[Stage], Awaitable[str]]:
    async def of(stage: Stage) -> str:
        await asyncio.to_thread(wire.packed_bomb)
        chain = learnt(stage)[0]
        said = await _measured(stage, {lies.middle(chain): act}, chain.name)
        if "whole, with" in said:
            raise BrokenPromiseError(f"an answer far above the cap was read: {said}")
        return said

    return of


async def _huge_field(stage: Stage) -> str:
    chain = learnt(stage)[0]
    return await _measured(stage, lies.huge_field(chain, identity(stage, chain)), chain.name)


async def _deep_nesting(stage: Stage) -> str:
    chain = learnt(stage)[0]
    brackets = b"[" * lies.DEPTH + b"]" * lies.DEPTH
    await _measured(stage, {lies.middle(chain): lies.instead(brackets)}, chain.name)
    return await _measured(stage, lies.deep_field(chain, identity(stage, chain)), chain.name)


CHECKS: Final[Sequence[Check]] = (
    Check(
        "oversized-body", "a body without end is given up at the cap, within bounded memory", _whole_body(wire.endless)
    ),
    Check(
        "gzip-bomb",
        "a small body that unpacks beyond the cap is given up, within bounded memory",
        _whole_body(wire.bomb),
    ),
    Check("huge-field", "a text of 50 MB in one row ends the reading or is read, within bounded memory", _huge_field),
    Check("deep-nesting", "a hundred thousand brackets end the reading, or make one record invalid", _deep_nesting),
)

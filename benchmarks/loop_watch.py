"""How long an event loop is kept from its turn, and what that cost: a task that looks at the clock each millisecond.

In: a loop. Out: the longest stall since the last look, as it was felt and as this program caused it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter, process_time
from types import TracebackType
from typing import NamedTuple, Self

EVERY = 0.001


class Stall(NamedTuple):
    """The longest stall, in milliseconds. ``felt``: by the clock on the wall, with all that other programs took.

    ``held``: no more of it than this program spent on a processor meanwhile, in whichever of its threads.
    """

    felt: float
    held: float


@dataclass(slots=True)
class Watch:
    """Watches the running loop while it is entered."""

    _felt: float = 0.0
    _held: float = 0.0
    _task: asyncio.Task[None] | None = field(default=None)

    def take(self) -> Stall:
        """The longest stall since the last time, and begin anew."""
        found = Stall(self._felt * 1000, self._held * 1000)
        self._felt = self._held = 0.0
        return found

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        while True:
            wall, spent = perf_counter(), process_time()
            await asyncio.sleep(EVERY)
            felt = perf_counter() - wall - EVERY
            self._felt = max(self._felt, felt)
            self._held = max(self._held, min(felt, process_time() - spent))

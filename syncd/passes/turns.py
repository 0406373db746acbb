"""Who says that a pass may begin here: the daemon's own timetable, or something that several daemons share.

In: a course that waits. Out: the right to run one pass, held while it runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Protocol

from syncd.passes.course import Course


class Turns(Protocol):
    """The right to run passes."""

    def turn(self, course: Course) -> AbstractAsyncContextManager[None]:
        """Wait until a pass of the course may begin here, and hold the right to it while entered.

        ``course.wait``: seconds until the next pass should begin, as the supervisor has set it since the last one.
        """
        ...


class Alone:
    """A daemon that shares with nobody: a pass begins when its time has come or when the course is woken.

    ``concurrency`` limits the passes under way at once (None: no limit).
    """

    def __init__(self, concurrency: int | None = None) -> None:
        self._gate: AbstractAsyncContextManager[object] = (
            nullcontext() if concurrency is None else asyncio.Semaphore(concurrency)
        )

    @asynccontextmanager
    async def turn(self, course: Course) -> AsyncIterator[None]:
        """`Turns.turn`."""
        await course.pause(course.wait)
        async with self._gate:
            yield

"""The frame of every pass, whatever it reads: it begins in the ledger, keeps saying that it lives, and ends there.

In: a course's name, the room, the work itself. Out: what the work returns; however it ends, the ledger knows how.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

import structlog

from syncd.errors import ConflictError, SyncdError
from syncd.ledger.database import Ledger
from syncd.ledger.errors import LedgerError
from syncd.ledger.passes import begin_pass, end_pass, heartbeat
from syncd.passes.outcome import HEARTBEAT_EVERY, STALE_AFTER
from syncd.passes.pair import Clock

log = structlog.get_logger(__name__)

STOPPED = "stopped before the pass was at its end"

T = TypeVar("T")


class PassRoom(Protocol):
    """What every pass works with; `syncd.passes.outcome.Room` is one."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def holder(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One pass under way."""

    room: PassRoom
    course: str
    actor: str
    pass_id: int
    started_at: datetime

    @classmethod
    async def begin(cls, room: PassRoom, course: str, actor: str) -> Frame:
        """Begin a pass. Raises `ConflictError` while another holder is running one.

        Cancelled while the ledger writes the beginning down, it writes the end as well: no pass is left running.
        """
        now = room.clock()
        beginning = asyncio.ensure_future(
            room.ledger.write(
                begin_pass, pair=course, holder=room.holder, now=now, actor=actor, stale_after=STALE_AFTER
            )
        )
        try:
            pass_id = await asyncio.shield(beginning)
        except asyncio.CancelledError:
            with suppress(SyncdError):
                await cls(room, course, actor, await beginning, now).end("interrupted", {}, STOPPED)
            raise
        return cls(room, course, actor, pass_id, now)

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work while the ledger hears that it lives. What does not reach its end is ended here, and raised;
        a pass that somebody has taken over is stopped. Who asks it to end hears nothing but that it has ended."""
        running = asyncio.create_task(work, name=f"pass {self.course}")
        beating = asyncio.create_task(self._beat(running), name=f"heartbeat {self.course}")
        try:
            return await running
        except BaseException as error:
            await self._give_up(running, error)
            raise
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    async def end(self, outcome: str, counts: Mapping[str, int], error: str = "") -> datetime:
        """Write down how the pass ended; returns when."""
        now = self.room.clock()
        await self.room.ledger.write(
            end_pass, pass_id=self.pass_id, outcome=outcome, now=now, counts=dict(counts), error=error
        )
        return now

    async def _beat(self, running: asyncio.Task[T]) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_EVERY.total_seconds())
            try:
                await self.room.ledger.write(heartbeat, pass_id=self.pass_id, now=self.room.clock())
            except LedgerError as error:
                log.warning("heartbeat_missed", pair=self.course, error=str(error))
            except ConflictError:
                running.cancel()
                raise

    async def _give_up(self, running: asyncio.Task[T], error: BaseException) -> None:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        if isinstance(error, asyncio.CancelledError):
            await self._interrupted()
        elif isinstance(error, Exception):
            await self.end("failed", {}, f"{type(error).__name__}: {error}"[:500])

    async def _interrupted(self) -> None:
        """Write down that it was stopped. Raises where it cannot be, unless somebody has asked this task to end."""
        try:
            await self.end("interrupted", {}, "stopped before the pass was at its end")
        except SyncdError as error:
            if not is_asked_to_end():
                raise
            log.warning("pass_end_unwritten", pair=self.course, error=str(error))


def is_asked_to_end() -> bool:
    """Whether the task that asks was told to end: what it does now is the last that it does."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0

"""One thread that holds one connection, awaited from the loop.

In: functions of the connection. Out: their results. A time-out or a cancellation interrupts the statement, and the
connection is closed in its own thread whatever happens.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from adapters.sql.connection import Held
from adapters.sql.failures import translated
from syncd.sides.errors import UnreachableError

Result = TypeVar("Result")

PARTING_SECONDS = 0.5
PARTING_TRIES = 10


class Worker:
    """Runs functions of one connection, one after another. ``where`` names the database in errors."""

    def __init__(self, engine: Engine, *, timeout: float, where: str, secret: str | None) -> None:
        self._held = Held(engine, timeout)
        self._timeout = timeout
        self._where = where
        self._secret = secret
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sql-side")
        self._connection: Connection | None = None
        self._forgotten = False

    async def open(self) -> None:
        """Connect. Raises `SideError`."""
        self._connection = await self._run(self._held.open)

    async def run(self, function: Callable[[Connection], Result]) -> Result:
        """Run a function of the connection in the thread. Raises `SideError`."""
        connection = self._connection
        if connection is None:
            raise RuntimeError("the connection is not open")
        return await self._run(lambda: function(connection))

    async def _run(self, function: Callable[[], Result]) -> Result:
        future = asyncio.get_running_loop().run_in_executor(self._thread, function)
        try:
            async with asyncio.timeout(self._timeout):
                return await asyncio.shield(future)
        except TimeoutError as error:
            self._forget(future)
            raise UnreachableError(
                f"a statement took longer than timeout = {self._timeout:g} s", where=self._where, action="raise timeout"
            ) from error
        except asyncio.CancelledError:
            self._forget(future)
            raise
        except (SQLAlchemyError, OSError) as error:
            raise translated(error, where=self._where, secret=self._secret) from error

    def _forget(self, future: asyncio.Future[Result]) -> None:
        """What runs now is to end; what it still says means nothing any more."""
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._forgotten = True
        self._held.stop()

    async def close(self) -> None:
        """Close in the thread; waits for it for a short while, since a driver may be deaf to interruptions."""
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(self._thread, self._closed)
        self._thread.shutdown(wait=False)
        for _ in range(PARTING_TRIES):
            if self._forgotten:
                await asyncio.wait([loop.run_in_executor(None, self._held.interrupt)], timeout=PARTING_SECONDS)
            finished, _ = await asyncio.wait([done], timeout=PARTING_SECONDS)
            if finished:
                return

    def _closed(self) -> None:
        with suppress(Exception):  # a connection that is broken already cannot be closed any better
            self._held.close()


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[Worker]:
    """Open, hand over, close: also when the task is cancelled."""
    try:
        await worker.open()
        yield worker
    finally:
        await worker.close()

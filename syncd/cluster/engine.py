"""The engine: who is a member, what is due, and who runs it. Procrastinate's queue on PostgreSQL, one turn a course.

In: courses and delays. Out: rights: each course has one turn that waits or runs, and its number is the epoch of the
lease. Only the database's clock is asked. Everything raises `LedgerUnreachableError` where the database is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status
from psycopg.rows import tuple_row
from psycopg_pool import AsyncConnectionPool

from syncd.cluster.engine_schema import SCHEMA
from syncd.errors import ConflictError
from syncd.ledger.engines import Access, make_engine, parse, postgresql_arguments, shown
from syncd.ledger.errors import LedgerUnreachableError

TURN = "turn"
LIMIT = 5.0
"""Seconds that the engine is given for one answer."""

LOOK = """
SELECT 'member', NULL, id, EXTRACT(EPOCH FROM now() - last_heartbeat)::float8, id FROM procrastinate_workers
UNION ALL
SELECT status::text, queue_name, id, EXTRACT(EPOCH FROM scheduled_at - now())::float8, worker_id
  FROM procrastinate_jobs WHERE task_name = 'turn' AND status IN ('todo', 'doing')
"""


@dataclass(frozen=True, slots=True)
class Right:
    """The right to run one pass of a course. ``epoch``: the number of the turn, which only grows."""

    course: str
    epoch: int


@dataclass(frozen=True, slots=True)
class View:
    """How everything stands. ``silent``: member → seconds since it was last heard; ``due``: course → seconds until its
    next pass, negative where it is late; ``running``: right → member, None where the member has left."""

    silent: dict[int, float]
    due: dict[str, float]
    running: dict[Right, int | None]

    def alive(self, lease: float) -> frozenset[int]:
        """The members that have been heard within the lease."""
        return frozenset(member for member, seconds in self.silent.items() if seconds <= lease)

    def busy(self) -> set[str]:
        """The courses that run somewhere."""
        return {right.course for right in self.running}


class Engine:
    """One member's connection to the engine. `open` it first; ``lease``: seconds until a silent member is given up."""

    def __init__(self, url: str, lease: float) -> None:
        address = parse(url)
        self._where, self._lease = shown(address), lease
        maker = make_engine(address, Access.WRITE)
        given = cast("dict[str, Any]", maker.dialect.create_connect_args(address)[1])
        own = postgresql_arguments(address, Access.WRITE)
        own["options"] += f" -c search_path={SCHEMA},public"
        self._connector = PsycopgConnector(
            pool_factory=AsyncConnectionPool, kwargs=given | own | {"autocommit": True},
            min_size=1, max_size=4, timeout=LIMIT, reconnect_timeout=LIMIT, max_idle=60.0,
        )  # fmt: skip
        self._app = App(connector=self._connector)
        self._turns = self._app.job_manager

    async def open(self) -> None:
        """Connect."""
        async with self._answered():
            await self._app.open_async()

    async def close(self) -> None:
        """Let go of every connection; never raises."""
        with suppress(ConnectorException, TimeoutError, psycopg.Error):
            async with asyncio.timeout(LIMIT):
                await self._app.close_async()

    async def join(self) -> int:
        """Become a member; returns its number."""
        async with self._answered():
            return await self._turns.register_worker()

    async def leave(self, member: int) -> None:
        """Be a member no more; what it runs is given up at once."""
        async with self._answered():
            await self._turns.unregister_worker(member)

    async def beat(self, member: int) -> None:
        """Give a sign of life. A member that was given up meanwhile finds itself missing in the next `look`."""
        async with self._answered():
            await self._turns.update_heartbeat(member)

    async def look(self) -> View:
        """How everything stands now."""
        view = View({}, {}, {})
        async with self._answered(), self._connector.pool.connection() as connection:
            cursor = connection.cursor(row_factory=tuple_row)
            await cursor.execute(LOOK)
            rows = await cursor.fetchall()
        for kind, course, number, seconds, member in rows:
            if kind == "member":
                view.silent[number] = seconds
            elif kind == "todo":
                view.due[course] = min(seconds or 0.0, view.due.get(course, float("inf")))
            else:
                view.running[Right(course, number)] = member
        return view

    async def ask(self, member: int, courses: Collection[str]) -> Right | None:
        """The right to run one of these courses, of those that are due; None where there is none."""
        async with self._answered():
            turn = await self._turns.fetch_job(queues=list(courses), worker_id=member)
        return None if turn is None or turn.id is None else Right(turn.queue, turn.id)

    async def offer(self, course: str, delay: float) -> None:
        """Let the next pass begin in ``delay`` seconds; where one waits already it stays as it is."""
        async with self._answered():
            now = (await self._connector.execute_query_one_async("SELECT now() AS now"))["now"]
            turn = self._app.configure_task(
                TURN, queue=course, lock=course, queueing_lock=course, schedule_at=now + timedelta(seconds=delay)
            )
            with suppress(AlreadyEnqueued):
                await turn.defer_async()

    async def give_back(self, right: Right, delay: float) -> None:
        """A pass has ended; the next is due in ``delay`` seconds. Raises `ConflictError` where the right was lost.

        The next is offered first: a crash in between leaves a turn too many, never none.
        """
        await self.offer(right.course, delay)
        await self._finish(right)

    async def wake(self, course: str) -> None:
        """Let the next pass of a course begin now, or right after the one under way."""
        async with self._answered():
            for turn in await self._turns.list_jobs_async(queue=course, status=Status.TODO.value):
                if turn.id is not None:
                    await self._turns.cancel_job_by_id_async(turn.id, delete_job=True)
        await self.offer(course, 0.0)

    async def take_from_the_silent(self) -> list[Right]:
        """Free the turns of members that have been silent for longer than the lease; returns those that were freed."""
        async with self._answered():
            stalled = await self._turns.get_stalled_jobs(task_name=TURN, seconds_since_heartbeat=self._lease)
        rights = [Right(turn.queue, turn.id) for turn in stalled if turn.id is not None]
        freed = []
        for right in rights:
            with suppress(ConflictError):
                await self._finish(right)
                await self.wake(right.course)
                freed.append(right)
        async with self._answered():
            await self._turns.prune_stalled_workers(self._lease)
        return freed

    async def _finish(self, right: Right) -> None:
        try:
            async with self._answered():
                await self._turns.finish_job_by_id_async(right.epoch, Status.SUCCEEDED, delete_job=True)
        except LedgerUnreachableError as error:
            if isinstance(_cause(error), psycopg.errors.RaiseException):
                raise ConflictError(f"the turn of {right.course} was given to another member") from error
            raise

    @asynccontextmanager
    async def _answered(self) -> AsyncIterator[None]:
        """Translate the engine's errors; an answer that does not come is one."""
        try:
            async with asyncio.timeout(LIMIT):
                yield
        except (ConnectorException, psycopg.Error, TimeoutError) as error:
            cause = _cause(error)
            said = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
            action = "check that the database server runs and can be reached"
            raise LedgerUnreachableError(f"the cluster's engine: {said}", where=self._where, action=action) from error


def _cause(error: BaseException) -> BaseException:
    """The driver's error beneath ours and the engine's."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error

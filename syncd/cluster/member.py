"""This daemon as a member: it gives signs of life, looks at what is due, and hands rights to the loops that wait.

In: loops of courses that ask for their turn. Out: turns, each with a lease in the ledger and a fence around its pass.
What the engine says is advice, what the lease says is law: a lost turn is noticed by the write that it refuses.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import structlog

from syncd.cluster.debts import Debts
from syncd.cluster.engine import Engine, Right, View
from syncd.cluster.homes import Homes
from syncd.cluster.reach import Reach
from syncd.cluster.seats import Elsewhere, Observer, Seat
from syncd.config.cluster import ClusterConfig
from syncd.errors import SyncdError
from syncd.ledger import Ledger
from syncd.ledger.errors import LedgerError
from syncd.ledger.fencing import Fence, FencedError, fenced
from syncd.ledger.leases import Lease, end_lease, leases, take_lease
from syncd.passes.course import Course, Ended

log = structlog.get_logger(__name__)

LONGEST_REASON = 500


@dataclass(slots=True)
class Member:
    """This daemon in the cluster (`syncd.passes.turns.Turns`). ``name`` is how it stands in the ledger.

    ``elsewhere`` hears of what the other members do. ``concurrency`` limits the passes under way here at once.
    """

    engine: Engine
    settings: ClusterConfig
    name: str
    observer: Observer
    elsewhere: Elsewhere
    concurrency: int | None = None
    number: int = 0
    _ledger: Ledger | None = None
    _seats: dict[str, Seat] = field(default_factory=dict)
    _known: dict[str, int] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _homes: Homes = field(default_factory=Homes)
    _reach: Reach = field(default_factory=Reach)
    _debts: Debts = field(init=False)

    def __post_init__(self) -> None:
        self._debts = Debts(self.engine, self._reach.lost)

    @property
    def ledger(self) -> Ledger:
        if self._ledger is None:
            raise RuntimeError("the member has not joined")
        return self._ledger

    @property
    def lease(self) -> float:
        """Seconds until a silent member is given up."""
        return self.settings.lease.total_seconds()

    async def open(self, ledger: Ledger) -> None:
        """Join. Raises `LedgerUnreachableError`."""
        self._ledger = ledger
        await self.engine.open()
        await self._join()
        self._tasks = [
            asyncio.create_task(self._again(self._beat, self.settings.heartbeat), name="cluster heartbeat"),
            asyncio.create_task(self._again(self.round, self.settings.look), name="cluster rounds"),
        ]

    async def close(self) -> None:
        """Give everything back, and leave. Never raises."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(LedgerError):
            if self._tasks:
                await self._repay(await self.engine.look())
                await self.engine.leave(self.number)
                log.info("cluster_left", member=self.number)
        await self.engine.close()

    @asynccontextmanager
    async def turn(self, course: Course) -> AsyncIterator[None]:
        """`syncd.passes.turns.Turns.turn`. Only a cancellation leaves it."""
        seat = self._seats.setdefault(course.name, Seat(course))
        seat.course, seat.waiting = course, asyncio.get_running_loop().create_future()
        try:
            right = await seat.waiting
            fence = Fence(right.course, right.epoch, self.observer.write_fenced)
            with fenced(fence):
                yield
                await self._say_ended(course, fence)
        except BaseException:
            self._seats.pop(course.name, None)
            await self._get_up(seat, 0.0)
            raise
        await self._get_up(seat, course.wait)

    async def _say_ended(self, course: Course, fence: Fence) -> None:
        """Let the other members know how the pass ended."""
        last, failures = course.last or Ended("", failed=False), course.failures
        word, reason = last.word, last.reason[:LONGEST_REASON]
        self._known[course.name] = fence.epoch
        try:
            await self.ledger.write(end_lease, fence=fence, outcome=word, reason=reason, failures=failures)
        except FencedError as error:
            log.warning("pass_fenced", pair=course.name, error=error.message)
        except SyncdError as error:
            self._reach.lost(error)

    async def _get_up(self, seat: Seat, delay: float) -> None:
        """Leave a seat: what is held is owed to the engine, and is given back now or by a later round."""
        right, seat.right, seat.waiting = seat.right, None, None
        if right is not None:
            await self._debts.settle(right, delay)

    async def _again(self, act: Callable[[], Awaitable[None]], every: float) -> None:
        """Do something again and again for ever, whatever comes in between."""
        while True:
            try:
                await act()
            except SyncdError as error:
                self._reach.lost(error)
            except Exception:
                log.exception("cluster_round_failed")
            await asyncio.sleep(every)

    async def _join(self) -> None:
        self.number = await self.engine.join()
        log.info("cluster_joined", member=self.number, name=self.name)

    async def _beat(self) -> None:
        await self.engine.beat(self.number)

    async def round(self) -> None:
        """One look at everything, and what follows from it."""
        now = asyncio.get_running_loop().time()
        view = await self.engine.look()
        in_touch = self._reach.found(now)
        if self.number not in view.silent:
            log.warning("cluster_given_up", member=self.number)
            await self._join()
            return
        if in_touch >= self.lease:
            await self._take_over()
        await self._settle(view)
        await self._listen()
        await self._hand_out(view, now)
        held = sum(seat.right is not None for seat in self._seats.values())
        self.observer.cluster(len(view.alive(self.lease)), held)

    async def _take_over(self) -> None:
        """Free what silent members run. Only for who has long been in touch: an outage makes everybody look silent."""
        for right in await self.engine.take_from_the_silent():
            log.warning("turn_taken_over", pair=right.course, epoch=right.epoch)
            self.observer.taken_over()

    async def _settle(self, view: View) -> None:
        """Give back what is owed; wake whoever was woken here, and offer a turn to whoever has none."""
        await self._repay(view)
        for name, seat in list(self._seats.items()):
            if seat.course.woken.is_set():
                seat.course.woken.clear()
                await self.engine.wake(name)
            elif seat.waiting is not None and seat.right is None and name not in view.due and name not in view.busy():
                await self.engine.offer(name, seat.course.wait)

    async def _repay(self, view: View) -> None:
        """Give back what is owed, and what the engine believes to run here and does not."""
        mine = {right for right, member in view.running.items() if member == self.number}
        self._debts.find(mine - {seat.right for seat in self._seats.values()})
        await self._debts.pay_all()

    async def _listen(self) -> None:
        """Learn how passes ended elsewhere."""
        for lease in await self.ledger.read(leases):
            if lease.ended_at is None or self._known.get(lease.course) == lease.ended_epoch:
                continue
            self._known[lease.course] = lease.ended_epoch
            seat = self._seats.get(lease.course)
            if seat is not None and seat.right is None:
                _tell(seat.course, lease)
            await self.elsewhere.ended(lease.course)
        await self.elsewhere.looked()

    async def _hand_out(self, view: View, now: float) -> None:
        """Ask for what is due and belongs here, or belongs to somebody who is late with it."""
        homes = await self._homes.of(self.ledger, self._seats, view.alive(self.lease), now)
        wanted = []
        for name, seat in self._seats.items():
            due = view.due.get(name)
            if seat.waiting is None or seat.right is not None or due is None:
                continue
            seat.course.next_at = now + due
            is_here = homes.get(name, self.number) == self.number
            if due <= 0 and name not in view.busy() and (is_here or due < -self.lease):
                wanted.append(name)
        while wanted and self._has_room():
            right = await self.engine.ask(self.number, wanted)
            if right is None:
                return
            wanted.remove(right.course)
            await self._grant(right)

    def _has_room(self) -> bool:
        held = sum(seat.right is not None for seat in self._seats.values())
        return self.concurrency is None or held < self.concurrency

    async def _grant(self, right: Right) -> None:
        """Take the lease, and let the loop that waits begin. Whoever does not wait any longer owes it back."""
        try:
            lease = await self.ledger.write(take_lease, course=right.course, epoch=right.epoch, holder=self.name)
        except SyncdError as error:
            log.warning("turn_not_taken", pair=right.course, error=error.message)
            self._debts.owe(right)
            return
        seat = self._seats.get(right.course)
        if seat is None or seat.waiting is None or seat.waiting.done():
            self._debts.owe(right)
            return
        seat.right = right
        seat.course.failures = lease.failures
        seat.waiting.set_result(right)


def _tell(course: Course, lease: Lease) -> None:
    """Let a course that waits here show how its last pass ended elsewhere."""
    ended = Ended(lease.outcome, failed=lease.failures > 0, reason=lease.reason)
    course.heard(ended, lease.failures)

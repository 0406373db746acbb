"""Heavy answers as pages need them: fresh where that is quick, else the one before, else not yet.

In: a name and a question. Out: its answer within a moment. One and the same question is asked once at a time, however
many pages wait for it, so that it never holds more than one of the ledger's readers; it ends even when nobody waits.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")
PATIENCE: Final = 0.06
"""Seconds that a page waits for an answer that is being worked out."""
MOST: Final = 128
AT_ONCE: Final = 2
"""Questions that are worked out at the same time: the ledger's other readers stay free for what is quick."""


@dataclass(frozen=True, slots=True)
class Counted(Generic[T]):
    """An answer. ``is_known`` False: it is being worked out, and none was known before."""

    value: T | None = None
    is_known: bool = False


@dataclass(slots=True)
class Counting:
    """What was answered last, and what is being worked out. Lives on one loop."""

    patience: float = PATIENCE
    most: int = MOST
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _known: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    _running: dict[Hashable, asyncio.Future[Any]] = field(default_factory=dict)

    async def of(self, name: Hashable, ask: Callable[[], Awaitable[T]]) -> Counted[T]:
        """The answer to ``ask``, which goes by ``name``. What it raises while somebody waits is raised here."""
        asked = self._running.get(name) or self._begin(name, self._in_turn(ask))
        await asyncio.wait({asked}, timeout=self.patience)
        if asked.done():
            return Counted(asked.result(), is_known=True)
        return Counted(self._known[name], is_known=True) if name in self._known else Counted()

    async def settled(self) -> None:
        """Wait until nothing is being worked out any more; what goes wrong is raised where it was asked for."""
        while self._running:
            await asyncio.wait(set(self._running.values()))
            await asyncio.sleep(0)

    def knows(self, name: Hashable) -> bool:
        """Whether there is an answer, old or new."""
        return name in self._known

    async def kept(self, name: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer to ``ask``, asked once for good: ``name`` says all that it rests on."""
        if name in self._known:
            found: T = self._known[name]
            return found
        return await asyncio.shield(self._running.get(name) or self._begin(name, ask()))

    async def _in_turn(self, ask: Callable[[], Awaitable[T]]) -> T:
        async with self._turns:
            return await ask()

    def _begin(self, name: Hashable, answer: Awaitable[T]) -> asyncio.Future[T]:
        asked = asyncio.ensure_future(answer)
        self._running[name] = asked
        asked.add_done_callback(lambda ended: self._end(name, ended))
        return asked

    def _end(self, name: Hashable, ended: asyncio.Future[Any]) -> None:
        del self._running[name]
        if ended.cancelled() or ended.exception() is not None:
            return
        self._known[name] = ended.result()
        self._known.move_to_end(name)
        while len(self._known) > self.most:
            self._known.popitem(last=False)


@dataclass(slots=True)
class Derived:
    """The newest answer to each question, as long as what it rests on stands as it stood. Asked by several readers."""

    most: int = MOST
    _known: OrderedDict[Hashable, tuple[Hashable, Any]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, name: Hashable, stands: Hashable, answer: Callable[[], T]) -> T:
        """``answer()``, or the one of before where ``stands`` is the same. Two that ask at once may both work."""
        with self._lock:
            known = self._known.get(name)
        if known is not None and known[0] == stands:
            before: T = known[1]
            return before
        found = answer()
        with self._lock:
            self._known[name] = (stands, found)
            self._known.move_to_end(name)
            while len(self._known) > self.most:
                self._known.popitem(last=False)
        return found

"""Live changes: small server-sent events to those who look at a page that they concern.

In: what the daemon announces. Out: one stream a page: ``change`` with a subject (``mismatch:ID``, ``pass:PAIR``), and
``stale`` when a reader was too slow or may no longer listen. Call `tell` on the loop. Nothing is kept: a page that
comes back is read anew.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from syncd.answers.belonging import belongs
from syncd.desk.routes import Route, visitor_of
from syncd.desk.security.sessions import open_session_of
from syncd.desk.visitor import Visitor
from syncd.ledger.mismatches import MismatchEvent
from syncd.records.roles import Capability

HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
STALE = b"event: stale\ndata: {}\n\n"
RETRY = b"retry: 5000\n\n"
BEAT = b": beat\n\n"
WRITE_LIMIT = 10.0
TOLD_ONE_BY_ONE = 40
"""Of so many changes at once pages that are open are told one by one; of more, that much has changed."""


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """One open page. ``waiting`` holds what is not yet sent; None tells it to go. ``is_gone``: the page was left."""

    visitor: Visitor
    waiting: asyncio.Queue[bytes | None]
    is_gone: Callable[[], bool] = lambda: False


@dataclass(slots=True)
class Live:
    """Who listens. ``beat``: seconds between signs of life, when a session is also looked at again."""

    beat: float = 25.0
    longest_queue: int = 64
    most_of_user: int = 8
    most: int = 400
    _readers: set[Reader] = field(default_factory=set)

    @property
    def listening(self) -> int:
        """How many streams are open."""
        return len(self._readers)

    def tell(self, event: MismatchEvent) -> None:
        """A mismatch has changed (the announcer's `tell`)."""
        self.say(f"mismatch:{event.mismatch.id}", event.to_state, unit=event.unit)

    def acted(self, what: str, units: Mapping[str, Collection[str]]) -> None:
        """People did something. ``units``: by id of the mismatch whose it was and whose it is: both see it move."""
        if len(units) > TOLD_ONE_BY_ONE:
            self.say("mismatch:*", what, also={unit for several in units.values() for unit in several})
            return
        for identity, several in units.items():
            self.say(f"mismatch:{identity}", what, also=several)

    def pass_ended(self, pair: str) -> None:
        """A pass of a pair has ended; of no unit's concern alone."""
        self.say(f"pass:{pair}", "ended")

    def say(self, subject: str, what: str, *, unit: str = "", also: Collection[str] = ()) -> None:
        """Tell everybody who may hear of this unit, or of one of those, once; of no unit's only who may hear of all."""
        message = f"event: change\ndata: {json.dumps({'subject': subject, 'what': what})}\n\n".encode()
        for reader in list(self._readers):
            if any(belongs(one, reader.visitor.within) for one in (unit, *also)):
                self._put(reader, message)

    def close(self) -> None:
        """Let everybody go."""
        for reader in list(self._readers):
            self._drop(reader)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One stream, until either side goes. Refuses (429) more than a user or the desk may have."""
        reader = self._enter(visitor_of(request), lambda: request.transport is None or request.transport.is_closing())
        try:
            response = web.StreamResponse(headers=HEADERS)
            await response.prepare(request)
            with suppress(ConnectionError, TimeoutError):
                await self._stream(request, reader, response)
        finally:
            self._readers.discard(reader)
        return response

    def _enter(self, visitor: Visitor, is_gone: Callable[[], bool]) -> Reader:
        for left in [reader for reader in self._readers if reader.is_gone()]:
            self._drop(left)
        of_users = Counter(reader.visitor.user_id for reader in self._readers)
        if len(self._readers) >= self.most or of_users[visitor.user_id] >= self.most_of_user:
            raise web.HTTPTooManyRequests(headers={"Retry-After": "30"})
        reader = Reader(visitor, asyncio.Queue(self.longest_queue), is_gone)
        self._readers.add(reader)
        return reader

    async def _stream(self, request: web.Request, reader: Reader, response: web.StreamResponse) -> None:
        message: bytes | None = RETRY
        await response.write(RETRY)
        while message is not None:
            try:
                async with asyncio.timeout(self.beat):
                    message = await reader.waiting.get()
            except TimeoutError:
                message = BEAT if await open_session_of(request) is not None else None
            async with asyncio.timeout(WRITE_LIMIT):
                await response.write(STALE if message is None else message)

    def _put(self, reader: Reader, message: bytes) -> None:
        try:
            reader.waiting.put_nowait(message)
        except asyncio.QueueFull:
            self._drop(reader)

    def _drop(self, reader: Reader) -> None:
        self._readers.discard(reader)
        while not reader.waiting.empty():
            reader.waiting.get_nowait()
        reader.waiting.put_nowait(None)


LIVE = web.AppKey("live", Live)


async def live(request: web.Request) -> web.StreamResponse:
    """The stream of changes."""
    return await request.app[LIVE].serve(request)


ROUTES = (Route("GET", "/live", "live", live, Capability.SEE),)

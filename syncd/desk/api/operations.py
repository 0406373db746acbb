"""One operation of the API: where it is, who may, what it takes, what it answers; the document is written from these.

In: a request that the desk's security let through. Out: the answer. What is asked is read before anything is done:
parameters by their table, a body by its struct; each token may ask so often, and few answers are worked out at once.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import msgspec
from aiohttp import web
from msgspec import Struct

from syncd.desk.api.answering import MEDIA_TYPE, answered
from syncd.desk.api.parameters import Parameter, nearest, read_query
from syncd.desk.api.problems import WORDS, ProblemError
from syncd.desk.routes import DESK, Desk, Method, Route, visitor_of
from syncd.desk.security.sessions import GUARD
from syncd.desk.visitor import Visitor
from syncd.documents.kinds import UnknownDocumentError
from syncd.ledger.refusals import RefusedError
from syncd.records.roles import Capability

BASE: Final = "/api/v1"
AT_ONCE: Final = 2
"""Answers that are worked out at the same time: the ledger has four readers, and pages need theirs."""
MOST_WAITING: Final = 50
"""Requests that wait for their turn; the next is sent away (503)."""
LONGEST_IN_PATH: Final = 200
_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")
_PATTERN = re.compile(r"\{(\w+):((?:[^{}]|\{[^{}]*\})*)\}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a handler works with. ``query``: every parameter by name; ``body``: the struct of the operation."""

    request: web.Request
    query: Mapping[str, Any]
    path: Mapping[str, str]
    body: Any

    @property
    def desk(self) -> Desk:
        return self.request.app[DESK]

    @property
    def visitor(self) -> Visitor:
        return visitor_of(self.request)

    @property
    def within(self) -> str | None:
        """What every question about mismatches, publications and dossiers is narrowed to."""
        return self.visitor.within

    @property
    def now(self) -> datetime:
        return self.desk.clock()

    @property
    def as_of(self) -> datetime:
        """The instant that is asked about; never one that is yet to come."""
        wanted: datetime | None = self.query.get("as_of")
        return self.now if wanted is None else min(wanted, self.now)


Handler = Callable[[Asked], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation. ``answer``: the struct that it gives, None for one that sends its own response (``sends``: of
    which media types). ``path``: below `BASE`, as the router has it; ``in_path`` says what stands there.
    """

    method: Method
    path: str
    name: str
    tag: str
    summary: str
    about: str
    handler: Handler
    answer: type[Any] | None
    needs: Capability = Capability.SEE
    parameters: tuple[Parameter, ...] = ()
    in_path: Mapping[str, str] = field(default_factory=dict)
    body: type[Struct] | None = None
    sends: tuple[str, ...] = ()
    may_conflict: bool = False
    in_turn: bool = True

    @property
    def route(self) -> Route:
        """Its route."""
        return Route(self.method, BASE + self.path, self.name, self.handle, self.needs)

    @property
    def plain_path(self) -> str:
        """The path with the names of its parts alone."""
        return _PATTERN.sub(r"{\1}", BASE + self.path)

    @property
    def patterns(self) -> Mapping[str, str]:
        """What the parts of the path must look like, of those that must."""
        return dict(_PATTERN.findall(self.path))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        try:
            _take(request)
            asked = await self._asked(request)
            async with _turn() if self.in_turn else nullcontext():
                found = await self.handler(asked)
            return found if isinstance(found, web.StreamResponse) else await answered(request, found)
        except ProblemError as error:
            return error.response()
        except RefusedError as error:
            return ProblemError(422, str(error)).response()
        except UnknownDocumentError as error:
            return ProblemError(404, str(error)).response()

    async def _asked(self, request: web.Request) -> Asked:
        for name, value in request.match_info.items():
            if len(value) > LONGEST_IN_PATH:
                raise ProblemError(404, f"{name} in the path has more than {LONGEST_IN_PATH} characters")
        query = read_query(self.parameters, request.query)
        body = None if self.body is None else await read_body(request, self.body)
        return Asked(request, query, dict(request.match_info), body)


async def read_body(request: web.Request, struct: type[Struct]) -> Struct:
    """The body as a struct. Raises `ProblemError`: 415 no JSON by type, 400 none by its bytes, 422 another shape."""
    if request.content_type != MEDIA_TYPE:
        raise ProblemError(415, WORDS[415])
    content = await request.read()
    try:
        found: Struct = _decoder(struct).decode(content)
    except msgspec.ValidationError as error:
        raise ProblemError(422, f"the body is not what is expected: {error}{_meant(str(error), struct)}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProblemError(400, f"the body is no JSON: {error}") from None
    return found


@lru_cache(maxsize=64)
def _decoder(struct: type[Struct]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(struct)


def _meant(words: str, struct: type[Struct]) -> str:
    found = _UNKNOWN.search(words)
    return nearest(found["name"], struct.__struct_encode_fields__) if found else ""


def _take(request: web.Request) -> None:
    """One request of a token. Raises `ProblemError` (429) where it is one too many."""
    guard, desk = request.app[GUARD], request.app[DESK]
    visitor = visitor_of(request)
    key, now = f"token {visitor.token_id}", desk.clock().timestamp()
    if wait := math.ceil(guard.api.wait(key, now)):
        raise ProblemError(429, WORDS[429], headers={"Retry-After": str(wait)})
    guard.api.take(key, now)


class _Turns:
    """Who is being answered on one loop, and who waits."""

    def __init__(self) -> None:
        self.free = asyncio.Semaphore(AT_ONCE)
        self.waiting = 0

    async def __aenter__(self) -> None:
        if self.waiting >= MOST_WAITING:
            raise ProblemError(503, WORDS[503], headers={"Retry-After": "5"})
        self.waiting += 1
        try:
            await self.free.acquire()
        finally:
            self.waiting -= 1

    async def __aexit__(self, *_error: object) -> None:
        self.free.release()


_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, _Turns] = WeakKeyDictionary()


def _turn() -> _Turns:
    loop = asyncio.get_running_loop()
    if loop not in _TURNS:
        _TURNS[loop] = _Turns()
    return _TURNS[loop]

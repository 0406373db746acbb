"""The daemon's small HTTP face: status page, health, readiness, metrics. Nothing here changes anything.

In: a board that knows how the daemon stands. Out: an aiohttp application with the routes of `ROUTES`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.aiohttp import make_aiohttp_handler

from syncd.log import json_line
from syncd.passes.course import PairState
from syncd.redaction import redact_text
from syncd.status_page import POLICY, PairSummary, page

ASK_LIMIT = 3.0
FRESH_FOR = 2.0
T = TypeVar("T")

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Server": "syncd",
}


class Board(Protocol):
    """How the daemon stands. The two asynchronous questions may raise or hang; the endpoints bear both."""

    @property
    def registry(self) -> CollectorRegistry: ...
    def now(self) -> datetime: ...
    def health(self) -> Mapping[str, object]:
        """What `/health` says; that it can be asked at all proves that the loop turns."""
        ...

    def states(self) -> Sequence[PairState]: ...
    async def check_ledger(self) -> None:
        """Raises when the ledger cannot be reached."""
        ...

    async def summaries(self) -> Mapping[str, PairSummary]: ...


@dataclass(frozen=True, slots=True)
class Route:
    """One address, and what it is for."""

    path: str
    purpose: str


ROUTES = (
    Route("/", "status page for people, Vietnamese and English"),
    Route(
        "/health", "200 while the event loop turns, whatever the sides do; restart the daemon when it does not answer"
    ),
    Route("/ready", "200 once the ledger answers and every pair has ended a first pass, however; else 503"),
    Route("/metrics", "Prometheus text or OpenMetrics"),
)


class Remembered(Generic[T]):
    """An answer that is asked for at most once in `FRESH_FOR` seconds, however many want it; failures too."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._lock = asyncio.Lock()
        self._answer: T | Exception | None = None
        self._until = float("-inf")

    async def __call__(self) -> T | Exception:
        """The answer, or the exception that came in its place (``TimeoutError`` after `ASK_LIMIT` seconds)."""
        clock = asyncio.get_running_loop().time
        async with self._lock:
            if self._answer is None or clock() >= self._until:
                self._answer = await self._fresh()
                self._until = clock() + FRESH_FOR
            return self._answer

    async def _fresh(self) -> T | Exception:
        try:
            async with asyncio.timeout(ASK_LIMIT):
                return await self._ask()
        except Exception as error:
            return error


def application(board: Board) -> web.Application:
    """The application with every route of `ROUTES`; GET and HEAD alone."""
    handlers = {
        "/": _status(board),
        "/health": _health(board),
        "/ready": _ready(board),
        "/metrics": make_aiohttp_handler(board.registry),
    }
    app = web.Application()
    for route in ROUTES:
        app.router.add_get(route.path, handlers[route.path])
    app.on_response_prepare.append(_harden)
    return app


async def _harden(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


def _json(values: Mapping[str, object], status: int = 200) -> web.Response:
    return web.Response(text=json_line(values) + "\n", status=status, content_type="application/json")


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _health(board: Board) -> Handler:
    async def health(_request: web.Request) -> web.Response:
        return _json(board.health())

    return health


def _ready(board: Board) -> Handler:
    async def ask() -> bool:
        await board.check_ledger()
        return True

    ledger = Remembered(ask)

    async def ready(_request: web.Request) -> web.Response:
        answer, states = await ledger(), board.states()
        failure = answer if isinstance(answer, Exception) else None
        is_ready = failure is None and all(state.passes for state in states)
        return _json(
            {"ready": is_ready, "ledger": _ledger_words(failure), "pairs": [_pair(state) for state in states]},
            200 if is_ready else 503,
        )

    return ready


def _ledger_words(failure: Exception | None) -> str:
    return "reachable" if failure is None else redact_text(f"unreachable: {type(failure).__name__}: {failure}")[:300]


def _pair(state: PairState) -> dict[str, object]:
    next_in = None if state.next_in is None else round(state.next_in, 1)
    shown = {"reason": redact_text(state.reason)[:300], "next_in": next_in, "quiet": round(state.quiet, 1)}
    return asdict(state) | shown


def _status(board: Board) -> Handler:
    summaries = Remembered(board.summaries)

    async def status(_request: web.Request) -> web.Response:
        answer = await summaries()
        known = None if isinstance(answer, Exception) else answer
        return web.Response(text=page(board.states(), known, board.now()), content_type="text/html")

    return status

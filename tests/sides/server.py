"""A small web server on a loopback address, and a client of it whose time stands still, for the tests of this room."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from syncd.sides.http import Attempt, HttpClient, HttpSettings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SECRETS = {"key": "s3cr3t-t0ken", "password": "mật-khẩu"}


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve every method and path with ``handler``; yields the base address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}" if tls is None else f"https://localhost:{port}"
    finally:
        await runner.cleanup()


@dataclass
class Time:
    """Time that passes only by sleeping, and remembers how long each sleep was."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Asking:
    """A client with everything that a test may look at."""

    client: HttpClient
    time: Time
    attempts: list[Attempt]

    async def ask(self, path: str = "/x", *, safe: bool = True, **question: Any) -> bytes:
        return await self.client.json("POST", path, operation="read", safe=safe, **question)

    @property
    def outcomes(self) -> list[str]:
        return [attempt.outcome for attempt in self.attempts]


@asynccontextmanager
async def asking(base_url: str, **settings: Any) -> AsyncIterator[Asking]:
    """A client of ``base_url`` that is closed afterwards."""
    time, attempts = Time(), list[Attempt]()
    known = HttpSettings(base_url=base_url, **{"requests_per_second": 10_000, **settings})
    client = HttpClient(
        "portal",
        known,
        secret=SECRETS.__getitem__,
        observe=attempts.append,
        sleep=time.sleep,
        clock=time.clock,
    )
    try:
        yield Asking(client, time, attempts)
    finally:
        await client.close()


def answers(*made: web.Response | Callable[[], web.Response]) -> Handler:
    """Give these answers one after the other, the last one for ever."""
    left = list(made)

    async def handler(request: web.Request) -> web.StreamResponse:
        await request.read()
        one = left.pop(0) if len(left) > 1 else left[0]
        return one() if callable(one) else web.Response(status=one.status, body=one.body, headers=one.headers)

    return handler


def json_answer(text: str = '{"x":1}', status: int = 200, **headers: str) -> web.Response:
    return web.Response(
        status=status,
        text=text,
        content_type="application/json",
        headers={k.replace("_", "-"): v for k, v in headers.items()},
    )


def page(status: int, text: str = "<html><body>Request Rejected. Support ID: 1</body></html>") -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html")

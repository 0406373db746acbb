"""The hostile proxy: it stands before a system, records one clean reading, and replays it with lies.

In: the system's address, and a plan that says which answers are spoiled, and how. Out: an address on 127.0.0.1. It runs
in a thread and a loop of its own, so that what the adapter leaves behind can be told from what the proxy needs.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiohttp import ClientError, web

from loopback.conformance.recording import AT, Question, Recording, Reply
from loopback.conformance.upstream import Upstream
from loopback.conformance.wire import Act, faithful
from loopback.conformance.words import Addresses, System
from loopback.faults import HEADER

T = TypeVar("T")

HOST = "127.0.0.1"
BASE = "base_url"
LONGEST_START = 30.0
NEVER_ASKED = b'{"error":"the conformance proxy has no answer to this: the clean reading did not ask it"}'
Plan = Mapping[Question, Act]


@dataclass(slots=True)
class Mood:
    """How the proxy behaves now: what it spoils, how often (None: always), and what it has been asked."""

    plan: Plan = field(default_factory=dict)
    times: int | None = None
    everywhere: Act | None = None
    asked: list[Question] = field(default_factory=list)
    struck: int = 0

    def act(self, question: Question) -> Act:
        """What is done to the answer to this question."""
        act = self.everywhere or self.plan.get(question)
        if act is None or (self.times is not None and self.struck >= self.times):
            return faithful
        self.struck += 1
        return act


class Proxy:
    """See the module. ``phase`` is where the recorded reading stands; ``live``: a fault of the loopback system that is
    asked for with every question, in place of the replay.
    """

    def __init__(self, upstream: Callable[[str], Upstream], system: System | None, addresses: Addresses) -> None:
        self._make_upstream = upstream
        self._system = system
        self._addresses = dict(addresses)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._runner: web.ServerRunner | None = None
        self._upstreams: dict[str, Upstream] = {}
        self.recording = Recording()
        self.phase = ""
        self.mood = Mood()
        self.live = ""
        self.port = 0

    def start(self) -> None:
        """Start system, thread and server. Raises what kept them from starting."""
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="conformance-proxy", daemon=True)
        self._thread.start()
        ready.wait(LONGEST_START)
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Stop everything; may be called twice."""
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join(LONGEST_START)
        self._loop = self._thread = None
        self.recording.close()

    def addresses(self) -> dict[str, str]:
        """Every address of the side, led through the proxy."""
        return {key: f"http://{HOST}:{self.port}{self._prefix(key)}" for key in self._addresses}

    def secure_address(self, port: int) -> str:
        """The base address through a port that speaks TLS."""
        return f"https://localhost:{port}{self._prefix(BASE)}"

    def _prefix(self, key: str) -> str:
        """Where an address begins at the proxy: with the path that it has, and its key unless it is the base."""
        return ("" if key == BASE else f"/{AT}{key}") + urlsplit(self._addresses[key]).path.rstrip("/")

    def _question(self, method: str, path: str, body: bytes) -> Question:
        """The question as it stands below its own address: ``/path`` for the base, ``@key/path`` for another."""
        for key in self._addresses:
            if key != BASE and path.startswith(f"/{AT}{key}"):
                return Question(method, f"{AT}{key}{path.removeprefix(self._prefix(key))}", body)
        return Question(method, path.removeprefix(self._prefix(BASE)), body)

    def set(self, mood: Mood) -> Mood:
        """Behave like this from now on, and begin the replay anew."""
        self.recording.again()
        self.mood = mood
        return mood

    @property
    def connections(self) -> int:
        """How many connections clients hold open."""
        server = self._runner.server if self._runner is not None else None
        return len(server.connections) if server is not None else 0

    def listen_with(self, tls: ssl.SSLContext) -> int:
        """Serve over TLS as well; returns the port."""
        return self._call(self._listening(tls))

    def takes_faults(self) -> bool:
        """Whether the loopback system knows the header that asks for a fault."""
        return BASE in self._upstreams and self._call(self._upstreams[BASE].refuses({HEADER: "?"}))

    def _call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            raise RuntimeError("the proxy is not running")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(LONGEST_START)

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(ready))
        except BaseException as error:
            self._failure = error
        finally:
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with AsyncExitStack() as stack:
            if self._system is not None:
                made = await stack.enter_async_context(self._system())
                self._addresses |= {BASE: made} if isinstance(made, str) else made
            for key, address in self._addresses.items():
                self._upstreams[key] = self._make_upstream(address)
                stack.push_async_callback(self._upstreams[key].close)
            self._runner = web.ServerRunner(
                web.Server(self._answer, handler_cancellation=True, access_log=None), shutdown_timeout=0.2
            )
            await self._runner.setup()
            stack.push_async_callback(self._runner.cleanup)
            self.port = await self._listening(None)
            ready.set()
            await self._stop.wait()

    async def _listening(self, tls: ssl.SSLContext | None) -> int:
        if self._runner is None:
            raise RuntimeError("the proxy is not running")
        site = web.TCPSite(self._runner, HOST, 0, ssl_context=tls)
        await site.start()
        return int(self._runner.addresses[-1][1])

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        question = self._question(request.method, request.path_qs, await request.read())
        mood = self.mood
        mood.asked.append(question)
        try:
            reply = await self._reply(request, question)
        except (ClientError, TimeoutError, OSError) as error:
            return web.Response(status=502, text=f"the system could not be asked: {type(error).__name__}")
        try:
            return await mood.act(question)(request, reply)
        except ConnectionError:  # the client has had enough, as it should
            return web.Response()

    async def _reply(self, request: web.BaseRequest, question: Question) -> Reply:
        """From the system while it is recorded or asked for a fault; else from the recording.

        A lie may lead to a question that the clean reading did not ask: a loopback system is asked, a real one is not.
        """
        upstream = self._upstreams[question.key or BASE]
        if self.phase:
            reply = await upstream.ask(request, question)
            self.recording.keep(self.phase, question, reply)
            return reply
        if self.live:
            return await upstream.ask(request, question, {HEADER: self.live})
        known = self.recording.reply(question)
        if known is None and self._system is not None:
            return await upstream.ask(request, question)
        return known or Reply(404, {"Content-Type": "application/json"}, NEVER_ASKED)

"""A desk that is served over HTTP on loopback, somebody who visits it from another program, who looks at the loop.

In: a ledger of `benchmarks.desk_office`. Out: one `Visit` for each request.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import process_time
from typing import Any, NamedTuple
from urllib.parse import urlencode

from aiohttp import web

from benchmarks.desk import NOW, PAIR
from benchmarks.desk_office import PEOPLE, SOURCES, TOKEN, Person
from benchmarks.loop_watch import Stall, Watch
from syncd.config.desk import DeskConfig
from syncd.desk.app import desk_app
from syncd.desk.routes import Desk
from syncd.desk.security.csrf import masked
from syncd.desk.warming import warming
from syncd.ledger import Ledger

ANSWERS = 1 << 24


class Visit(NamedTuple):
    """One answer: milliseconds on the wall and of processor time, bytes over the wire, the loop's longest stall."""

    status: int
    wall: float
    spent: float
    size: int
    stall: Stall

    @property
    def taken(self) -> float:
        """What is judged: the wall clock, or less where others had the processors or several threads worked."""
        return min(self.wall, self.spent)


class Wakes:
    """A control of a daemon that runs nothing."""

    def wake(self, pair: str) -> bool:
        """There is no such pair."""
        return not pair


@dataclass(slots=True)
class Bench:
    """A desk that is served, somebody who visits it, and who looks at the loop."""

    wishes: asyncio.StreamWriter
    answers: asyncio.StreamReader
    watch: Watch
    desk: Desk
    warm: asyncio.Event
    idle: float = 0.0
    assets: dict[str, int] = field(default_factory=dict)

    async def visit(self, path: str, person: Person = PEOPLE[0], form: dict[str, str] | None = None) -> Visit:
        """One request, measured from the moment when it is sent."""
        said = await self._ask(path, person, form)
        return said[0]

    async def page(self, path: str, person: Person = PEOPLE[0]) -> Visit:
        """One page with the style sheets and scripts that it loads, without fonts."""
        found, linked = await self._ask(path, person, None)
        for one in linked:
            if one not in self.assets:
                self.assets[one] = (await self._ask(one, person, None))[0].size
        return found._replace(size=found.size + sum(self.assets[one] for one in linked))

    async def _ask(self, path: str, person: Person, form: dict[str, str] | None) -> tuple[Visit, list[str]]:
        headers = {"Accept-Encoding": "gzip", "Cookie": f"syncd-session={person.token}"}
        if path.startswith("/api/"):
            headers = {"Accept-Encoding": "gzip", "Authorization": f"Bearer {TOKEN}"}
        wish: dict[str, Any] = {"method": "GET" if form is None else "POST", "path": path, "headers": headers}
        if form is not None:
            wish["body"] = urlencode(form | {"csrf": masked(person.secret, os.urandom)})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        await self.desk.counting.settled()
        await asyncio.sleep(0.02)
        self.watch.take()
        spent = process_time()
        self.wishes.write(json.dumps(wish).encode() + b"\n")
        said = json.loads(await self.answers.readline())
        spent = (process_time() - spent) * 1000
        spent = max(0.0, spent - self.idle * said["seconds"] * 1000)
        found = Visit(said["status"], said["seconds"] * 1000, spent, said["bytes"], self.watch.take())
        return found, said["linked"]


@asynccontextmanager
async def serving(ledger: Ledger) -> AsyncIterator[Bench]:
    """The desk over HTTP on loopback; its time stands still."""
    async with AsyncExitStack() as stack:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        desk = Desk(
            ledger,
            lambda: NOW,
            Wakes(),
            f"http://127.0.0.1:{port}",
            pairs=(PAIR,),
            sources=SOURCES,
            fresh_for={PAIR: timedelta(days=2)},
        )
        app, warm = desk_app(desk, DeskConfig(listen=f"127.0.0.1:{port}")), asyncio.Event()
        app.cleanup_ctx.append(warming(every=0.2, ended=warm.set))
        runner = web.AppRunner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listener).start()
        visitor = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.desk_visitor", str(port)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            limit=ANSWERS,
        )
        if visitor.stdin is None or visitor.stdout is None:
            raise RuntimeError("nobody can visit without pipes")
        stack.push_async_callback(visitor.wait)
        stack.callback(visitor.stdin.close)
        yield Bench(visitor.stdin, visitor.stdout, await stack.enter_async_context(Watch()), desk, warm)

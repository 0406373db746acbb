"""A mail server and a webhook's other side on loopback, which can be made to misbehave.

In: how to behave. Out: what came, and the addresses.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword


@dataclass(slots=True)
class Mailbox:
    """What a mail server has taken. ``answers``: what it says to a recipient or to a mail, instead of yes.

    ``breaks``: how often it breaks off over a mail before it takes one; ``after``: it takes it first.
    """

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    breaks: int = 0
    breaks_after: int = 0
    logins: list[str] = field(default_factory=list)
    connections: int = 0

    async def handle_RCPT(  # noqa: N802 - the name of the hook
        self, _server: SMTP, _session: object, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if (said := self.answers.get(address)) is not None:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: object, envelope: Envelope) -> str:  # noqa: N802
        if self.breaks > 0:
            self.breaks -= 1
            server.transport.close()
            return "451 never said"
        if (said := self.answers.get("DATA")) is not None:
            return said
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        self.recipients += envelope.rcpt_tos
        if self.breaks_after > 0:
            self.breaks_after -= 1
            server.transport.close()
        return "250 taken"


@asynccontextmanager
async def mail_server(box: Mailbox, *, tls_first: Any = None, **settings: Any) -> AsyncIterator[Mailbox]:
    """An SMTP server on loopback."""
    loop = asyncio.get_running_loop()
    live: list[SMTP] = []

    def session() -> SMTP:
        box.connections += 1
        live.append(SMTP(box, loop=loop, hostname="mail.example", **settings))
        return live[-1]

    server = await loop.create_server(session, "127.0.0.1", box.port, ssl=tls_first)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        for one in live:
            if one.transport is not None:
                one.transport.close()
        await server.wait_closed()
        handlers = [task for task in asyncio.all_tasks() if "SMTP._handle_client" in repr(task)]
        for task in handlers:
            task.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)


def who_may(box: Mailbox, password: bytes) -> Callable[..., AuthResult]:
    """Lets in whoever knows the password."""

    def authenticate(_server: SMTP, _session: object, _envelope: object, _kind: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        is_right = given.password == password
        box.logins.append(f"{given.login.decode()}: {'yes' if is_right else 'no'}")
        return AuthResult(success=is_right, handled=is_right)

    return authenticate


@dataclass(slots=True)
class Hook:
    """The other side of a webhook. ``statuses``: what it answers, in this order, then 204."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    silent: asyncio.Event | None = None

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        if self.silent is not None:
            await self.silent.wait()
        status = self.statuses.pop(0) if self.statuses else 204
        if status == 0:
            assert request.transport is not None
            request.transport.close()
        if 300 <= status < 400:
            raise web.HTTPFound("/elsewhere")
        return web.Response(status=status or 500)


@asynccontextmanager
async def hook_server(hook: Hook) -> AsyncIterator[Hook]:
    """A web server on loopback whose every address is the hook."""
    app = web.Application()
    app.router.add_post("/{path:.*}", hook.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        hook.url = f"http://{host}:{port}/hooks/tthc"
        yield hook
    finally:
        if hook.silent is not None:
            hook.silent.set()
        await runner.cleanup()

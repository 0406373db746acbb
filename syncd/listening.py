"""Where the daemon listens: on the sockets that systemd passed, else at the configured addresses.

In: applications, addresses, passed sockets by name. Out: applications served, and the places where they are. A passed
socket outlives the daemon: whoever connects while it restarts waits, and is not refused.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from syncd.config import Configuration
from syncd.errors import ConfigurationError, SyncdError

DESK, ENDPOINTS = "desk", "endpoints"
REQUESTS_LIMIT = 1.0
"""Seconds that requests under way get when the daemon stops."""
HEARING = 0.25
"""Seconds that a connection which was let in last has to say what it wants."""

Passed = Mapping[str, Sequence[socket.socket]]
"""Sockets that systemd passed, by ``FileDescriptorName=``."""


class ListenError(SyncdError):
    """An address cannot be taken; another daemon may still be stopping."""

    slug = "listen"
    retriable = True


@dataclass(frozen=True, slots=True)
class Wish:
    """Where to listen when nothing is passed. ``key`` is the configuration's, for the operator."""

    host: str
    port: int
    key: str
    who: str = ""


def check_passed(passed: Passed, configuration: Configuration) -> None:
    """Raises `ConfigurationError` for a socket that nobody would serve: whoever connects would wait for ever."""
    for name in passed:
        if name not in (DESK, ENDPOINTS):
            raise ConfigurationError(
                f"systemd passes a socket called {name!r}",
                action=f"set FileDescriptorName={DESK} or FileDescriptorName={ENDPOINTS} in the socket unit",
            )
    if DESK in passed and configuration.desk is None:
        raise ConfigurationError(
            "systemd passes a socket for the desk, but no desk is configured",
            action="add [desk] to the configuration, or disable the socket unit",
        )


def place(address: object) -> str:
    """A socket's own name as people write it: ``127.0.0.1:9615``, ``[::1]:9615``, ``unix:/run/…``."""
    if isinstance(address, tuple):
        host, port = address[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    name = address.decode("utf-8", "replace") if isinstance(address, bytes) else str(address)
    return f"unix:{name.removeprefix(chr(0))}"


def is_network(one: socket.socket) -> bool:
    return one.family in (socket.AF_INET, socket.AF_INET6)


async def listen(wish: Wish) -> list[socket.socket]:
    """A socket at each address that the wished host stands for. Raises `ListenError` where there is none to be had."""
    found: list[socket.socket] = []
    try:
        addresses = await asyncio.get_running_loop().getaddrinfo(
            wish.host, wish.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        for family, address in dict.fromkeys((family, address) for family, *_, address in addresses):
            opened = _opened(family, address, is_last_hope=not found and address == addresses[-1][-1])
            found.extend(opened)
    except OSError as error:
        for one in found:
            one.close()
        raise ListenError(
            f"{wish.who}cannot listen on {place((wish.host, wish.port))}: {error.strerror}",
            action=f"free the port or set {wish.key}",
        ) from error
    return found


def _opened(family: int, address: tuple[Any, ...], *, is_last_hope: bool) -> list[socket.socket]:
    """A machine may lack a family (``localhost`` is ``::1`` as well): that matters when nothing else is left."""
    try:
        return [socket.create_server(address, family=family)]
    except OSError as error:
        if is_last_hope or error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            raise
        return []


@dataclass(slots=True)
class Doors:
    """Everything that the daemon serves; closed with the stack."""

    passed: Passed = field(default_factory=dict)
    _sites: list[web.BaseSite] = field(default_factory=list)

    async def take(self, stack: AsyncExitStack, name: str, wish: Wish) -> list[socket.socket]:
        """The passed sockets of this name, else new ones at the wished address. Raises `ListenError`."""
        if name in self.passed:
            return list(self.passed[name])
        opened = await listen(wish)
        for one in opened:
            stack.callback(one.close)
        return opened

    async def serve(self, stack: AsyncExitStack, app: web.Application, name: str, at: Sequence[socket.socket]) -> None:
        """Serve an application on these sockets."""
        runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=REQUESTS_LIMIT)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        for one in at:
            site = web.SockSite(runner, one)
            await site.start()
            if name in self.passed:
                self._sites.append(site)

    async def leave_open(self) -> None:
        """Take no more connections from passed sockets: from now on they wait for the daemon that comes next.

        Who was let in just before has not been heard yet, and would find the door shut in the middle of a question.
        """
        for site in self._sites:
            await site.stop()
        if self._sites:
            await asyncio.sleep(HEARING)
        self._sites.clear()

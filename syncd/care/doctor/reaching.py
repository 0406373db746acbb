"""One way to a side, step by step: name, connection, proxy, TLS, HTTP. The first step that fails is what is wrong.

In: the settings of one client. Out: findings, and the certificate and the ``Date`` that were seen on the way.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from syncd.care.doctor.findings import Finding, in_thread, note, of_error, ok, wrong
from syncd.care.doctor.trust import distrust, end_finding
from syncd.errors import SyncdError
from syncd.sides.http.authority import proxy_headers
from syncd.sides.http.settings import HttpSettings
from syncd.sides.http.tls import tls_context

STEP = 4.0
"""Seconds for one step."""
HEAD = 65_536
SKEW = 60.0
"""Seconds that our clock and a side's may differ."""
PORTS = {"http": 80, "https": 443}
PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")


@dataclass(frozen=True, slots=True)
class Way:
    """A way to one address. ``names``: which sides of the configuration use it."""

    names: str
    settings: HttpSettings
    folder: Path
    secret: Callable[[str], str]
    now: Callable[[], datetime]

    @property
    def parts(self) -> SplitResult:
        return urlsplit(self.settings.base_url)

    @property
    def first(self) -> SplitResult:
        """Where the connection goes: the proxy where there is one."""
        return urlsplit(self.settings.proxy) if self.settings.proxy else self.parts

    def wrong(self, check: str, words: str, action: str) -> Finding:
        return wrong(check, self.names, words, action)


class _StopError(Exception):
    """The way ends here."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.words)
        self.finding = finding


async def check_way(way: Way) -> list[Finding]:
    """Go one way to its end, or to where it ends."""
    found: list[Finding] = []
    writer: asyncio.StreamWriter | None = None
    try:
        await _resolve(way, found)
        reader, writer = await _connect(way, found)
        if way.settings.proxy:
            await _pass_proxy(way, reader, writer, found)
        if way.parts.scheme == "https":
            await _secure(way, writer, found)
        await _ask(way, reader, writer, found)
    except _StopError as end:
        found.append(end.finding)
    except SyncdError as error:
        found.append(of_error("tls", way.names, error))
    finally:
        if writer is not None:
            writer.transport.abort()
    return found


def _host_port(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "", parts.port or PORTS.get(parts.scheme, 443)


async def _resolve(way: Way, found: list[Finding]) -> None:
    host, port = _host_port(way.first)
    try:
        async with asyncio.timeout(STEP):
            addresses = await in_thread(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError):
        raise _StopError(way.wrong("dns", f"{host} was not found", _dns_remedy(way))) from None
    found.append(ok("dns", way.names, f"{host} is {', '.join(sorted({str(one[4][0]) for one in addresses}))}"))


def _dns_remedy(way: Way) -> str:
    return f"check {'proxy' if way.settings.proxy else 'base_url'} and the resolver (resolvectl query)"


async def _connect(way: Way, found: list[Finding]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = _host_port(way.first)
    try:
        async with asyncio.timeout(STEP):
            reader, writer = await asyncio.open_connection(host, port, limit=HEAD)
    except OSError as error:
        reason = error.strerror or "no answer in time"
        raise _StopError(way.wrong("tcp", f"no connection to {host}:{port} ({reason})", _tcp_remedy(way))) from None
    found.append(ok("tcp", way.names, f"{host}:{port} takes connections"))
    found.extend(_environment(way, os.environ))
    return reader, writer


def _tcp_remedy(way: Way) -> str:
    if not way.settings.proxy and any(os.environ.get(name) for name in PROXY_VARIABLES):
        return "this machine names a proxy in its environment, which syncd does not use: set `proxy` of the side"
    return "check the host, the port, firewalls and IPAddressDeny= of the unit"


def _environment(way: Way, environment: Mapping[str, str]) -> Iterator[Finding]:
    named = next((name for name in PROXY_VARIABLES if environment.get(name)), None)
    if named is not None and not way.settings.proxy:
        yield note("proxy", way.names, f"{named} is set and not used", "if the side needs it, set `proxy` of the side")


async def _pass_proxy(
    way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, found: list[Finding]
) -> None:
    """Have the proxy connect us; a plain question is put to it directly, and what it says to that comes later."""
    if way.parts.scheme != "https":
        return
    host, port = _host_port(way.parts)
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", *_proxy_lines(way)]
    status, _ = await _exchange(way, reader, writer, lines, "proxy")
    _require_admitted(way, status, f"the tunnel to {target}")
    found.append(ok("proxy", way.names, f"it connects to {target}"))


def _require_admitted(way: Way, status: int, what: str) -> None:
    if status == 407:
        remedy = "set proxy_user and proxy_password_secret of the side, and check the password"
        raise _StopError(way.wrong("proxy", "it wants us to sign in (407)", remedy))
    if not 200 <= status < 300:
        remedy = "have the proxy admit this host"
        raise _StopError(way.wrong("proxy", f"it refuses {what} ({status})", remedy))


def _proxy_lines(way: Way) -> list[str]:
    return [f"{name}: {value}" for name, value in proxy_headers(way.settings, way.secret).items()]


async def _secure(way: Way, writer: asyncio.StreamWriter, found: list[Finding]) -> None:
    context = tls_context(way.settings, way.folder, way.secret)
    host = way.parts.hostname or ""
    try:
        async with asyncio.timeout(STEP):
            await writer.start_tls(context, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        words, action = await distrust(error, host, way.first, way.parts)
        raise _StopError(way.wrong("tls", words, action)) from None
    except ssl.SSLError as error:
        words = f"TLS could not be set up ({error.reason or 'no reason given'})"
        raise _StopError(way.wrong("tls", words, "check the port, and the client certificate")) from None
    except (OSError, EOFError):
        words = "the side hung up while TLS was set up"
        raise _StopError(way.wrong("tls", words, "check the port, and that it speaks TLS 1.2 or later")) from None
    certificate: Any = writer.get_extra_info("peercert") or {}
    found.append(end_finding(way.names, certificate, way.now()))


async def _ask(way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, found: list[Finding]) -> None:
    """A HEAD of the address, for the sake of the answer's head; what its status says of the path is not our matter."""
    parts, through = way.parts, bool(way.settings.proxy) and way.parts.scheme == "http"
    target = way.settings.base_url if through else parts.path or "/"
    lines = [f"HEAD {target} HTTP/1.1", f"Host: {parts.netloc}", f"User-Agent: {way.settings.user_agent}"]
    status, headers = await _exchange(way, reader, writer, [*lines, *(_proxy_lines(way) if through else ())], "http")
    if through and status == 407:
        _require_admitted(way, status, "the question")
    found.append(ok("http", way.names, f"it answers (status {status})"))
    found.extend(_clock(way, headers.get("date", "")))


async def _exchange(
    way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lines: list[str], check: str
) -> tuple[int, dict[str, str]]:
    try:
        async with asyncio.timeout(STEP):
            writer.write("\r\n".join([*lines, "", ""]).encode())
            await writer.drain()
            return await head_of(reader)
    except TimeoutError:
        raise _StopError(way.wrong(check, f"no answer within {STEP:.0f} s", "it may be busy; try again")) from None
    except (OSError, EOFError):
        raise _StopError(_hung_up(way, check)) from None
    except ValueError:
        raise _StopError(way.wrong(check, "the answer is not HTTP", "check base_url, its port and http(s)")) from None


def _hung_up(way: Way, check: str) -> Finding:
    """Under TLS 1.3 a refused client certificate shows only now."""
    if check == "proxy" or way.parts.scheme != "https":
        return way.wrong(check, "it hung up without an answer", "check base_url, its port and http(s)")
    if way.settings.client_certificate is None:
        words = "the side hung up after the handshake: it most likely wants a client certificate, and none is set"
        return way.wrong("tls", words, "ask for one, and set client_certificate and client_key of the side")
    words = "the side hung up after the handshake: it most likely does not accept our client certificate"
    return way.wrong("tls", words, "check client_certificate with the side: expired, of another authority, revoked?")


async def head_of(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """The status and headers of an answer. Raises ValueError for what is not HTTP, EOFError, OSError."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError:
        raise ValueError("the head is too long") from None
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise ValueError("the head is cut off") from None
        raise
    first, *lines = head.split("\r\n")
    version, _, rest = first.partition(" ")
    if not version.startswith("HTTP/") or not rest[:3].isdigit():
        raise ValueError("not HTTP")
    return int(rest[:3]), {
        name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)
    }


def _clock(way: Way, said: str) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(said)
    except ValueError:
        yield note("clock", way.names, "the side does not say what time it is")
        return
    ahead = (way.now() - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))).total_seconds()
    if abs(ahead) > SKEW:
        words = f"our clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the side's"
        yield way.wrong("clock", words, "check timedatectl here; if it is right, tell the side")
    else:
        yield ok("clock", way.names, f"within {SKEW:.0f} s of ours")

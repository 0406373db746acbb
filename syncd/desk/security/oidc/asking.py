"""Asks the provider: JSON over https, of a bounded size, in a bounded time, from the address that was meant.

In: an address, a form. Out: one JSON object with its status, or `ProviderError`. No redirect is followed: a provider
that moves is configured anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec

from syncd.desk.security.oidc.errors import ProviderError
from syncd.sides.errors import TooLargeError
from syncd.sides.http.body import read_capped

LARGEST = 256 * 1024
LONGEST = 10.0
TIMEOUT = aiohttp.ClientTimeout(total=LONGEST, sock_connect=5.0)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer; not in its repr, because it may hold tokens."""

    status: int
    values: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Said {self.status}>"

    def text(self, name: str) -> str:
        """A value that is text; empty where it is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""


async def ask(
    step: str, url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Said:
    """GET, or POST of a form. Raises `ProviderError`."""
    if not is_safe(url):
        raise ProviderError(f"{url[:200]!r} is no https address", step=step)
    status, body = await _answer(step, url, form, {"Accept": "application/json", **(headers or {})})
    try:
        values = msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError):
        raise ProviderError(f"answered {status} with what is no JSON object", step=step) from None
    return Said(status, values)


async def _answer(step: str, url: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
    connector = aiohttp.TCPConnector(resolver=aiohttp.ThreadedResolver(), force_close=True)
    method = "GET" if form is None else "POST"
    try:
        async with (
            asyncio.timeout(TIMEOUT.total),
            aiohttp.ClientSession(
                connector=connector, timeout=TIMEOUT, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
            ) as session,
            session.request(method, url, data=form, headers=headers, allow_redirects=False) as response,
        ):
            return response.status, await read_capped(response.content, LARGEST, step)
    except TooLargeError:
        raise ProviderError(f"answered with more than {LARGEST} bytes", step=step) from None
    except TimeoutError:
        raise ProviderError("did not answer in time", step=step) from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise ProviderError(f"cannot be asked: {type(error).__name__}", step=step) from None


def is_safe(url: str) -> bool:
    """Whether a code or a token may go there: https, or this machine alone; no credentials, nothing behind ``#``."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises ValueError for a port that is no number
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.fragment or any(ord(char) <= 32 for char in url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

"""Posts digests to webhooks as JSON, signed where a secret is named.

In: a channel's address, a message of the outbox. Out: nothing where the other side took it (2xx), else `NotSentError`.
No redirect is followed, nothing of the answer but its status is read, and a slow one is cut off.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import aiohttp

from syncd.desk.notices.sending import NotSentError
from syncd.ledger.notices import Notice

LONGEST = 20.0
TIMEOUT = aiohttp.ClientTimeout(total=LONGEST, sock_connect=5.0, sock_read=10.0)
LARGEST_BODY = 512 * 1024
ID, TIMESTAMP, SIGNATURE = "Syncd-Notice", "Syncd-Timestamp", "Syncd-Signature"
"""Headers: the notice's id, the same each time it is sent; seconds since 1970; the signature of both with the body."""
PASSING = frozenset({408, 425, 429})

Secret = Callable[[str], str]


@dataclass(slots=True)
class Webhooks:
    """The way out to webhooks."""

    secret: Secret = field(repr=False)
    clock: Callable[[], datetime]

    async def send(self, notice: Notice, secret: str | None) -> None:
        """Post one message. ``secret``: the name of the one that signs. Raises `NotSentError`, `ConfigurationError`."""
        body = body_of(notice.content)
        if len(body) > LARGEST_BODY:
            raise NotSentError(f"the digest has more than {LARGEST_BODY} bytes", for_good=True)
        headers = self._headers(notice.key, body, secret)
        try:
            status = await _posted(notice.target, body, headers)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            is_down = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
            action = "see whether the address answers"
            raise NotSentError(_reason(error), action=action, is_down=is_down, is_broken=not is_down) from None
        _judge(status)

    def _headers(self, key: str, body: bytes, secret: str | None) -> dict[str, str]:
        timestamp = str(int(self.clock().timestamp()))
        notice = sha256(key.encode()).hexdigest()[:40]
        headers = {"Content-Type": "application/json", "User-Agent": "syncd", ID: notice, TIMESTAMP: timestamp}
        if secret is not None:
            headers[SIGNATURE] = signature(self.secret(secret), notice, timestamp, body)
        return headers


def body_of(content: dict[str, Any]) -> bytes:
    """The same bytes for the same digest."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signature(secret: str, notice: str, timestamp: str, body: bytes) -> str:
    """``sha256=`` and the HMAC-SHA256, in hexadecimal, of id, timestamp and body, joined by full stops."""
    signed = f"{notice}.{timestamp}.".encode() + body
    return f"sha256={hmac.new(secret.encode(), signed, sha256).hexdigest()}"


async def _posted(target: str, body: bytes, headers: dict[str, str]) -> int:
    connector = aiohttp.TCPConnector(resolver=aiohttp.ThreadedResolver(), force_close=True)
    async with (
        asyncio.timeout(LONGEST),
        aiohttp.ClientSession(
            connector=connector, timeout=TIMEOUT, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
        ) as session,
        session.post(target, data=body, headers=headers, allow_redirects=False) as response,
    ):
        return response.status


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise NotSentError(f"answered {status}; redirects are not followed", action="set the address that it leads to")
    for_good = 400 <= status < 500 and status not in PASSING
    action = "see to the address and the secret in [[desk.notices]]" if for_good else "see what the other side says"
    raise NotSentError(f"answered {status}", action=action, for_good=for_good)


def _reason(error: Exception) -> str:
    """Without the address: it may lead to a place that only its owner should know."""
    if isinstance(error, TimeoutError):
        return f"no answer within {LONGEST:g} s"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not one of its name"
    said = getattr(error, "strerror", None) or getattr(getattr(error, "os_error", None), "strerror", None)
    return f"cannot be reached: {said or type(error).__name__}"

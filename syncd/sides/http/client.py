"""One client for one base address: paced, capped, timed, retried and broken off as its settings say.

In: a question of an adapter. Out: an accepted `Answer`, checked JSON bytes, a parsed value; or a `SideError`.
`asyncio.CancelledError` always passes straight through.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar, Unpack
from urllib.parse import urlsplit

import aiohttp

from syncd.sides.errors import SideError, ThrottledError, TransientError
from syncd.sides.http.authority import Secret, proxy_headers, secret_headers, secret_texts
from syncd.sides.http.body import json_body, read_capped, too_large
from syncd.sides.http.breaker import Breaker
from syncd.sides.http.certificates import Certificates
from syncd.sides.http.failures import translate
from syncd.sides.http.limiter import Pace, pace_of
from syncd.sides.http.retry import Clock, Sleep, retrying
from syncd.sides.http.session import open_session
from syncd.sides.http.settings import HttpSettings
from syncd.sides.http.statuses import Now, ahead_of, judge
from syncd.sides.http.tls import Tls
from syncd.sides.http.words import OK, Answer, Attempt, Call, Observe, Question, Transport, call_of

T = TypeVar("T")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class HttpClient:
    """The shared polite client. Make one per side and base address; ``close()`` it when the side is let go.

    ``secret`` reads a secret by name. ``observe`` is told of every attempt that ended (not of cancelled ones). Relative
    paths in the settings start at ``folder``. ``sleep``, ``clock`` (monotonic seconds) and ``now`` are injected.
    """

    def __init__(
        self,
        side: str,
        settings: HttpSettings,
        *,
        secret: Secret,
        observe: Observe | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Clock = time.monotonic,
        now: Now = _utc_now,
        folder: Path = Path(),
    ) -> None:
        self._side = side
        self._settings = settings
        self._secret = secret
        self._observe = observe
        self._sleep = sleep
        self._clock = clock
        self._now = now
        self._parts = urlsplit(settings.base_url)
        self._breaker = Breaker(
            failures=settings.breaker_failures, open_seconds=settings.breaker_open_seconds, clock=clock
        )
        self._session: aiohttp.ClientSession | None = None
        self._certificates = Certificates()
        self._tls = Tls(settings, folder, secret, self._certificates)
        self._ahead: float | None = None
        self._transport: Transport | None = None

    def __repr__(self) -> str:
        return f"<HttpClient {self._side} {self._parts.hostname}>"

    def through(self, transport: Transport) -> Self:
        """Let ``transport`` carry every exchange from now on; see `syncd.sides.capture`. Returns the client."""
        self._transport = transport
        return self

    async def request(
        self, method: str, path: str, *, operation: str, safe: bool, **question: Unpack[Question]
    ) -> Answer:
        """Ask, and return the first answer whose status is accepted, whatever its body is.

        ``operation`` is a bounded label. ``safe``: asking twice does no harm, so that transient errors are tried again.
        Raises `SideError`, and `ConfigurationError` for secrets and TLS files that cannot be used.
        """
        call = self._call(method, path, operation, safe, question)
        return await self._repeat(call, lambda answer: answer)

    async def json(self, method: str, path: str, *, operation: str, safe: bool, **question: Unpack[Question]) -> bytes:
        """Like `request`; returns the bytes of an answer that is JSON by its looks, for `decode` to read.

        A web page, whatever its status, is a `BlockedError`; an empty or other body a `ShapeError`.
        """
        return await self.ask(method, path, operation=operation, safe=safe, parse=lambda body: body, **question)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        safe: bool,
        parse: Callable[[bytes], T],
        **question: Unpack[Question],
    ) -> T:
        """Like `json`; returns what ``parse`` makes of the bytes. An error that it raises is an outcome of the attempt:
        a `TransientError` (an envelope that says "busy") is tried again.
        """
        call = self._call(method, path, operation, safe, question)
        return await self._repeat(call, lambda answer: parse(self.json_of(answer, call.where)))

    def json_of(self, answer: Answer, where: str) -> bytes:
        """The bytes of an answer of `request` that is JSON by its looks, where its status matters as well.

        Raises as `json` does; what an error quotes of the body holds no secret.
        """
        kind = answer.headers.get("Content-Type", "").lower()
        return json_body(answer.body, kind, where, secret_texts(self._settings, self._secret))

    def _call(self, method: str, path: str, operation: str, safe: bool, question: Question) -> Call:
        return call_of(
            method, path, operation=operation, safe=safe, max_bytes=self._settings.max_bytes, question=question
        )

    async def _repeat(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Attempt until it succeeds, is not worth a retry, or the limits are reached; every attempt is observed."""
        number, outcome, seconds = 0, OK, 0.0

        async def attempt() -> T:
            nonlocal number, outcome, seconds
            await self._pace().turn()
            number, begun = number + 1, self._clock()
            try:
                result = await self._attempt(call, read)
            except SideError as error:
                outcome, seconds = error.slug, self._clock() - begun
                raise
            outcome, seconds = OK, self._clock() - begun
            return result

        def tell(retried_in: float | None) -> None:
            if self._observe is not None:
                seen = self._certificates
                self._observe(
                    Attempt(
                        self._side,
                        call.operation,
                        outcome,
                        seconds,
                        number,
                        retried_in,
                        ahead=self._ahead,
                        server_until=seen.server,
                        client_until=seen.client,
                    )
                )

        loop = retrying(
            self._settings,
            safe=call.safe,
            sleep=self._sleep,
            clock=self._clock,
            before_sleep=lambda state: tell(state.upcoming_sleep),
        )
        try:
            result: T = await loop(attempt)
        except SideError:
            tell(None)
            raise
        tell(None)
        return result

    async def _attempt(self, call: Call, read: Callable[[Answer], T]) -> T:
        """One attempt inside the circuit breaker. A side that answers, with whatever refusal, is not down."""
        self._breaker.admit(call.where)
        try:
            result = read(await self._exchange(call))
        except SideError as error:
            is_down = isinstance(error, TransientError) and not isinstance(error, ThrottledError)
            (self._breaker.failed if is_down else self._breaker.succeeded)()
            raise
        except BaseException:
            self._breaker.abandoned()
            raise
        self._breaker.succeeded()
        return result

    async def _exchange(self, call: Call) -> Answer:
        """Send, or let the transport answer, and judge the status."""
        answer = await (self._sent(call) if self._transport is None else self._transport(call, self._sent))
        refused = judge(
            answer,
            accept=call.accept,
            where=call.where,
            now=self._now,
            secrets=secret_texts(self._settings, self._secret),
        )
        if refused is not None:
            raise refused
        return answer

    async def _sent(self, call: Call) -> Answer:
        """Send, and read under the caps.

        Foreign failures are translated here and leave no trace of theirs: an aiohttp error holds the request's headers.
        """
        arguments = call.arguments(secret_headers(self._settings, self._secret)) | {"ssl": self._tls.context()}
        at_proxy = proxy_headers(self._settings, self._secret)
        if self._parts.scheme == "https":
            arguments["proxy_headers"] = at_proxy
        else:  # the proxy reads the question itself
            arguments["headers"] |= at_proxy
        session = self._opened()
        try:
            async with session.request(call.method, self._settings.base_url + call.path, **arguments) as response:
                self._ahead = ahead_of(response.headers, self._now)
                if (response.content_length or 0) > call.max_bytes:
                    raise too_large(call.where, call.max_bytes)
                body = await read_capped(response.content, call.max_bytes, call.where)
                return Answer(response.status, response.headers, body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise translate(error, where=call.where, is_tls=self._parts.scheme == "https") from None

    def _pace(self) -> Pace:
        return pace_of(self._parts.netloc, self._settings.requests_per_second)

    def _opened(self) -> aiohttp.ClientSession:
        """The one session, made in the running loop at the first question."""
        if self._session is None:
            self._session = open_session(self._settings)
        return self._session

    async def close(self) -> None:
        """Close every connection. Never raises; may be called twice; the client may be used again afterwards."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

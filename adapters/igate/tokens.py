"""The token that every question to iGate carries: asked of Keycloak, shared, refreshed, renewed.

In: settings, secrets by name, a monotonic clock. Out: the token's text. Questions that run at once share one renewal; a
sign-in that was refused is not tried again at once, so that no account is locked by many questions.
Source: RFC 6749 (4.3, 4.4, 5, 6), and the answers of Keycloak.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from adapters.igate.settings import ClientIn, Grant, IgateSettings
from adapters.national_integration.api import blacken
from adapters.national_integration.session import Session, Sessions
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import PermanentError, ShapeError, SideError, UnauthorisedError
from syncd.sides.http import HttpClient, decode

LONGEST_TOKEN: Final = 32_768
LONGEST_LIFE: Final = 86_400.0
EARLY: Final = 30.0
"""Seconds before its end at which a token is renewed; never more than half of its life."""
SILENCE: Final = 30.0
"""Seconds during which a refused sign-in is remembered instead of tried again."""
OPERATION: Final = "token"


class TokenAnswer(Struct):
    """What Keycloak answers. Client credentials come without a refresh token; an end of 0 is no end that is told."""

    access_token: str
    refresh_token: str | None = None
    expires_in: float | None = None
    refresh_expires_in: float | None = None

    def __repr__(self) -> str:
        return "TokenAnswer(…)"


class Granted:
    """A token with its end, and what renews it; in monotonic seconds. Nothing of it is ever shown."""

    __slots__ = ("access", "ends", "refresh", "refresh_ends")

    def __init__(self, answer: TokenAnswer, asked_at: float) -> None:
        self.access = answer.access_token
        self.ends = asked_at + _life(answer.expires_in)
        self.refresh = answer.refresh_token or ""
        self.refresh_ends = asked_at + _life(answer.refresh_expires_in)


def _life(seconds: float | None) -> float:
    """For how long something is used; without an end that is told, until it is refused."""
    if seconds is None or not 0 < seconds < math.inf:
        return math.inf
    life = min(seconds, LONGEST_LIFE)
    return life - min(EARLY, life / 2)


class Tokens:
    """Holds the one token of a side."""

    def __init__(self, settings: IgateSettings, surroundings: Surroundings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._secret = surroundings.secret
        self._http: HttpClient = surroundings.http(surroundings.side, settings.sso_settings())
        self._clock = clock
        self._sessions = Sessions(self._obtain, clock=clock, lifetime=math.inf, trusted=0.0)
        self._granted: Granted | None = None
        self._refused: tuple[float, UnauthorisedError] | None = None

    async def current(self) -> Session:
        """The token, renewed where its end is near. Raises `SideError`."""
        held = await self._sessions.current()
        if self._granted is not None and self._granted.access == held.mark and self._clock() >= self._granted.ends:
            return await self._sessions.renewed(held)
        return held

    async def renewed(self, refused: Session) -> Session:
        """A token other than ``refused``: the one that another question has got meanwhile, else a new one."""
        return await self._sessions.renewed(refused)

    async def close(self) -> None:
        await self._http.close()

    async def _obtain(self) -> str:
        before, self._granted = self._granted, None
        self._granted = await self._refreshed(before) or await self._signed_in()
        return self._granted.access

    async def _refreshed(self, before: Granted | None) -> Granted | None:
        """The token that a refresh token brings; None where there is none, or where it counts no more."""
        if before is None or not before.refresh or self._clock() >= before.refresh_ends:
            return None
        form = {"grant_type": "refresh_token", "refresh_token": before.refresh}
        try:
            return await self._asked(form, before.refresh)
        except (PermanentError, UnauthorisedError):
            return None

    async def _signed_in(self) -> Granted:
        if self._refused is not None and self._clock() - self._refused[0] < SILENCE:
            known = self._refused[1]
            raise UnauthorisedError(known.message, action=known.action, status=known.status)
        self._refused = None
        form, secret = self._credentials()
        try:
            return await self._asked(form, secret)
        except (PermanentError, UnauthorisedError) as error:
            action = "check client_id, the grant, and the secrets that the side's table names"
            refused = UnauthorisedError(error.message, action=action, status=getattr(error, "status", None))
            self._refused = self._clock(), refused
            raise refused from None

    def _credentials(self) -> tuple[dict[str, str], str]:
        """The form of a sign-in, and the secret in it."""
        chosen = self._settings
        form = {"grant_type": chosen.grant.value}
        if chosen.scope is not None:
            form["scope"] = chosen.scope
        if chosen.grant is not Grant.PASSWORD or chosen.password_secret is None:
            return form, ""
        password = self._read(chosen.password_secret)
        return form | {"username": chosen.username or "", "password": password}, password

    def _client(self) -> tuple[dict[str, str], str]:
        """Who asks, where it stands in the form; a client in the header is the HTTP client's to write."""
        chosen = self._settings
        if chosen.client_secret_secret is None:
            return {"client_id": chosen.client_id}, ""
        if chosen.client_in is ClientIn.HEADER:
            return {}, ""
        secret = self._read(chosen.client_secret_secret)
        return {"client_id": chosen.client_id, "client_secret": secret}, secret

    def _read(self, named: str) -> str:
        return self._secret(named).strip("\r\n")

    async def _asked(self, form: dict[str, str], secret: str) -> Granted:
        path, asked_at = self._settings.token_path, self._clock()
        client, client_secret = self._client()
        try:
            answer = await self._http.ask(
                "POST", path, operation=OPERATION, safe=True, form={**client, **form}, parse=_read_answer
            )
        except ShapeError as error:
            raise _unusable(f"POST {path}", error.path) from None
        except SideError as error:
            for one in (secret, client_secret):
                blacken(error, one)
            raise
        return Granted(answer, asked_at)


def _read_answer(body: bytes) -> TokenAnswer:
    answer = decode(body, TokenAnswer, where="")
    for name in ("access_token", "refresh_token"):
        token = getattr(answer, name) or ""
        if len(token) > LONGEST_TOKEN or not all("!" <= mark <= "~" for mark in token):
            raise ShapeError("not a token", path=f"$.{name}")
    if not answer.access_token:
        raise ShapeError("no token", path="$.access_token")
    return answer


def _unusable(where: str, path: str) -> ShapeError:
    """Says where it hurts, and nothing of the answer: it may hold a token."""
    return ShapeError(
        "the answer holds no token that can be used",
        where=where,
        path=path or "$",
        action="check sso_url and token_path: it must be the token endpoint of the realm",
    )

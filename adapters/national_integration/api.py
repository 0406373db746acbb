"""The integration API's questions: POST, JSON, a session in each body, routed by ``dstcode`` and ``providerurl``.

In: what to ask. Out: the elements of the result as sent; else a `SideError` that holds neither session nor password.
Every question is safe to repeat although it is a POST: only services that read are asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from msgspec import Raw

from adapters.national_integration.envelope import Envelope, RefusedError, opened, require_success
from adapters.national_integration.session import Session, Sessions
from adapters.national_integration.settings import IntegrationSettings, Place, Role
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import ShapeError, SideError, TransientError, UnauthorisedError
from syncd.sides.http import HttpClient, decode

LONGEST_SESSION = 4_000
SHOWN_AT_MOST = 5
"""Characters of a secret that may stand in a message by chance."""

HEADERS = {"Accept": "application/json", "Charset": "utf-8"}


class IntegrationApi:
    """Asks over one client, with one session."""

    def __init__(
        self, settings: IntegrationSettings, surroundings: Surroundings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._secret = surroundings.secret
        self._http: HttpClient = surroundings.http(surroundings.side, settings)
        self._headers, self._query = _routing(settings)
        self._sessions = Sessions(
            self._login, clock=clock, lifetime=settings.session_lifetime, trusted=settings.session_trusted
        )

    async def ask(self, role: Role, params: Mapping[str, str]) -> list[Raw]:
        """The elements of the result. A refusal that may be the end of the session is asked once more with a new one.

        Raises `TransientError` for a refusal whose message asks to come again, `RefusedError` for any other.
        """
        try:
            return await self._asked(role, params)
        except RefusedError as error:
            if not error.is_busy:
                raise
            raise TransientError(error.message, action=error.action) from None

    async def _asked(self, role: Role, params: Mapping[str, str]) -> list[Raw]:
        session = await self._sessions.current()
        try:
            return await self._call(role, params, session)
        except (RefusedError, UnauthorisedError):
            if not self._sessions.may_have_ended(session):
                raise
        return await self._call(role, params, await self._sessions.renewed(session))

    async def _call(self, role: Role, params: Mapping[str, str], session: Session) -> list[Raw]:
        where = f"POST {self._settings.path(role)} {self._settings.service(role)}"
        asked = {
            "session": session.mark,
            "madonvi": self._settings.madonvi,
            "service": self._settings.service(role),
            **params,
        }
        try:
            return await self._http.ask(
                "POST",
                self._settings.path(role),
                operation=role.value,
                safe=True,
                json=asked,
                params=self._query,
                headers=self._headers,
                parse=lambda body: opened(body, where),
            )
        except SideError as error:
            blacken(error, session.mark)
            raise

    async def _login(self) -> str:
        path = self._settings.adapter_path + self._settings.auth_path
        where, password = f"POST {path}", self._secret(self._settings.password_secret).strip("\r\n")
        try:
            return await self._http.ask(
                "POST",
                path,
                operation="login",
                safe=True,
                json={"username": self._settings.username, "password": password},
                params=self._query,
                headers=self._headers,
                parse=lambda body: _session_in(body, where),
            )
        except RefusedError as error:
            blacken(error, password)
            raise UnauthorisedError(error.message, action="check username and password_secret") from None
        except SideError as error:
            blacken(error, password)
            raise

    async def close(self) -> None:
        await self._http.close()


def _session_in(body: bytes, where: str) -> str:
    envelope = decode(body, Envelope, where=where)
    if envelope.error_code is not None or not envelope.session:
        require_success(envelope, where)
    session = envelope.session
    if not isinstance(session, str) or not 0 < len(session) <= LONGEST_SESSION:
        raise ShapeError("the login succeeded without a usable session", where=where, path="$.session")
    return session


def _routing(settings: IntegrationSettings) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and query of every call."""
    headers, query = dict(HEADERS), dict[str, str]()
    routed = (
        ("dstcode", settings.dstcode, settings.dstcode_in),
        ("providerurl", settings.providerurl, settings.providerurl_in),
    )
    for name, value, place in routed:
        if value is not None:
            (headers if place is Place.HEADER else query)[name] = value
    return headers, query


def blacken(error: SideError, secret: str) -> None:
    """A system that echoes what it was asked must bring no secret into a log, nor the part that an excerpt cuts."""
    for length in range(len(secret), min(len(secret), SHOWN_AT_MOST) - 1, -1):
        if length and secret[:length] in error.message:
            error.message = error.message.replace(secret[:length], "***")
            error.args = (error.message,)
            return

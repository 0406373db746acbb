"""The Keycloak of an iGate site, as it answers on a loopback address: one realm, one client, one member of the staff.

In: who may sign in, and a clock. Out: an aiohttp application with a token endpoint: client credentials (in the header
or in the form), password, refresh token. Tokens end; what is refused is refused in Keycloak's words.
"""

from __future__ import annotations

import json
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any, Final

from aiohttp import web

from loopback.faults import FaultPlan, faults_middleware

TOKEN: Final = "/auth/realms/{realm}/protocol/openid-connect/token"  # noqa: S105 - a path
REALM: Final = "digo"
HEAD: Final = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9"

Form = Mapping[str, str]


class RefusedError(Exception):
    """Status and body of a refusal."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error)
        self.status, self.body = status, {"error": error, "error_description": description}


@dataclass(slots=True)
class SsoState:
    """Who may sign in, and what tokens are good for.

    ``lifetime``, ``refresh_lifetime``: seconds. ``rotates``: a refresh token is good once. ``echoes``: refusals repeat
    what they were told. ``answer``: replaces what a grant would have brought. ``grants``: what was asked for, in order.
    """

    client_id: str = "svc-doi-soat"
    client_secret: str = "bi-mat-cua-may-thu"  # noqa: S105 - it opens nothing but the loopback system
    username: str = "canbo.thu"
    password: str = "chi-dung-thu"  # noqa: S105 - likewise
    lifetime: float = 300.0
    refresh_lifetime: float = 1_800.0
    rotates: bool = True
    echoes: bool = False
    answer: Any = None
    clock: Callable[[], float] = time.monotonic
    grants: list[str] = field(default_factory=list)
    issued: list[str] = field(default_factory=list)
    _access: dict[str, float] = field(default_factory=dict)
    _refresh: dict[str, float] = field(default_factory=dict)

    def expire(self) -> None:
        """Let every access token end, without a word to anybody."""
        self._access.clear()

    def end_sessions(self) -> None:
        """Let every session end: refresh tokens as well."""
        self._access.clear()
        self._refresh.clear()

    def admits(self, token: str) -> bool:
        return self.clock() < self._access.get(token, -1.0)

    def grant(self, *, refreshable: bool) -> dict[str, Any]:
        """A new pair of tokens; a client's own comes without a refresh token."""
        number, now = len(self.issued) + 1, self.clock()
        access, refresh = f"{HEAD}.truy-cap-{number:04}.chu-ky", f"{HEAD}.lam-moi-{number:04}.chu-ky"
        self._access[access] = now + self.lifetime
        answer = {"access_token": access, "expires_in": self.lifetime, "token_type": "Bearer", "not-before-policy": 0}
        self.issued.append(access)
        if not refreshable:
            return answer | {"refresh_expires_in": 0}
        self.issued.append(refresh)
        self._refresh[refresh] = now + self.refresh_lifetime
        return answer | {"refresh_token": refresh, "refresh_expires_in": self.refresh_lifetime, "session_state": "…"}

    def refreshed(self, token: str) -> dict[str, Any]:
        """Raises `RefusedError` for a refresh token that ended, or that was used before."""
        if self.clock() >= self._refresh.get(token, -1.0):
            raise RefusedError(400, "invalid_grant", self._said("Token is not active", token))
        if self.rotates:
            del self._refresh[token]
        return self.grant(refreshable=True)

    def signed_in(self, form: Form) -> dict[str, Any]:
        """Raises `RefusedError` for a wrong user or password."""
        told = form.get("username", ""), form.get("password", "")
        if not all(map(_same, told, (self.username, self.password))):
            raise RefusedError(401, "invalid_grant", self._said("Invalid user credentials", told[1]))
        return self.grant(refreshable=True)

    def identify(self, client_id: str, secret: str, *, is_public: bool) -> None:
        """Raises `RefusedError` for a client that is not known; a public one has no secret."""
        if is_public and not secret and client_id == "web-onegate":
            return
        if not (_same(client_id, self.client_id) and _same(secret, self.client_secret)):
            said = self._said("Invalid client or Invalid client credentials", secret)
            raise RefusedError(401, "unauthorized_client", said)

    def _said(self, words: str, told: str) -> str:
        return f"{words}: {told}" if self.echoes else words


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode())


STATE: Final = web.AppKey("state", SsoState)


def sso_app(state: SsoState, faults: FaultPlan | None = None) -> web.Application:
    """The application; ``faults`` decides which answers go wrong."""
    app = web.Application(middlewares=[faults_middleware(faults or FaultPlan())], client_max_size=64 * 1024)
    app[STATE] = state
    app.router.add_post(TOKEN, _token)
    return app


async def _token(request: web.Request) -> web.Response:
    state = request.app[STATE]
    if request.match_info["realm"] != REALM:
        return _json({"error": "Realm does not exist"}, 404)
    form = {name: str(told) for name, told in (await request.post()).items()}
    grant = form.get("grant_type", "")
    state.grants.append(grant)
    try:
        return _json(_granted(state, grant, form, request.headers.get("Authorization", "")), 200)
    except RefusedError as refused:
        return _json(refused.body, refused.status)


def _granted(state: SsoState, grant: str, form: Form, authorisation: str) -> Any:
    client_id, secret = _client(form, authorisation)
    state.identify(client_id, secret, is_public=grant != "client_credentials")
    if grant == "client_credentials":
        answer = state.grant(refreshable=False)
    elif grant == "password":
        answer = state.signed_in(form)
    elif grant == "refresh_token":
        answer = state.refreshed(form.get("refresh_token", ""))
    else:
        raise RefusedError(400, "unsupported_grant_type", "Unsupported grant_type")
    return answer if state.answer is None else state.answer


def _client(form: Form, authorisation: str) -> tuple[str, str]:
    """The client and its secret, from the header or from the form."""
    scheme, _, told = authorisation.partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = b64decode(told, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        return "", ""
    return client_id, secret


def _json(body: Any, status: int) -> web.Response:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type="application/json")

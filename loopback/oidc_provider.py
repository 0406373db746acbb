"""An OpenID Connect provider on a loopback address: it says yes to everybody, and can be made to misbehave.

In: who signs in next. Out: discovery, authorize (consents by itself), token, keys that can be changed. Each
misbehaviour is a field of `ProviderState`, so that a test reads as what goes wrong.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import unquote_plus, urlencode

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from loopback.run import running

CLIENT_ID: Final = "syncd-desk"
CLIENT_SECRET: Final = "chi-dung-thu-tren-may-nay"  # noqa: S105 - it opens nothing but the loopback system
Key = RSAKey | ECKey
Made = Callable[[dict[str, Any], str], str]


@dataclass(slots=True)
class Asked:
    """One question that was consented to; good for one code."""

    nonce: str
    challenge: str
    redirect_uri: str


@dataclass(slots=True)
class ProviderState:
    """Who signs in next, with which keys; and how it misbehaves.

    ``claims`` replace those of the ID token (None takes one out). ``made`` makes the token out of claims and the right
    token in another way. ``silent``: the paths that never answer; ``huge``: those that never end; ``broken``: a status
    by path; ``discovery``: values that replace the right ones; ``names_key``: whether tokens say which key it is.
    """

    issuer: str = ""
    subject: str = "8f1c"
    login: str = "lan"
    algorithm: str = "RS256"
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    names_key: bool = True
    made: Made | None = None
    published: list[Any] | None = None
    discovery: dict[str, Any] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    huge: set[str] = field(default_factory=set)
    broken: dict[str, int] = field(default_factory=dict)
    denies: str = ""
    seen: list[str] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    codes: dict[str, Asked] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def rotate(self) -> None:
        """New keys; those before are gone."""
        number = secrets.token_hex(4)
        self.keys = [
            RSAKey.generate_key(2048, {"kid": f"rsa-{number}", "use": "sig"}),
            ECKey.generate_key("P-256", {"kid": f"ec-{number}", "use": "sig"}),
        ]

    @property
    def key(self) -> Key:
        """The key that signs now."""
        return self.keys[1] if self.algorithm.startswith("ES") else self.keys[0]

    def id_token(self, asked: Asked) -> str:
        """The token for one consent."""
        now = int(self.clock().timestamp())
        right: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked.nonce,
            "preferred_username": self.login,
        }
        claims = {name: value for name, value in {**right, **self.claims}.items() if value is not None}
        named = {"kid": self.key.kid} if self.names_key else {}
        header = {"alg": self.algorithm, **named, **self.header}
        token = jwt.encode(header, claims, self.key, algorithms=[self.algorithm])
        return token if self.made is None else self.made(claims, token)


def unsigned(claims: dict[str, Any], _right: str) -> str:
    """The token of ``alg`` none: anybody can make it."""
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


def signed_with(secret: bytes, kid: str | None) -> Made:
    """Key confusion: a token signed by HMAC with what everybody knows, such as the provider's public key."""

    def made(claims: dict[str, Any], _right: str) -> str:
        head = {"alg": "HS256", "typ": "JWT", **({"kid": kid} if kid else {})}
        signed = f"{_part(head)}.{_part(claims)}"
        return f"{signed}.{_encoded(hmac.new(secret, signed.encode(), sha256).digest())}"

    return made


def tampered(claims: dict[str, Any], right: str) -> str:
    """Other claims under the right signature."""
    head, _, signature = right.split(".")
    return f"{head}.{_part({**claims, 'preferred_username': 'admin'})}.{signature}"


def _part(values: dict[str, Any]) -> str:
    return _encoded(json.dumps(values).encode())


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


class _Pages:
    def __init__(self, state: ProviderState) -> None:
        self.state = state

    async def discovery(self, _request: web.Request) -> web.Response:
        issuer = self.state.issuer
        right = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
        }
        return web.json_response({**right, **self.state.discovery})

    async def keys(self, _request: web.Request) -> web.Response:
        own = [key.as_dict(private=False) for key in self.state.keys]
        return web.json_response({"keys": own if self.state.published is None else self.state.published})

    async def authorize(self, request: web.Request) -> web.Response:
        asked, state = request.query, self.state
        if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code":
            raise web.HTTPBadRequest(text="unknown client")
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            raise web.HTTPBadRequest(text="PKCE is needed")
        if state.denies:
            answer = {"error": state.denies, "error_description": "<b>không</b>", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(16)
            state.codes[code] = Asked(asked["nonce"], asked["code_challenge"], asked["redirect_uri"])
            answer = {"code": code, "state": asked["state"], "iss": state.issuer}
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode(answer)}")

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if not _is_client(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        asked = self.state.codes.pop(str(form.get("code")), None)
        challenge = _encoded(sha256(str(form.get("code_verifier")).encode()).digest())
        if asked is None or challenge != asked.challenge or form.get("redirect_uri") != asked.redirect_uri:
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = self.state.id_token(asked)
        return web.json_response({"access_token": "a", "token_type": "Bearer", "id_token": token})


def _is_client(request: web.Request, form: Any) -> bool:
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        given = b64decode(header.removeprefix("Basic ")).decode().split(":", 1)
        return [unquote_plus(one) for one in given] == [CLIENT_ID, CLIENT_SECRET]
    return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)


def provider_app(state: ProviderState) -> web.Application:
    """The provider as an application."""
    pages = _Pages(state)

    @web.middleware
    async def misbehave(request: web.Request, handler: Any) -> web.StreamResponse:
        place = request.path.rpartition("/")[2]
        state.seen.append(place)
        if place in state.silent:
            await state.over.wait()
        if place in state.broken:
            headers = {"Location": f"{state.issuer}/elsewhere"}
            return web.Response(status=state.broken[place], text="<html>bảo trì</html>", headers=headers)
        if place in state.huge:
            return web.Response(body=b'{"keys": [' + b'"x",' * 500_000, content_type="application/json")
        response: web.StreamResponse = await handler(request)
        return response

    app = web.Application(middlewares=[misbehave])
    app.router.add_get("/.well-known/openid-configuration", pages.discovery)
    app.router.add_get("/keys", pages.keys)
    app.router.add_get("/authorize", pages.authorize)
    app.router.add_post("/token", pages.token)
    return app


@asynccontextmanager
async def serve_provider(state: ProviderState | None = None) -> AsyncIterator[ProviderState]:
    """Run a provider until the context is left; with new keys unless ``state`` has some."""
    shown = state or ProviderState()
    if not shown.keys:
        shown.rotate()
    async with running(provider_app(shown)) as address:
        shown.issuer = address
        try:
            yield shown
        finally:
            shown.over.set()

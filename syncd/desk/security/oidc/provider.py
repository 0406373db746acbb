"""One provider: where its pages and keys are, the way to it, and what a code that came back is worth.

In: the configuration, secrets, the time. Out: an address to send the browser to, and the claims of who comes back.
What the provider says of itself is kept for an hour, and longer while it cannot be asked.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Protocol
from urllib.parse import quote_plus, urlencode

from syncd.config.desk import OidcConfig
from syncd.desk.security.oidc.asking import Said, ask, is_safe
from syncd.desk.security.oidc.errors import NotBelievedError, ProviderError
from syncd.desk.security.oidc.pending import Pending
from syncd.errors import ConfigurationError

FRESH = timedelta(hours=1)
PAUSE = timedelta(seconds=10)
"""Nothing is asked again so soon after it failed, or for a key that is not there."""
SCOPE = "openid profile email"
WELL_KNOWN = "/.well-known/openid-configuration"
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LONGEST_CODE = 2_000
_PATH = "desk.oidc"

Secret = Callable[[str], str]
Claims = Mapping[str, Any]


class Checks(Protocol):
    """What `syncd.desk.security.oidc.id_tokens` offers."""

    Expected: Callable[..., Any]
    UnknownKeyError: type[NotBelievedError]
    claims_of: Callable[..., Claims]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the provider says of itself."""

    authorization: str
    token: str
    keys: str
    takes_basic: bool


@dataclass(slots=True)
class Kept:
    """Something of the provider's, and when it was last asked for, with or without success."""

    value: Any = None
    asked_at: datetime | None = None
    read_at: datetime | None = None


@dataclass(slots=True)
class Provider:
    """The city's sign-in, for a desk whose answers come to ``redirect_uri``. ``checks``: how ID tokens are checked."""

    settings: OidcConfig
    redirect_uri: str
    clock: Callable[[], datetime]
    checks: Checks
    secret: Secret = field(repr=False)
    _metadata: Kept = field(default_factory=Kept)
    _keys: Kept = field(default_factory=Kept)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def way_out(self, pending: Pending) -> str:
        """The provider's page, with this sign-in's question. Raises `ProviderError`."""
        address = (await self.metadata()).authorization
        question = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPE,
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": pending.challenge,
            "code_challenge_method": "S256",
        }
        return f"{address}{'&' if '?' in address else '?'}{urlencode(question)}"

    async def claims(self, code: str, pending: Pending) -> Claims:
        """Who came back with this code. Raises `ProviderError`, `NotBelievedError`."""
        if not 0 < len(code) <= LONGEST_CODE:
            raise NotBelievedError("no code came back, or one that is too long")
        token = await self._token(code, pending)
        expected = self.checks.Expected(
            issuer=self.settings.issuer, client_id=self.settings.client_id, nonce=pending.nonce, now=self.clock()
        )
        keys = await self.keys()
        try:
            return await asyncio.to_thread(self.checks.claims_of, token, keys, expected)
        except self.checks.UnknownKeyError:
            keys = await self.keys(at_most=PAUSE)
            return await asyncio.to_thread(self.checks.claims_of, token, keys, expected)

    async def metadata(self) -> Metadata:
        """Where the provider's pages are. Raises `ProviderError`."""
        found: Metadata = await self._kept("discovery", self._metadata, self._discover, FRESH)
        return found

    async def keys(self, at_most: timedelta = FRESH) -> Sequence[object]:
        """The provider's keys, not older than this where they can be asked for. Raises `ProviderError`."""
        address = (await self.metadata()).keys
        found: Sequence[object] = await self._kept("keys", self._keys, lambda: self._read_keys(address), at_most)
        return found

    async def _kept(self, step: str, kept: Kept, read: Callable[[], Awaitable[Any]], at_most: timedelta) -> Any:
        """What is known if it is fresh, else what is read now; the old one where that fails. One at a time."""
        async with self._turn:
            now = self.clock()
            if kept.value is not None and kept.read_at is not None and now - kept.read_at < at_most:
                return kept.value
            if kept.asked_at is not None and now - kept.asked_at < PAUSE:
                if kept.value is None:
                    raise ProviderError("failed a moment ago", step=step)
                return kept.value
            kept.asked_at = now
            try:
                kept.value, kept.read_at = await read(), now
            except ProviderError:
                if kept.value is None:
                    raise
            return kept.value

    async def _discover(self) -> Metadata:
        said = await ask("discovery", self.settings.issuer.rstrip("/") + WELL_KNOWN)
        if said.status != 200 or said.text("issuer") != self.settings.issuer:
            raise ProviderError(f"answered {said.status}, or as another issuer than the configured", step="discovery")
        authorization, token, keys = (said.text(name) for name in ADDRESSES)
        if not all(is_safe(one) for one in (authorization, token, keys)):
            raise ProviderError("names an address that is not https", step="discovery")
        methods = said.values.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        takes_basic = not isinstance(methods, list) or "client_secret_basic" in methods
        return Metadata(authorization, token, keys, takes_basic)

    async def _read_keys(self, address: str) -> list[object]:
        said = await ask("keys", address)
        keys = said.values.get("keys")
        if said.status != 200 or not isinstance(keys, list):
            raise ProviderError(f"answered {said.status} without keys", step="keys")
        return keys

    async def _token(self, code: str, pending: Pending) -> str:
        metadata = await self.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": pending.verifier,
        }
        said = await ask("token", metadata.token, **self._as_client(form, takes_basic=metadata.takes_basic))
        if said.status == 400 and said.text("error") == "invalid_grant":
            raise NotBelievedError("the provider does not know the code (any longer)")
        return _id_token(said)

    def _as_client(self, form: dict[str, str], *, takes_basic: bool) -> dict[str, dict[str, str]]:
        """The form with the proof that it comes from this desk (RFC 6749 section 2.3.1)."""
        client, named = self.settings.client_id, self.settings.client_secret_secret
        if named is None:
            return {"form": {**form, "client_id": client}}
        secret = self.secret(named)
        if not takes_basic:
            return {"form": {**form, "client_id": client, "client_secret": secret}}
        proof = b64encode(f"{quote_plus(client)}:{quote_plus(secret)}".encode()).decode()
        return {"form": form, "headers": {"Authorization": f"Basic {proof}"}}


def _id_token(said: Said) -> str:
    token = said.text("id_token")
    if said.status != 200 or not token:
        code = said.text("error")[:60]
        why = f": {code!r}" if code.isascii() and code.isprintable() and code else ""
        raise ProviderError(f"answered {said.status} without an ID token{why}", step="token")
    return token


def provider_of(settings: OidcConfig, *, redirect_uri: str, clock: Callable[[], datetime], secret: Secret) -> Provider:
    """The provider of a configuration. ``secret`` reads a secret by its name.

    Raises `ConfigurationError`: an issuer that is not https, a secret that is missing, the extra not installed.
    """
    if not is_safe(settings.issuer):
        raise ConfigurationError(
            "is no https address without credentials", path=f"{_PATH}.issuer", action="write the provider's issuer"
        )
    if settings.client_secret_secret is not None:
        secret(settings.client_secret_secret)
    return Provider(settings, redirect_uri, clock, _checks(), secret)


def _checks() -> Any:
    """The module that checks ID tokens, brought in where a provider is configured: it needs an extra."""
    try:
        return import_module("syncd.desk.security.oidc.id_tokens")
    except ImportError as error:
        raise ConfigurationError(
            f"the city's sign-in needs {error.name or 'a library'}, which is not installed",
            path=_PATH,
            action="install syncd[oidc]",
        ) from error

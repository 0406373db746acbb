"""The city's own sign-in at the door: out to the provider, and back.

In: the provider's answer. Out: a session, or a page that says kindly why there is none. Signing out is local: it ends
the session here and leaves the one at the provider alone.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from aiohttp import web

from syncd.config.desk import DeskConfig
from syncd.desk.languages import N_
from syncd.desk.pages.sign_in import PROVIDER_WAY
from syncd.desk.rendering import render, words_of
from syncd.desk.routes import DESK, VISITOR, Route
from syncd.desk.security.oidc.errors import NotBelievedError, ProviderError
from syncd.desk.security.oidc.pending import LASTS, LONGEST, LONGEST_WAY, Pending, packed, unpacked
from syncd.desk.security.oidc.provider import Provider, Secret, provider_of
from syncd.desk.security.oidc.users import Met, login_of, met, subject_of
from syncd.desk.security.places import network_of
from syncd.desk.security.sessions import GUARD, begin, forget
from syncd.desk.ways import inside
from syncd.ledger.refusals import RefusedError
from syncd.records.roles import Capability

OUT, BACK = "/sign-in/provider", "/sign-in/provider/back"
COOKIE = "oidc"
log = structlog.get_logger(__name__)

SENTENCES: dict[str, tuple[int, str]] = {
    "stale": (400, N_("The sign-in took too long, or was begun in another window. Please begin again.")),
    "cancelled": (400, N_("The sign-in at %(provider)s was not completed. Please begin again.")),
    "not_believed": (403, N_("What %(provider)s answered could not be confirmed. Please begin again.")),
    "down": (503, N_("%(provider)s does not answer at present. Try again later, or sign in with your password.")),
    "limited": (429, N_("Too many tries. Please wait a minute and begin again.")),
    "unknown": (
        403,
        N_("%(provider)s knows you as “%(login)s”, but there is no such account here. Ask the operator to let you in."),
    ),
    "nameless": (403, N_("%(provider)s did not say which account is yours. Ask the operator to look into it.")),
    "disabled": (403, N_("Your account “%(login)s” is closed here. Ask the operator to open it.")),
    "linked": (
        403,
        N_("The account “%(login)s” belongs to another person at %(provider)s. Ask the operator to look into it."),
    ),
}
"""Why somebody was not let in: the status, and what they are told."""


@dataclass(slots=True)
class OidcPages:
    """The two pages of a provider. ``key`` signs the cookie of sign-ins under way; a restart ends those."""

    provider: Provider
    key: bytes = field(repr=False)

    @property
    def routes(self) -> tuple[Route, ...]:
        return (
            Route("GET", OUT, PROVIDER_WAY, self.out, Capability.SIGN_IN),
            Route("GET", BACK, "oidc_back", self.back, Capability.SIGN_IN),
        )

    async def out(self, request: web.Request) -> web.StreamResponse:
        """Begin: the browser goes to the provider, with a cookie that knows what was asked."""
        guard, wanted = request.app[GUARD], inside(request.query.get("next", ""))
        if request.get(VISITOR) is not None:
            return web.Response(status=303, headers={"Location": wanted})
        until = int((request.app[DESK].clock() + LASTS).timestamp())
        way = wanted if len(wanted) <= LONGEST_WAY else "/"
        pending = Pending(guard.token(), guard.token(), guard.token(), way, until)
        try:
            location = await self.provider.way_out(pending)
        except ProviderError as error:
            return self._failed(request, error)
        response = web.Response(status=303, headers={"Location": location})
        self._keep(request, response, packed(pending, self.key))
        return response

    async def back(self, request: web.Request) -> web.StreamResponse:
        """The provider's answer: checked, then a session as after a password."""
        if request.get(VISITOR) is not None:
            return web.Response(status=303, headers={"Location": "/"})
        guard, now = request.app[GUARD], request.app[DESK].clock()
        cookie = request.cookies.get(guard.cookie(COOKIE), "")
        pending = unpacked(cookie, self.key, now) if len(cookie) <= LONGEST else None
        if pending is None or not _is_same(request.query.get("state", ""), pending.state):
            return self._refused(request, "stale")
        if request.query.get("iss", self.provider.settings.issuer) != self.provider.settings.issuer:
            return self._refused(request, "not_believed", "another issuer answered")
        if "error" in request.query:
            return self._refused(request, "cancelled")
        network = network_of(guard.address(request))
        if guard.limits.take(f"provider {network}", network, now):
            return self._refused(request, "limited")
        try:
            found = await self._met(request, request.query.get("code", ""), pending)
            if found.user is None:
                return self._refused(request, found.why if found.login else "nameless", login=found.login)
            response = web.Response(status=303, headers={"Location": inside(pending.way)})
            await begin(request, response, found.user.id)
        except ProviderError as error:
            return self._failed(request, error)
        except NotBelievedError as error:
            return self._refused(request, "not_believed", error.message)
        except RefusedError as error:
            return self._refused(request, "not_believed", error.message)
        guard.limits.give_back(f"provider {network}", network, now)
        forget(guard, response, COOKIE)
        return response

    async def _met(self, request: web.Request, code: str, pending: Pending) -> Met:
        desk, settings = request.app[DESK], self.provider.settings
        claims = await self.provider.claims(code, pending)
        subject, login = subject_of(settings.issuer, claims), login_of(claims, settings.login_claim)
        return await desk.ledger.write(met, subject=subject, login=login, now=desk.clock())

    def _failed(self, request: web.Request, error: ProviderError) -> web.Response:
        log.warning("provider_failed", step=error.step, error=error.message, action=error.action)
        return self._told(request, "down")

    def _refused(self, request: web.Request, why: str, reason: str = "", *, login: str = "") -> web.Response:
        log.warning("provider_refused", address=request.app[GUARD].address(request), reason=reason or why)
        return self._told(request, why, login)

    def _told(self, request: web.Request, why: str, login: str = "") -> web.Response:
        status, sentence = SENTENCES[why]
        said = words_of(request).gettext(sentence) % {"provider": self.provider.settings.name, "login": login}
        response = render(request, "oidc_refused.html", status=status, said=said)
        if status in (429, 503):
            response.headers["Retry-After"] = "60"
        forget(request.app[GUARD], response, COOKIE)
        return response

    def _keep(self, request: web.Request, response: web.StreamResponse, value: str) -> None:
        """Lax: the answer comes by a link from the provider's pages."""
        guard = request.app[GUARD]
        response.set_cookie(
            guard.cookie(COOKIE),
            value,
            path="/",
            max_age=int(LASTS.total_seconds()),
            httponly=True,
            secure=guard.places.is_https,
            samesite="Lax",
        )


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def oidc_routes(
    settings: DeskConfig,
    *,
    public_url: str,
    clock: Callable[[], datetime],
    secret: Secret,
    random: Callable[[int], bytes],
) -> tuple[Route, ...]:
    """The routes of the city's sign-in; none where it is not configured. Raises `ConfigurationError`."""
    if settings.oidc is None:
        return ()
    provider = provider_of(
        settings.oidc,
        redirect_uri=public_url.rstrip("/") + BACK,
        clock=clock,
        secret=secret,
    )
    return OidcPages(provider, random(32)).routes

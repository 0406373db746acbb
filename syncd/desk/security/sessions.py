"""Sessions: from a cookie to a visitor, and how one begins and ends.

In: cookies. Out: a visitor or None. The token is 256 random bits that only the browser has; the ledger has its digest.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from aiohttp import web

from syncd.config.desk import DeskConfig
from syncd.desk.routes import DESK
from syncd.desk.security import csrf
from syncd.desk.security.csrf import Random
from syncd.desk.security.limits import Buckets, SignInLimits
from syncd.desk.security.places import Places, visitor_address
from syncd.desk.visitor import Visitor, capabilities_of
from syncd.ledger.accounts import user_by_id
from syncd.ledger.api_tokens import TokenUser, token_of, touch_token
from syncd.ledger.sign_ins import SEEN_EVERY, SessionUser, end_session, open_session, session_of, touch_session
from syncd.records.roles import Capability, Role

SESSION, BEFORE = "session", "before"
"""Cookies: of the session; of the form token before there is one."""
LONGEST_TOKEN = 128
BEARER = "Bearer "


@dataclass(frozen=True, slots=True)
class Guard:
    """What the security of one desk works with. ``touched``: when the use of a token was last written down.

    ``api``: how often each token may ask: 300 times at once, then four times a second.
    """

    settings: DeskConfig
    places: Places
    random: Random
    limits: SignInLimits
    touched: dict[int, datetime] = field(default_factory=dict)
    api: Buckets = field(default_factory=lambda: Buckets(size=300, seconds=0.25))

    def cookie(self, name: str) -> str:
        """The cookie's name; over https one that only this host, over https, can have set."""
        return f"__Host-syncd-{name}" if self.places.is_https else f"syncd-{name}"

    def forget(self, now: datetime) -> None:
        """Drop what no limit and no minute rests on any more."""
        self.limits.forget(now)
        self.api.forget(now.timestamp())
        for token_id in [one for one, at in self.touched.items() if now - at >= SEEN_EVERY]:
            del self.touched[token_id]

    def token(self) -> str:
        """A new secret of 256 bits."""
        return urlsafe_b64encode(self.random(32)).decode().rstrip("=")

    def address(self, request: web.Request) -> str:
        """Where the visitor is, as far as proxies can be trusted."""
        forwarded = request.headers.getall("X-Forwarded-For", [])
        return visitor_address(request.remote, forwarded, self.settings.trusted_proxies, self.settings.proxy_networks)


GUARD = web.AppKey("guard", Guard)


def digest_of(token: str) -> str:
    """What is remembered of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def session_digest(request: web.Request) -> str:
    """The digest of the session's token that came with the request; empty where none came."""
    token = request.cookies.get(request.app[GUARD].cookie(SESSION), "")
    return digest_of(token) if 0 < len(token) <= LONGEST_TOKEN else ""


async def visitor_by_session(request: web.Request) -> Visitor | None:
    """The visitor whose session this is, if it is open; keeps it from idling out."""
    found = await open_session_of(request)
    if found is None:
        return None
    desk = request.app[DESK]
    if desk.clock() - found.seen_at >= SEEN_EVERY:
        await desk.ledger.write(touch_session, digest=session_digest(request), now=desk.clock())
    return _visitor(found, csrf_secret=found.csrf)


async def open_session_of(request: web.Request) -> SessionUser | None:
    """The session, if it is open; asking does not keep it."""
    digest, desk = session_digest(request), request.app[DESK]
    if not digest:
        return None
    idle = request.app[GUARD].settings.session_idle
    return await desk.ledger.read(session_of, digest=digest, now=desk.clock(), idle=idle)


async def visitor_by_token(request: web.Request) -> Visitor | None:
    """The visitor whose API token stands in ``Authorization``, with no more than the token's scopes."""
    header, desk = request.headers.get("Authorization", ""), request.app[DESK]
    if not header.startswith(BEARER) or len(header) > LONGEST_TOKEN:
        return None
    digest = digest_of(header.removeprefix(BEARER).strip())
    found = await desk.ledger.read(token_of, digest=digest, now=desk.clock())
    if found is None:
        return None
    await _touch(request, found.token_id)
    return _visitor(found, scopes=frozenset(found.scopes))


async def _touch(request: web.Request, token_id: int) -> None:
    """Remember that a token is used, once a minute: every read of the API would else wait for the ledger's writer."""
    desk, touched = request.app[DESK], request.app[GUARD].touched
    now = desk.clock()
    if token_id not in touched or now - touched[token_id] >= SEEN_EVERY:
        touched[token_id] = now
        await desk.ledger.write(touch_token, token_id=token_id, now=now)


async def begin(request: web.Request, response: web.StreamResponse, user_id: int) -> None:
    """Sign the user in with a new token, whatever token came before; that one's session ends."""
    guard, desk = request.app[GUARD], request.app[DESK]
    token, now = guard.token(), desk.clock()
    user = await desk.ledger.read(user_by_id, user_id)
    actor = f"user:{user.login}" if user else "nobody"
    await end(request, response, actor=actor)
    await desk.ledger.write(
        open_session,
        user_id=user_id,
        digest=digest_of(token),
        csrf=guard.token(),
        expires_at=now + guard.settings.session_longest,
        address=guard.address(request),
        now=now,
        actor=actor,
    )
    keep(guard, response, SESSION, token)
    forget(guard, response, BEFORE)


async def end(request: web.Request, response: web.StreamResponse, *, actor: str) -> None:
    """Sign out: the session ends at the ledger, and the cookie goes."""
    desk, digest = request.app[DESK], session_digest(request)
    if digest:
        await desk.ledger.write(end_session, digest=digest, now=desk.clock(), actor=actor)
    forget(request.app[GUARD], response, SESSION)


def keep(guard: Guard, response: web.StreamResponse, name: str, value: str) -> None:
    """Set one of the desk's cookies: for this host alone, out of reach of scripts and of other sites' forms."""
    response.set_cookie(
        guard.cookie(name), value, path="/", httponly=True, secure=guard.places.is_https, samesite="Lax"
    )


def forget(guard: Guard, response: web.StreamResponse, name: str) -> None:
    """Take one of the desk's cookies back."""
    response.del_cookie(guard.cookie(name), path="/", httponly=True, secure=guard.places.is_https, samesite="Lax")


def form_secret(request: web.Request, visitor: Visitor | None) -> str:
    """What form tokens are made of: the session's secret, before sign-in that of a cookie; empty without one."""
    if visitor is not None:
        return visitor.csrf
    secret = request.cookies.get(request.app[GUARD].cookie(BEFORE), "")
    return secret if len(secret) <= LONGEST_TOKEN else ""


def is_own_form(request: web.Request, token: str, secret: str) -> bool:
    """Whether a page of this desk, shown to this visitor, asked for the change."""
    return csrf.came_from_here(request.headers, request.app[GUARD].places) and csrf.is_right(token, secret)


def _visitor(found: SessionUser | TokenUser, *, csrf_secret: str = "", scopes: frozenset[str] | None = None) -> Visitor:
    role = Role(found.role)
    may = capabilities_of(role)
    return Visitor(
        user_id=found.user_id,
        login=found.login,
        name=found.name,
        role=role,
        unit=found.unit,
        language=found.language,
        csrf=csrf_secret,
        capabilities=may
        if scopes is None
        else frozenset(one for one in may if one in scopes or one is Capability.SIGN_IN),
        token=found.token_name if isinstance(found, TokenUser) else "",
        token_id=found.token_id if isinstance(found, TokenUser) else 0,
    )

"""One's own account: password, open sessions, tokens of the API.

In: forms of the visitor's own account, never another's. Out: the page. A token is shown once, when it is made.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

from aiohttp import web

from syncd.answers.sessions import OpenSession, open_sessions
from syncd.desk.forms import form_of
from syncd.desk.languages import N_
from syncd.desk.refusals import REASONS
from syncd.desk.rendering import go_to, render, ways_of
from syncd.desk.routes import DESK, Route, visitor_of
from syncd.desk.security.places import network_of
from syncd.desk.security.sessions import GUARD, begin, digest_of, session_digest
from syncd.desk.security.signing_in import HASHING
from syncd.ledger.accounts import password_hash_of, set_password, user_by_id
from syncd.ledger.api_tokens import add_token, revoke_token, tokens_of
from syncd.ledger.refusals import RefusedError
from syncd.ledger.sign_ins import end_session
from syncd.records.passwords import PasswordError
from syncd.records.roles import Capability

TOKEN_START = "syncd_"  # noqa: S105 - the beginning of every token, by which scanners for leaked ones know it
LIVES = {30: N_("30 days"), 90: N_("90 days"), 365: N_("one year")}
SCOPES = {
    Capability.SEE: N_("See mismatches and publications"),
    Capability.EXPORT: N_("Take documents out"),
    Capability.SEE_AUDIT: N_("See the audit trail"),
    Capability.COMMENT: N_("Comment"),
    Capability.SET_CAUSE: N_("Set causes"),
    Capability.ASSIGN: N_("Assign"),
    Capability.REPORT: N_("Mark as reported"),
    Capability.REREAD: N_("Ask for a re-read"),
    Capability.WAIVE: N_("Waive"),
    Capability.KEEP_LISTS: N_("Keep lists"),
    Capability.SEND: N_("Send documents"),
    Capability.MANAGE_USERS: N_("Manage users"),
}
"""What each scope of a token lets it do."""


async def account(request: web.Request) -> web.StreamResponse:
    """The account."""
    return await _page(request)


async def change_password(request: web.Request) -> web.StreamResponse:
    """Another password; every session ends, and this browser gets a new one."""
    form, desk, visitor = await form_of(request), request.app[DESK], visitor_of(request)
    fault = await _password_fault(request, form.exactly("present"), form.exactly("new"), form.exactly("again"))
    if fault:
        return await _page(request, status=422, password_fault=fault)
    try:
        hash_text = await request.app[HASHING].hashed(form.exactly("new"))
    except PasswordError as error:
        return await _page(request, status=422, password_fault={"new": REASONS[error.slug]})
    await desk.ledger.write(
        set_password, user_id=visitor.user_id, password_hash=hash_text, now=desk.clock(), actor=visitor.actor
    )
    response = go_to(request, "account", say=N_("Your password is changed. Other sessions have ended."))
    await begin(request, response, visitor.user_id)
    return response


async def end_own_session(request: web.Request) -> web.StreamResponse:
    """Ends one of one's sessions, or all but this one."""
    form, desk, visitor = await form_of(request), request.app[DESK], visitor_of(request)
    own, wanted = session_digest(request), form.get("session")
    for one in await _open(request):
        if handle_of(one) == wanted or (wanted == "others" and one.digest != own):
            await desk.ledger.write(end_session, digest=one.digest, now=desk.clock(), actor=visitor.actor)
    return go_to(request, "account", say=N_("The session has ended."))


async def make_token(request: web.Request) -> web.StreamResponse:
    """A new token, shown once."""
    form, desk, visitor = await form_of(request), request.app[DESK], visitor_of(request)
    token, days = TOKEN_START + request.app[GUARD].token(), form.get("days")
    now = desk.clock()
    try:
        await desk.ledger.write(
            add_token,
            user_id=visitor.user_id,
            digest=digest_of(token),
            name=form.get("name"),
            scopes=form.all("scope"),
            expires_at=now + timedelta(days=int(days) if days in map(str, LIVES) else 0),
            now=now,
            actor=visitor.actor,
        )
    except RefusedError as error:
        return await _page(request, status=422, token_fault=REASONS.get(error.reason, error.message))
    return await _page(request, status=201, token=token)


async def end_token(request: web.Request) -> web.StreamResponse:
    """Ends one of one's tokens."""
    form, desk, visitor = await form_of(request), request.app[DESK], visitor_of(request)
    number = form.get("token")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise web.HTTPBadRequest
    ended = await desk.ledger.write(
        revoke_token, token_id=int(number), user_id=visitor.user_id, now=desk.clock(), actor=visitor.actor
    )
    if not ended:
        raise web.HTTPNotFound
    return go_to(request, "account", say=N_("The token has ended."))


def handle_of(session: OpenSession) -> str:
    """What a page calls a session: of no use for anything but ending it."""
    return sha256(f"handle:{session.digest}".encode()).hexdigest()[:24]


async def _password_fault(request: web.Request, present: str, new: str, again: str) -> dict[str, str]:
    """What is wrong with a change of password, by field; guesses at the present one are limited as at the door."""
    guard, desk, visitor = request.app[GUARD], request.app[DESK], visitor_of(request)
    if new != again:
        return {"again": REASONS["password_differs"]}
    address = network_of(guard.address(request))
    if wait := guard.limits.take(visitor.login, address, desk.clock()):
        raise web.HTTPTooManyRequests(headers={"Retry-After": str(wait)})
    hash_text = await desk.ledger.read(password_hash_of, visitor.login)
    if not (await request.app[HASHING].check(present, hash_text)).is_right:
        return {"present": REASONS["password_wrong"]}
    guard.limits.give_back(visitor.login, address, desk.clock())
    return {}


async def _open(request: web.Request) -> list[OpenSession]:
    desk, idle = request.app[DESK], request.app[GUARD].settings.session_idle
    return await desk.ledger.read(open_sessions, visitor_of(request).user_id, now=desk.clock(), idle=idle)


async def _page(request: web.Request, *, status: int = 200, token: str = "", **more: Any) -> web.Response:
    desk, visitor = request.app[DESK], visitor_of(request)
    tokens = await desk.ledger.read(tokens_of, visitor.user_id)
    now = desk.clock()
    return render(
        request,
        "account.html",
        status=status,
        user=await desk.ledger.read(user_by_id, visitor.user_id),
        sessions=[(one, handle_of(one)) for one in await _open(request)],
        own=session_digest(request),
        tokens=[one for one in tokens if one.revoked_at is None and one.expires_at > now],
        scopes={scope: text for scope, text in SCOPES.items() if visitor.may(scope)},
        all_scopes=SCOPES,
        lives=LIVES,
        token=token,
        token_fault=more.get("token_fault", ""),
        password_fault=more.get("password_fault", {}),
        api=ways_of(request).url("api_docs") if "api_docs" in ways_of(request) else "",
    )


ROUTES = (
    Route("GET", "/account", "account", account, Capability.SEE),
    Route("POST", "/account/password", "change_password", change_password, Capability.SEE),
    Route("POST", "/account/sessions/end", "end_own_session", end_own_session, Capability.SEE),
    Route("POST", "/account/tokens", "make_token", make_token, Capability.SEE),
    Route("POST", "/account/tokens/end", "end_token", end_token, Capability.SEE),
)

"""What each may choose for themselves without an account: the language, light or dark; and the list of keys.

In: a form. Out: a cookie, or the account's language; then back to where one was.
"""

from __future__ import annotations

from aiohttp import web

from syncd.desk.forms import form_of
from syncd.desk.rendering import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, go_back, render
from syncd.desk.routes import DESK, VISITOR, Route
from syncd.desk.visitor import LANGUAGES
from syncd.ledger.accounts import change_user
from syncd.records.roles import Capability

A_YEAR = 31_536_000


async def language(request: web.Request) -> web.StreamResponse:
    """Another language: of the account, and of this browser."""
    form, desk = await form_of(request), request.app[DESK]
    wanted = _one_of(LANGUAGES, form.get("language"))
    visitor = request.get(VISITOR)
    if visitor is not None:
        await desk.ledger.write(
            change_user, user_id=visitor.user_id, language=wanted, now=desk.clock(), actor=visitor.actor
        )
    return _remember(go_back(form.get("back")), LANGUAGE_COOKIE, wanted)


async def theme(request: web.Request) -> web.StreamResponse:
    """Light, dark, or as the system has it; of this browser."""
    form = await form_of(request)
    return _remember(go_back(form.get("back")), THEME_COOKIE, _one_of(THEMES, form.get("theme")))


async def keys(request: web.Request) -> web.StreamResponse:
    """What each key does."""
    return render(request, "keys.html")


def _one_of(values: tuple[str, ...], value: str) -> str:
    if value not in values:
        raise web.HTTPBadRequest
    return value


def _remember(response: web.Response, name: str, value: str) -> web.Response:
    response.set_cookie(name, value, path="/", max_age=A_YEAR, httponly=True, samesite="Lax")
    return response


ROUTES = (
    Route("POST", "/language", "language", language, Capability.SIGN_IN),
    Route("POST", "/theme", "theme", theme, Capability.SIGN_IN),
    Route("GET", "/keys", "keys", keys, Capability.SIGN_IN),
)

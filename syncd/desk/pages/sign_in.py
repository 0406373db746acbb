"""The door: signing in with a password, and signing out.

In: a login and a password. Out: a session, and the page that the visitor wanted to see. The city's own sign-in, where
there is one, is offered beside it.
"""

from __future__ import annotations

from aiohttp import web

from syncd.desk.forms import form_of
from syncd.desk.rendering import go_to, render, ways_of
from syncd.desk.routes import VISITOR, Route
from syncd.desk.security.sessions import GUARD, begin, end
from syncd.desk.security.signing_in import LONGEST_LOGIN, try_password
from syncd.desk.ways import inside
from syncd.records.roles import Capability

PROVIDER_WAY = "oidc_begin"
"""Name of the route that begins the city's own sign-in."""


async def sign_in(request: web.Request) -> web.StreamResponse:
    """The form; who is signed in goes on."""
    wanted = inside(request.query.get("next", ""))
    if request.get(VISITOR) is not None:
        return web.Response(status=303, headers={"Location": wanted})
    return _door(request, wanted)


async def sign_in_now(request: web.Request) -> web.StreamResponse:
    """One try."""
    form = await form_of(request)
    login, wanted = form.get("login")[:LONGEST_LOGIN], inside(form.get("next"))
    tried = await try_password(request, login, form.exactly("password"))
    if tried.wait:
        return _door(request, wanted, login, status=429, wait=tried.wait)
    if tried.user is None:
        return _door(request, wanted, login, status=422, wrong=True)
    response = web.Response(status=303, headers={"Location": wanted})
    await begin(request, response, tried.user.id)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    """Ends the session; harmless without one."""
    visitor = request.get(VISITOR)
    response = go_to(request, "sign_in")
    await end(request, response, actor=visitor.actor if visitor else "nobody")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _door(
    request: web.Request, wanted: str, login: str = "", *, status: int = 200, wrong: bool = False, wait: int = 0
) -> web.Response:
    ways, oidc = ways_of(request), request.app[GUARD].settings.oidc
    is_offered = oidc is not None and PROVIDER_WAY in ways
    return render(
        request,
        "sign_in.html",
        status=status,
        headers={"Retry-After": str(wait)} if wait else None,
        next="" if wanted == "/" else wanted,
        login=login,
        wrong=wrong,
        wait=wait,
        provider=oidc.name if oidc is not None and is_offered else "",
        provider_way=ways.url(PROVIDER_WAY, next=wanted) if is_offered else "",
    )


ROUTES = (
    Route("GET", "/sign-in", "sign_in", sign_in, Capability.SIGN_IN),
    Route("POST", "/sign-in", "sign_in_now", sign_in_now, Capability.SIGN_IN),
    Route("POST", "/sign-out", "sign_out", sign_out, Capability.SIGN_IN),
)

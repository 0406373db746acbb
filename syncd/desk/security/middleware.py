"""What every request goes through, in this order: errors, host, who is there, whether they may, whether they meant it.

In: a request. Out: the handler's answer, or a refusal. A handler behind this can rely on: the visitor is known and may,
a POST was meant, the form is text of a bounded size.
"""

from __future__ import annotations

import asyncio
from base64 import b32encode
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from syncd.desk.forms import form_of, require_text
from syncd.desk.pages.errors import refusal, sentence_of, status_of
from syncd.desk.refusals import REASONS
from syncd.desk.rendering import CSRF, WAY, language_of, ways_of
from syncd.desk.routes import DESK, ROUTE, VISITOR, Handler, Route
from syncd.desk.security import csrf
from syncd.desk.security.headers import close_down
from syncd.desk.security.sessions import (
    BEFORE,
    GUARD,
    form_secret,
    is_own_form,
    keep,
    visitor_by_session,
    visitor_by_token,
)
from syncd.desk.visitor import Visitor
from syncd.desk.ways import inside
from syncd.errors import SyncdError
from syncd.ledger.refusals import RefusedError
from syncd.records.roles import Capability

SLOWEST = 30.0
"""Seconds that a page may take; a stream that has begun may take longer."""
SAFE = frozenset({"GET", "HEAD"})
API = "/api/"
LIMIT: web.RequestKey[asyncio.Timeout | None] = web.RequestKey("limit", asyncio.Timeout)
SENT = web.RequestKey("sent", bool)
SECRET = web.RequestKey("secret", str)
TABLE = web.AppKey("table", dict[web.AbstractRoute, Route])
WORTH_PACKING = 1_024
log = structlog.get_logger(__name__)


async def prepare(request: web.Request, response: web.StreamResponse) -> None:
    """Just before an answer is sent: headers; a stream is freed from the time limit."""
    close_down(response, is_https=request.app[GUARD].places.is_https)
    request[SENT] = True
    limit = request.get(LIMIT)
    if limit is not None and not isinstance(response, web.Response):
        limit.reschedule(None)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever goes wrong becomes a page with a reference; the rest of it is in the log."""
    route = request.app[TABLE].get(request.match_info.route)
    request[ROUTE], request[WAY] = route, route.name if route else ""
    try:
        async with asyncio.timeout(SLOWEST) as request[LIMIT]:
            return _packed(request, await handler(request))
    except web.HTTPException as error:
        if error.status < 400:
            return error
        return refusal(request, error.status, headers=_kept(error))
    except RefusedError as error:
        return refusal(request, 422, sentence=REASONS.get(error.reason, ""))
    except (SyncdError, TimeoutError) as error:
        return _failed(request, error, status_of(error))
    except ConnectionError:
        raise
    except Exception as error:
        return _failed(request, error, 500)
    finally:
        request[LIMIT] = None


@web.middleware
async def own_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only under the desk's own names, and only what is text."""
    if not request.app[GUARD].places.is_own_host(request.headers.get("Host", "")):
        raise web.HTTPMisdirectedRequest
    require_text((request.path, *request.query.keys(), *request.query.values()))
    return await handler(request)


@web.middleware
async def who(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Finds the visitor: by token for the API, by session for pages."""
    guard = request.app[GUARD]
    visitor = await _visitor(request)
    if visitor is not None:
        request[VISITOR] = visitor
    secret = form_secret(request, visitor)
    is_new = not secret and visitor is None and not _is_api(request)
    if is_new:
        secret = guard.token()
    request[CSRF] = csrf.masked(secret, guard.random) if secret else ""
    request[SECRET] = "" if is_new else secret
    response = await handler(request)
    if is_new and isinstance(response, web.Response) and response.content_type == "text/html":
        keep(guard, response, BEFORE, secret)
    return response


@web.middleware
async def may(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only who may; who is not signed in is shown the door, and comes back here from it."""
    route, visitor = request[ROUTE], request.get(VISITOR)
    if route is None or route.needs is Capability.SIGN_IN:
        return await handler(request)
    if visitor is None:
        return _to_the_door(request)
    if not visitor.may(route.needs):
        raise web.HTTPForbidden
    return await handler(request)


@web.middleware
async def meant(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What changes something comes from a page of this desk; the API's changes are signed by their token."""
    if request.method in SAFE or _is_api(request) or request[ROUTE] is None:
        return await handler(request)
    form = await form_of(request)
    token = request.headers.get(csrf.HEADER) or form.get(csrf.FIELD)
    if not is_own_form(request, token, request[SECRET]):
        raise web.HTTPForbidden(reason="form token")
    return await handler(request)


MIDDLEWARES: tuple[Middleware, ...] = (errors, own_host, who, may, meant)


async def _visitor(request: web.Request) -> Visitor | None:
    if request[ROUTE] is not None and request[WAY] == "static":
        return None
    if _is_api(request):
        return await visitor_by_token(request)
    return await visitor_by_session(request)


def _to_the_door(request: web.Request) -> web.Response:
    if _is_api(request) or "text/event-stream" in request.headers.get("Accept", ""):
        return refusal(request, 401, headers={"WWW-Authenticate": "Bearer"} if _is_api(request) else None)
    if request.method not in SAFE:
        raise web.HTTPForbidden
    if "HX-Request" in request.headers:
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = inside(shown.path + (f"?{shown.query}" if shown.query else ""))
        return web.Response(status=401, headers={"HX-Redirect": ways_of(request).url("sign_in", next=back)})
    return web.Response(
        status=303, headers={"Location": ways_of(request).url("sign_in", next=inside(request.path_qs, ""))}
    )


def _is_api(request: web.Request) -> bool:
    return request.path.startswith(API)


def _kept(error: web.HTTPException) -> dict[str, str]:
    return {name: error.headers[name] for name in ("Allow", "Retry-After") if name in error.headers}


def _failed(request: web.Request, error: Exception, status: int) -> web.StreamResponse:
    reference = b32encode(request.app[GUARD].random(5)).decode().lower()
    request.app[DESK].failed()
    log.error("desk_failed", reference=reference, route=request[WAY], exc_info=error)
    if request.get(SENT):
        raise ConnectionResetError("the answer had begun") from error
    headers = {"Retry-After": "30"} if status == 503 else None
    sentence = sentence_of(error) if language_of(request) == "vi" else ""
    return refusal(request, status, sentence=sentence, reference=reference, headers=headers)


def _packed(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Gzip for pages; the compressing is done in a thread."""
    if isinstance(response, web.Response) and isinstance(response.body, bytes) and len(response.body) > WORTH_PACKING:
        is_text = response.content_type.startswith("text/") or response.content_type.endswith("json")
        if is_text and "Content-Encoding" not in response.headers:
            response.headers["Vary"] = "Accept-Encoding, Cookie"
            if "gzip" in request.headers.get("Accept-Encoding", ""):
                response.enable_compression(web.ContentCoding.gzip)
    return response

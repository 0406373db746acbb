"""What the API says when it cannot do what was asked: ``application/problem+json`` (RFC 9457), in exact English words.

In: a status, what is wrong, where. Out: an error that handlers raise, and the answer that is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from aiohttp import web
from msgspec import UNSET, Struct, UnsetType

from syncd.desk.forms import LARGEST_BODY
from syncd.desk.routes import ROUTE

MEDIA_TYPE = "application/problem+json"
WORDS = {
    400: "the request is not text that can be read; write the address and the query as UTF-8",
    401: "an API token that is in force is needed: send 'Authorization: Bearer syncd_…'; people make tokens on the "
    "page of their account, and a session of a browser does not count here",
    403: "this token may not do that",
    404: "there is nothing here, or it is not this token's to see",
    405: "this address does not take that method; the header Allow says which it takes",
    409: "somebody was faster; read how things stand now, then try again",
    413: f"the body has more than {LARGEST_BODY} bytes; send fewer ids in one request",
    415: "the body must be JSON: send 'Content-Type: application/json'",
    421: "this is not an address of this desk; use the one that the operator gave you",
    422: "what is asked cannot be done so; the detail says what is wrong and what would be right",
    429: "this token has asked too much at once; wait for the seconds of Retry-After",
    500: "the desk could not finish; tell the operator the reference",
    503: "the desk cannot answer just now; try again after Retry-After, and tell the operator if it stays so",
}
"""What is said where nothing more exact is known."""


class Fault(Struct, frozen=True):
    """One part of the body that is wrong. ``pointer``: where (RFC 6901, in a fragment)."""

    pointer: str
    detail: str


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong. ``parameter``: of the query; ``reference``: stands in the operator's log as well."""

    type: str
    status: int
    title: str
    detail: str
    parameter: str | UnsetType = UNSET
    errors: tuple[Fault, ...] | UnsetType = UNSET
    reference: str | UnsetType = UNSET


class ProblemError(Exception):
    """Ends a request with a problem. Its words are for whoever wrote the program that asks."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        parameter: str = "",
        errors: tuple[Fault, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.problem = Problem(
            type="about:blank",
            status=status,
            title=HTTPStatus(status).phrase,
            detail=detail,
            parameter=parameter or UNSET,
            errors=errors or UNSET,
        )
        self.headers = dict(headers or {})

    def response(self) -> web.Response:
        """The answer."""
        return sent(self.problem, self.headers)


def sent(problem: Problem, headers: Mapping[str, str] | None = None) -> web.Response:
    """A problem as an answer."""
    return web.Response(
        body=msgspec.json.encode(problem),
        status=problem.status,
        headers=headers,
        content_type=MEDIA_TYPE,
        charset="utf-8",
    )


def refused(
    request: web.Request, status: int, *, reference: str = "", headers: Mapping[str, str] | None = None
) -> web.Response:
    """The answer where something before or after a handler refuses."""
    problem = Problem(
        type="about:blank",
        status=status,
        title=HTTPStatus(status).phrase,
        detail=_words(request, status),
        reference=reference or UNSET,
    )
    return sent(problem, headers)


def _words(request: web.Request, status: int) -> str:
    route = request.get(ROUTE)
    if status == HTTPStatus.FORBIDDEN and route is not None:
        return f"this needs the scope {route.needs.value!r}: the token must have it, and its user's role must allow it"
    return WORDS.get(status, WORDS[400 if status < 500 else 500])

"""The small values that the HTTP client's parts hand to one another and to the outside.

In: nothing. Out: a question (`Call`), what came back (`Answer`), and what one attempt was like (`Attempt`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict
from urllib.parse import urlencode

import msgspec

OK = "ok"
Accepted = frozenset[int]
ACCEPT_200: Accepted = frozenset({200})


@dataclass(frozen=True, slots=True)
class Answer:
    """One accepted answer. Headers are found whatever their case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, for metrics and logs: never an argument, an address or a body.

    ``outcome`` is ``ok`` or an error's slug; ``number`` starts at 1; ``retried_in`` is the wait in seconds before the
    next attempt, None where there is none. ``ahead``: seconds by which our clock was ahead of the ``Date`` of the last
    answer; ``server_until``, ``client_until``: when the certificates end, in Unix time. None where that is not known.
    """

    side: str
    operation: str
    outcome: str
    seconds: float
    number: int
    retried_in: float | None = None
    ahead: float | None = None
    server_until: float | None = None
    client_until: float | None = None


Observe = Callable[[Attempt], None]


class Question(TypedDict, total=False):
    """What may be said about a call beside its method and path.

    ``json`` or ``form`` is the body, ``params`` the query. ``accept`` are the statuses that mean success (200 alone
    where it is absent); ``max_bytes`` is the cap of this answer where it is not the client's own.
    """

    json: Any
    form: Mapping[str, str] | None
    params: Mapping[str, str] | None
    headers: Mapping[str, str] | None
    accept: Accepted
    max_bytes: int | None


@dataclass(frozen=True, slots=True)
class Call:
    """One question, ready to be sent as often as is safe."""

    method: str
    path: str
    operation: str
    safe: bool
    accept: Accepted
    max_bytes: int
    content: bytes | None = field(default=None, repr=False)
    content_type: str | None = None
    params: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def where(self) -> str:
        """The place in error messages: method and path, never the query."""
        return f"{self.method} {self.path}"

    def arguments(self, authority: Mapping[str, str]) -> dict[str, Any]:
        """What the session is asked with; ``authority`` are the secret headers. Redirects are never followed."""
        headers = {**self.headers, **authority}
        if self.content_type is not None:
            headers["Content-Type"] = self.content_type
        return {"data": self.content, "params": self.params, "headers": headers, "allow_redirects": False}


def call_of(method: str, path: str, *, operation: str, safe: bool, max_bytes: int, question: Question) -> Call:
    """The call that a question makes; its body is encoded once for all attempts."""
    content, content_type = _body(question)
    return Call(
        method=method,
        path="/" + path.lstrip("/"),
        operation=operation,
        safe=safe,
        accept=question.get("accept", ACCEPT_200),
        max_bytes=question.get("max_bytes") or max_bytes,
        content=content,
        content_type=content_type,
        params=question.get("params"),
        headers=question.get("headers") or {},
    )


def _body(question: Question) -> tuple[bytes | None, str | None]:
    if question.get("json") is not None:
        return msgspec.json.encode(question["json"]), "application/json"
    form = question.get("form")
    if form is not None:
        return urlencode(form).encode("ascii"), "application/x-www-form-urlencoded"
    return None, None


Send = Callable[[Call], Awaitable[Answer]]
Transport = Callable[[Call, Send], Awaitable[Answer]]
"""Carries one exchange: it may send the call by the function that it is given, listen, or answer by itself."""

"""What came with a form: text, checked for size and for what cannot be text, before any handler sees it.

In: the body of a POST. Out: a `Form`. Files are not taken: the desk has no upload.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 500
KIND = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Form:
    """Names and values, in their order; not in its repr, because they may be passwords."""

    pairs: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def get(self, name: str, otherwise: str = "") -> str:
        """The first value of this name, without white space around it."""
        return next((value.strip() for given, value in self.pairs if given == name), otherwise)

    def exactly(self, name: str) -> str:
        """The first value of this name as it was typed: passwords."""
        return next((value for given, value in self.pairs if given == name), "")

    def all(self, name: str) -> list[str]:
        """Every value of this name."""
        return [value for given, value in self.pairs if given == name]


FORM = web.RequestKey("form", Form)


async def form_of(request: web.Request) -> Form:
    """The form of a POST. Raises 415, 413 or 400 for what is none, too much or not text."""
    if FORM in request:
        return request[FORM]
    if request.content_type != KIND and request.body_exists:
        raise web.HTTPUnsupportedMediaType
    try:
        text = (await request.read()).decode("utf-8")
        form = Form(tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)))
    except ValueError as error:
        raise web.HTTPBadRequest from error
    require_text(part for pair in form.pairs for part in pair)
    request[FORM] = form
    return form


def require_text(parts: Iterable[str]) -> None:
    """Raises 400 where a part holds what no database keeps as text: NUL, or half of a character."""
    if any("\x00" in part or any("\ud800" <= char <= "\udfff" for char in part) for part in parts):
        raise web.HTTPBadRequest

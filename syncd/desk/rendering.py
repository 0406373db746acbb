"""Pages: templates, the language they are written in, and what every template may use.

In: a template's name and plain frozen values. Out: a response. Every value is escaped; an undefined name is an error.
Rendering stays on the loop: a page of 200 rows takes a few milliseconds (`tests/desk/test_rendering.py` measures).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from syncd.desk import writing
from syncd.desk.assets import Assets
from syncd.desk.badges import Badge, badge_of
from syncd.desk.languages import DEFAULT, NAMES, chosen, words
from syncd.desk.routes import DESK, VISITOR
from syncd.desk.visitor import LANGUAGES, Visitor
from syncd.desk.ways import Ways, changed, inside
from syncd.records.roles import Capability

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("auto", "light", "dark")
LANGUAGE_COOKIE, THEME_COOKIE, SAID_COOKIE = "lang", "theme", "said"
CSRF, WAY = web.RequestKey("csrf", str), web.RequestKey("way", str)
"""Where in a request the security middleware leaves the form token, and the name of its route."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a template is written for: who asks, in which language, where and when."""

    language: str = DEFAULT
    theme: str = "auto"
    now: datetime | None = None
    visitor: Visitor | None = None
    csrf: str = ""
    name: str = ""
    address: str = "/"
    said: str = ""

    @property
    def words(self) -> NullTranslations:
        """The translations of the language."""
        return words(self.language)


_PAGE: ContextVar[Page] = ContextVar("page")


class Rendering:
    """Every template, compiled at the start, and what they may use."""

    def __init__(self, ways: Ways, assets: Assets) -> None:
        self.ways = ways
        self.assets = assets
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=["jinja2.ext.i18n"],
        )
        _install(self.environment, ways, assets)
        for name in self.environment.list_templates(extensions=["html"]):
            self.environment.get_template(name)

    def text(self, template: str, page: Page, values: Mapping[str, Any]) -> str:
        """The page as HTML."""
        token = _PAGE.set(page)
        try:
            return self.environment.get_template(template).render(page=page, visitor=page.visitor, **values)
        finally:
            _PAGE.reset(token)


RENDERING = web.AppKey("rendering", Rendering)


def render(
    request: web.Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> web.Response:
    """A page. Templates see ``values``, ``page``, ``visitor`` (None before sign-in) and the functions of `_install`."""
    page = page_of(request)
    text = request.app[RENDERING].text(template, page, values)
    response = web.Response(text=text, content_type="text/html", status=status, headers=headers)
    if page.said:
        response.del_cookie(SAID_COOKIE, path="/")
    return response


def page_of(request: web.Request) -> Page:
    """What the request says of the page; works before anybody is signed in, and when the session cannot be read."""
    return Page(
        language=language_of(request),
        theme=_one_of(THEMES, request.cookies.get(THEME_COOKIE, "")),
        now=request.app[DESK].clock(),
        visitor=request.get(VISITOR),
        csrf=request.get(CSRF, ""),
        name=request.get(WAY, ""),
        address=inside(request.path_qs),
        said=_said(request.cookies.get(SAID_COOKIE, "")),
    )


def language_of(request: web.Request) -> str:
    """The visitor's language, else the cookie's, else what the browser prefers."""
    visitor = request.get(VISITOR)
    wish = visitor.language if visitor else request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen(wish, request.headers.get("Accept-Language", ""))


def words_of(request: web.Request) -> NullTranslations:
    """The translations for what a handler itself writes."""
    return words(language_of(request))


def ways_of(request: web.Request) -> Ways:
    """The addresses of this desk."""
    return request.app[RENDERING].ways


def go_to(request: web.Request, name: str, /, *, say: str = "", **values: object) -> web.Response:
    """After a POST: see the page ``name``. ``say`` (marked with ``N_``) is told there once."""
    return go_back(ways_of(request).url(name, **values), say=say)


def go_back(way: str, *, say: str = "") -> web.Response:
    """After a POST: see the page at ``way``, if that is inside."""
    response = web.Response(status=303, headers={"Location": inside(way)})
    if say:
        response.set_cookie(SAID_COOKIE, quote(say), path="/", max_age=30, httponly=True, samesite="Lax")
    return response


def _said(cookie: str) -> str:
    """What was left to be told; only a sentence of the catalogue, so that a planted cookie says nothing of its own."""
    text = unquote(cookie)[:300]
    return text if text and words("vi").gettext(text) != text else ""


def _one_of(values: tuple[str, ...], value: str) -> str:
    return value if value in values else values[0]


def _install(environment: Environment, ways: Ways, assets: Assets) -> None:
    """What every template may use, macros included."""
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _PAGE.get().words.gettext(text),
        lambda one, many, count: _PAGE.get().words.ngettext(one, many, count),
        newstyle=True,
    )
    environment.globals.update(
        url=ways.url,
        here=lambda **changes: changed(_PAGE.get().address, changes),
        exists=lambda name: name in ways,
        static_url=assets.address,
        may=_may,
        csrf=lambda: _PAGE.get().csrf,
        language=lambda: _PAGE.get().language,
        here_is=lambda name: _PAGE.get().name == name,
        badge_of=_badge,
        LANGUAGES={code: NAMES[code] for code in LANGUAGES},
        THEMES=THEMES,
    )
    environment.filters.update(
        day=writing.day,
        instant=writing.instant,
        ago=lambda value: writing.ago(value, _now(), _PAGE.get().words),
        number=lambda value, places=0: writing.number(value, _PAGE.get().language, places),
        points=_points,
        visible=lambda text: writing.visible(str(text)),
        iso=lambda value: value.isoformat(),
        code=_code,
        said=_translated,
    )


def _translated(text: str) -> str:
    """A string that was marked with ``N_``; nothing stays nothing (gettext would give the catalogue's head)."""
    return _PAGE.get().words.gettext(text) if text else ""


def _may(name: str) -> bool:
    visitor = _PAGE.get().visitor
    return visitor is not None and visitor.may(Capability(name))


def _badge(family: str, value: object) -> Badge:
    badge = badge_of(family, value)
    return Badge(badge.mark, _translated(badge.text), badge.tone)


def _now() -> datetime:
    now = _PAGE.get().now
    if now is None:
        raise RuntimeError("this page has no instant")
    return now


def _points(value: float | Decimal | None) -> str:
    return writing.number(value, _PAGE.get().language, 2)


def _code(value: str) -> Markup:
    """A code in which a line may break after each dot."""
    return Markup(".<wbr>").join(writing.visible(part) for part in value.split("."))

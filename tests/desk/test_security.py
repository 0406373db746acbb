"""What is let through: the matrix of roles and routes, forms that were not meant, headers, hosts, files, errors."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable

import aiohttp
import pytest
from aiohttp import web

from loopback.oidc_provider import Key, ProviderState, serve_provider
from syncd.config.desk import DeskConfig
from syncd.desk.app import desk_app, routes
from syncd.desk.forms import LARGEST_BODY, MOST_FIELDS
from syncd.desk.languages import N_
from syncd.desk.rendering import RENDERING, go_to
from syncd.desk.routes import Route, visitor_of
from syncd.desk.security.headers import HEADERS
from syncd.desk.security.middleware import TABLE
from syncd.ledger.accounts import change_user
from syncd.ledger.api_tokens import tokens_of
from syncd.ledger.errors import LedgerUnreachableError
from syncd.ledger.refusals import RefusedError
from syncd.records.roles import MAY, Capability, Role
from tests.desk.conftest import Browser, Build, House
from tests.desk.matrix import EXPECTED, every_route, provider_routes


async def _status(browser: Browser, house: House, route: Route) -> tuple[int, str]:
    """The status of one request as a page would send it; a body that does not end is not waited for."""
    path = house.app[RENDERING].ways.url(route.name, **EXPECTED[route.name].values)
    token = browser.token or await browser.fresh_token()
    form = {"csrf": token} if route.method == "POST" else None
    async with browser.client.request(route.method, house.base + path, data=form, allow_redirects=False) as response:
        return response.status, response.headers.get("Location", "")


@pytest.fixture(scope="module")
def keys() -> list[Key]:
    """A provider's keys, made once: an RSA key takes a second."""
    made = ProviderState()
    made.rotate()
    return made.keys


@pytest.fixture
async def city(build: Build, keys: list[Key]) -> AsyncIterator[House]:
    """A desk with every route that a desk can have: the city's sign-in as well."""
    async with serve_provider(ProviderState(keys=keys)) as state:
        yield await build(more_pages=provider_routes(state.issuer, "http://127.0.0.1:1"))


def test_every_route_has_its_row_in_the_matrix() -> None:
    names = {route.name for route in every_route()}
    assert names - set(EXPECTED) == set(), "say in tests/desk/matrix.py who may use the new routes"
    assert set(EXPECTED) - names == set(), "rows of routes that are gone"


async def test_the_matrix_knows_every_address_that_is_served(city: House) -> None:
    """Also what was added by hand: no resource of the application stands in no table."""
    served = {resource.canonical for resource in city.app.router.resources()}
    assert served == {re.sub(r"\{(\w+):.*?[^\\]\}(?=/|$)", r"{\1}", route.path) for route in every_route()}
    for route in city.app.router.routes():
        assert city.app[TABLE][route].name in EXPECTED


def test_the_matrix_says_what_the_capabilities_say() -> None:
    for route in every_route():
        row = EXPECTED[route.name]
        assert row.roles == {role for role in Role if route.needs in MAY[role]}, route.name
        assert row.strangers == (route.needs is Capability.SIGN_IN), route.name


@pytest.mark.parametrize("role", Role)
async def test_a_role_gets_exactly_what_the_matrix_says(city: House, role: Role) -> None:
    house, wrong = city, []
    user = await house.user(role, "somebody")
    for route in every_route():
        is_api = route.path.startswith("/api/")
        browser = await (house.program(user) if is_api else house.signed_in_as(user, "somebody"))
        status, location = await _status(browser, house, route)
        may = role in EXPECTED[route.name].roles
        if status >= 500 or (status == 403) == may or (may and location.startswith("/sign-in?")):
            wrong.append((route.name, route.method, status, location))
    assert wrong == []


async def test_a_stranger_gets_exactly_what_the_matrix_says(city: House) -> None:
    house, wrong = city, []
    for route in every_route():
        browser = await house.browser()
        status, location = await _status(browser, house, route)
        is_refused = status == (401 if route.path.startswith("/api/") else 403) or location.startswith("/sign-in?next=")
        if status >= 500 or is_refused == EXPECTED[route.name].strangers:
            wrong.append((route.name, route.method, status, location))
    assert wrong == []


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/static/nothing.css", "/users", "/%00"])
async def test_every_answer_carries_every_header(house: House, path: str) -> None:
    answer = await (await house.browser()).get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers


def test_the_policy_lets_nothing_run_that_is_not_a_file_of_the_desk() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


async def test_a_strange_name_for_the_desk_is_refused(house: House) -> None:
    for host in ("evil.example", "127.0.0.1:1", "127.0.0.1@evil.example", "[::1", "desk.example:99999999"):
        browser = await house.browser(Host=host)
        assert (await browser.get("/sign-in")).status in (400, 421), host


async def _echo(request: web.Request) -> web.StreamResponse:
    return web.Response(text=f"hello {visitor_of(request).login}")


async def _broken(_request: web.Request) -> web.StreamResponse:
    raise ValueError("the secret reason")


async def _slow(_request: web.Request) -> web.StreamResponse:
    raise TimeoutError


async def _unreachable(_request: web.Request) -> web.StreamResponse:
    raise LedgerUnreachableError("no answer from db.internal", where="db.internal")


async def _refused(_request: web.Request) -> web.StreamResponse:
    raise RefusedError("the text is empty", reason="text_empty")


def _pages() -> Iterable[Route]:
    handlers = {"broken": _broken, "slow": _slow, "unreachable": _unreachable, "refused": _refused}
    yield from (Route("GET", f"/{name}", name, handler, Capability.SEE) for name, handler in handlers.items())
    yield Route("GET", "/api/v1/broken", "api_broken", _broken, Capability.SEE)
    yield Route("GET", "/api/v1/hello", "api_hello", _echo, Capability.EXPORT)
    yield Route("POST", "/api/v1/waive", "api_try", _echo, Capability.WAIVE)


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/broken", 500, "Something went wrong"),
        ("/slow", 503, "cannot answer just now"),
        ("/unreachable", 503, "cannot answer just now"),
        ("/refused", 422, "Write something here."),
    ],
)
async def test_an_error_is_a_page_without_its_reason(build: Build, path: str, status: int, says: str) -> None:
    house: House = await build(more_pages=_pages())
    answer = await (await house.signed_in(Role.REVIEWER)).get(path)
    assert (answer.status, says in answer.words) == (status, True)
    for secret in ("secret reason", "Traceback", "db.internal", ".py"):
        assert secret not in answer.text
    assert (status < 500) or "Reference" in answer.words


async def test_errors_of_the_api_are_problems_in_json(build: Build) -> None:
    house: House = await build(more_pages=_pages())
    answer = await (await house.program(await house.user(Role.REVIEWER))).get("/api/v1/broken")
    said = json.loads(answer.text)
    assert (answer.status, said["status"], answer.headers["Content-Type"]) == (
        500,
        500,
        "application/problem+json; charset=utf-8",
    )
    assert len(said["reference"]) == 8
    stranger = await (await house.browser()).get("/api/v1/hello")
    assert (stranger.status, stranger.headers["WWW-Authenticate"]) == (401, "Bearer")


async def test_a_token_may_no_more_than_its_scopes_and_dies_with_them(build: Build) -> None:
    house: House = await build(more_pages=_pages())
    browser = await house.signed_in(Role.APPROVER)
    made = await browser.post("/account/tokens", [("name", "báo cáo"), ("days", "30"), ("scope", "export")])
    token = made.text.split('class="secret">')[1].split("<")[0]
    assert made.status == 201
    program = await house.browser(Authorization=f"Bearer {token}")
    assert (await program.get("/api/v1/hello")).text == "hello approver"
    assert (await program.ask("POST", "/api/v1/waive")).status == 403
    assert (await program.get("/account")).status == 303, "a token is for the API alone"
    noted = await house.ledger.read(tokens_of, browser.user_id)
    assert [one.last_used_at for one in noted] == [house.clock()]
    house.clock.pass_by(days=31)
    assert (await program.get("/api/v1/hello")).status == 401


async def test_a_session_counts_for_nothing_at_the_api(build: Build) -> None:
    """Another site could have the browser send the cookie there, and no form token is asked for."""
    house: House = await build(more_pages=_pages())
    browser = await house.signed_in(Role.APPROVER)
    assert (await browser.get("/api/v1/hello")).status == 401
    assert (await browser.post("/api/v1/waive")).status == 401


async def test_a_body_that_is_too_large_or_no_form_is_refused(house: House) -> None:
    browser = await house.signed_in(Role.REVIEWER)
    assert (await browser.post("/theme", {"theme": "x" * LARGEST_BODY})).status == 413
    assert (await browser.post("/theme", [("a", "b")] * MOST_FIELDS)).status == 400
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", b"x", filename="../../etc/passwd")
    assert (await browser.ask("POST", "/theme", data=form)).status == 415
    for body in (b"theme=%FF%FE", b"theme=\xff", b"theme=%00", b"theme=dark"):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await browser.ask("POST", "/theme", data=body, headers=kind)).status in (400, 403)


async def test_names_full_of_markup_are_shown_as_they_are_and_do_nothing(house: House) -> None:
    browser = await house.signed_in(Role.OPERATOR)
    name = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}'
    await house.ledger.write(change_user, user_id=browser.user_id, name=name, now=house.clock(), actor="test")
    for path in ("/users", f"/users/{browser.user_id}", "/account"):
        answer = await browser.get(path)
        assert answer.status == 200
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
        assert "&lt;script&gt;" in answer.text
        assert "49" not in answer.words.split()


async def test_no_page_has_inline_style_or_script(house: House) -> None:
    browser = await house.signed_in(Role.OPERATOR)
    for path in ("/users", "/users/new", "/account", "/keys", "/nowhere"):
        text = (await browser.get(path)).text
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert text.count("<script ") == text.count("<script src=") == 2


async def test_what_is_said_after_a_change_is_a_sentence_of_the_desk_and_is_said_once(build: Build) -> None:
    async def changed(request: web.Request) -> web.StreamResponse:
        return go_to(request, "account", say=N_("The account is changed."))

    page = Route("POST", "/change-it", "change_it", changed, Capability.SEE)
    house: House = await build(more_pages=[page])
    browser = await house.signed_in(Role.REVIEWER)
    assert (await browser.post("/change-it")).location == "/account"
    assert "The account is changed." in (await browser.get("/account")).words
    assert "The account is changed." not in (await browser.get("/account")).words
    browser.give("said", "Call%20this%20number")
    assert "Call this number" not in (await browser.get("/account")).words


@pytest.mark.parametrize(("path", "name"), [("/again", "users"), ("/users", "again")])
async def test_two_routes_of_one_name_or_address_are_refused(house: House, path: str, name: str) -> None:
    twice = Route("GET", path, name, _broken, Capability.SEE)
    with pytest.raises(ValueError, match="users"):
        desk_app(house.desk, DeskConfig(), pages=[*routes(), twice])

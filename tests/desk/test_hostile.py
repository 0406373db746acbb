"""The desk under attack: what people and sides can write, ask and send, by those who may be signed in.

In: a desk full of life. Out: no page that runs what somebody wrote, leads away, breaks, or tells a unit of another's.
"""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from syncd.answers.queue import visible_ids
from syncd.desk import handing
from syncd.desk.rendering import RENDERING
from syncd.ledger import Ledger
from syncd.ledger.accounts import add_user
from syncd.ledger.mismatches import select
from syncd.records.roles import Role
from tests.desk.conftest import Browser, Build, House
from tests.desk.furnished import furnished
from tests.desk.lively import EVERY, enliven
from tests.desk.matrix import EXPECTED, every_route
from tests.desk.speech import Walk

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}${7*7}"
"""Leaves an attribute, opens elements, and is an expression of two languages of templates."""
LEADS = ("/", "#", "?", "https://dichvucong.gov.vn/", "data:image/")
"""Where links of pages may begin."""
ODD_INSTANTS = ("0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "0000", "2026-13")
NASTY = (
    "9" * 30,
    "-1",
    "' OR 1=1 --",
    "%",
    "\\",
    "[[{}",
    "../../../../etc/passwd",
    "٣",
    "a" * 5_000,
    "\u202e\ufeff\U0001f4a3",
    *ODD_INSTANTS[:2],
)
ASKED = (
    *("q", "unit", "as_of", "period", "begin", "before", "cursor", "in", "back", "next", "id", "filter", "status"),
    *("portal_status", "order", "pair", "kind", "level", "late", "due", "brings", "noted", "mismatch", "actor"),
    *("action", "all", "since", "older", "field", "state", "states", "form", "limit", "code", "version"),
)


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def _begin(ledger: Ledger, house: House) -> None:
    for login, role in (("lan", Role.OPERATOR), ("minh", Role.REVIEWER)):
        how = {"login": login, "name": EVIL[:100], "role": role, "language": "en"}
        ledger.write_now(add_user, **how, now=house.clock(), actor="test")
    enliven(ledger, house.clock())


@pytest.fixture
async def office(build: Build) -> House:
    """A desk of publications, an index, documents, and mismatches with a history."""
    house = await furnished(build)
    await asyncio.to_thread(_begin, house.ledger, house)
    return house


async def _write_everywhere(browser: Browser) -> None:
    """The evil text in everything that the desk lets somebody write."""
    page = await browser.get("/queue")
    ids = " ".join(re.findall(r'<tr id="row-(M-\w+)"', page.text)[:2])
    act = {"ids": ids, "step": "apply"}
    until = "2026-12-12"
    for way, form in (
        ("/causes", {"vietnamese": EVIL, "english": EVIL}),
        ("/act/comment", {**act, "text": EVIL * 3}),
        ("/act/report", {**act, "reference": EVIL}),
        ("/queue/views", {"name": EVIL, "query": f"q={EVIL}", "shared": "1"}),
        ("/account/tokens", {"name": EVIL, "days": "30", "scope": "see"}),
        ("/users", {"login": "evil", "name": EVIL, "role": "unit", "unit": EVIL, "language": "vi"}),
        ("/users", {"login": "evil2", "name": EVIL, "role": "reviewer", "language": "vi"}),
    ):
        answer = await browser.post(way, form)
        assert answer.status < 500, (way, answer.words[:300])
    waive = await browser.post("/act/waive", {**act, "step": "preview", "owner": EVIL, "reason": EVIL, "until": until})
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', waive.text)[1])  # type: ignore[index]
    done = await browser.post("/act/waive", {**act, "owner": EVIL, "reason": EVIL, "until": until, "seen": seen})
    assert done.status == 303


class Raid(Walk):
    """A walk that looks at what pages are made of."""

    def listen(self, way: str, html: str) -> list[str]:
        self.listened = [*getattr(self, "listened", []), html]
        assert "<script>alert" not in html, way
        for tag, given in Elements(html).found:
            self._look(way, tag, given)
        return super().listen(way, html)

    def _look(self, way: str, tag: str, given: dict[str, str]) -> None:
        assert not [name for name in given if name.startswith("on") or name in ("style", "srcdoc")], (way, tag, given)
        assert tag != "script" or given.get("src", "").startswith("/static/"), (way, given)
        assert tag not in ("iframe", "object", "embed", "base"), (way, tag)
        for name in ("href", "src", "action", "hx-get", "hx-post", "formaction", "xlink:href"):
            assert name not in given or given[name].startswith(LEADS) or given[name] == "", (way, tag, given[name])


async def test_nothing_that_somebody_wrote_runs_on_any_page(office: House) -> None:
    """Every text that the desk takes, and names from both sides, on every page that can be reached."""
    browser = await office.signed_in(Role.OPERATOR, "hoa")
    await _write_everywhere(browser)
    walk = Raid(browser)
    await walk.from_("/", "/audit", "/audit?action=commented", "/audit?action=waive", "/users", "/causes", "/account")
    assert walk.broken == []
    everything = "".join(walk.listened)
    assert everything.count("&lt;script&gt;alert(1)") > 30, "a guard of the attack itself"
    assert "49${7*7}" not in everything
    assert "{{ 7*7 }}" in unescape(everything)


@pytest.mark.parametrize("query", ["q", "actor", "unit", "noted", "back", "in", "filter", "next"])
async def test_nothing_that_stands_in_an_address_runs(office: House, query: str) -> None:
    browser = await office.signed_in(Role.OPERATOR, "hoa")
    walk = Raid(browser)
    for route in every_route():
        if route.method == "GET" and route.name not in ("live", "oidc_begin", "oidc_back"):
            way = office.app[RENDERING].ways
            if route.name in way:
                path = way.url(route.name, **{**EXPECTED[route.name].values, query: EVIL})
                answer = await browser.get(path)
                assert answer.status < 500, path
                if "html" in answer.headers.get("Content-Type", ""):
                    walk.listen(path, answer.text)


async def test_no_page_breaks_whatever_its_address_asks(office: House) -> None:
    """Every page, with the same nonsense in all that a page may be asked; no more than a refusal comes of it."""
    browser = await office.signed_in(Role.OPERATOR, "hoa")
    program = await office.program(browser.user_id)
    office.desk.counting.patience = 60
    ways, broken = office.app[RENDERING].ways, []
    for route in every_route():
        if route.method != "GET" or route.name not in ways or route.name == "live":
            continue
        asker = program if route.path.startswith("/api/") else browser
        for nonsense in NASTY:
            names = ASKED if len(nonsense) < 200 else ("q",)
            given: dict[str, Any] = {**dict.fromkeys(names, nonsense), **EXPECTED[route.name].values}
            answer = await asker.get(ways.url(route.name, **given))
            if answer.status >= 500:
                broken.append((route.name, nonsense[:40], answer.status))
    assert broken == []


@pytest.mark.parametrize("name", ["as_of", "period", "since"])
async def test_no_page_breaks_by_one_odd_instant(office: House, name: str) -> None:
    """Each alone, where another would have been refused first."""
    browser = await office.signed_in(Role.OPERATOR, "hoa")
    program = await office.program(browser.user_id)
    ways, broken = office.app[RENDERING].ways, []
    for route in every_route():
        if route.method != "GET" or route.name not in ways or route.name == "live":
            continue
        asker = program if route.path.startswith("/api/") else browser
        for nonsense in ODD_INSTANTS:
            answer = await asker.get(ways.url(route.name, **{**EXPECTED[route.name].values, name: nonsense}))
            if answer.status >= 500:
                broken.append((route.name, nonsense, answer.status))
    assert broken == []


async def test_a_unit_learns_of_no_mismatch_of_another_on_any_page(office: House) -> None:
    """No id, no name: whatever page is read, and whatever is tried by the ids of others."""
    unit = "H26.17"
    browser = await office.signed_in(Role.UNIT, "hoa", unit=unit)
    every = [one.id for one in await office.ledger.read(select, states=EVERY)]
    own = set(await office.ledger.read(visible_ids, every, within=unit))
    others = [one for one in every if one not in own]
    assert own
    assert others
    walk = Raid(browser)
    await walk.from_("/", "/queue?state=resolved", "/procedures", "/publications", "/decisions", "/units")
    assert len(walk.seen) > 60
    assert set(re.findall(r"M-[A-Z0-9]{16}", "".join(walk.listened))) <= own
    one = others[0]
    tries = [f"/mismatches/{one}{rest}" for rest in ("", "/worth", "/raw/city", "/raw/portal")] + [f"/queue/rows/{one}"]
    tries += [f"/act/{act}?id={one}" for act in ("comment", "cause", "reread")]
    tries += [f"/act/comment?id={next(iter(own))}&id={one}"]
    for way in tries:
        assert (await browser.get(way)).status == 404, way
    for act, form in (("comment", {"text": "x"}), ("cause", {"cause": "wrong_entry"}), ("reread", {})):
        for step in ("apply", "preview", "edit", ""):
            ids = f"{next(iter(own))} {one}"
            answer = await browser.post(f"/act/{act}", {"ids": ids, "step": step, **form})
            assert answer.status == 404, (act, step)
    program = await office.program(browser.user_id)
    for rest in ("", "/history"):
        assert (await program.get(f"/api/v1/mismatches/{one}{rest}")).status == 404
    answer = await program.ask("POST", "/api/v1/mismatches/comment", json={"ids": [one], "text": "x"})
    assert answer.status == 404


async def test_what_is_somebody_elses_cannot_be_ended_or_dropped(office: House) -> None:
    """Views, tokens and sessions by their numbers: the same answer as for none."""
    lan, minh = await office.signed_in(Role.OPERATOR, "hoa"), await office.signed_in(Role.OPERATOR, "mai")
    await lan.post("/queue/views", {"name": "của tôi", "query": ""})
    made = await lan.post("/account/tokens", {"name": "x", "days": "30", "scope": "see"})
    token = made.text.split('class="secret">')[1].split("<")[0]
    program = await office.browser(Authorization=f"Bearer {token}")
    for number in range(1, 6):
        assert (await minh.post(f"/queue/views/{number}/drop", {})).status == 404
        assert (await minh.post("/account/tokens/end", {"token": str(number)})).status == 404
    page = await lan.get("/account")
    for handle in re.findall(r'name="session" value="(\w+)"', page.text):
        await minh.post("/account/sessions/end", {"session": handle})
    assert (await lan.get("/account")).status == 200
    assert (await program.get("/api/v1/overview")).status == 200
    assert "của tôi" in (await lan.get("/queue")).words


async def _sent(house: House, content: bytes) -> bytes:
    """What comes back for bytes that are sent as they are, and no more sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.base.rpartition(":")[2]))
    try:
        writer.write(content)
        await writer.drain()
        async with asyncio.timeout(10):
            return await reader.read(200)
    finally:
        writer.close()
        await writer.wait_closed()


async def test_a_body_that_does_not_come_is_not_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncd.desk.security.middleware.SLOWEST", 0.2)
    head = f"POST /sign-in HTTP/1.1\r\nHost: {house.base.removeprefix('http://')}\r\nContent-Length: 1000\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin=lan"
    assert b" 503 " in (await _sent(house, f"{head}{form}".encode())).partition(b"\r\n")[0]


@pytest.mark.parametrize(
    "line",
    [
        b"GET /sign-in?next=/x%0d%0aSet-Cookie:%20a=b HTTP/1.1",
        b"GET /keys%0d%0aX-Evil:1 HTTP/1.1",
        b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
        b"GET /static/..%2f..%2fapp.py HTTP/1.1",
        b"GET //evil.example/%2e%2e HTTP/1.1",
        b"GET http://evil.example/sign-in HTTP/1.1",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1",
    ],
)
async def test_no_request_splits_an_answer_or_leads_away(house: House, line: bytes) -> None:
    host = house.base.removeprefix("http://").encode()
    answer = await _sent(house, line + b"\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    status = int(answer.split(b" ", 2)[1])
    assert status < 500
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"\r\nx-evil" not in head
    assert b"a=b" not in head
    assert b"root:" not in answer
    assert not re.search(rb"location: *(https?:)?//", head)


async def test_documents_that_nobody_waits_for_are_not_made_one_after_another(
    office: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Who clicks a hundred times and leaves keeps nobody else from a document: only what is under way ends."""
    begun, may_end = [], asyncio.Event()
    making = handing.make

    async def slow(*given: Any) -> Any:
        begun.append(1)
        await may_end.wait()
        return await making(*given)

    monkeypatch.setattr(handing, "make", slow)
    monkeypatch.setattr("syncd.desk.security.middleware.SLOWEST", 0.3)
    browser = await office.signed_in(Role.REVIEWER, "hoa")
    await browser.fresh_token()
    answers = await asyncio.gather(*(browser.post("/documents/mismatches", {"form": "csv"}) for _ in range(8)))
    assert {one.status for one in answers} == {503}
    monkeypatch.setattr("syncd.desk.security.middleware.SLOWEST", 30.0)
    may_end.set()
    assert (await browser.post("/documents/mismatches", {"form": "csv"})).status == 200
    assert len(begun) == handing.AT_ONCE + 1


async def test_a_session_of_another_role_or_unit_is_over_with_the_change(office: House) -> None:
    """Nobody keeps seeing what was theirs yesterday."""
    operator = await office.signed_in(Role.OPERATOR, "hoa")
    unit = await office.signed_in(Role.UNIT, "mai", unit="H26.17")
    assert (await unit.get("/queue")).status == 200
    form = {"name": "Mai", "role": "unit", "unit": "H26.14", "language": "vi"}
    assert (await operator.post(f"/users/{unit.user_id}", form)).status == 303
    assert (await unit.get("/queue")).status == 303
    office.clock.now += timedelta(seconds=1)

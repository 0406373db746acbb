"""The loopback iGate misbehaves as the real one does: each quirk that public clients show, by name."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from loopback.catalogue import Catalogue
from loopback.igate import AGENCIES, MALFORMED, PROCEDURE, PROCEDURES, SECTORS, igate_app
from loopback.igate_dossiers import DOSSIERS, LEVEL_QUERY, STATISTICS
from loopback.igate_sso import SsoState, sso_app
from loopback.igate_state import ROOT_ID, IgateState, number_of, object_id
from loopback.run import running

TOKEN = "/auth/realms/digo/protocol/openid-connect/token"


class Visitor:
    """Asks Keycloak for a token, and the gateway with it."""

    def __init__(self, url: str, sso_url: str, state: IgateState, session: aiohttp.ClientSession) -> None:
        self.url, self.sso_url, self.state, self.session = url, sso_url, state, session

    async def token(self, *, status: int = 200, path: str = TOKEN, basic: str = "", **form: str) -> Any:
        headers = {"Authorization": f"Basic {b64encode(basic.encode()).decode()}"} if basic else {}
        async with self.session.post(self.sso_url + path, data=form, headers=headers) as answer:
            assert answer.status == status
            return await answer.json()

    async def get(self, path: str, *, status: int = 200, token: str | None = None, **query: str) -> Any:
        sso = self.state.sso
        carried = sso.grant(refreshable=False)["access_token"] if token is None else token
        headers = {"Authorization": f"Bearer {carried}"}
        async with self.session.get(self.url + path, params=query, headers=headers) as answer:
            assert answer.status == status
            return await answer.json()


@pytest.fixture
async def visitor(catalogue: Catalogue) -> AsyncIterator[Visitor]:
    state = IgateState(catalogue, SsoState())
    async with (
        running(igate_app(state)) as url,
        running(sso_app(state.sso)) as sso_url,
        aiohttp.ClientSession() as session,
    ):
        yield Visitor(url, sso_url, state, session)


async def test_a_client_gets_a_token_without_a_refresh_token(visitor: Visitor) -> None:
    sso = visitor.state.sso
    told = await visitor.token(grant_type="client_credentials", basic=f"{sso.client_id}:{sso.client_secret}")
    assert "refresh_token" not in told
    assert told["expires_in"] == sso.lifetime
    form = {"client_id": sso.client_id, "client_secret": sso.client_secret}
    assert (await visitor.token(grant_type="client_credentials", **form))["token_type"] == "Bearer"


async def test_a_password_brings_a_refresh_token_that_is_good_once(visitor: Visitor) -> None:
    sso = visitor.state.sso
    staff = {"client_id": "web-onegate", "username": sso.username, "password": sso.password}
    told = await visitor.token(grant_type="password", **staff)
    again = {"grant_type": "refresh_token", "client_id": "web-onegate", "refresh_token": told["refresh_token"]}
    assert (await visitor.token(**again))["access_token"] != told["access_token"]
    assert (await visitor.token(status=400, **again))["error"] == "invalid_grant"


async def test_refusals_are_keycloaks(visitor: Visitor) -> None:
    sso = visitor.state.sso
    staff = {"client_id": "web-onegate", "username": sso.username, "password": "sai"}
    assert (await visitor.token(status=401, grant_type="password", **staff))["error"] == "invalid_grant"
    assert (await visitor.token(status=401, grant_type="client_credentials", basic="x:y"))["error"] == (
        "unauthorized_client"
    )
    assert (await visitor.token(status=401, grant_type="client_credentials", client_id="web-onegate"))["error"]
    assert await visitor.token(status=400, grant_type="implicit", basic=f"{sso.client_id}:{sso.client_secret}")
    assert (await visitor.token(status=404, path=TOKEN.replace("digo", "khac"))) == {"error": "Realm does not exist"}


async def test_a_token_that_ended_is_refused_with_401_and_repeated(visitor: Visitor) -> None:
    token = visitor.state.sso.grant(refreshable=False)["access_token"]
    assert (await visitor.get(PROCEDURES, token=token))["content"]
    visitor.state.sso.expire()
    refused = await visitor.get(PROCEDURES, token=token, status=401)
    assert token in refused["error_description"]


async def test_a_right_that_is_missing_is_403(visitor: Visitor) -> None:
    visitor.state.forbidden = {PROCEDURES}
    assert (await visitor.get(PROCEDURES, status=403))["error"] == "Forbidden"


async def test_pages_count_from_zero_and_have_totals_and_slices_have_none(visitor: Visitor) -> None:
    total = len(visitor.state.shown())
    page = await visitor.get(PROCEDURES, spec="page", page="0", size="20")
    assert (page["totalElements"], page["totalPages"], page["last"]) == (total, -(-total // 20), False)
    last = await visitor.get(PROCEDURES, spec="page", page=str(page["totalPages"] - 1), size="20")
    assert (last["last"], last["numberOfElements"]) == (True, len(last["content"]))
    cut = await visitor.get(PROCEDURES, spec="slice", page="1", size="20")
    assert "totalElements" not in cut
    assert (cut["number"], cut["last"]) == (1, False)
    assert next(one["id"] for one in cut["content"]) == object_id(visitor.state.shown()[20].number)


async def test_a_page_is_never_larger_than_the_site_allows(visitor: Visitor) -> None:
    visitor.state.largest_page = 30
    page = await visitor.get(PROCEDURES, spec="page", page="1", size="500")
    assert (page["size"], len(page["content"])) == (30, 30)


async def test_names_are_lists_here_and_texts_there(visitor: Visitor) -> None:
    row = next(row for row in visitor.state.shown() if row.number % 2 and not row.poisoned)
    listed = next(
        one for one in (await visitor.get(PROCEDURES, size="2000"))["content"] if number_of(one["id"]) == row.number
    )
    detail = await visitor.get(f"{PROCEDURE}/{listed['id']}")
    assert {one["languageId"]: one["name"] for one in listed["name"]}[228] == detail["name"] == row.name
    assert isinstance(listed["sector"]["name"], list)
    assert detail["sector"]["name"] == row.field_name
    assert "agency" not in listed
    assert len(detail["agency"]) == len(row.executors)


async def test_portal_codes_are_right_suffixed_empty_in_three_ways_or_no_key_at_all(visitor: Visitor) -> None:
    rows = (await visitor.get(PROCEDURES, size="2000"))["content"]
    told = [one.get("nationCode", "no key") for one in rows]
    assert {None, "", "   ", "no key"} <= set(told)
    assert any(str(one).endswith(".000.00.00.H26") for one in told)
    assert any(re.fullmatch(r"\d\.\d{6}", str(one)) for one in told)


async def test_ids_are_24_hexadecimal_digits_and_unknown_ones_are_404(visitor: Visitor) -> None:
    rows = (await visitor.get(PROCEDURES, size="5"))["content"]
    assert all(re.fullmatch(r"[0-9a-f]{24}", one["id"]) for one in rows)
    for unknown in (object_id(999_999), "khong-co"):
        assert (await visitor.get(f"{PROCEDURE}/{unknown}", status=404))["status"] == 404


async def test_details_stay_when_nothing_can_be_applied_for_any_more(visitor: Visitor) -> None:
    row = next(row for row in visitor.state.rows.values() if not row.active)
    listed = {one["id"] for one in (await visitor.get(PROCEDURES, size="2000"))["content"]}
    assert object_id(row.number) not in listed
    assert (await visitor.get(f"{PROCEDURE}/{object_id(row.number)}"))["code"] == row.local_code


async def test_the_keyword_finds_parts_of_names_and_codes(visitor: Visitor) -> None:
    row = visitor.state.shown()[0]
    for keyword in (row.local_code[:6], row.name[3:12].upper()):
        found = await visitor.get(PROCEDURES, keyword=keyword, size="2000")
        assert object_id(row.number) in {one["id"] for one in found["content"]}


async def test_sectors_have_abbreviations_that_are_no_codes_of_the_portal(visitor: Visitor) -> None:
    sectors = (await visitor.get(SECTORS, size="500"))["content"]
    codes = {one["code"] for one in sectors}
    assert len(codes) == len(sectors)
    assert all(re.fullmatch(r"[A-Z]+\d*", one) for one in codes)


async def test_units_have_codes_of_two_generations_and_some_are_odd(visitor: Visitor) -> None:
    rows = (await visitor.get(AGENCIES, size="500", **{"ancestor-id": ROOT_ID}))["content"]
    codes = {one["code"] for one in rows}
    assert {"000.00.17.H26", MALFORMED, None} <= codes
    assert any(re.fullmatch(r"H26\.\d+", str(one)) for one in codes)
    assert (await visitor.get(AGENCIES, **{"ancestor-id": "0" * 24}))["content"] == []


async def test_statistics_want_the_sites_own_ids_of_levels(visitor: Visitor) -> None:
    days = {"from-date": "2026-10-01T00:00:00.000Z", "to-date": "2026-10-31T23:59:59.999Z", "agency-id": ROOT_ID}
    rows = await visitor.get(STATISTICS, **days, **LEVEL_QUERY)
    assert all(one["received"] == one["receivedOnline"] + one["receivedDirect"] for one in rows)
    assert rows[0]["received"] == sum(one["received"] for one in rows[1:]) > 0
    assert await visitor.get(STATISTICS, **days) == []
    await visitor.get(STATISTICS, status=400, **LEVEL_QUERY)


async def test_dossiers_are_found_by_part_of_a_number_and_show_their_applicant(visitor: Visitor) -> None:
    entry = next(iter(visitor.state.dossiers.entries.values()))
    (row,) = (await visitor.get(DOSSIERS, spec="slice", code=entry.number[3:]))["content"]
    assert row["applicant"]["data"]["fullname"] == entry.applicant.name.upper()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000", row["appliedDate"])


async def test_without_a_sort_the_order_changes_where_the_database_is_restless(visitor: Visitor) -> None:
    visitor.state.restless = True
    first, second = [(await visitor.get(PROCEDURES, size="5"))["content"] for _ in range(2)]
    assert first != second
    first, second = [(await visitor.get(PROCEDURES, size="5", sort="id,asc"))["content"] for _ in range(2)]
    assert first == second

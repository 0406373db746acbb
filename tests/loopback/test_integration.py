"""The loopback integration API and the bridge before it misbehave as the real ones do: each quirk, by name."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest

from loopback.bridge import BRIDGE, BridgeState, bridge_app
from loopback.catalogue import Catalogue
from loopback.integration import (
    DSTCODE,
    INTEGRATION,
    LOGIN,
    SHARE,
    IntegrationAccess,
    IntegrationState,
    integration_app,
)
from loopback.portal import PortalState
from loopback.run import running


class Axis:
    """Both systems running, asked as their clients ask them."""

    def __init__(self, urls: tuple[str, str], state: IntegrationState, session: aiohttp.ClientSession) -> None:
        self.url, self.bridge_url = urls
        self.state = state
        self.bridge = BridgeState(state)
        self.session = session
        self.held = ""

    async def post(self, path: str, body: dict[str, Any], **more: Any) -> Any:
        async with self.session.post(self.url + path, json=body, **more) as answer:
            return await answer.json(content_type=None) if answer.status == 200 else answer.status

    async def login(self) -> Any:
        access = self.state.access
        body = {"username": access.username, "password": access.password}
        answer = await self.post(LOGIN, body, params={"dstcode": DSTCODE})
        self.held = answer.get("session", "")
        return answer

    async def call(self, path: str, service: str, **asked: Any) -> Any:
        body = {"session": self.held, "madonvi": "H26", "service": service, **asked}
        return await self.post(path, body, headers={"dstcode": DSTCODE})

    async def get(self, service: str, **asked: str) -> Any:
        async with self.session.get(f"{self.bridge_url}{BRIDGE}/{service}", params=asked) as answer:
            return await answer.json() if answer.status == 200 else answer.status


@pytest.fixture
async def axis(catalogue: Catalogue) -> AsyncIterator[Axis]:
    state = IntegrationState(PortalState(catalogue))
    async with AsyncExitStack() as stack:
        bridge = BridgeState(state)
        url = await stack.enter_async_context(running(integration_app(state)))
        bridge_url = await stack.enter_async_context(running(bridge_app(bridge)))
        made = Axis((url, bridge_url), state, await stack.enter_async_context(aiohttp.ClientSession()))
        made.bridge = bridge
        await made.login()
        yield made


async def test_dstcode_is_heard_in_a_header_or_in_the_query_and_wanted(axis: Axis) -> None:
    """OpenCPS sends a header, Cà Mau a query."""
    assert (await axis.login())["error_code"] == 0
    assert (await axis.call(SHARE, "LayDanhSachTTHC"))["error_code"] == 0
    assert await axis.post(LOGIN, {"username": "", "password": ""}) == 404


async def test_providerurl_is_wanted_where_it_is_set(axis: Axis) -> None:
    axis.state.access = IntegrationAccess(providerurl="http://10.0.0.1")
    assert await axis.post(LOGIN, {}, headers={"dstcode": DSTCODE}) == 404
    answer = await axis.post(LOGIN, {}, headers={"dstcode": DSTCODE, "providerurl": "http://10.0.0.1"})
    assert answer["error_code"] == "1"


@pytest.mark.parametrize("zero", [0, "0", "00"])
async def test_success_is_written_in_three_ways(axis: Axis, zero: int | str) -> None:
    axis.state.zero = zero
    assert (await axis.call(SHARE, "LayDanhSachTTHC"))["error_code"] == zero


async def test_a_session_ends_without_a_word_and_then_every_call_is_refused(axis: Axis) -> None:
    axis.state.expire()
    assert (await axis.call(SHARE, "LayDanhSachTTHC"))["error_code"] == -1


async def test_a_result_is_an_array_an_object_or_absent(axis: Axis) -> None:
    code = axis.state.public()[0].code
    assert isinstance((await axis.call(INTEGRATION, "LayThuTuc", maTTHC=code))["result"], list)
    axis.state.as_object = axis.state.without_result = True
    assert isinstance((await axis.call(INTEGRATION, "LayThuTuc", maTTHC=code))["result"], dict)
    assert "result" not in await axis.call(INTEGRATION, "LayThuTuc", maTTHC="1.999999")


async def test_the_list_has_codes_and_names_alone_no_pages_and_no_total(axis: Axis) -> None:
    answer = await axis.call(SHARE, "LayDanhSachTTHC")
    assert len(answer["result"]) == len(axis.state.public())
    assert {tuple(row) for row in answer["result"]} == {("MATTHC", "TENTTHC")}
    assert set(answer) == {"error_code", "message", "result"}


async def test_a_partial_list_looks_like_a_whole_one(axis: Axis) -> None:
    axis.state.lost = {axis.state.public()[0].code}
    answer = await axis.call(SHARE, "LayDanhSachTTHC")
    assert (answer["error_code"], len(answer["result"])) == (0, len(axis.state.public()) - 1)


async def test_what_is_there_already_is_3_or_minus_3_with_words(axis: Axis) -> None:
    axis.state.refusal = (-3, "Hồ sơ đã tồn tại")
    assert await axis.call(SHARE, "LayDanhSachTTHC") == {"error_code": -3, "message": "Hồ sơ đã tồn tại"}


async def test_a_record_has_odd_money_times_that_are_words_and_a_paper_twice(axis: Axis) -> None:
    records = [
        (await axis.call(INTEGRATION, "LayThuTuc", maTTHC=one.code))["result"][0] for one in axis.state.public()[:60]
    ]
    times = [time for one in records for way in one["CACHTHUCTHUCHIEN"] for time in way["THOIGIAN"]]
    money = {fee["SOTIEN"] for time in times for fee in time["PHILEPHI"]}
    assert {"không", "50.000", ""} <= money
    assert any(not time["THOIGIANGIAIQUYET"].replace(".", "").isdigit() for time in times)
    papers = records[0]["THANHPHANHOSO"][0]["GIAYTO"]
    assert papers[0]["MAGIAYTO"] == papers[1]["MAGIAYTO"]
    assert papers[0]["URL"] != papers[1]["URL"]
    assert len(records[0]) == 28


async def test_the_bridge_encodes_twice_and_names_no_error_code(axis: Axis) -> None:
    answer = await axis.get("LayDanhSachTTHC")
    assert set(answer) == {"message"}
    assert set(json.loads(answer["message"])) == {"result"}
    axis.bridge.words = "Không kết nối được"
    assert await axis.get("LayDanhSachTTHC") == {"message": "Không kết nối được"}


async def test_the_bridge_wants_a_bearer_where_one_is_set(axis: Axis) -> None:
    axis.bridge.bearer = "x"
    assert await axis.get("LayDanhSachTTHC") == 401
    assert await axis.get("LayDanhMucCoQuan") == 401
    axis.bridge.bearer = ""
    assert await axis.get("LayDanhMucCoQuan") == 404

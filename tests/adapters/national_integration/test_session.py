"""Sessions of the integration API: one login for all, renewed once, and no secret in any message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.national_integration.envelope import RefusedError
from adapters.national_integration.session import Sessions
from loopback.integration import FORWARD, LOGIN, IntegrationAccess
from syncd.errors import ConfigurationError
from syncd.sides.adapter import Wanted
from syncd.sides.errors import SideError, TransientError, UnauthorisedError
from syncd.sides.registry import settings_for
from tests.adapters.national_gateway.worlds import read
from tests.adapters.national_integration.worlds import Axis, Clock, definition, integration_api, reading, table


@pytest.fixture
async def axis() -> AsyncIterator[Axis]:
    async with integration_api() as running:
        yield running


async def test_calls_that_run_at_once_share_one_login(axis: Axis) -> None:
    codes = [record.code for record in axis.state.public()[:8]]
    async with reading(axis, concurrency=8) as side:
        answers = await side.read_again([Wanted(code, code) for code in codes])
    assert all(answer.records for answer in answers)
    assert axis.state.logins == 1


async def test_an_old_session_that_is_refused_is_renewed_once_and_the_call_asked_again(axis: Axis) -> None:
    """The system says -1, never that the session has ended."""
    async with reading(axis) as side:
        await side.check()
        axis.state.expire()
        axis.clock.at += 31
        assert "the list has" in await side.check()
    assert axis.state.logins == 2


async def test_many_calls_whose_session_ended_log_in_again_together(axis: Axis) -> None:
    codes = [record.code for record in axis.state.public()[:8]]
    async with reading(axis, concurrency=8) as side:
        await side.check()
        axis.state.expire()
        axis.clock.at += 31
        answers = await side.read_again([Wanted(code, code) for code in codes])
    assert all(answer.records for answer in answers)
    assert axis.state.logins == 2


async def test_a_young_session_that_is_refused_is_an_answer(axis: Axis) -> None:
    axis.state.refusal = (-1, "Không có quyền")
    async with reading(axis) as side:
        with pytest.raises(RefusedError, match=r"error_code '-1': 'Không có quyền'"):
            await side.check()
    assert axis.state.logins == 1


async def test_a_refusal_that_stays_after_a_new_login_is_an_answer(axis: Axis) -> None:
    """Once, and no more: no loop of logins."""
    async with reading(axis) as side:
        await side.check()
        axis.state.refusal = ("7", "Không có quyền")
        axis.clock.at += 31
        with pytest.raises(RefusedError):
            await side.check()
    assert axis.state.logins == 2


async def test_a_session_is_renewed_before_it_is_too_old(axis: Axis) -> None:
    async with reading(axis) as side:
        await side.check()
        axis.clock.at += 600
        await side.check()
    assert axis.state.logins == 2
    assert {asked["session"] for asked in axis.state.asked} == {"phien-0001", "phien-0002"}


async def test_a_status_401_is_renewed_like_a_refusal(axis: Axis) -> None:
    async with reading(axis) as side:
        await side.check()
        axis.clock.at += 31
        axis.faults.add("unauthorised", path="/mapi/share")
        await side.check()
    assert axis.state.logins == 2


async def test_a_wrong_password_is_unauthorised_and_never_repeated_in_the_message(axis: Axis) -> None:
    """The loopback system echoes the password that it was told, as careless systems do."""
    async with reading(axis, password="mat-khau-that") as side:
        with pytest.raises(UnauthorisedError) as raised:
            await side.check()
    assert "mat-khau-that" not in str(raised.value)
    assert "***" in str(raised.value)


async def test_no_message_of_any_trouble_holds_a_session(axis: Axis) -> None:
    for fault in ("block_page_200", "cut_json", "error_envelope", "unavailable", "truncated_body"):
        async with reading(axis) as side:
            axis.faults.add(fault, path="/mapi/share", times=None)
            with pytest.raises(SideError) as raised:
                await side.check()
            axis.faults.clear()
        assert "phien-" not in str(raised.value)
        assert axis.state.access.password not in repr(raised.value)


async def test_a_busy_system_is_trouble_that_passes(axis: Axis) -> None:
    axis.state.refusal = ("99", "Hệ thống đang bận, vui lòng thử lại sau")
    async with reading(axis) as side:
        with pytest.raises(TransientError):
            await side.check()


@pytest.mark.parametrize("place", ["header", "query"])
async def test_dstcode_and_providerurl_go_into_a_header_or_into_the_query(place: str) -> None:
    access = IntegrationAccess(providerurl="http://10.0.0.1/mapi")
    async with integration_api(access) as axis:
        asked = {"providerurl": access.providerurl, "dstcode_in": place, "providerurl_in": place}
        async with reading(axis, **asked) as side:
            found, proof = await read(side)
    assert proof.whole, proof.reasons
    assert found


async def test_a_wrong_dstcode_is_refused_by_the_security_server(axis: Axis) -> None:
    async with reading(axis, dstcode="VN:GOV:nobody") as side:
        with pytest.raises(SideError, match="404"):
            await side.check()


def test_url_parts_and_names_of_services_are_settings() -> None:
    """Nobody outside knows the two data paths: they must be given."""
    axis = Axis("http://127.0.0.1:9", None)  # type: ignore[arg-type]
    axis.state = type("Shown", (), {"access": IntegrationAccess()})()
    made = settings_for(
        definition,
        table(
            axis,
            adapter_path="/VXPAdapter/RestService/forward",
            services={"decision": "LayQD"},
            groups={"decision": "share"},
        ),
        "portal",
    )
    assert made.path("decision") == "/VXPAdapter/RestService/forward/mapi/share"  # type: ignore[attr-defined]
    assert made.service("decision") == "LayQD"  # type: ignore[attr-defined]
    assert LOGIN == FORWARD + "/mapi/login"
    without = table(axis)
    del without["share_path"]
    with pytest.raises(ConfigurationError, match="share_path"):
        settings_for(definition, without, "portal")


async def test_a_cancelled_login_leaves_the_login_to_the_next() -> None:
    gate, begun, count = asyncio.Event(), asyncio.Event(), 0

    async def login() -> str:
        nonlocal count
        count += 1
        begun.set()
        await gate.wait()
        return f"session {count}"

    sessions = Sessions(login, clock=Clock(), lifetime=600, trusted=30)
    first = asyncio.create_task(sessions.current())
    await begun.wait()
    second = asyncio.create_task(sessions.current())
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    gate.set()
    assert (await second).mark == "session 2"
    assert "session 2" not in repr(await second)

"""The provincial bridge against the loopback bridge: the integration API's records, encoded twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.national_integration.envelope import opened
from adapters.provincial_bridge import BridgeSide, definition
from adapters.provincial_bridge.bridge import unpacked
from loopback.bridge import BridgeState, bridge_app
from loopback.faults import FaultPlan
from loopback.integration import IntegrationState
from loopback.portal import PortalState
from loopback.run import running
from syncd.sides.adapter import Listed, Record, Surroundings, Wanted
from syncd.sides.errors import BlockedError, ShapeError, SideError, StaleError, TransientError, UnauthorisedError
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.reading import ReadingVerdict
from syncd.sides.registry import settings_for
from tests.adapters.national_gateway.worlds import read
from tests.adapters.national_integration.worlds import KINDS, LEVELS, QUICK
from tests.adapters.test_national_portal import no_wait, small_catalogue

TOKEN = "the-bridge-token"


@dataclass(slots=True)
class Bridge:
    """The running bridge: its address, how it behaves, its fault plan."""

    url: str
    state: BridgeState
    faults: FaultPlan = field(default_factory=FaultPlan)


@asynccontextmanager
async def provincial_bridge() -> AsyncIterator[Bridge]:
    state, faults = BridgeState(IntegrationState(PortalState(small_catalogue()))), FaultPlan()
    async with running(bridge_app(state, faults), faults) as url:
        yield Bridge(url, state, faults)


@pytest.fixture
async def bridge() -> AsyncIterator[Bridge]:
    async with provincial_bridge() as made:
        yield made


@asynccontextmanager
async def reading(bridge: Bridge, **settings: Any) -> AsyncIterator[BridgeSide]:
    """A side over the bridge, built as the daemon builds it."""

    def secret(name: str) -> str:
        assert name == "bridge-token"
        return TOKEN

    def http(side: str, chosen: HttpSettings) -> HttpClient:
        return HttpClient(side, chosen, secret=secret, sleep=no_wait)

    table = {
        "adapter": "provincial-bridge",
        "base_url": bridge.url,
        "kinds": KINDS,
        "levels": LEVELS,
        **QUICK,
        **settings,
    }
    assert definition.build is not None
    built = definition.build(settings_for(definition, table, "portal"), Surroundings("portal", Path(), secret, http))
    assert isinstance(built, BridgeSide)
    try:
        yield built
    finally:
        await built.close()


async def test_the_list_is_unpacked_from_a_text_inside_a_message(bridge: Bridge) -> None:
    async with reading(bridge, witness="H56") as side:
        found, proof = await read(side)
    assert proof.whole, proof.reasons
    assert {one.key for one in found} == {record.code for record in bridge.state.behind.public()}


async def test_a_message_that_holds_the_answer_itself_is_read_as_well(bridge: Bridge) -> None:
    bridge.state.bare = True
    async with reading(bridge) as side:
        assert "the list has" in await side.check()


async def test_a_bearer_is_sent_where_the_bridge_wants_one(bridge: Bridge) -> None:
    """Điện Biên wants a token, Thanh Hóa does not."""
    bridge.state.bearer = TOKEN
    async with reading(bridge, bearer_secret="bridge-token") as side:
        await side.check()
    async with reading(bridge) as side:
        with pytest.raises(UnauthorisedError) as raised:
            await side.check()
    assert TOKEN not in str(raised.value)


async def test_a_message_in_words_is_trouble_that_passes(bridge: Bridge) -> None:
    bridge.state.words = "Không kết nối được trục liên thông"
    async with reading(bridge) as side:
        with pytest.raises(TransientError, match="answers in words: 'Không kết nối được"):
            await side.check()


async def test_a_web_page_inside_the_message_is_no_answer(bridge: Bridge) -> None:
    bridge.state.words = "<html><body>Request Rejected</body></html>"
    async with reading(bridge) as side:
        _, proof = await read(side)
        with pytest.raises(BlockedError):
            await side.check()
    assert proof.verdict is ReadingVerdict.PARTIAL


async def test_the_list_of_an_agency_is_one_of_the_bridges_questions(bridge: Bridge) -> None:
    async with reading(bridge, agency="H26") as side:
        found, proof = await read(side)
    assert proof.whole
    assert {one.key for one in found} == {row["MATTHC"] for row in bridge.state.behind.rows("H26")}


async def test_a_partial_list_is_betrayed_by_the_witness(bridge: Bridge) -> None:
    bridge.state.behind.lost = {row["MATTHC"] for row in bridge.state.behind.rows("H26")[:2]}
    async with reading(bridge, witness="H26") as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL


async def test_an_empty_result_is_unknown_and_never_withdrawn(bridge: Bridge) -> None:
    code = bridge.state.behind.public()[0].code
    bridge.state.behind.silent = {code}
    async with reading(bridge) as side:
        shown, gone = await side.read_again([Wanted(code, code), Wanted(None, "1.999999")])
    assert isinstance(shown.error, StaleError)
    assert (gone.records, gone.error) == ((), None)


async def test_a_code_with_a_space_in_front_is_asked_for_as_it_is(bridge: Bridge) -> None:
    spaced = next(one.code for one in bridge.state.behind.public() if one.code.startswith(" "))
    async with reading(bridge) as side:
        detail = await side.fetch_detail(Listed(spaced, b""))
        (answer,) = await side.read_again([Wanted(spaced, spaced)])
    assert answer.records[0].detail == detail
    assert side.canonical(answer.records[0]).code == spaced


async def test_it_carries_what_the_integration_api_carries_but_the_publishers_name(bridge: Bridge) -> None:
    async with reading(bridge) as side:
        code = bridge.state.behind.public()[0].code
        detail = await side.fetch_detail(Listed(code, b""))
        raw = (await side.read_again([Wanted(code, code)]))[0].records[0].raw
        assert side.canonical(Record(code, raw, detail)).publisher_name is None
        assert "publisher_name" not in side.capabilities.carries
        assert not side.capabilities.agencies


@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(lambda text: f'{{"message":"{text}"}}'.encode("utf-8", "replace"))
)
def test_no_bytes_crash_the_unpacking(body: bytes) -> None:
    with suppress(SideError):
        opened(unpacked(body, "here"), "here")


def test_a_message_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ShapeError):
        unpacked(b"{}", "here")
    with pytest.raises(ShapeError):
        opened(unpacked(b'{"message":null}', "here"), "here")

"""The older gateway as a source of publication decisions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.national_gateway import GatewayDecisions, definition
from adapters.national_gateway.settings import REST
from syncd.records.publication_decision import Decision
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import SideError
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.reading import Evidence, Proof, prove
from syncd.sides.registry import settings_for
from tests.adapters.national_gateway.worlds import QUICK, Older, older_gateway
from tests.adapters.test_national_portal import no_secret, no_wait


@pytest.fixture
async def older() -> AsyncIterator[Older]:
    async with older_gateway() as running:
        yield running


def reader_of(url: str, **settings: Any) -> GatewayDecisions:
    """The reader, built as the daemon builds it."""

    def http(side: str, chosen: HttpSettings) -> HttpClient:
        return HttpClient(side, chosen, secret=no_secret, sleep=no_wait)

    table = {"adapter": "national-gateway", "base_url": url, **QUICK, **settings}
    assert definition.decisions is not None
    around = Surroundings("portal", Path(), no_secret, http)
    built = definition.decisions(settings_for(definition, table, "portal"), around)
    assert isinstance(built, GatewayDecisions)
    return built


async def read(reader: GatewayDecisions) -> tuple[list[Decision], Proof]:
    evidence, found, failure = Evidence(), list[Decision](), None
    try:
        async for page in reader.list_decisions(evidence):
            found += page
    except SideError as error:
        failure = error.message
    finally:
        await reader.close()
    return found, prove(evidence, failure=failure)


async def test_every_decision_comes_with_its_issuers_code(older: Older) -> None:
    found, proof = await read(reader_of(older.url, page_size=10))
    assert proof.whole
    assert proof.counted == len(found) == proof.declared_total
    assert len({one.key for one in found}) == len(found)
    citys = [one for one in found if one.issuer_name == "UBND Thành phố Hà Nội"]
    assert citys
    assert {one.issuer_code for one in citys} == {"H26"}
    assert all(one.codes is None and one.published is None for one in found)
    assert any(one.signed is not None for one in found)


async def test_a_center_whose_code_no_list_has_is_named_in_the_settings(older: Older) -> None:
    name = "Trung tâm phục vụ hành chính công Thành phố Hà Nội"
    found, _ = await read(reader_of(older.url, agency_codes={name: "H26.101"}))
    assert {one.issuer_code for one in found if one.issuer_name == name} <= {"H26.101"}


async def test_the_check_says_how_many_there_are(older: Older) -> None:
    reader = reader_of(older.url)
    assert "publication decisions" in await reader.check()
    await reader.close()
    assert reader.since is None


@pytest.mark.parametrize("fault", ["short_page", "lost_page", "block_page_200"])
async def test_a_list_that_lies_is_not_whole(older: Older, fault: str) -> None:
    older.faults.add(fault, path=REST, asked="decision_publishment", times=None)
    _, proof = await read(reader_of(older.url, page_size=10))
    assert not proof.whole
    assert proof.reasons

"""The same catalogue through the portal of 2026, the older gateway, the integration API and a bridge: the same records.

As far as each carries them. Identities (``portal_id``) are of two generations, and the kind of a fee is opaque to the
integration API: they alone are left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from adapters.national_gateway.side import CARRIES, OF_DECISIONS, OF_EXPORT
from loopback.catalogue.agencies import HANOI_CENTRE
from loopback.run import serve
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Listed, Record
from tests.adapters.national_gateway.worlds import older_gateway, procedure, read
from tests.adapters.national_gateway.worlds import reading as reading_gateway
from tests.adapters.national_integration.worlds import OTHERWISE, compared, integration_api
from tests.adapters.national_integration.worlds import reading as reading_integration
from tests.adapters.provincial_bridge.test_bridge import provincial_bridge
from tests.adapters.provincial_bridge.test_bridge import reading as reading_bridge
from tests.adapters.test_national_portal import reading as reading_portal
from tests.adapters.test_national_portal import small_catalogue

Records = dict[str, Procedure]
_PORTAL: list[tuple[Records, frozenset[str]]] = []


async def translated(side: Any, found: Iterable[Listed]) -> Records:
    """Every record that can be read, with its detail where there is one."""
    gate = asyncio.Semaphore(8)

    async def complete(one: Listed) -> Record:
        async with gate:
            return Record(one.key, one.raw, await side.fetch_detail(one) if side.capabilities.details else None)

    whole = await asyncio.gather(*map(complete, found))
    read = (procedure(side, record) for record in whole)
    return {one.code: one for one in read if one is not None}


async def everything(side: Any) -> tuple[Records, frozenset[str]]:
    found, proof = await read(side)
    assert proof.whole, proof.reasons
    return await translated(side, found), side.capabilities.carries


async def of_the_portal() -> tuple[Records, frozenset[str]]:
    """Read once for all tests of this process: it is the same each time."""
    if not _PORTAL:
        async with serve(small_catalogue()) as systems, reading_portal(systems) as side:
            _PORTAL.append(await everything(side))
    return _PORTAL[0]


async def of_the_gateway() -> tuple[Records, frozenset[str]]:
    named = {HANOI_CENTRE.name: HANOI_CENTRE.code}
    async with older_gateway() as older, reading_gateway(older, agency_codes=named) as side:
        return await everything(side)


async def of_the_integration_api() -> tuple[Records, frozenset[str]]:
    async with integration_api() as axis, reading_integration(axis) as side:
        return await everything(side)


async def of_the_bridge() -> tuple[Records, frozenset[str]]:
    async with provincial_bridge() as bridge, reading_bridge(bridge) as side:
        return await everything(side)


@pytest.mark.parametrize(
    ("others", "shows"),
    [
        (of_the_gateway, lambda one: one.public and one.detail["type"] != "STANDARD_INTERNAL"),
        (of_the_integration_api, lambda one: one.public),
        (of_the_bridge, lambda one: one.public),
    ],
    ids=["national-gateway", "national-integration", "provincial-bridge"],
)
async def test_the_same_catalogue_gives_the_same_records(others: Any, shows: Any) -> None:
    """Whatever both carry is equal, and every record that the system shows is there."""
    portal, carried = await of_the_portal()
    told, carries = await others()
    readable = {one.code for one in small_catalogue().portal if shows(one)} & portal.keys()
    assert told.keys() == readable
    fields = (carried & carries) - OTHERWISE
    assert fields >= {"code", "name", "state", "field_name", "levels", "decision_number", "decision_date", "subjects"}
    apart = {
        (code, name): (compared(portal[code], name), compared(record, name))
        for code, record in told.items()
        for name in fields
        if compared(portal[code], name) != compared(record, name)
    }
    assert apart == {}


def test_what_is_compared_of_the_gateway_is_all_that_it_carries() -> None:
    assert {"kind"} | CARRIES | OF_DECISIONS | OF_EXPORT <= set(Procedure.__struct_fields__)

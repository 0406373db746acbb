"""The same catalogue through iGate and through OpenCPS: the same records, as far as both carry them."""

from __future__ import annotations

import pytest

from loopback.igate_state import object_id
from loopback.run import serve
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError
from syncd.sides.reading import Evidence, prove
from tests.adapters.igate.worlds import igate, lasting_catalogue, reading, records
from tests.adapters.national_gateway.worlds import procedure, read
from tests.adapters.national_integration.worlds import compared
from tests.adapters.test_opencps import built

Records = dict[str, Procedure | None]


async def of_opencps() -> tuple[Records, frozenset[str]]:
    """By the city's own number of a row; None where it cannot be read."""
    async with serve(lasting_catalogue()) as systems:
        side, evidence = built(systems), Evidence()
        found = [one async for page in side.list_records(evidence) for one in page]
        await side.close()
    assert prove(evidence).whole
    return {one.key: procedure(side, Record(*one)) for one in found}, side.capabilities.carries


async def of_igate(*, slices: bool, thin: bool) -> tuple[Records, frozenset[str]]:
    async with igate(lasting_catalogue()) as site:
        site.state.slices, site.state.thin = slices, thin
        told = {own: code for code, own in site.state.abbreviations.items()}
        async with reading(site, sector_codes=told, page_size=70) as side:
            found, proof = await read(side)
            assert proof.whole, proof.reasons
            whole = await records(side, found)
            return {key: procedure(side, record) for key, record in whole.items()}, side.capabilities.carries


@pytest.mark.parametrize(("slices", "thin"), [(False, False), (True, True)])
async def test_the_same_catalogue_gives_the_same_records(slices: bool, thin: bool) -> None:
    """Of what can be applied for: iGate lists nothing else. What one cannot read, the other cannot read either."""
    other, theirs = await of_opencps()
    told, ours = await of_igate(slices=slices, thin=thin)
    shown = {str(row.number): object_id(row.number) for row in lasting_catalogue().city if row.active}
    fields = (theirs & ours) | {"code"}
    assert fields == {"code", "local_code", "name", "state", "field_code", "field_name", "executing_agencies"}
    assert told.keys() == set(shown.values())
    apart = {
        (number, name): (compared(one, name), compared(two, name))
        for number, key in shown.items()
        for name in fields
        if (one := other[number]) is not None
        and (two := told[key]) is not None
        and compared(one, name) != compared(two, name)
    }
    assert apart == {}
    assert [number for number, key in shown.items() if (other[number] is None) is not (told[key] is None)] == []


async def test_what_is_broken_in_one_is_broken_in_the_other_at_the_same_place() -> None:
    row = next(row for row in lasting_catalogue().city if row.poisoned and row.active)
    async with igate(lasting_catalogue()) as site, reading(site) as side:
        found, _ = await read(side)
        with pytest.raises(ShapeError) as raised:
            side.canonical(Record(*next(one for one in found if one.key == object_id(row.number))))
    assert raised.value.path == "$.name"
    assert raised.value.local_code == row.local_code

"""The same catalogue through every pair of systems: the same canonical records, in all fields that both carry.

Each system is read once; then each pair of them is compared record by record, as the core compares.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from syncd.reconcile.equality import FIELD_RULES, take_form
from syncd.reconcile.mismatches import MismatchKind
from syncd.records.procedure import Procedure, State
from syncd.sides.adapter import Listed, ReadingAdapter, Record
from syncd.sides.errors import ShapeError, SideError
from syncd.sides.reading import Evidence, Proof, prove
from syncd.sides.registry import adapters
from tests.adapters.every_system import NAMED, SYSTEMS, System, catalogue, reading

PAIRS = [(one.name, other.name) for one, other in combinations(SYSTEMS, 2)]
NOT_FROM_A_CATALOGUE = {"replay": "it says what another adapter says", "national-report": "it reads the index alone"}

SPOILED = {one.code for one in catalogue().planted if one.kind is MismatchKind.INVALID_RECORD}
"""Records that cannot be read on one of the systems: the catalogue has broken ones on purpose."""

Records = dict[str, Procedure]
_READ: dict[str, tuple[Records, frozenset[str]]] = {}


async def read(side: ReadingAdapter) -> tuple[list[Listed], Proof]:
    """List as a pass does: the first error ends it and is part of the proof."""
    evidence, found, failure = Evidence(), list[Listed](), None
    try:
        async for page in side.list_records(evidence):
            found += page
    except SideError as error:
        failure = error.message
    keys = [one.key for one in found]
    return found, prove(evidence, failure=failure, duplicates=len(keys) - len(set(keys)))


async def completed(side: ReadingAdapter, found: Iterable[Listed]) -> list[Record]:
    """Every record, with its detail where there is one."""
    gate = asyncio.Semaphore(8)

    async def complete(one: Listed) -> Record:
        async with gate:
            return Record(one.key, one.raw, await side.fetch_detail(one) if side.capabilities.details else None)

    return list(await asyncio.gather(*map(complete, found)))


def translated(side: ReadingAdapter, records: Iterable[Record]) -> Records:
    """What can be translated, by code; one record of the catalogue has an impossible date."""
    read = []
    for record in records:
        try:
            read.append(side.canonical(record))
        except ShapeError:
            continue
    return {one.code: one for one in read}


async def of(system: System, folder: Path) -> tuple[Records, frozenset[str]]:
    """What a system says, read once for all tests of this program."""
    if system.name not in _READ:
        async with reading(system, folder) as side:
            found, proof = await read(side)
            assert proof.whole, proof.reasons
            _READ[system.name] = translated(side, await completed(side, found)), side.capabilities.carries
    return _READ[system.name]


def compared(record: Procedure, name: str) -> Any:
    """A field as the core compares it. Fees have no kind, which the integration API numbers and never names; a state is
    public or not, since OpenCPS knows no other.
    """
    if name == "methods" and record.methods:
        ways = (replace(way, fees=tuple(replace(fee, kind="") for fee in way.fees)) for way in record.methods)
        record = replace(record, methods=tuple(ways))
    if name == "state":
        return record.state is State.PUBLIC
    value, rule = getattr(record, name), FIELD_RULES.get(name)
    return value if rule is None or value is None else take_form(rule, value, {})


def comparable(one: System, other: System) -> frozenset[str]:
    """The fields in which two systems must agree, as far as both carry them."""
    apart = {"local_code", *one.apart, *other.apart}
    return frozenset(Procedure.__struct_fields__) - apart - ({"portal_id"} if one.identity != other.identity else set())


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=[" and ".join(pair) for pair in PAIRS])
async def test_both_systems_of_a_pair_say_the_same(one: str, other: str, tmp_path: Path) -> None:
    mine, i_carry = await of(NAMED[one], tmp_path)
    his, he_carries = await of(NAMED[other], tmp_path)
    shown = {record.code for record in catalogue().portal if NAMED[one].shows(record) and NAMED[other].shows(record)}
    both = mine.keys() & his.keys()
    assert shown - both <= SPOILED
    assert both <= shown
    assert len(both) > 200
    fields = i_carry & he_carries & comparable(NAMED[one], NAMED[other])
    assert fields >= {"code", "name", "state", "publisher_name", "field_name"} & i_carry & he_carries
    found = {(code, name): (compared(mine[code], name), compared(his[code], name)) for code in both for name in fields}
    assert {where: values for where, values in found.items() if is_apart(mine[where[0]], *values)} == {}


def is_apart(record: Procedure, mine: object, his: object) -> bool:
    """Whether two values differ. Of a withdrawn procedure the portal shows its listing alone: silence is no difference,
    but a public one must not be silent on one side only.
    """
    is_silent = (mine is None or his is None) and record.state is not State.PUBLIC
    return mine != his and not is_silent


def test_every_adapter_of_ours_that_can_be_a_side_is_in_the_table() -> None:
    """A new adapter is a new row of `SYSTEMS`, or its reason stands here."""
    ours = {
        name
        for name, found in adapters().items()
        if found.definition is not None and found.definition.build is not None and found.distribution == "syncd"
    }
    assert ours - NOT_FROM_A_CATALOGUE.keys() == NAMED.keys()

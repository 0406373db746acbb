"""The table of capabilities is asked of the adapters: it knows all of them, and promises no more than they do."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from syncd.reference_capabilities import OFFERS, SETTINGS, able, capabilities_page
from syncd.sides.adapter import AdapterDefinition
from tests.adapters.every_system import SYSTEMS, System, reading


def test_every_adapter_that_can_be_a_side_has_its_settings_in_the_table() -> None:
    sides = {name for name, one in able().items() if one.definition.build is not None}
    assert sides == SETTINGS.keys(), "add the least and the richest settings to SETTINGS"


def test_every_kind_of_reader_has_its_row() -> None:
    described = {"name", "summary", "settings", "build", "reads"}
    assert {one.name for one in fields(AdapterDefinition)} - described == {name for name, _ in OFFERS}


def test_no_adapter_carries_less_with_everything_on() -> None:
    for name, one in able().items():
        if one.least is not None and one.most is not None:
            assert one.least.carries <= one.most.carries, name


@pytest.mark.parametrize("system", SYSTEMS, ids=[one.name for one in SYSTEMS])
async def test_what_a_running_side_carries_stands_in_the_table(system: System, tmp_path: Path) -> None:
    known = able()[system.name]
    async with reading(system, tmp_path) as side:
        carries = side.capabilities.carries
    assert known.least is not None
    assert known.most is not None
    assert known.least.carries <= carries <= known.most.carries


def test_the_page_tells_what_is_always_so_from_what_settings_bring() -> None:
    rows = {line.split(" | ")[0].strip("| `"): line for line in capabilities_page().splitlines() if "|" in line}
    assert "●" in rows["steps"]
    assert "○" in rows["kind"]

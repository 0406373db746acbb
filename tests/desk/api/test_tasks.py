"""Tasks of units for programs: the same rows as the command line has, narrowed to whose they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.ledger.tasks import record_tasks
from syncd.records.periods import Period
from syncd.records.roles import Role
from syncd.records.tasks import TaskReading, TaskTally
from tests.desk.api.conftest import MORE, Program, program_of
from tests.desk.conftest import UNIT, Build, House
from tests.documents.office import AS_OF, SOURCES

TALLIES = (
    TaskTally(unit_code=UNIT, unit_name="Sở Y tế", assigned=10, done=7, done_late=2),
    TaskTally(unit_code="H26.8", unit_name="Sở Tư pháp", assigned=4),
)


@pytest.fixture
async def monitored(build: Build) -> House:
    house: House = await build(more=MORE | {"sources": replace(SOURCES, tasks=("nhiem-vu",))})
    house.clock.now = AS_OF
    reading = TaskReading(period=Period.parse("2026"), at=AS_OF, tallies=TALLIES)
    await house.ledger.write(record_tasks, source="nhiem-vu", reading=reading, read_at=AS_OF, actor="test")
    return house


async def test_every_unit_has_its_counts_and_null_is_what_nobody_says(monitored: House) -> None:
    program = await program_of(monitored, Role.REVIEWER)
    found = await program.read("/tasks")
    assert found["period"] == "2026"
    rows = {one["unit_code"]: one for one in found["rows"]}
    assert (rows[UNIT]["done_on_time"], rows[UNIT]["running_late"]) == (5, None)
    assert rows[UNIT]["on_time"]["numerator"] == 5
    assert rows["H26.8"]["on_time"] is None
    assert [one["unit_code"] for one in (await program.read(f"/tasks?unit={UNIT}"))["rows"]] == [UNIT]
    assert (await program.read("/tasks?period=2025"))["rows"] == []


async def test_a_units_program_sees_its_own_alone(monitored: House) -> None:
    program = await program_of(monitored, Role.UNIT)
    assert [one["unit_code"] for one in (await program.read("/tasks"))["rows"]] == [UNIT]
    assert (await program.refusal("/tasks?unit=H26.8"))["status"] == 404


async def test_a_desk_without_a_monitor_says_what_is_lacking(reviewer: Program) -> None:
    problem = await reviewer.refusal("/tasks")
    assert (problem["status"], "[[tasks]]" in problem["detail"]) == (404, True)

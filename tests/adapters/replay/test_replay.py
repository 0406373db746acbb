"""A capture says again what the system said: the same records, proof, units and point reads, for every system."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.sides.adapter import Answer, ReadingAdapter, Record, Wanted
from syncd.sides.errors import ShapeError
from tests.adapters.every_system import SYSTEMS, System
from tests.adapters.test_every_pair import completed, read
from tests.captures.making import Case, captured, hear, replayed

every_system = pytest.mark.parametrize("system", SYSTEMS, ids=[one.name for one in SYSTEMS])


ANSWERED_FROM_THE_LIST = {"igate": "its point reads walk the list, and the list was captured whole"}

_MADE: dict[str, tuple[Case, bytes]] = {}


async def case_of(system: System, folder: Path) -> tuple[Case, Path]:
    """A capture whose system runs no longer; made once for all tests of this program."""
    file = folder / "case.zip"
    if system.name not in _MADE:
        async with system.start(folder) as running:
            _MADE[system.name] = await captured(running, folder, file), file.read_bytes()
    case, content = _MADE[system.name]
    file.write_bytes(content)
    return case, file


def canonical(side: ReadingAdapter, record: Record) -> object:
    try:
        return side.canonical(record)
    except ShapeError as error:
        return error.message


def told(answers: list[Answer]) -> list[tuple[Wanted, tuple[Record, ...], str]]:
    return [(one.wanted, one.records, one.error.message if one.error else "") for one in answers]


@every_system
async def test_a_replay_says_what_the_system_said(system: System, tmp_path: Path) -> None:
    case, file = await case_of(system, tmp_path)
    again = Case()
    again.wanted = case.wanted
    async with replayed(file) as side:
        await hear(side, again)
        assert again.records == case.records
        assert again.proof == case.proof
        assert again.proof is not None
        assert again.proof.whole
        assert told(again.answers) == told(case.answers)
        assert again.agencies == case.agencies
        assert any(answer.records for answer in again.answers), "some records were there"
        assert not again.answers[-1].records, "one was not"
    assert len(case.records) > 200


@every_system
async def test_what_was_not_captured_is_not_absent(system: System, tmp_path: Path) -> None:
    """Neither a record that was never asked for, nor one that no system has."""
    _, file = await case_of(system, tmp_path)
    async with replayed(file) as side:
        asked = [Wanted(None, "1.000264"), Wanted(None, "7.777777"), Wanted("nobody", "7.777778")]
        answers = await side.read_again(asked)
    assert [answer.wanted for answer in answers] == asked
    for answer in answers:
        assert answer.error is not None or system.name in ANSWERED_FROM_THE_LIST, "absence was never captured"


@every_system
async def test_a_replay_can_be_read_as_often_as_one_likes(system: System, tmp_path: Path) -> None:
    case, file = await case_of(system, tmp_path)
    async with replayed(file) as side:
        for _ in range(2):
            found, proof = await read(side)
            assert await completed(side, found) == case.records
            assert proof == case.proof

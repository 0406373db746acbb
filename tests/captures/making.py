"""Captures made in a test: a side that is read as a pass would read it, and the file that comes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from syncd.sides.adapter import Answer, ReadingAdapter, Record, Surroundings, Wanted
from syncd.sides.capture.archive import FORMAT, VERSION, Manifest, SideTold, write_capture
from syncd.sides.capture.cleaning import Cleaner
from syncd.sides.capture.recording import Tape, recorded
from syncd.sides.capture.reels import reels, side_told
from syncd.sides.reading import Proof
from syncd.sides.registry import definition, settings_for
from tests.adapters.every_system import Running, surroundings
from tests.adapters.test_every_pair import completed, read

NOBODY = "9.999999"
"""A code that no system has."""


class Case:
    """What one side said while it was recorded."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.proof: Proof | None = None
        self.wanted: list[Wanted] = []
        self.answers: list[Answer] = []
        self.agencies: tuple[object, ...] = ()


def manifest(sides: dict[str, SideTold], **changes: Any) -> Manifest:
    made = Manifest(
        FORMAT, VERSION, "syncd test", "3.11", "2026-11-25T00:00:00+00:00", "ha-noi", {"applies": {"agency": "H26"}},
        sides, {}, {},
    )  # fmt: skip
    return replace(made, **changes) if changes else made


async def hear(side: ReadingAdapter, case: Case) -> None:
    """Read everything, then some records again: by key, by code, and one that is not there."""
    found, case.proof = await read(side)
    case.records = await completed(side, found)
    if not case.wanted:
        keys = [Wanted(one.key, side.canonical(one).code) for one in case.records[:3]]
        case.wanted = [*keys, Wanted(None, "1.000187"), Wanted(None, NOBODY)]
    case.answers = await side.read_again(case.wanted)
    if side.capabilities.agencies:
        case.agencies = await side.list_agencies()  # type: ignore[attr-defined]


async def captured(
    running: Running, folder: Path, file: Path, deed: Callable[[ReadingAdapter, Case], Any] = hear
) -> Case:
    """Record one side into a file, as its portal."""
    cleaner, case = Cleaner(b"a key of a test."), Case()
    with reels(["portal"], file.parent) as made:
        tape = Tape(cleaner, made["portal"].write)
        known = recorded(definition(running.table["adapter"]), tape)
        assert known.build is not None
        side = known.build(settings_for(known, running.table, "side"), surroundings(running.secrets, folder))
        try:
            await deed(side, case)
        finally:
            await side.close()
        assert case.proof is not None
        told = side_told(running.table, tape, made["portal"], case.proof)
        made["portal"].file.close()
        write_capture(file, manifest({"portal": told}), {"portal": made["portal"].path}, {"READ-ME.txt": "a test"})
    return case


@asynccontextmanager
async def replayed(file: Path) -> AsyncIterator[ReadingAdapter]:
    """The side that plays a file, built as the daemon builds it; it has no network and no secrets."""
    known = definition("replay")
    assert known.build is not None
    settings = settings_for(known, {"adapter": "replay", "path": str(file), "side": "portal"}, "side")
    side = known.build(settings, alone(file.parent))
    try:
        yield side
    finally:
        await side.close()


def alone(folder: Path) -> Surroundings:
    def nothing(*_: object) -> Any:
        raise AssertionError("a replay asks nobody")

    return replace(surroundings({}, folder), http=nothing, secret=nothing)

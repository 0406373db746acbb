"""The soak, small: nothing that was planted is missed, nothing is invented, and growth is told where it is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.soak import Size, soak_for
from benchmarks.soak_watch import Sample, growth, kept

CERTAIN = {
    "mismatches missed",
    "mismatches invented or doubled",
    "errors of our own in the log",
    "exit status after SIGTERM",
}
"""What must hold however short the run and however busy the machine is."""
LOOK = Sample(at=0, memory=100, descriptors=20, tasks=30, threads=8, processor=1, ages=(10.0, 40.0), unread=0, passes=1)


def test_a_small_soak_loses_nothing_and_invents_nothing(tmp_path: Path) -> None:
    size = Size(pairs=2, procedures=600, duration=4, interval=2)
    soak, lines = asyncio.run(soak_for(size, tmp_path, "info", []))
    by_name = {line.name: line for line in lines}
    assert {name: by_name[name].value for name in CERTAIN} == dict.fromkeys(CERTAIN, 0)
    assert by_name["mismatches found and right"].value > 50
    assert soak.deeds["fault"] or soak.deeds["happen"] or soak.deeds["follow"]


def test_growth_compares_the_first_third_with_the_last() -> None:
    samples = [replace(LOOK, memory=100 + number) for number in range(9)]
    found = growth("memory", samples, lambda one: one.memory)
    assert (found.early, found.late, found.peak) == (101, 107, 108)
    assert found.share == pytest.approx(6 / 101)


def test_a_side_that_was_never_read_is_not_fresh() -> None:
    assert kept([LOOK, replace(LOOK, ages=(10.0,), unread=1)], limit=20) == 0.5

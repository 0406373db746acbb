"""No parser is brought down by what it is given: only its documented errors, soon, and within a cap of memory.

A short run in CI, from the table of `tests.fuzz.targets`; ``python -m tests.fuzz.run`` goes further, by coverage.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import NAMED, TARGETS, Target, once

every_target = pytest.mark.parametrize("target", TARGETS, ids=[one.name for one in TARGETS])
LIMIT_SECONDS = 3.0
LIMIT_BYTES = 64 * 1024 * 1024
PIECES = (
    b"", b"\x00", b"\xff", b"null", b"-1", b"1e999", b'""', b"{}", b"[]", b'"\\ud800"', b"9" * 400, "ạ".encode(),
    b"\n", b"}", b"]", b'"', b"true", b"0.1", "ngày".encode(), b"\xef\xbb\xbf", b"31/02/2026", b"[" * 300,
    b"PK\x03\x04",
)  # fmt: skip
HOSTILE = {
    "deep arrays": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000,
    "many quotes": b'"' * 500_000,
    "digits": b"9" * 500_000,
    "spaces": b" " * 1_000_000,
    "slashes": b"/" * 500_000,
    "combining": "a\u0301".encode() * 100_000,
    "no end": b'{"code": "' + b"a" * 500_000,
    "many rows": b'{"code":"1"}\n' * 20_000,
    "entities": b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>',
}


@st.composite
def spoiled(draw: st.DrawFn, target: Target) -> bytes:
    """A seed with some places replaced: by other bytes, by what JSON can be, or by a part of itself."""
    content = draw(st.sampled_from(target.seeds))
    for _ in range(draw(st.integers(0, 4))):
        first = draw(st.integers(0, len(content)))
        last = draw(st.integers(first, min(len(content), first + 40)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=12) | st.just(content[first:last] * 2))
        content = content[:first] + piece + content[last:]
    return content


@every_target
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(spoil=st.data())
def test_nothing_but_its_documented_errors(target: Target, spoil: st.DataObject) -> None:
    once(target, spoil.draw(spoiled(target)))


@every_target
def test_a_seed_is_understood(target: Target) -> None:
    """Seeds that nobody understands would fuzz nothing but the first check."""
    understood = 0
    for seed in target.seeds:
        try:
            target.run(seed)
            understood += 1
        except target.errors:
            continue
    assert understood, "no seed of this target comes through"


@every_target
def test_hostile_sizes_end_soon_and_stay_small(target: Target) -> None:
    for name, content in HOSTILE.items():
        tracemalloc.start()
        begun = time.process_time()
        try:
            once(target, content)
            taken = time.process_time() - begun
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert taken < LIMIT_SECONDS, name
        assert peak < LIMIT_BYTES, name


def test_each_target_has_a_name_of_its_own() -> None:
    assert len(NAMED) == len(TARGETS)


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed: pip install atheris")
def test_the_script_that_is_guided_by_coverage_runs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz.run", "date", "--seconds", "2", "--corpus", str(tmp_path)]
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, timeout=60, env=os.environ)
    assert ended.returncode == 0, ended.stderr.decode()

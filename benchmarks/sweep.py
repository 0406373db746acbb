"""The speed of a full sweep, as ratios to a plain streamed orjson parse-and-compare of the same bytes (= 1).

In: ``python -m benchmarks.sweep --pairs 100000``. Out: a table; status 1 when a target is missed or an answer wrong.
Each measurement runs in a process of its own on one core; floors and ours take turns, and the best round counts.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.children import CHILDREN
from benchmarks.records import LINE_ENDS, Corpus, write

SEED = 20260717
Figures = dict[str, Any]


class Target(NamedTuple):
    """One line of the table: what it is called, its value, and what it must not pass."""

    name: str
    value: float
    limit: float
    unit: str = "×"

    @property
    def met(self) -> bool:
        return self.value <= self.limit


def main() -> int:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--line-ends", type=float, default=LINE_ENDS, help="share of records with line ends in them")
    parser.add_argument("--scale", action="store_true", help="10,000, 100,000 and 1,000,000 pairs: is it linear?")
    parser.add_argument("--child", choices=sorted(CHILDREN), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="where the files go (several gigabytes for a million pairs)")
    options = parser.parse_args()
    if options.child:
        _on_one_core()
        print(json.dumps(CHILDREN[options.child](Corpus(options.folder, options.pairs))))
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        if options.scale:
            return scale(Path(folder))
        return report(write(Path(folder), options.pairs, seed=SEED, line_ends=options.line_ends), options.rounds)


def _on_one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def child(name: str, corpus: Corpus) -> Figures:
    """Run one measurement in a new process and take its figures."""
    command = [sys.executable, "-m", "benchmarks.sweep", "--child", name]
    command += ["--folder", str(corpus.folder), "--pairs", str(corpus.pairs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def best(rounds: list[Figures]) -> Figures:
    """The smallest of every figure; of nested answers the last."""
    return {
        name: value if isinstance(value, dict) else min(figures[name] for figures in rounds)
        for name, value in rounds[-1].items()
    }


def measure(corpus: Corpus, rounds: int) -> dict[str, Figures]:
    """All measurements, taking turns."""
    names = [name for name in CHILDREN if name != "stalls"]
    taken = [{name: child(name, corpus) for name in names} for _ in range(rounds)]
    return {name: best([round_[name] for round_ in taken]) for name in names} | {"stalls": child("stalls", corpus)}


def targets(figures: dict[str, Figures]) -> list[Target]:
    """What must hold."""
    nfc, nfd = figures["ours-nfc"], figures["ours-nfd"]
    plain_nfc, plain_nfd = figures["plain-nfc"]["seconds"], figures["plain-nfd"]["seconds"]
    return [
        Target("bare hash of every record", figures["hash-floor"]["seconds"] / plain_nfd, math.inf),
        Target("warm sweep, nothing changed", nfd["warm"] / plain_nfd, 0.5),
        Target("… and screened", (nfd["warm"] + nfd["screen"]) / plain_nfd, math.inf),
        Target("warm sweep, 2 % changed", nfd["changed"] / plain_nfd, 0.65),
        Target("cold sweep, both sides NFC", nfc["cold"] / plain_nfc, 3),
        Target("cold sweep, one side NFD", nfd["cold"] / plain_nfd, 6),
        Target("peak memory", max(nfc["peak_mb"], nfd["peak_mb"]), 120, "MB"),
        Target(
            "peak memory with screening",
            max(nfc["peak_with_screening_mb"], nfd["peak_with_screening_mb"]),
            math.inf,
            "MB",
        ),
        Target("memory for each record and side", nfd["kb_per_record"], 0.35, "KB"),
        Target("event loop stall, cold, p99", figures["stalls"]["cold_stall_p99_ms"], 15, "ms"),
        Target("event loop stall, warm, p99", figures["stalls"]["warm_stall_p99_ms"], 15, "ms"),
        *(
            Target(f"{wrong} verdicts, {name} {case}", figures[name][case][wrong], 0, "")
            for name in ("ours-nfc", "ours-nfd")
            for case in ("truth", "truth_changed")
            for wrong in ("false", "missed")
        ),
    ]


def report(corpus: Corpus, rounds: int) -> int:
    """Measure, print, judge."""
    figures = measure(corpus, rounds)
    size = corpus.first.stat().st_size / 0.99 / corpus.pairs
    print(f"{corpus.pairs:,} pairs, {size:,.0f} bytes a record; plain parse-and-compare (= 1):")
    for name in ("plain-nfc", "plain-nfd"):
        print(f"  {name}: {figures[name]['seconds'] / corpus.pairs * 1e6:.1f} µs a pair")
    lines = targets(figures)
    for line in lines:
        limit = "" if math.isinf(line.limit) else f"  target ≤ {line.limit:g}  {'ok' if line.met else 'MISSED'}"
        print(f"  {line.name:44} {line.value:9.3f} {line.unit:2}{limit}")
    return 0 if all(line.met for line in lines) else 1


def scale(folder: Path) -> int:
    """The exponent of time over size: 1 is linear."""
    counts = (10_000, 100_000, 1_000_000)
    taken = []
    for count in counts:
        corpus = write(folder, count, seed=SEED)
        figures = child("ours-nfd", corpus)
        taken.append(figures)
        shown = ", ".join(f"{name} {figures[name]:.2f}" for name in ("warm", "cold", "peak_mb", "kb_per_record"))
        print(f"{count:>9,} pairs: {shown}")
    exponents = {
        name: math.log(taken[-1][name] / taken[0][name]) / math.log(counts[-1] / counts[0]) for name in ("warm", "cold")
    }
    print("exponents:", {name: round(exponent, 3) for name, exponent in exponents.items()})
    return 0 if max(exponents.values()) <= 1.1 else 1


if __name__ == "__main__":
    sys.exit(main())

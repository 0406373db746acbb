"""What reading a system costs, for each adapter, against reading the same bytes with the plain client.

In: ``python -m benchmarks.adapters --records 10000``. Out: a table, or with ``--json`` figures. Each measurement runs
in a process of its own on one core; the system answers from another process with bytes that were made before.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.adapters_children import CHILDREN, Told
from tests.adapters.every_system import NAMED

Figures = dict[str, Any]
HEADINGS = ("adapter", "KB a record", "floor, µs", "ours, µs", "×", "floor, peak MB", "ours, peak MB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=1, help="floor and ours take turns; the best counts")
    parser.add_argument("--only", nargs="*", choices=sorted(NAMED), default=list(NAMED))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", choices=sorted(CHILDREN), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="where the files go")
    options = parser.parse_args(arguments)
    if options.child:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        told = json.loads((options.folder / "told").read_bytes())
        print(json.dumps(asyncio.run(CHILDREN[options.child](told, options.folder))))
        return 0
    found = {}
    if not options.json:
        print(" | ".join(HEADINGS))
    for name in options.only:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            found[name] = measured(name, options.records, options.rounds, Path(folder))
        if not options.json:
            print(" | ".join(line(name, found[name])), flush=True)
    if options.json:
        print(json.dumps({"records": options.records, "adapters": found}, indent=2))
    return 0


def line(name: str, figures: Figures) -> list[str]:
    """One row of the table."""
    count, floor, ours = figures["records"], figures["floor"], figures["ours"]
    each = [one["seconds"] / count * 1e6 for one in (floor, ours)]
    return [
        name,
        f"{floor['bytes'] / count / 1e3:.1f}",
        f"{each[0]:.0f}",
        f"{each[1]:.0f}",
        f"{each[1] / each[0]:.1f}",
        f"{floor['peak_mb']:.0f}",
        f"{ours['peak_mb']:.0f}",
    ]


def measured(name: str, records: int, rounds: int, folder: Path) -> Figures:
    """Serve, ask everything once, then measure floor and adapter in turns."""
    with served(name, records, folder) as told:
        (folder / "told").write_text(json.dumps(told), encoding="utf-8")
        asked = child("questions", folder)
        taken = [{which: child(which, folder) for which in ("floor", "ours")} for _ in range(rounds)]
    best = {which: min((one[which] for one in taken), key=lambda one: one["seconds"]) for which in ("floor", "ours")}
    if asked["translated"] != best["ours"]["translated"]:
        raise RuntimeError(f"{name} read {best['ours']['translated']} records, {asked['translated']} before")
    return {"records": best["ours"]["records"], "translated": best["ours"]["translated"], **best}


@contextmanager
def served(name: str, records: int, folder: Path) -> Iterator[Told]:
    """The system in a process of its own; it ends when its standard input is closed."""
    command = [sys.executable, "-m", "benchmarks.adapters_served", name, str(records), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = process.stdout.readline() if process.stdout else ""
            yield json.loads(said)
        finally:
            if process.stdin:
                process.stdin.close()


def child(which: str, folder: Path) -> Figures:
    """Run one measurement in a new process and take its figures."""
    command = [sys.executable, "-m", "benchmarks.adapters", "--child", which, "--folder", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: Figures = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    sys.exit(main())

"""What people wait for at the desk: each page, search and document over HTTP, with 100,000 open mismatches and a year.

In: ``python -m benchmarks.desk_pages``. Out: tables of time, bytes, stalls of the event loop, memory; status 1 when a
target is missed. The real application is served here, and visited from a program of its own. Judged by the clock on the
wall or by processor time, whichever is less, and by what this program itself held the loop for.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

import structlog

from benchmarks.desk_office import PEOPLE, STRANGER, Person, something_happens, two_versions
from benchmarks.desk_routes import ADDRESSES, EXPORTS, SEARCHES
from benchmarks.desk_served import Bench, Visit, serving
from benchmarks.loop_watch import Stall
from syncd.ledger import open_ledger

PAGE_MS, SEARCH_MS, EXPORT_S, STALL_MS, WIRE_KB = 150.0, 100.0, 10.0, 50.0, 100.0
YARDSTICK_MS = 5.3
"""`yardstick` on the machine of the figures in README.md, when nothing else ran."""
GROWTH = 1.25
"""How much higher the peak of memory of ten times the rows may be."""


class Line(NamedTuple):
    """One row of a table and whether it meets its targets."""

    name: str
    cells: tuple[str, ...]
    is_met: bool


async def floor(bench: Bench) -> Line:
    """What the machine does to a loop that has nothing to do for a second; what the watching takes is remembered."""
    bench.watch.take()
    spent = process_time()
    await asyncio.sleep(1)
    spent = process_time() - spent
    bench.idle, stall = spent, bench.watch.take()
    cells = ("", f"{spent * 1000:.0f}", "", f"{yardstick():.1f}", "", _stalled(stall))
    return Line(f"idle for a second; a fixed piece of work ({YARDSTICK_MS} when it is quiet)", cells, True)


def yardstick() -> float:
    """Milliseconds of processor time for a fixed piece of work like ours; the best of some rounds."""
    taken = []
    for _ in range(9):
        begun = process_time()
        rows = [{"code": f"1.{number:06}", "name": "Đăng ký thường trú " * 3} for number in range(5_000)]
        json.dumps(rows)
        "".join(f"<c>{value}</c>" for row in rows for value in row.values())
        taken.append((process_time() - begun) * 1000)
    return min(taken)


async def until_warm(bench: Bench) -> Line:
    """Until every answer is ready; the loop goes on."""
    begun, spent = perf_counter(), process_time()
    await bench.warm.wait()
    stall = bench.watch.take()
    cells = (f"{(perf_counter() - begun) * 1000:.0f}", f"{(process_time() - spent) * 1000:.0f}", "", "", "")
    return Line("answers worked out", (*cells, _stalled(stall)), stall.held <= STALL_MS)


async def meanwhile(bench: Bench) -> list[Line]:
    """Pages that are asked for while answers are worked out anew; what is spent is not theirs alone."""
    lines = []
    for path in ("/", "/queue", "/units", "/publications", "/queue?q=thuong+tru"):
        found = await bench.page(path)
        cells = (f"{found.wall:.0f}", f"{found.spent:.0f}", "", "", f"{found.size / 1000:.1f}", _stalled(found.stall))
        lines.append(Line(f"{path}, meanwhile", cells, found.status == 200 and found.stall.held <= STALL_MS))
    return lines


async def page_line(bench: Bench, path: str, limit: float, first: Visit, rounds: int, who: Person) -> Line:
    """A page again and again; the first time is known."""
    again = [await bench.page(path, who) for _ in range(rounds)]
    spent = median(one.spent for one in again)
    held = max(one.stall.held for one in (first, *again))
    is_met = all(
        (
            max(first.taken, median(one.taken for one in again)) <= limit,
            held <= STALL_MS,
            first.size <= WIRE_KB * 1000,
            {one.status for one in (first, *again)} == {200},
        )
    )
    felt = max(one.stall.felt for one in (first, *again))
    cells = (
        f"{first.wall:.0f}",
        f"{first.spent:.0f}",
        f"{median(one.wall for one in again):.0f}",
        f"{spent:.0f}",
        f"{first.size / 1000:.1f}",
        _stalled(Stall(felt, held)),
    )
    name = path if who is PEOPLE[0] else f"{path} ({who.login})"
    return Line(name + _status(first), cells, is_met)


def _stalled(stall: Stall) -> str:
    return f"{stall.held:.0f} ({stall.felt:.0f})"


async def pages(bench: Bench, rounds: int, only: str) -> list[Line]:
    """Every address, first once each, in their order, then again."""
    lines = []
    older, newer = (str(one) for one in await bench.desk.ledger.read(two_versions))
    every = [
        path.replace("FIRST", older).replace("SECOND", newer) for several in ADDRESSES.values() for path in several
    ]
    asked = [(path, PAGE_MS, STRANGER if path == "/sign-in" else PEOPLE[0]) for path in every]
    asked += [(path, SEARCH_MS if path.startswith("/api/") else PAGE_MS, PEOPLE[0]) for path in SEARCHES]
    asked += [(path, PAGE_MS, PEOPLE[1]) for path in ("/", "/units", "/queue", "/publications")]
    asked = [one for one in asked if only in one[0]]
    firsts = [await bench.page(path, who) for path, _, who in asked]
    for (path, limit, who), first in zip(asked, firsts, strict=True):
        lines.append(await page_line(bench, path, limit, first, rounds, who))
    return lines


async def exports(bench: Bench, only: str) -> list[Line]:
    """Every document; of two with the same name, memory may not grow with the rows."""
    peaks: dict[tuple[str, str], float] = {}
    lines = []
    for kind, form, states in EXPORTS:
        name = f"{kind}, {form}, {states}"
        if only not in name:
            continue
        before = _reset_peak()
        found = await bench.visit(f"/documents/{kind}", form={"form": form, "states": states})
        peak = _peak_mb() - before
        growth = peak / max(peaks.setdefault((kind, form), peak), 8.0)
        is_quick = found.taken <= EXPORT_S * 1000 and found.stall.held <= STALL_MS
        is_met = found.status == 200 and is_quick and growth <= GROWTH
        cells = (f"{found.wall / 1000:.1f}", f"{found.spent / 1000:.1f}", f"{found.size / 1e6:.1f}", f"{peak:.0f}")
        lines.append(Line(name + _status(found), (*cells, _stalled(found.stall)), is_met))
    return lines


def _status(found: Visit) -> str:
    """What went wrong, behind a name."""
    return "" if found.status == 200 else f" ({found.status})"


def _reset_peak() -> float:
    """Forget the peak of memory so far; what is resident now, in MB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _peak_mb()


def _peak_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


PAGE_TITLES = ("first, ms", "spent, ms", "again, ms", "spent, ms", "KB", "stall, ms")
EXPORT_TITLES = ("s", "spent, s", "MB", "peak, +MB", "stall, ms")


def show(title: str, titles: Sequence[str], lines: Sequence[Line]) -> bool:
    """Print a table; whether everything is met."""
    print(f"\n{title:62}" + "".join(f"{one:>11}" for one in titles))
    for line in lines:
        print(f"  {line.name:60}" + "".join(f"{one:>11}" for one in line.cells) + ("" if line.is_met else "  MISSED"))
    sys.stdout.flush()
    return all(line.is_met for line in lines)


async def run(url: str, rounds: int, only: str) -> bool:
    """Measure everything."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    met = True
    with open_ledger(url) as ledger:
        async with serving(ledger) as bench:
            met &= show("warming up", PAGE_TITLES, [await until_warm(bench)])
            met &= show("the machine", PAGE_TITLES, [await floor(bench)])
            met &= show("pages", PAGE_TITLES, await pages(bench, rounds, only))
            bench.warm.clear()
            await asyncio.to_thread(something_happens, ledger)
            met &= show("after a change", PAGE_TITLES, [*await meanwhile(bench), await until_warm(bench)])
            met &= show("pages after a change", PAGE_TITLES, await pages(bench, 1, only))
            met &= show("documents", EXPORT_TITLES, await exports(bench, only))
            met &= show("the machine", PAGE_TITLES, [await floor(bench)])
    return met


def main() -> int:
    """Parse the command line, build, visit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="only what has this in its address or name")
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--records", type=int, default=6_000, help="records a side")
    parser.add_argument("--ledger", help="a ledger of `benchmarks.desk_office`; else one is built and thrown away")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.ledger or f"sqlite:///{Path(folder) / 'ledger.db'}"
        if not options.ledger:
            size = ("--open", str(options.open), "--records", str(options.records))
            subprocess.run([sys.executable, "-m", "benchmarks.desk_office", url, *size], check=True)
        return 0 if asyncio.run(run(url, options.rounds, options.only)) else 1


if __name__ == "__main__":
    sys.exit(main())

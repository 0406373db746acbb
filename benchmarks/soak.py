"""The daemon under load for a long while: many pairs, faults, changes, a reload; is anything lost, does anything grow?

In: ``python -m benchmarks.soak`` (34 pairs of 2,000 procedures, 20 minutes). Out: a table, ``--output`` with every
sample; status 1 when a target is missed. The systems run in a process of their own, the daemon is the real command.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import random
import signal
import sys
import tempfile
import time
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import ClientError, ClientSession, ClientTimeout

from benchmarks.soak_watch import Sample, growth, kept, sample
from loopback.catalogue import HANOI_ID, generate
from loopback.opencps import Access
from syncd.ledger import open_ledger, upgrade
from syncd.ledger.mismatches import open_mismatches

ROOT = Path(__file__).parents[1]
SEED = 34
Subject = tuple[int, str, str, str]
"""A pair's number, a kind, a code, a field."""
FAULTS = (
    "reset",
    "truncated_body",
    "cut_json",
    "throttled_seconds",
    "unavailable",
    "block_page_200",
    "lost_page",
    "short_page",
    "empty_list",
    "repeated_page",
    "duplicate_key",
    "unauthorised",
    "nfd_text",
    "clock_skew",
)
DARK = 120.0
"""Seconds for which one portal answers nothing at all."""

HEAD = """\
[database]
url = "sqlite:///ledger.db"

[daemon]
listen = "127.0.0.1:0"

[log]
format = "json"
level = "{level}"
mismatch_log = "mismatches.jsonl"

[secrets]
folder = "secrets"

[desk]
listen = "127.0.0.1:0"
"""
PAIR = """
[[pairs]]
name = "{name}"
interval = "{interval}s"
grace = "{grace}s"
applies = {{ departments = ["{hanoi}"] }}
equivalences = {{ codes = {{ {codes} }} }}

[pairs.portal]
adapter = "national-portal"
base_url = "{portal}"
requests_per_second = 1000

[pairs.city]
adapter = "opencps"
base_url = "{city}"
group_id = "{group}"
basic_user = "{user}"
basic_password_secret = "password"
requests_per_second = 1000
"""


class World:
    """The systems, in their own process."""

    def __init__(self, process: Process, writer: StreamWriter, reader: StreamReader) -> None:
        self.process, self._writer, self._reader = process, writer, reader

    async def answer(self) -> Any:
        return json.loads(await self._reader.readline())

    async def ask(self, order: dict[str, Any]) -> Any:
        """Give one order; returns what comes back."""
        self._writer.write(json.dumps(order).encode() + b"\n")
        return await self.answer()


@dataclass(frozen=True, slots=True)
class Size:
    """How much, and for how long; seconds."""

    pairs: int
    procedures: int
    duration: float
    interval: float

    @property
    def grace(self) -> float:
        return self.interval / 2

    @property
    def every(self) -> float:
        """Between two looks."""
        return min(5.0, self.interval / 4)

    @property
    def fresh(self) -> float:
        """What counts as verified: twice the interval, as 30 minutes are of the 15 that a city takes."""
        return 2 * self.interval


@dataclass(slots=True)
class Soak:
    """What has happened so far."""

    size: Size
    folder: Path
    chance: random.Random
    world: World
    daemon: Process
    began: float
    url: str
    samples: list[Sample] = field(default_factory=list)
    deeds: Counter[str] = field(default_factory=Counter)
    struck: int = 0

    async def order(self, do: str, pair: int, **more: Any) -> Any:
        """Tell the world of one pair something; returns what it says."""
        self.deeds[do] += 1
        return await self.world.ask({"do": do, "pair": pair, **more})

    async def clear(self, pair: int) -> None:
        """Let everything go well with one pair."""
        self.struck += await self.order("clear", pair)

    async def reload(self) -> None:
        """Let the daemon read its configuration again."""
        self.daemon.send_signal(signal.SIGHUP)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began


def configuration(size: Size, addresses: Sequence[tuple[str, str]], level: str) -> str:
    """The daemon's configuration, whole."""
    access = Access()
    codes = ", ".join(f'"{local}" = "{code}"' for local, code in generate(SEED, size.procedures).equivalences.items())
    how = {"interval": f"{size.interval:g}", "grace": f"{size.grace:g}", "hanoi": HANOI_ID, "codes": codes}
    pairs = [
        PAIR.format(
            name=f"tinh-{number}",
            portal=portal,
            city=city,
            group=access.group_id,
            user=access.username,
            **how,
        )
        for number, (portal, city) in enumerate(addresses, 1)
    ]
    return HEAD.format(level=level) + "".join(pairs)


async def start_world(size: Size) -> World:
    """The systems, answering."""
    words = ["--pairs", str(size.pairs), "--procedures", str(size.procedures), "--seed", str(SEED)]
    command = [sys.executable, "-m", "benchmarks.soak_world", *words]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=1 << 24)
    if process.stdin is None or process.stdout is None:
        raise TypeError("the systems have no pipes")
    return World(process, process.stdin, process.stdout)


async def start_daemon(folder: Path, more: Sequence[str]) -> Process:
    """The daemon, on its way."""
    command = [sys.executable, *more, "-m", "syncd", "run", "--config", "syncd.toml"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with (folder / "syncd.log").open("wb") as stream:
        return await asyncio.create_subprocess_exec(*command, cwd=folder, env=env, stdout=stream, stderr=stream)


async def ready(folder: Path) -> str:
    """The address of the daemon's status page and metrics, once it is ready. Raises `TimeoutError`."""
    async with asyncio.timeout(120):
        while True:
            for line in logged(folder, "daemon_ready"):
                return f"http://{line['listen'][0]}"
            await asyncio.sleep(0.2)


def logged(folder: Path, event: str) -> list[dict[str, Any]]:
    """The lines of one event in the daemon's log."""
    lines = (folder / "syncd.log").read_text(encoding="utf-8", errors="replace").splitlines()
    found = [json.loads(line) for line in lines if f'"{event}"' in line and line.startswith("{") and line.endswith("}")]
    return [one for one in found if one["event"] == event]


async def watch(soak: Soak, client: ClientSession, until: float) -> None:
    """A sample every few seconds, and a look at the pages that people look at; what is not answered is counted."""
    while soak.elapsed < until:
        try:
            async with client.get(f"{soak.url}/metrics") as answer:
                text = await answer.text()
            soak.samples.append(sample(soak.daemon.pid, text, at=soak.elapsed, now=time.time()))
            async with client.get(f"{soak.url}/") as answer:
                await answer.read()
        except (ClientError, TimeoutError):
            soak.deeds["no answer"] += 1
        await asyncio.sleep(soak.size.every)


async def first_readings(soak: Soak) -> float:
    """Wait until every side has been read whole once; returns how long that took."""
    while not soak.samples or soak.samples[-1].unread:
        await asyncio.sleep(1)
        if soak.daemon.returncode is not None:
            raise RuntimeError(f"the daemon ended with status {soak.daemon.returncode}: {soak.folder / 'syncd.log'}")
    return soak.elapsed


async def trouble(soak: Soak, until: float) -> None:
    """Every few seconds something goes wrong or changes somewhere; one portal is dark for two minutes; one reload."""
    chance, pairs = soak.chance, soak.size.pairs
    begin = soak.elapsed
    due: list[tuple[float, Callable[[], Awaitable[Any]]]] = [
        (begin + 60, partial(soak.order, "fault", 0, side="portal", name="unavailable", times=None)),
        (begin + 60 + DARK, partial(soak.clear, 0)),
        (begin + (until - begin) / 2, soak.reload),
    ]
    while soak.elapsed < until:
        while due and soak.elapsed > due[0][0]:
            await due.pop(0)[1]()
        pair = chance.randrange(1, pairs) if pairs > 1 else 0
        deed = chance.choice(("fault", "fault", "fault", "happen", "follow"))
        if deed == "fault":
            how = {"side": chance.choice(("portal", "city")), "name": chance.choice(FAULTS)}
            await soak.order("fault", pair, **how, times=chance.choice((1, 1, 2, 5)))
        elif await soak.order(deed, pair):
            soak.deeds[f"{deed} took place"] += 1
        await asyncio.sleep(chance.expovariate(1 / 2.0))
    for pair in range(pairs):
        await soak.clear(pair)


class Judged(NamedTuple):
    """What stands in the ledger of all pairs, against what is wrong: subjects with their pair."""

    right: list[Subject]
    missed: list[Subject]
    invented: list[Subject]


async def settled(soak: Soak) -> Judged:
    """After the last trouble: wait until every pair shows what is wrong and nothing else, for some passes at most."""
    expected = [await soak.order("expected", pair) for pair in range(soak.size.pairs)]
    truth = Counter((number, *one) for number, some in enumerate(expected, 1) for one in some)
    deadline = soak.elapsed + 6 * soak.size.interval + 300
    while True:
        seen = await asyncio.to_thread(_confirmed, soak)
        judged = Judged(*[sorted(some.elements()) for some in (seen & truth, truth - seen, seen - truth)])
        if soak.elapsed > deadline or not (judged.missed or judged.invented):
            return judged
        await asyncio.sleep(soak.size.every)


def _confirmed(soak: Soak) -> Counter[Subject]:
    with open_ledger(f"sqlite:///{soak.folder / 'ledger.db'}") as ledger:
        return Counter(
            (number, one.kind, one.code or one.local_code, one.field)
            for number in range(1, soak.size.pairs + 1)
            for one in ledger.read_now(open_mismatches, f"tinh-{number}")
            if one.state == "confirmed"
        )


class Target(NamedTuple):
    """One line of the table, and what it must not pass; ``at_least``: must not fall below."""

    name: str
    value: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def targets(soak: Soak, watched: Sequence[Sample], judged: Judged, status: int) -> list[Target]:
    """What must hold."""
    memory = growth("memory", watched, lambda one: one.memory)
    descriptors = growth("descriptors", watched, lambda one: one.descriptors)
    tasks = growth("tasks", watched, lambda one: one.tasks)
    span = watched[-1].at - watched[0].at
    spent = watched[-1].processor - watched[0].processor
    faults = [one for one in logged(soak.folder, "") if one.get("class") == "fault"]
    return [
        Target("memory, first third", memory.early, math.inf, "MB"),
        Target("memory, last third", memory.late, math.inf, "MB"),
        Target("memory, peak (MemoryHigh of the unit)", max(one.memory for one in soak.samples), 768, "MB"),
        Target("memory, growth from first to last third", 100 * memory.share, 5, "%"),
        Target("file descriptors, growth", descriptors.late - descriptors.early, 2),
        Target("tasks, growth", tasks.late - tasks.early, 2),
        Target("threads, peak", max(one.threads for one in watched), math.inf),
        Target("processor, share of one core", 100 * spent / span, math.inf, "%"),
        Target("passes", watched[-1].passes, math.inf),
        *(
            Target(f"read whole at most {limit:.0f} s ago", 100 * kept(watched, limit), 99, "%", True)
            for limit in (soak.size.fresh, 1800.0)
        ),
        Target("mismatches found and right", len(judged.right), 1, "", True),
        Target("mismatches missed", len(judged.missed), 0),
        Target("mismatches invented or doubled", len(judged.invented), 0),
        Target("errors of our own in the log", len(faults), 0),
        Target("looks without an answer", soak.deeds["no answer"], 0),
        Target("exit status after SIGTERM", abs(status), 0),
    ]


async def soak_for(size: Size, folder: Path, level: str, more: Sequence[str]) -> tuple[Soak, list[Target]]:
    """All of it."""
    world = await start_world(size)
    daemon: Process | None = None
    try:
        addresses = await world.answer()
        (folder / "syncd.toml").write_text(configuration(size, addresses, level), encoding="utf-8")
        secret = folder / "secrets" / "password"
        secret.parent.mkdir(mode=0o700)
        secret.touch(mode=0o600)
        secret.write_text(Access().password, encoding="utf-8")
        upgrade(f"sqlite:///{folder / 'ledger.db'}")
        daemon = await start_daemon(folder, more)
        soak = Soak(size, folder, random.Random(SEED), world, daemon, time.monotonic(), await ready(folder))
        async with ClientSession(timeout=ClientTimeout(total=10)) as client, asyncio.TaskGroup() as group:
            watching = group.create_task(watch(soak, client, math.inf))
            began = await first_readings(soak)
            print(f"every side read whole after {began:.0f} s", flush=True)
            await trouble(soak, began + size.duration)
            judged = await settled(soak)
            watching.cancel()
        for word, some in (("missed", judged.missed), ("invented", judged.invented)):
            for one in some[:20]:
                print(f"{word}: {one}")
        daemon.send_signal(signal.SIGTERM)
        async with asyncio.timeout(120):
            status = await daemon.wait()
        watched = [one for one in soak.samples if one.at > began + size.interval]
        return soak, targets(soak, watched, judged, status)
    finally:
        for process in (daemon, world.process):
            if process is not None and process.returncode is None:
                process.kill()
                await process.wait()


def report(soak: Soak, lines: Sequence[Target], output: Path | None) -> int:
    """Print, keep, judge."""
    size, deeds = soak.size, soak.deeds
    print(
        f"{size.pairs} pairs of {size.procedures:,} procedures, every {size.interval:g} s,"
        f" {size.duration / 60:g} minutes: {soak.struck} spoiled answers,"
        f" {deeds['happen took place']} changes of portals, {deeds['follow took place']} followed by cities"
    )
    for line in lines:
        sign = "≥" if line.at_least else "≤"
        limit = "" if math.isinf(line.limit) else f"  target {sign} {line.limit:g}  {'ok' if line.met else 'MISSED'}"
        print(f"  {line.name:44} {line.value:12,.1f} {line.unit:2}{limit}")
    if output is not None:
        output.write_text("".join(json.dumps(asdict(one)) + "\n" for one in soak.samples), encoding="utf-8")
    return 0 if all(line.met for line in lines) else 1


def main() -> int:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=34)
    parser.add_argument("--procedures", type=int, default=2_000)
    parser.add_argument("--minutes", type=float, default=20.0, help="of trouble, after the first readings")
    parser.add_argument("--interval", type=float, default=120.0, help="seconds between two passes of a pair")
    parser.add_argument("--level", default="info", choices=("debug", "info"), help="level of the daemon's log")
    parser.add_argument("--dev", action="store_true", help="Python's development mode: slow, warns of leaks")
    parser.add_argument("--output", type=Path, help="where every sample is kept, one JSON line each")
    parser.add_argument("--folder", type=Path, help="an empty one, where ledger and log stay to be looked at")
    options = parser.parse_args()
    size = Size(options.pairs, options.procedures, options.minutes * 60, options.interval)
    more = ["-X", "dev"] if options.dev else []
    with tempfile.TemporaryDirectory(prefix="syncd-soak-") as passing:
        folder = options.folder or Path(passing)
        soak, lines = asyncio.run(soak_for(size, folder, options.level, more))
        return report(soak, lines, options.output)


if __name__ == "__main__":
    sys.exit(main())

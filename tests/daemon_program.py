"""A daemon with made-up rooms, run as a program of its own by ``tests/test_daemon.py``.

``python -m tests.daemon_program CONFIG`` prints ``ready ADDRESS``, then what happens to its pairs, one line each.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from syncd.config import Configuration, PairConfig
from syncd.daemon import EXIT_CONFIGURATION, Daemon, serve
from syncd.errors import ConfigurationError
from syncd.metrics import Metrics
from syncd.passes.course import Ended, Heartbeat
from syncd.sides.errors import UnreachableError
from syncd.status_page import PairSummary


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def quick(_pair: str) -> Ended:
    return Ended("complete", failed=False)


async def dead(_pair: str) -> Ended:
    raise UnreachableError("no route")


async def long(pair: str) -> Ended:
    say(f"running {pair}")
    try:
        await asyncio.Event().wait()
    finally:
        say(f"interrupted {pair}")
    return Ended("complete", failed=False)


async def deaf(pair: str) -> Ended:
    say(f"running {pair}")
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            continue


async def blocking(pair: str) -> Ended:
    say(f"running {pair}")
    time.sleep(60)  # noqa: ASYNC251
    return Ended("complete", failed=False)


ACTS = {"quick": quick, "dead": dead, "long": long, "deaf": deaf, "blocking": blocking}


@dataclass
class Loop:
    name: str
    act: str

    async def run_once(self) -> Ended:
        return await ACTS[self.act](self.name)

    async def close(self) -> None:
        say(f"closed {self.name}")


@dataclass
class Rooms:
    configuration: Configuration
    metrics: Metrics
    turns: None = None

    async def open(self) -> None:
        say("opened")
        if "hang" in self.configuration.database.url:
            await asyncio.Event().wait()

    async def build(self, pair: PairConfig, configuration: Configuration, heartbeat: Heartbeat) -> Loop:
        del configuration, heartbeat
        if pair.portal.get("adapter") == "unbuildable":
            raise ConfigurationError("cannot be built", path=f"pair {pair.name}")
        say(f"built {pair.name}")
        return Loop(pair.name, str(pair.portal["adapter"]))

    async def check_ledger(self) -> None: ...

    async def summaries(self) -> Mapping[str, PairSummary]:
        return {}

    async def reopen(self, configuration: Configuration) -> None:
        say(f"reopened {len(configuration.pairs)}")

    async def close(self) -> None:
        say("closed rooms")


def ready(daemon: Daemon) -> None:
    say(f"ready {daemon.addresses[0]}")


if __name__ == "__main__":
    try:
        asyncio.run(serve(Path(sys.argv[1]), Rooms, on_ready=ready, random=lambda: 0.0))
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(EXIT_CONFIGURATION)

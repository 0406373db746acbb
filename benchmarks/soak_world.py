"""The cities and portals of the soak, in a process of their own: they answer, misbehave and change as they are told.

In: lines of JSON on standard input (``fault``, ``clear``, ``happen``, ``follow``, ``expected``). Out: a line for each,
and first one with every address. All pairs show one catalogue, each through systems, changes and faults of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from loopback.catalogue import OPENCPS_CARRIES, Catalogue, Change, CityRow, Event, Planted, expected, generate
from loopback.run import Systems, serve
from syncd.reconcile.mismatches import MismatchKind
from syncd.records.codes import root

VISIBLE: dict[Change, Callable[[Event], dict[str, Any]]] = {
    Change.WITHDRAW: lambda _event: {"active": False},
    Change.REPUBLISH: lambda _event: {"active": True},
    Change.RENAME: lambda event: {"name": str(event.record.detail["name"])},
}
"""Changes of the portal that OpenCPS can show, and what the city writes to follow each."""


@dataclass(slots=True)
class World:
    """One pair's systems. ``open``: what has happened on the portal and was not followed by the city."""

    systems: Systems
    waiting: list[Event]
    open: list[Event] = field(default_factory=list)
    followed: list[Event] = field(default_factory=list)

    def fault(self, side: str, name: str, times: int | None = 1) -> int:
        """Let the next answers of a side go wrong in one way; returns how many rules wait now."""
        plan = self.systems.portal_faults if side == "portal" else self.systems.opencps_faults
        plan.add(name, times=times)
        return len(plan.rules)

    def clear(self) -> int:
        """Let everything go well; returns how many answers had gone wrong."""
        plans = (self.systems.portal_faults, self.systems.opencps_faults)
        struck = sum(rule.hits for plan in plans for rule in plan.rules)
        for plan in plans:
            plan.drip.gate.set()
            plan.drip.gate.clear()
            plan.clear()
        return struck

    def happen(self) -> str:
        """The next change of the portal; its name, or nothing where none is left."""
        if not self.waiting:
            return ""
        event = self.waiting.pop(0)
        self.systems.portal.advance(event)
        self.open.append(event)
        return event.name

    def follow(self) -> str:
        """Let the city follow the oldest change; its name, or nothing where none is open."""
        if not self.open:
            return ""
        event = self.open.pop(0)
        row = self._row(event.record.code)
        self.systems.opencps.put(replace(row, **VISIBLE[event.change](event)))
        self.systems.opencps.reindex()
        self.followed.append(event)
        return event.name

    def expected(self) -> list[tuple[str, str, str]]:
        """Every mismatch that must be open now: kind, code, field."""
        return [_subject(one) for one in expected(self.systems.catalogue, OPENCPS_CARRIES, self.open)]

    def _row(self, code: str) -> CityRow:
        rows = self.systems.opencps.database.values()
        return next(row for row in rows if f"{row.local_code}.".startswith(f"{code}."))


def _subject(planted: Planted) -> tuple[str, str, str]:
    """As the ledger names it: a row of the city's that cannot be read still has the code that its own words give."""
    kind, code, field_name = planted.subject
    is_broken = planted.kind is MismatchKind.INVALID_RECORD and not planted.code
    return (kind, (root(code) or code) if is_broken else code, field_name)


ORDERS: dict[str, Callable[..., Any]] = {
    "fault": World.fault,
    "clear": World.clear,
    "happen": World.happen,
    "follow": World.follow,
    "expected": World.expected,
}


async def obey(pairs: int, catalogue: Catalogue) -> None:
    """Serve until standard input ends."""
    waiting = [event for event in catalogue.events if event.change in VISIBLE]
    async with AsyncExitStack() as stack:
        served = [await stack.enter_async_context(serve(catalogue)) for _ in range(pairs)]
        worlds = [World(systems, list(waiting)) for systems in served]
        say([(world.systems.portal_url, world.systems.opencps_url) for world in worlds])
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := await lines.readline():
            order = json.loads(line)
            say(ORDERS[order.pop("do")](worlds[order.pop("pair")], **order))


def say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, required=True)
    parser.add_argument("--procedures", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    asyncio.run(obey(options.pairs, generate(options.seed, options.procedures)))


if __name__ == "__main__":
    main()

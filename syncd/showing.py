"""What the ledger knows of each course, shown: on the gauges, and on the status page.

In: an open ledger, a configuration. Out: gauges that are set, summaries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from shutil import disk_usage

from syncd.config import Configuration
from syncd.ledger import Ledger
from syncd.ledger.engines import parse, sqlite_path
from syncd.ledger.mismatches import oldest_open, open_counts
from syncd.ledger.passes import last_pass
from syncd.ledger.readings import last_whole
from syncd.ledger.vitals import database_bytes, flapping, last_verified
from syncd.metrics import Metrics
from syncd.passes.build import LEAST_FRESH, ROUNDS
from syncd.passes.pair import SIDES
from syncd.status_page import PairSummary

FLAPPING_WITHIN = timedelta(hours=24)
GIGABYTE = 10**9
COMPARED_ENDED = ("in_sync", "mismatched")


def fresh_for(configuration: Configuration) -> dict[str, timedelta]:
    """How old a whole reading of each pair may be before nothing is known any more: some of its rounds."""
    return {course.name: max(LEAST_FRESH, ROUNDS * course.interval) for course in configuration.comparing}


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows what the ledger knows; made anew whenever it is wanted, since a reload brings another configuration."""

    ledger: Ledger
    metrics: Metrics
    configuration: Configuration
    clock: Callable[[], datetime]

    async def everything(self) -> None:
        """Show what the ledger knows before the first pass: a restart must not look like a loss."""
        for pair in self.configuration.comparing:
            self.metrics.initialise([pair.name], pair.sides)
            await self.pair(pair.name)

    async def pair(self, pair: str) -> None:
        """Show what the ledger knows of a pair, whoever wrote it there."""
        await self.open(pair)
        verified = await self.ledger.read(last_verified, pair)
        if verified is not None:
            self.metrics.verified(pair, verified)
        for side in self._sides(pair):
            reading = await self.ledger.read(last_whole, pair, side)
            if reading is not None:
                self.metrics.read_whole(pair, side, reading.ended_at, reading.counted)

    def _sides(self, course: str) -> tuple[str, ...]:
        """The sides of a course; of one that is not configured (any more) those of a pair."""
        return next((one.sides for one in self.configuration.comparing if one.name == course), SIDES)

    async def open(self, pair: str) -> None:
        """Set the gauges of what is open now."""
        self.metrics.mismatches_open(pair, await self.ledger.read(open_counts, pair))
        oldest = await self.ledger.read(oldest_open, pair)
        for state in ("suspected", "confirmed", "waived"):
            self.metrics.oldest_open(pair, state, oldest.get(state))
        self.metrics.flapping(pair, await self.ledger.read(flapping, pair, self.clock() - FLAPPING_WITHIN))
        self.metrics.database(*await self._room_left())
        summary = await self.summary(pair)
        self.metrics.verdicts(pair, in_sync=summary.in_sync, mismatched=summary.mismatched, unknown=summary.unknown)

    async def _room_left(self) -> tuple[int, int | None]:
        """Bytes that the ledger takes, and by how many it may grow (None: nobody knows)."""
        size, most = await self.ledger.read(database_bytes), self.configuration.database.most_gigabytes
        left = [] if most is None else [max(0, most * GIGABYTE - size)]
        file = sqlite_path(parse(self.ledger.where))
        if file is not None:
            with suppress(OSError):
                left.append((await asyncio.to_thread(disk_usage, file.parent)).free)
        return size, min(left, default=None)

    async def summary(self, pair: str) -> PairSummary:
        """One pair as the ledger knows it: the last comparison's counts, what is open, when each was read whole."""
        compared = await self.ledger.read(last_pass, pair, outcomes=COMPARED_ENDED)
        latest = await self.ledger.read(last_pass, pair)
        counts = compared.counts if compared else {}
        opened: dict[str, int] = {}
        for (_, state), number in (await self.ledger.read(open_counts, pair)).items():
            opened[state] = opened.get(state, 0) + number
        is_unknown = latest is not None and latest.outcome not in (*COMPARED_ENDED, "running")
        in_sync, mismatched = counts.get("in_sync", 0), counts.get("mismatched", 0)
        return PairSummary(
            in_sync=0 if is_unknown else in_sync,
            mismatched=0 if is_unknown else mismatched,
            unknown=in_sync + mismatched + counts.get("unread", 0) if is_unknown else counts.get("unread", 0),
            open_mismatches=opened,
            last_whole={
                side: reading.ended_at if (reading := await self.ledger.read(last_whole, pair, side)) else None
                for side in self._sides(pair)
            },
        )

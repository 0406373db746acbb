"""Reads the Service Index again and again: every interface for every period that can still move.

In: a reader of one source, the ledger, the time. Out: readings that are kept by instant, and a word on how it went. An
interface that does not answer, or not whole, leaves its own gap and no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from syncd.answers.service_index import rank_of
from syncd.ledger import Ledger
from syncd.ledger.index import newest_read_at, record_index, tables_as_of
from syncd.passes.course import Heartbeat
from syncd.passes.loop import DAEMON, Reported
from syncd.publication.index.indicators import GROUPS, TOTAL
from syncd.publication.index.recomputation import recompute_unit
from syncd.records.dates import local_date
from syncd.records.figures import Group
from syncd.records.periods import Period, PeriodKind
from syncd.sides.errors import SideError
from syncd.sides.index import IndexReader

LONGEST_REASON = 500


class ShowsIndex(Protocol):
    """Where the newest figures go (`syncd.metrics.Metrics`)."""

    def index_read(self, at: datetime) -> None: ...
    def index_score(self, period: str, group: str, source: str, points: float | None) -> None: ...
    def index_maximum(self, group: str, points: float) -> None: ...
    def index_rank(self, period: str, rank: int | None) -> None: ...


def periods_to_read(today: date, closed_months: int) -> Iterator[Period]:
    """The running year and quarter, those that have just ended, and the last closed months, newest first.

    A running month cannot be asked: the portal answers for it once it is over.
    """
    for kind in (PeriodKind.YEAR, PeriodKind.QUARTER):
        running = Period.of(today, kind)
        yield running
        if _is_young(running, today, closed_months):
            yield running.previous
    month = Period.of(today, PeriodKind.MONTH)
    for _ in range(closed_months):
        month = month.previous
        yield month


def _is_young(running: Period, today: date, closed_months: int) -> bool:
    """Whether the period before still lies within the months that are read again."""
    return 12 * (today.year - running.first.year) + today.month - running.first.month < closed_months


@dataclass(slots=True)
class IndexCourse:
    """The index as the supervisor runs it. ``source`` is the adapter's name; ``shown`` is awaited after each round."""

    reader: IndexReader
    source: str
    root: str
    closed_months: int
    ledger: Ledger
    clock: Callable[[], datetime]
    heartbeat: Heartbeat
    shown: Callable[[], Awaitable[None]]

    async def run_once(self) -> Reported:
        """Read everything once; what failed is named, what came whole is kept."""
        failures: list[str] = []
        kept = 0
        for period in periods_to_read(local_date(self.clock()), self.closed_months):
            for endpoint in self.reader.endpoints:
                if not self.reader.offers(endpoint, period):
                    continue
                self.heartbeat(f"{endpoint} {period}")
                try:
                    await self._keep(endpoint, period)
                    kept += 1
                except SideError as error:
                    failures.append(f"{endpoint} {period}: {error.message}")
        await self.shown()
        if failures:
            return Reported("partial", failed=not kept, reason="; ".join(failures)[:LONGEST_REASON])
        return Reported("complete", failed=False)

    async def _keep(self, endpoint: str, period: Period) -> None:
        pages = await self.reader.read(endpoint, period, self.root)
        table = await asyncio.to_thread(self.reader.figures, endpoint, pages)
        await self.ledger.write(
            record_index,
            source=self.source,
            endpoint=endpoint,
            period=period,
            root=self.root,
            read_at=self.clock(),
            pages=pages,
            table=table,
            actor=DAEMON,
        )

    async def close(self) -> None:
        await self.reader.close()


async def show_index(ledger: Ledger, shows: ShowsIndex, root: str, clock: Callable[[], datetime]) -> None:
    """Set the gauges of the newest figures: of the running year and quarter, and of the last closed month."""
    now = clock()
    today = local_date(now)
    newest = await ledger.read(newest_read_at, until=now)
    if newest is not None:
        shows.index_read(newest)
    month = Period.of(today, PeriodKind.MONTH).previous
    for period in (Period.of(today, PeriodKind.YEAR), Period.of(today, PeriodKind.QUARTER), month):
        kept = await ledger.read(tables_as_of, period=str(period), root=root, at=now)
        tables = [one.table for one in kept]
        found = recompute_unit(root, [one for table in tables for one in table.figures if one.unit == root])
        for group in GROUPS:
            shows.index_score(period.kind, group, "portal", _float(found.published.get(group)))
            is_borrowed = group in found.scores.borrowed
            shows.index_score(
                period.kind, group, "recomputed", None if is_borrowed else _float(found.scores.groups[group])
            )
        shows.index_score(period.kind, Group.TOTAL, "portal", _float(found.published.get(Group.TOTAL)))
        shows.index_score(period.kind, Group.TOTAL, "recomputed", _float(found.scores.total))
        rank = rank_of(tables, root)
        shows.index_rank(period.kind, rank.place if rank else None)
    for group, rule in (*GROUPS.items(), (Group.TOTAL, TOTAL)):
        shows.index_maximum(group, float(rule.maximum))


def _float(points: Decimal | None) -> float | None:
    return None if points is None else float(points)

"""The reader of tasks: every package of a place, whole or not at all, counted by unit.

In: settings and surroundings. Out: what `TaskReader` promises. It only ever reads.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from adapters.edxml.reader import gather, source_of
from adapters.edxml.settings import EdxmlSettings
from adapters.edxml.source import Source
from adapters.edxml.tallies import tally_tasks
from syncd.errors import ConfigurationError
from syncd.records.dates import local_date
from syncd.records.periods import Period
from syncd.records.tasks import PARTS, TaskReading
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import StaleError
from syncd.sides.reading import Evidence, prove

UNDECLARED = "a receiver of a document may have no task in it, and may never say that it has finished"
DECLARE = "set steering_is_task = true where every receiver has one and says so (06); else count tasks elsewhere"


class EdxmlTasks:
    """Counts the tasks of one place. See `EdxmlSettings`."""

    def __init__(self, settings: EdxmlSettings, source: Source) -> None:
        self._settings, self._source = settings, source

    @property
    def counts(self) -> frozenset[str]:
        return frozenset({"assigned", *PARTS})

    def offers(self, period: Period, at: datetime) -> bool:
        """Packages say when everything happened: any instant of a period that has begun, and is shown whole."""
        since = self._settings.since
        return period.first <= local_date(at) and (since is None or since <= period.first)

    async def read_tasks(self, period: Period, at: datetime) -> TaskReading:
        """Raises `StaleError` for a reading that is not whole: what is missing would count as late."""
        evidence = Evidence()
        gathered = await gather(self._source, evidence, self._settings.max_packages)
        reasons = [*prove(evidence).reasons, *(f"{one.name}: {one.reason}" for one in gathered.unread)]
        if reasons:
            raise StaleError(f"the packages are not whole: {reasons[0]}", action="read again later")
        tallies = await asyncio.to_thread(tally_tasks, gathered.packages, period, at, self._settings.units)
        return TaskReading(period=period, at=at, tallies=tallies)

    async def check(self) -> str:
        return await self._source.check()

    async def close(self) -> None:
        await self._source.close()


def build_tasks(settings: EdxmlSettings, surroundings: Surroundings) -> EdxmlTasks:
    """Make the reader. Raises `ConfigurationError` where the place cannot give a true answer."""
    if not settings.steering_is_task:
        raise ConfigurationError(f"tasks are not counted: {UNDECLARED}", path="steering_is_task", action=DECLARE)
    source = source_of(settings, surroundings)
    if source.selective or not source.answers:
        raise ConfigurationError(
            "tasks are not counted: the place does not show every document and what its receivers answer",
            action='set open = "all" and lists = ["sent", "answers"] of the axis, or read a folder',
        )
    return EdxmlTasks(settings, source)

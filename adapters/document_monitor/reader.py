"""The monitor as a `TaskReader`, whichever of its three forms is set.

In: checked settings and surroundings. Out: whole tallies of a period, and what its own total does not agree about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from adapters.document_monitor.counting import Counted, counter
from adapters.document_monitor.fields import counts_filled, sought
from adapters.document_monitor.from_file import FileSource
from adapters.document_monitor.from_rest import RestSource
from adapters.document_monitor.from_sql import SqlSource
from adapters.document_monitor.naming import Naming
from adapters.document_monitor.settings import MonitorSettings
from adapters.document_monitor.sources import Source
from adapters.sql.connection import engine
from syncd.errors import ConfigurationError
from syncd.records.dates import local_date
from syncd.records.periods import Period, PeriodKind
from syncd.records.tasks import COUNTS, FindingKind, TaskFinding, TaskReading, summed
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import PermanentError

LONGEST_FIRST = (PeriodKind.YEAR, PeriodKind.QUARTER, PeriodKind.MONTH)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class MonitorReader:
    """Counts tasks. Built by the entry point; only reads. ``clock``: for `check` alone, which asks about what runs."""

    def __init__(
        self, settings: MonitorSettings, surroundings: Surroundings, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._naming = Naming(settings.units)
        self._source = _source(settings, surroundings)

    @property
    def counts(self) -> frozenset[str]:
        return counts_filled(self._settings.one_row_per, self._settings.fields)

    def offers(self, period: Period, at: datetime) -> bool:
        if period.kind not in self._settings.kinds:
            return False
        return self._settings.shows is None or period == Period.of(local_date(at), period.kind)

    async def read_tasks(self, period: Period, at: datetime) -> TaskReading:
        """Read and count. Raises `SideError`; `PermanentError` for a period that is not offered."""
        if not self.offers(period, at):
            raise PermanentError(f"the source cannot be asked about {period}", action="see placeholders and shows")
        count = counter(self._settings.one_row_per, self._naming, period, local_date(at))
        found = await self._source.counted(period, count)
        return TaskReading(period=period, at=at, tallies=found.tallies, findings=tuple(_differing(found)))

    async def check(self) -> str:
        """Read the longest running period that is offered, and say how many units it has."""
        now = self._clock()
        kind = next(kind for kind in LONGEST_FIRST if kind in self._settings.kinds)
        found = await self.read_tasks(Period.of(local_date(now), kind), now)
        coded = sum(bool(one.unit_code) for one in found.tallies)
        return f"{len(found.tallies)} units in {found.period}, {coded} of them by code"

    async def close(self) -> None:
        await self._source.close()


def _differing(found: Counted) -> Iterator[TaskFinding]:
    """Where the system's own total is not the sum of its units; nothing is said where a unit leaves a count out."""
    if found.total is None:
        return
    counted = summed(found.tallies)
    for name in COUNTS:
        said, own = getattr(found.total, name), getattr(counted, name)
        if said is not None and own is not None and said != own:
            yield TaskFinding(kind=FindingKind.TOTAL_DIFFERS, count=name, said=said, counted=own)


def _source(settings: MonitorSettings, surroundings: Surroundings) -> Source:
    columns = sought(settings.one_row_per, settings.fields)
    if settings.sql is not None:
        form = settings.sql
        if form.address.get_backend_name() == "sqlite" and form.password_secret:
            raise ConfigurationError("SQLite knows no passwords", path="sql.password_secret", action="leave it out")
        engine(form.address, surroundings.folder, None).dispose()
        return SqlSource(form, surroundings.folder, surroundings.secret, columns)
    if settings.file is not None:
        return FileSource(settings.file, surroundings.folder, columns)
    if settings.rest is not None:
        return RestSource(settings.rest, surroundings.http(surroundings.side, settings.rest))
    raise TypeError("settings were not checked")

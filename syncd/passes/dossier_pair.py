"""Two systems that count the same dossiers, at run time: who is asked, about what, and how they are judged.

In: the configuration of one dossier pair. Out: values that dossier passes work on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from syncd.passes.pair import SideName
from syncd.reconcile.end_dates import ENTRY_LAG
from syncd.reconcile.mismatches import MismatchKind
from syncd.reconcile.tallies import TallyRules
from syncd.records.dates import local_date
from syncd.records.periods import Period, PeriodKind
from syncd.sides.dossiers import DossierReader

MOST_PERIODS = 14
"""Periods asked in one pass: the newest ones. An older one with open mismatches waits unjudged."""


@dataclass(frozen=True, slots=True)
class DossierPolicy:
    """How a dossier pair is read and judged.

    ``grace``: how long a difference stays suspected. ``entry_lag``: how late a dossier's end may be typed in before it
    counts as moved back. ``followed``: a dossier that ended late is looked at for so long. ``reading_limit``: one
    answer of one side may take so long.
    """

    interval: timedelta = timedelta(hours=24)
    periods: tuple[PeriodKind, ...] = (PeriodKind.MONTH, PeriodKind.YEAR)
    grace: timedelta = timedelta(hours=12)
    rules: TallyRules = field(default_factory=TallyRules)
    entry_lag: timedelta = ENTRY_LAG
    followed: timedelta = timedelta(days=14)
    reading_limit: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DossierSide:
    """One side: its reader, and its id of the unit that holds all others."""

    reader: DossierReader
    root: str


@dataclass(frozen=True, slots=True)
class DossierPair:
    """One portal side and one city side whose counts are compared."""

    name: str
    portal: DossierSide
    city: DossierSide
    policy: DossierPolicy = field(default_factory=DossierPolicy)

    def side(self, name: SideName) -> DossierSide:
        return self.portal if name == "portal" else self.city

    async def close(self) -> None:
        """Let go of both sides; never raises."""
        await self.portal.reader.close()
        await self.city.reader.close()


class Open(Protocol):
    """What choosing periods needs of an open mismatch."""

    @property
    def kind(self) -> str: ...
    @property
    def local_code(self) -> str: ...


def current_periods(now: datetime, kinds: Iterable[PeriodKind]) -> list[Period]:
    """The periods that both sides can be asked about now: those of yesterday, and of months the newest that is over.

    The portal answers about a month once it is over, about a quarter or a year while it runs.
    """
    yesterday = local_date(now) - timedelta(days=1)
    return [_newest(yesterday, kind) for kind in dict.fromkeys(kinds)]


def _newest(yesterday: date, kind: PeriodKind) -> Period:
    period = Period.of(yesterday, kind)
    return period.previous if kind is PeriodKind.MONTH and period.last > yesterday else period


def periods_to_ask(now: datetime, kinds: Iterable[PeriodKind], known: Iterable[Open]) -> list[Period]:
    """The current periods, and every older one that has an open mismatch: figures of closed periods still move."""
    current = current_periods(now, kinds)
    tallies = (one for one in known if one.kind == MismatchKind.TALLY_DIFFERS)
    older = {Period.parse(one.local_code) for one in tallies} - set(current)
    return [*current, *sorted(older, key=lambda period: period.last, reverse=True)][:MOST_PERIODS]

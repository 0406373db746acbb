"""The portal as a side that counts dossiers: how far it says what was received, ended on time, and synchronised.

In: settings and surroundings. Out: neutral tallies of a root unit and the units below it, out of three of the
evaluation interfaces. It lists no dossiers to anybody. Its "overdue" is a remainder (received less ended on time) and
is named so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeVar

from msgspec import Struct

from adapters.national_portal.evaluation_wire import Answer
from adapters.national_portal.index import PortalIndex
from adapters.national_portal.settings import PortalSettings
from syncd.records.dossiers import Dossier, Tallies, Tally
from syncd.records.periods import Period
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import PermanentError, ShapeError
from syncd.sides.http import decode

T = TypeVar("T")

PROGRESS: Final = "dvc-progress-tree"
ONLINE: Final = "provide-online-tree"
TRANSPARENCY: Final = "transparency"
SYNCHRONISED: Final = "DOSSIER_SYNC"
MOST_DOSSIERS: Final = 1_000_000_000
COUNTS: Final = frozenset({"received", "finished", "finished_on_time", "not_on_time", "online", "synchronised"})


class Unit(Struct, rename="camel"):
    """A unit of the progress tree; ``total_completed`` is told of the root alone, ``total_overdue`` of the others."""

    department_id: str
    department_code: str
    department_name: str = ""
    total_received: int | None = None
    total_on_time: int | None = None
    total_overdue: int | None = None
    total_completed: int | None = None


class Tree(Struct):
    parent: Unit
    children: list[Unit]


class OnlineRoot(Struct, rename="camel"):
    """``channel_online_sum``: dossiers that came online; the units below have scores only."""

    department_id: str
    channel_online_sum: int | None = None


class OnlineTree(Struct):
    parent: OnlineRoot


class Metric(Struct):
    code: str
    numerator: int | None = None


class Evaluated(Struct, rename="camel"):
    department_id: str
    metrics: list[Metric]


class Transparency(Struct):
    overview: Evaluated
    evaluation: list[Evaluated]


class PortalDossiers:
    """Counts dossiers as the portal's evaluation shows them. Built by the entry point; never writes."""

    def __init__(self, settings: PortalSettings, surroundings: Surroundings) -> None:
        self._index = PortalIndex(settings, surroundings)

    @property
    def counts(self) -> frozenset[str]:
        return COUNTS

    @property
    def lists_overdue(self) -> bool:
        return False

    async def read_tallies(self, period: Period, root: str) -> Tallies:
        """The tallies of ``root`` (a department's id) and its units, out of three interfaces. Raises `SideError`."""
        trees = await self._pages(PROGRESS, period, root, Tree)
        online = (await self._pages(ONLINE, period, root, OnlineTree))[0].parent
        shown = await self._pages(TRANSPARENCY, period, root, Transparency)
        synchronised = {
            unit.department_id: _metric(unit) for page in shown for unit in (page.overview, *page.evaluation)
        }
        units = [trees[0].parent, *(unit for tree in trees for unit in tree.children)]
        return Tallies(
            period=period,
            tallies=tuple(_tally(unit, online, synchronised.get(unit.department_id)) for unit in units),
        )

    async def read_overdue(self, root: str, at: datetime) -> tuple[Dossier, ...]:  # noqa: ARG002 - as promised
        raise PermanentError("the portal lists no overdue dossiers to anybody", where=PROGRESS)

    async def read_again(self, numbers: Sequence[str]) -> tuple[Dossier, ...]:  # noqa: ARG002 - as promised
        raise PermanentError("the portal shows single dossiers to their applicants alone", where=PROGRESS)

    async def check(self) -> str:
        """What the index says of itself: the same interfaces, the same access."""
        return await self._index.check()

    async def close(self) -> None:
        await self._index.close()

    async def _pages(self, endpoint: str, period: Period, root: str, kind: type[T]) -> list[T]:
        """Every page of one interface, whole."""
        pages = await self._index.read(endpoint, period, root)
        return [decode(page, Answer[kind], where=endpoint).data for page in pages]  # type: ignore[valid-type]


def _tally(unit: Unit, online: OnlineRoot, synchronised: int | None) -> Tally:
    is_root = unit.department_id == online.department_id
    return Tally(
        unit_code=unit.department_code,
        unit_name=unit.department_name,
        received=_count(unit.total_received, "totalReceived"),
        finished=_count(unit.total_completed, "totalCompleted"),
        finished_on_time=_count(unit.total_on_time, "totalOnTime"),
        not_on_time=_count(_not_on_time(unit), "totalOverdue"),
        online=_count(online.channel_online_sum, "channelOnlineSum") if is_root else None,
        synchronised=_count(synchronised, SYNCHRONISED),
    )


def _not_on_time(unit: Unit) -> int | None:
    """What the portal calls overdue; the root's is not told and is the same remainder as every other's."""
    if unit.total_overdue is not None or unit.total_received is None or unit.total_on_time is None:
        return unit.total_overdue
    return unit.total_received - unit.total_on_time


def _count(number: int | None, name: str) -> int | None:
    if number is not None and not 0 <= number <= MOST_DOSSIERS:
        raise ShapeError(f"a count of {number}", where="evaluation", path=f"$.data…{name}")
    return number


def _metric(unit: Evaluated) -> int | None:
    return next((metric.numerator for metric in unit.metrics if metric.code == SYNCHRONISED), None)

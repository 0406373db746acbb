"""Heavy answers, worked out once for as long as nothing that they rest on has changed.

In: a question of a session, an instant. Out: its answer, the one given before where the ledger stands as it stood then.
Judging every publication takes a second, so a page that needs one of them asks here.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime
from decimal import Decimal
from threading import Lock
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.answers.about import About
from syncd.answers.impact import ImpactRow, row_of, world_of
from syncd.answers.publications import AGENCIES, REGISTERS, Judged, judged
from syncd.ledger.registers import register_changed_at
from syncd.ledger.tables import MISMATCH_EVENTS, READINGS
from syncd.ledger.tables_configurations import CONFIGURATIONS
from syncd.ledger.tables_index import DOSSIER_READINGS, INDEX_READINGS
from syncd.publication.impact import ranked
from syncd.publication.mending import Action, ActionKind, actions, of_dossiers
from syncd.publication.recount import ZERO, Recount, World
from syncd.records.dates import local_date
from syncd.records.periods import Period

T = TypeVar("T")
MOST = 16
OF_ONE = 2
"""Answers to one question that are remembered: now's, and one of a past instant, or of before a change."""


class Standing(Struct, frozen=True):
    """How the ledger stood at an instant: the day in Hà Nội, and the newest of everything that answers rest on."""

    today: date
    newest: tuple[int, ...]
    registers: tuple[datetime | None, ...]


_DATED = (
    (READINGS, READINGS.c.ended_at),
    (MISMATCH_EVENTS, MISMATCH_EVENTS.c.at),
    (INDEX_READINGS, INDEX_READINGS.c.read_at),
    (DOSSIER_READINGS, DOSSIER_READINGS.c.read_at),
    (CONFIGURATIONS, CONFIGURATIONS.c.at),
)


def standing(session: Session, at: datetime) -> Standing:
    """How the ledger stood at ``at``; quick, since every table is looked at from its newest row back."""
    return Standing(
        local_date(at),
        tuple(_newest(session, table, dated, at) for table, dated in _DATED),
        tuple(register_changed_at(session, name, at) for name in (*REGISTERS, AGENCIES)),
    )


def _newest(session: Session, table: sa.Table, dated: sa.ColumnElement[datetime], at: datetime) -> int:
    wanted = sa.select(table.c.id).where(dated <= at).order_by(table.c.id.desc()).limit(1)
    return session.scalar(wanted) or 0


class UnitPoints(Struct, frozen=True, kw_only=True):
    """What one unit would win by mending everything of its own: for the city's index, and for its own score (ours).

    None: not known. It is a recount of the whole, never a sum of single gains.
    """

    unit: str
    name: str
    city: Decimal | None
    own: Decimal | None
    actions: int


class Impacts(Struct, frozen=True):
    """Everything that is open, by what mending it brings; and what each unit could win, the most first."""

    rows: tuple[ImpactRow, ...]
    units: tuple[UnitPoints, ...]


class _Asking:
    """Those that ask one question at this moment; forgotten when the last of them has its answer."""

    def __init__(self) -> None:
        self.lock = Lock()


class Once:
    """Answers that are remembered; the desk holds one. May be asked by several readers at once.

    ``may_be_old``: whether the newest answer that is known will do, so that a page need not wait for a recount; where
    none is known yet it is worked out all the same.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._locks: WeakValueDictionary[Hashable, _Asking] = WeakValueDictionary()
        self._known: OrderedDict[tuple[Hashable, Standing], Any] = OrderedDict()

    def of(
        self, session: Session, question: Hashable, at: datetime, answer: Callable[[], T], *, may_be_old: bool = False
    ) -> T:
        """The answer to ``question`` as of ``at``. Those that ask the same at once wait for one answer."""
        key = (question, standing(session, at))
        if may_be_old and (known := self._newest(question)) is not None:
            return cast("T", known)
        with self._lock:
            own = self._locks.setdefault(question, _Asking())
        with own.lock:
            if key not in self._known:
                self._keep(key, answer())
            return cast("T", self._known[key])

    def _newest(self, question: Hashable) -> object | None:
        with self._lock:
            return next((found for (asked, _), found in reversed(self._known.items()) if asked == question), None)

    def _keep(self, key: tuple[Hashable, Standing], found: object) -> None:
        with self._lock:
            self._known[key] = found
            of_one = [each for each in self._known if each[0] == key[0]]
            for each in of_one[:-OF_ONE]:
                del self._known[each]
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def judged(self, session: Session, about: About, at: datetime, *, may_be_old: bool = False) -> Judged:
        """`syncd.answers.publications.judged`."""
        question = ("judged", *_said(about))
        return self.of(session, question, at, lambda: judged(session, about, at), may_be_old=may_be_old)

    def impacts(
        self,
        session: Session,
        about: About,
        at: datetime,
        *,
        root: str | None,
        period: Period,
        dossiers: tuple[str, ...] = (),
        may_be_old: bool = False,
    ) -> Impacts:
        """What mending brings (`syncd.answers.impact`), of everything that is open and of each unit."""

        def answer() -> Impacts:
            found = structs.replace(self.judged(session, about, at), at=at)
            how: dict[str, Any] = {"unit": about.unit, "root": root, "period": period, "pair": about.pair}
            return impacts_of(world_of(session, found, dossiers=dossiers, **how))

        question = ("impacts", *_said(about), root, str(period), dossiers)
        return self.of(session, question, at, answer, may_be_old=may_be_old)

    def points(
        self,
        session: Session,
        about: About,
        at: datetime,
        *,
        root: str | None,
        period: Period,
        dossiers: tuple[str, ...] = (),
    ) -> tuple[UnitPoints, ...]:
        """What each unit could win, the most first; no mismatch is looked at, since no count rests on one."""

        def answer() -> tuple[UnitPoints, ...]:
            found = structs.replace(self.judged(session, about, at), at=at)
            how: dict[str, Any] = {"unit": about.unit, "root": root, "period": period, "pair": about.pair}
            world = world_of(session, found, dossiers=dossiers, with_mismatches=False, **how)
            several = (
                *actions(world.judgements, world.attributions, period, world.today),
                *of_dossiers(world.dossiers),
            )
            return points_of_units(Recount(world), several)

        return self.of(session, ("points", *_said(about), root, str(period), dossiers), at, answer)


def _said(about: About) -> tuple[Hashable, ...]:
    return about.pair, about.unit, about.complete_since, about.makeup_days_count


def impacts_of(world: World) -> Impacts:
    """A world's impacts, and those of all of a unit's actions together."""
    found = ranked(world)
    return Impacts(tuple(map(row_of, found)), points_of_units(Recount(world), (one.action for one in found)))


def points_of_units(recount: Recount, several: Iterable[Action]) -> tuple[UnitPoints, ...]:
    """What each unit would win by doing all of its own, the most first; what brings no point is left out."""
    by_unit: defaultdict[str, list[Action]] = defaultdict(list)
    for one in several:
        if one.unit_code and one.kind not in (ActionKind.RECONCILE, ActionKind.TOO_LATE):
            by_unit[one.unit_code].append(one)
    return tuple(sorted((_of_unit(recount, unit, own) for unit, own in by_unit.items()), key=_most_first))


def _of_unit(recount: Recount, unit: str, several: list[Action]) -> UnitPoints:
    effect = recount.effect(several, unit)
    name = next((one.unit_name for one in several if one.unit_name), "")
    return UnitPoints(unit=unit, name=name, city=effect.city, own=effect.unit, actions=len(several))


def _most_first(one: UnitPoints) -> tuple[bool, Decimal, str]:
    return one.city is None, -(one.city or ZERO), one.unit

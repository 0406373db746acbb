"""One pair at run time: its two sides, what is remembered of them, and the rules that it is judged by.

In: the configuration of one pair and two adapters. Out: a value that passes work on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from syncd.reconcile.comparison import Rules
from syncd.reconcile.grace import GracePolicy
from syncd.reconcile.scope import Facts, Scope, city_facts, portal_facts
from syncd.reconcile.sweep import SideIndex
from syncd.records.codes import Equivalences
from syncd.records.procedure import Procedure
from syncd.sides.adapter import ReadingAdapter
from syncd.sides.reading import Shrinkage

MOST_SUFFIXES = 16

SideName = Literal["portal", "city"]
SIDES: tuple[SideName, SideName] = ("portal", "city")
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Side:
    """One side of a pair: its adapter, and the index of what it last showed whole.

    ``reading_id``: the whole reading that the index reflects; 0 for none, None while it is not known.
    """

    name: SideName
    adapter: ReadingAdapter
    index: SideIndex = field(default_factory=SideIndex)
    reading_id: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """How a pair is read and confirmed.

    ``attempts``: tries for a whole reading in one pass. ``detail_period``: every detail is read again at least this
    often. ``detail_concurrency``: detail reads under way at once. ``reading_limit``: one reading ends after this long.
    """

    interval: timedelta = timedelta(minutes=15)
    attempts: int = 2
    detail_period: timedelta = timedelta(hours=24)
    detail_concurrency: int = 8
    reading_limit: timedelta = timedelta(hours=6)
    shrinkage: Shrinkage = field(default_factory=Shrinkage)
    grace: GracePolicy = field(default_factory=GracePolicy)


@dataclass(slots=True)
class Pair:
    """One portal side and one city side that are kept reconciled.

    ``local_suffixes``: the forms in which the city writes codes. ``asked``: mismatch id → the pass that last read it
    again. ``denied``: mismatch id → when a second look last said otherwise. ``agencies_asked``: when its sides were
    last asked for the units that they know.
    """

    name: str
    portal: Side
    city: Side
    scope: Scope
    rules: Rules
    equivalences: Equivalences
    policy: Policy = field(default_factory=Policy)
    local_suffixes: set[str] = field(default_factory=set)
    asked: dict[str, int] = field(default_factory=dict)
    denied: dict[str, datetime] = field(default_factory=dict)
    agencies_asked: datetime | None = None

    def side(self, name: SideName) -> Side:
        return self.portal if name == "portal" else self.city

    def forget(self) -> None:
        """Believe neither index any more: they are filled anew from the ledger before the next pass."""
        for name in SIDES:
            self.side(name).reading_id = None

    async def close(self) -> None:
        """Let go of both sides; never raises."""
        for name in SIDES:
            await self.side(name).adapter.close()

    @property
    def publication_known(self) -> bool:
        return "published_at" in self.portal.adapter.capabilities.carries

    def facts(self, side: SideName, procedure: Procedure) -> Facts:
        if side == "portal":
            return portal_facts(procedure, self.scope, publication_known=self.publication_known)
        facts = city_facts(procedure, self.equivalences)
        self._learn_suffix(procedure.local_code or "", facts.code)
        return facts

    def _learn_suffix(self, local_code: str, code: str) -> None:
        """Remember in which forms the city writes codes, so that a point read can ask for a code in each of them."""
        suffix = local_code.removeprefix(code)
        if suffix != local_code and suffix and len(self.local_suffixes) < MOST_SUFFIXES:
            self.local_suffixes.add(suffix)

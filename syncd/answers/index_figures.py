"""What the page of the Service Index asks besides the index: our own counts, and the gain of several mended things.

In: what was judged, a period, ids of open things. Out: counts; a gain as a computation, indicator by indicator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.answers.about import About
from syncd.answers.belonging import belongs
from syncd.answers.impact import ImpactRow, row_of, world_of
from syncd.answers.once import Once
from syncd.answers.publications import Judged
from syncd.publication.counts import count, count_by_unit
from syncd.publication.facts import Mode
from syncd.publication.impact import ranked
from syncd.publication.index.indicators import SCORED
from syncd.publication.index.scoring import Count, score
from syncd.publication.mending import Action
from syncd.publication.recount import ZERO, Effect, Recount, World
from syncd.records.figures import Indicator
from syncd.records.periods import Period

SIZE = 30
GAINS, UNKNOWN, NOTHING = "gains", "unknown", "nothing"
"""What a thing to mend brings: points to somebody; nobody knows; none, or fewer."""


class Moved(Struct, frozen=True, kw_only=True):
    """One indicator that moves: its counts and points before and after; ``base``: whose counts (portal, ours)."""

    number: str
    name: str
    english: str
    base: str
    before: Count
    after: Count
    points_before: Decimal | None
    points_after: Decimal | None


class Joint(Struct, frozen=True, kw_only=True):
    """Several things mended together. ``singly``: the sum of what each brings alone, for comparison (None: not known).

    ``unknown``: ids that name nothing that is open here any more.
    """

    chosen: tuple[ImpactRow, ...]
    city: Decimal | None
    singly: Decimal | None
    moved: tuple[Moved, ...]
    unknown: tuple[str, ...]


class ImpactPage(Struct, frozen=True, kw_only=True):
    """Some of what could be mended; ``counts``: how many bring what, whatever the page."""

    rows: tuple[ImpactRow, ...]
    total: int
    begin: int
    next: int
    counts: Mapping[str, int]


def own_counts(found: Judged | None, period: Period, *, unit: str | None, city: str) -> Mapping[Indicator, Count]:
    """Our counts of a unit (by its code), or of the whole city; none where the portal had never been read."""
    if found is None or not found.is_read:
        return {}
    how: dict[str, Any] = {"mode": Mode.PORTAL, "period": period, "today": found.today}
    if unit in (None, city):
        return found.told.once(("own counts", str(period)), lambda: count(found.judgements, **how).counts)
    units = {id(one): by.unit_code for one, by in zip(found.judgements, found.attributions, strict=True)}
    every = found.told.once(
        ("counts of units", str(period)), lambda: count_by_unit(found.judgements, lambda one: units[id(one)], **how)
    )
    of_unit = every.get(unit or "")
    return of_unit.counts if of_unit else {}


def impacts_page(
    rows: Iterable[ImpactRow],
    *,
    within: str | None,
    unit: str = "",
    brings: str = GAINS,
    begin: int = 0,
    size: int = SIZE,
) -> ImpactPage:
    """A page of what could be mended by whoever is ``within``; ``unit``: of this one and those below it alone."""
    seen = [row for row in rows if belongs(row.unit_code, within) and belongs(row.unit_code, unit or None)]
    by = {one: [row for row in seen if brought(row) == one] for one in (GAINS, UNKNOWN, NOTHING)}
    chosen = by.get(brings, seen)
    end = begin + size
    return ImpactPage(
        rows=tuple(chosen[begin:end]),
        total=len(chosen),
        begin=begin,
        next=end if end < len(chosen) else 0,
        counts={one: len(several) for one, several in by.items()},
    )


def brought(row: ImpactRow) -> str:
    """Whether mending it brings points, to the city or to its unit."""
    if (row.city or ZERO) > 0 or (row.unit or ZERO) > 0:
        return GAINS
    return UNKNOWN if row.city is None else NOTHING


class Open(Struct, frozen=True):
    """Everything that is open in a world that was counted once; what brings the city most first."""

    recount: Recount
    actions: Mapping[str, Action]
    rows: tuple[ImpactRow, ...]


def open_once(
    once: Once,
    session: Session,
    about: About,
    at: datetime,
    *,
    root: str | None,
    period: Period,
    dossiers: Sequence[str],
) -> Open:
    """Everything that is open, counted once for as long as nothing that it rests on has changed."""

    def answer() -> Open:
        found = structs.replace(once.judged(session, about, at), at=at)
        how: dict[str, Any] = {"unit": about.unit, "root": root, "period": period, "pair": about.pair}
        return opened(world_of(session, found, dossiers=dossiers, **how))

    question = ("open", about.pair, about.unit, about.complete_since, root, str(period), tuple(dossiers))
    return once.of(session, question, at, answer)


def opened(world: World) -> Open:
    """A world, counted."""
    found = ranked(world)
    return Open(Recount(world), {one.action.id: one.action for one in found}, tuple(map(row_of, found)))


def joint(found: Open, ids: Iterable[str], *, within: str | None) -> Joint:
    """What the city's index gains when all of these are mended together."""
    asked = tuple(dict.fromkeys(ids))
    chosen = tuple(row for row in found.rows if row.id in asked and belongs(row.unit_code, within))
    known = {row.id for row in chosen}
    effect = found.recount.effect([found.actions[one] for one in known])
    singles = [row.city for row in chosen]
    return Joint(
        chosen=chosen,
        city=effect.city,
        singly=None if None in singles else sum((one for one in singles if one is not None), ZERO),
        moved=tuple(_moved(effect)),
        unknown=tuple(one for one in asked if one not in known),
    )


def _moved(effect: Effect) -> Iterable[Moved]:
    for change in effect.changes:
        rule = SCORED[change.indicator]
        yield Moved(
            number=rule.label,
            name=rule.name,
            english=rule.english,
            base=change.base,
            before=change.before,
            after=change.after,
            points_before=score(change.indicator, *change.before),
            points_after=score(change.indicator, *change.after),
        )

"""What mending things would bring to the Service Index, as of an instant.

In: a session, judged publications, a period. Out: everything that is open, ranked by points, and the gain of any set.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.publications import Judged
from syncd.ledger.dossiers import tallies_as_of
from syncd.ledger.evidence import each_mismatch
from syncd.ledger.index import tables_as_of
from syncd.ledger.rows import columns
from syncd.ledger.tables import MISMATCH_EVENTS, MISMATCHES
from syncd.publication.impact import Impact, impact, ranked
from syncd.publication.index.recomputation import recompute, recompute_unit
from syncd.publication.mending import Action, DossierFaults
from syncd.publication.recount import NO_FIGURES, World
from syncd.records.dossiers import Tally
from syncd.records.periods import Period

MENDABLE = ("suspected", "confirmed")


class ImpactRow(Struct, frozen=True, kw_only=True, gc=False):
    """One thing to mend. ``city``: points for the city; ``unit``: for the unit's own score, as we count it.

    ``base``: whose counts the gain starts from (``portal`` or ``ours``), for each indicator that moves.
    """

    id: str
    action: str
    city: Decimal | None
    unit: Decimal | None
    unit_code: str
    unit_name: str
    code: str
    decision: str
    dossiers: int
    mismatches: str
    base: str
    vietnamese: str
    english: str


def world_of(
    session: Session,
    found: Judged,
    *,
    unit: str,
    root: str | None,
    period: Period,
    pair: str,
    dossiers: Sequence[str],
    with_mismatches: bool = True,
) -> World:
    """Everything that an impact rests on, as of the instant for which ``found`` was judged.

    ``with_mismatches``: also those that are open, which no count rests on.

    ``unit``: the city's code; ``root``: its id in the index (None: no index is read). ``pair``: whose mismatches count.
    ``dossiers``: the names of the tables ``[[dossiers]]``.
    """
    kept = tables_as_of(session, period=str(period), root=root, at=found.at) if root else []
    figures = [figure for one in kept for figure in one.table.figures]
    codes = {one.id: one.code for each in kept for one in each.table.units if one.code}
    below = {id_: code for id_, code in codes.items() if code != unit}
    units = recompute(figure for figure in figures if figure.unit in below)
    return World(
        judgements=found.judgements,
        attributions=found.attributions,
        period=period,
        today=found.today,
        calendar=found.calendar,
        figures=recompute_unit(root, [one for one in figures if one.unit == root]).basis if root else NO_FIGURES,
        units={below[id_]: one.basis.counts for id_, one in units.items()},
        dossiers=tuple(fault for name in dossiers for fault in _faults(session, name, unit, period, found)),
        mismatches=tuple(_mendable(session, (pair, *dossiers), found.at)) if with_mismatches else (),
    )


class Mendable(Struct, frozen=True, gc=False):
    """A mismatch as far as what ends it goes."""

    id: str
    kind: str
    code: str
    field: str
    agency_code: str


def _mendable(session: Session, pairs: Sequence[str], at: datetime) -> Iterator[Mendable]:
    """Those that can be mended, as they stood at ``at``; from their own rows where nothing has happened since."""
    if not happened_after(session, at):
        of = (MISMATCHES.c.pair.in_(pairs), MISMATCHES.c.state.in_(MENDABLE))
        wanted = sa.select(*columns(MISMATCHES, Mendable)).where(*of)
        ordered = wanted.order_by(MISMATCHES.c.first_seen, MISMATCHES.c.code, MISMATCHES.c.id)
        return (Mendable(*row) for row in session.execute(ordered))
    every = (one for pair in pairs for _, one in each_mismatch(session, as_of=at, states=MENDABLE, pair=pair))
    return (Mendable(one.id, one.kind, one.code, one.field, one.agency_code) for one in every)


def happened_after(session: Session, at: datetime) -> bool:
    """Whether anything happened to a mismatch after an instant."""
    newest = session.scalar(sa.select(MISMATCH_EVENTS.c.at).order_by(MISMATCH_EVENTS.c.id.desc()).limit(1))
    return newest is not None and newest > at


def _faults(session: Session, name: str, root: str, period: Period, found: Judged) -> Iterable[DossierFaults]:
    """Dossiers that the portal does not have, or whose end in time it does not know, by unit."""
    sides = [
        tallies_as_of(session, pair=name, side=side, period=str(period), at=found.at) for side in ("portal", "city")
    ]
    portal, city = ({one.unit_code: one for one in side[1].tallies} if side else {} for side in sides)
    shared = [code for code in city if code in portal]
    of_units = [code for code in shared if code != root]
    for code in of_units or shared:
        yield DossierFaults(
            unit_code=code,
            unit_name=city[code].unit_name or portal[code].unit_name,
            undelivered=_short(portal[code], city[code], "finished_on_time"),
            unsynchronised=_short(portal[code], city[code], "received"),
        )


def _short(portal: Tally, city: Tally, count: str) -> int:
    """By how many the portal's count falls short of the city's; 0 where either does not say."""
    shown, known = getattr(portal, count), getattr(city, count)
    return 0 if shown is None or known is None else max(0, known - shown)


def impact_rows(world: World, *, unit: str | None = None) -> list[ImpactRow]:
    """Everything that is open, what brings the city most first; of one unit and those below it, or of all."""
    return [
        row_of(one)
        for one in ranked(world)
        if unit is None or one.action.unit_code == unit or one.action.unit_code.startswith(f"{unit}.")
    ]


def row_of(one: Impact) -> ImpactRow:
    """One impact as a row."""
    action = one.action
    return ImpactRow(
        id=action.id,
        action=action.kind.value,
        city=one.city,
        unit=one.unit,
        unit_code=action.unit_code,
        unit_name=action.unit_name,
        code=action.code,
        decision=action.decision or action.ministry_decision,
        dossiers=action.dossiers,
        mismatches=" ".join(one.mismatches),
        base=" ".join(dict.fromkeys(change.base for change in one.changes)),
        vietnamese=one.vietnamese,
        english=one.english,
    )


def gain_of(world: World, ids: Collection[str]) -> tuple[Decimal | None, tuple[str, ...]]:
    """What the city's index gains when all of these are mended together, and the ids that name nothing that is open."""
    actions: dict[str, Action] = {one.action.id: one.action for one in ranked(world)}
    unknown = tuple(one for one in ids if one not in actions)
    return impact(world, [actions[one] for one in ids if one in actions]), unknown

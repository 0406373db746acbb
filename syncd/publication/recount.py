"""The counts of the Service Index once more, as they would be if some things were mended.

In: a world (judgements, who answers for them, published figures, dossiers, open mismatches) and actions. Out: how the
city's and a unit's counts move, and the points of that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct

from syncd.publication.calendar import WorkingCalendar
from syncd.publication.counts import COUNTED, Entry, entries
from syncd.publication.facts import Attribution, Judgement, Mode
from syncd.publication.index.scoring import Basis, Count, Scores, score_counts
from syncd.publication.judging import judge_all
from syncd.publication.mending import OF_DOSSIERS, Action, DossierFaults, Mismatch, mended
from syncd.publication.standings import Reading, Standing, is_counted
from syncd.records.figures import Indicator
from syncd.records.periods import Period

NO_FIGURES = Basis(counts={}, given={}, rest={})
NO_COUNTS: Mapping[Indicator, Count] = dict.fromkeys(COUNTED, Count(0, 0))
ZERO = Decimal("0.00")
PORTAL, OURS = "portal", "ours"


class World(Struct, frozen=True, kw_only=True):
    """Everything that an impact rests on, as of ``today``.

    ``attributions`` stand in the order of ``judgements``. ``figures``: the portal's newest of the city; indicators 1.1
    to 1.3 that it does not give are our own counts. ``units``: the portal's counts of single units, by code.
    """

    judgements: tuple[Judgement, ...]
    attributions: tuple[Attribution, ...]
    period: Period
    today: date
    calendar: WorkingCalendar
    figures: Basis = NO_FIGURES
    units: Mapping[str, Mapping[Indicator, Count]] = {}
    dossiers: tuple[DossierFaults, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    latest_signing: date | None = None


class Change(Struct, frozen=True, gc=False):
    """How one indicator of the city moves: from which count to which, and whose count that was (portal or ours)."""

    indicator: Indicator
    before: Count
    after: Count
    base: str


class Effect(NamedTuple):
    """What some actions bring: points of the city and of a unit (None: not known), and the city's counts that move."""

    city: Decimal | None
    unit: Decimal | None
    changes: tuple[Change, ...]


class Recount:
    """A world counted once, by procedure, so that each question recounts only what it touches.

    Raises `ValueError` where attributions and judgements are not as many.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._reading = Reading(
            mode=Mode.PORTAL, period=world.period, today=world.today, latest_signing=world.latest_signing
        )
        self._rows: defaultdict[str, list[tuple[Judgement, str]]] = defaultdict(list)
        for judgement, attribution in zip(world.judgements, world.attributions, strict=True):
            if not is_counted(judgement.publication, Mode.PORTAL):
                continue
            self._rows[judgement.publication.code].append((judgement, attribution.unit_code))
        self._entries = {code: self._counted(rows) for code, rows in self._rows.items()}
        by_unit: defaultdict[str, list[Entry]] = defaultdict(list)
        for found in self._entries.values():
            for entry in found:
                by_unit[entry.unit].append(entry)
        self._unit_counts = {unit: _counts(found) for unit, found in by_unit.items()}
        ours = _counts(entry for found in self._entries.values() for entry in found)
        self._base = {one: world.figures.counts.get(one, ours[one]) for one in COUNTED}
        self._base |= {one: world.figures.counts[one] for one in OF_DOSSIERS.values() if one in world.figures.counts}
        self._today = self._scores(self._base)

    def effect(self, several: Iterable[Action], unit: str = "") -> Effect:
        """What it brings the city, and one unit, when all of these are done; an action named twice is done once."""
        once = list({action.id: action for action in several}.values())
        before, after = self._entries_of(once)
        changes = self._changes(_moved(before, after, once))
        return Effect(self._gain(changes), self._unit_gain(unit, before, after, once) if unit else None, changes or ())

    def _changes(self, moved: Mapping[Indicator, Count]) -> tuple[Change, ...] | None:
        """The city's counts that move; None where one has no count to start from."""
        if any(one not in self._base for one in moved):
            return None
        found = []
        for one, delta in moved.items():
            before, after = self._base[one], _plus(self._base[one], delta)
            if before != after:
                base = PORTAL if one in self.world.figures.counts else OURS
                found.append(Change(one, before, after, base))
        return tuple(found)

    def _gain(self, changes: tuple[Change, ...] | None) -> Decimal | None:
        if not changes:
            return None if changes is None else ZERO
        after = {**self._base, **{one.indicator: one.after for one in changes}}
        return (self._scores(after) - self._today).total

    def _unit_gain(
        self, unit: str, before: list[Entry], after: list[Entry], several: Iterable[Action]
    ) -> Decimal | None:
        """For one unit's own score: 1.1 to 1.3 as we count them for it, dossiers as the portal does."""
        moved = _moved(
            (entry for entry in before if entry.unit == unit),
            (entry for entry in after if entry.unit == unit),
            (action for action in several if action.unit_code == unit),
        )
        base = {**self.world.units.get(unit, {}), **self._unit_counts.get(unit, NO_COUNTS)}
        if any(one not in base for one in moved):
            return None
        mended_counts = {**base, **{one: _plus(base[one], delta) for one, delta in moved.items()}}
        return (score_counts(mended_counts) - score_counts(base)).total if moved else ZERO

    def _scores(self, counts: Mapping[Indicator, Count]) -> Scores:
        return self.world.figures.with_counts(counts).scores()

    def _entries_of(self, several: list[Action]) -> tuple[list[Entry], list[Entry]]:
        """What the procedures that are touched count in, today and mended."""
        touching: defaultdict[str, list[Action]] = defaultdict(list)
        for action in several:
            if action.code in self._rows:
                touching[action.code].append(action)
        before = [entry for code in touching for entry in self._entries[code]]
        after = [entry for code, about in touching.items() for entry in self._counted(self._mended(code, about))]
        return before, after

    def _mended(self, code: str, about: list[Action]) -> list[tuple[Judgement, str]]:
        today, rows = self.world.today, self._rows[code]
        facts = [mended(judgement.publication, about, today) for judgement, _ in rows]
        again = judge_all(facts, today=today, calendar=self.world.calendar)
        return [(judgement, unit) for judgement, (_, unit) in zip(again, rows, strict=True)]

    def _counted(self, rows: list[tuple[Judgement, str]]) -> list[Entry]:
        units = {id(judgement): unit for judgement, unit in rows}
        return list(entries((judgement for judgement, _ in rows), self._reading, lambda one: units[id(one)]))


def _counts(found: Iterable[Entry]) -> dict[Indicator, Count]:
    met: Counter[Indicator] = Counter()
    missed: Counter[Indicator] = Counter()
    for entry in found:
        met[entry.indicator] += entry.standing is Standing.MET
        missed[entry.indicator] += entry.standing is Standing.MISSED
    return {one: Count(met[one], met[one] + missed[one]) for one in COUNTED}


def _moved(before: Iterable[Entry], after: Iterable[Entry], several: Iterable[Action]) -> dict[Indicator, Count]:
    """By how much numerators and denominators move."""
    old, new = _counts(before), _counts(after)
    moved = {one: Count(new[one][0] - old[one][0], new[one][1] - old[one][1]) for one in COUNTED}
    moved = {one: delta for one, delta in moved.items() if any(delta)}
    for action in several:
        if (one := OF_DOSSIERS.get(action.kind)) is not None:
            moved[one] = Count(moved.get(one, Count(0, 0)).numerator + action.dossiers, 0)
    return moved


def _plus(base: Count, delta: Count) -> Count:
    """Never below 0, and never more than there is to meet: the portal's counts and ours need not be of one moment."""
    denominator = max(0, base.denominator + delta.denominator)
    return Count(min(denominator, max(0, base.numerator + delta.numerator)), denominator)

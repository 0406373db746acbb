"""Our own counts of indicators 1.1 to 1.3, by the law's reading and as a replica of the portal's.

In: judgements, a period, today. Out: for each indicator the codes that meet it, that miss it, and that nobody can tell;
for the whole and by unit, so that the units add up to the whole. Source: the portal's note on its formulas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct

from syncd.publication.facts import Judgement, Mode
from syncd.publication.index.scoring import Count
from syncd.publication.standings import Reading, Standing, is_counted, standings
from syncd.records.figures import Indicator
from syncd.records.periods import Period

COUNTED: tuple[Indicator, ...] = (
    Indicator.PUBLISH_ON_TIME,
    Indicator.PUBLIC_UPDATE_ON_TIME,
    Indicator.PUBLIC_CONTENT_FULL,
)
"""What is counted here: 1.1 signed on time, 1.2 made public on time, 1.3 public with every component part."""


class Entry(NamedTuple):
    """One thing that is counted once: in which indicator, of which code, how it stands, and which unit answers."""

    indicator: Indicator
    code: str
    standing: Standing
    unit: str = ""


class Counted(Struct, frozen=True, kw_only=True):
    """One indicator, by code. By the law's reading a code stands once for each of its events.

    ``unknown`` and ``unmeetable`` are in neither number: they are never taken for on time, nor for late.
    """

    met: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unmeetable: tuple[str, ...] = ()

    @property
    def count(self) -> Count:
        """Numerator and denominator."""
        return Count(len(self.met), len(self.met) + len(self.missed))

    @property
    def ratio(self) -> Decimal | None:
        """The share that meets it; None for 0 of 0, which is neither good nor bad."""
        numerator, denominator = self.count
        return Decimal(numerator) / denominator if denominator else None


class Counts(Struct, frozen=True, kw_only=True):
    """The three indicators of one period by one reading."""

    mode: Mode
    period: Period
    indicators: Mapping[Indicator, Counted]

    @property
    def counts(self) -> dict[Indicator, Count]:
        """What `score_counts` takes."""
        return {one: counted.count for one, counted in self.indicators.items()}

    @property
    def unknown(self) -> tuple[str, ...]:
        """Every code that is unknown in one of the indicators, each once."""
        return tuple(dict.fromkeys(code for counted in self.indicators.values() for code in counted.unknown))


def no_unit(_: Judgement) -> str:
    """Everything is nobody's in particular."""
    return ""


def count(judgements: Iterable[Judgement], *, mode: Mode, period: Period, today: date) -> Counts:
    """The three indicators of a period, as of the day for which the judgements were made."""
    return summed(entries(judgements, Reading(mode=mode, period=period, today=today)), mode, period)


def count_by_unit(
    judgements: Iterable[Judgement], unit_of: Callable[[Judgement], str], *, mode: Mode, period: Period, today: date
) -> dict[str, Counts]:
    """The same for each unit, under "" for what no unit answers for; the units' counts add up to the whole.

    A procedure that is counted once but whose decisions several units answer for is under "" as well.
    """
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries(judgements, Reading(mode=mode, period=period, today=today), unit_of):
        found[entry.unit].append(entry)
    return {unit: summed(several, mode, period) for unit, several in sorted(found.items())}


def summed(several: Iterable[Entry], mode: Mode, period: Period) -> Counts:
    """Entries, sorted into what meets, misses and is unknown."""
    found: defaultdict[tuple[Indicator, Standing], list[str]] = defaultdict(list)
    for entry in several:
        found[entry.indicator, entry.standing].append(entry.code)
    indicators = {
        one: Counted(**{standing.value: tuple(sorted(found[one, standing])) for standing in Standing})
        for one in COUNTED
    }
    return Counts(mode=mode, period=period, indicators=indicators)


def entries(
    judgements: Iterable[Judgement], reading: Reading, unit_of: Callable[[Judgement], str] = no_unit
) -> Iterator[Entry]:
    """Everything that is counted, procedure by procedure. What one procedure gives does not hang on any other."""
    by_code: defaultdict[str, list[Judgement]] = defaultdict(list)
    for judgement in judgements:
        if is_counted(judgement.publication, reading.mode):
            by_code[judgement.publication.code].append(judgement)
    for code, rows in by_code.items():
        for indicator, standing, unit in standings(rows, reading, [unit_of(row) for row in rows]):
            yield Entry(indicator, code, standing, unit)

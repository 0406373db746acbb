"""The invented catalogue: both sides, what is wrong between them, and what will go wrong.

In: a seed and a size. Out: a `Catalogue`, the same bytes for the same seed, with every mismatch listed that a
reconciler must report, and nothing else that it may report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from loopback.catalogue.agencies import HANOI_ID
from loopback.catalogue.city_side import CityRow
from loopback.catalogue.drafts import Draft, draft_all
from loopback.catalogue.garden import Garden
from loopback.catalogue.planted import FILE_CARRIES, OPENCPS_CARRIES, Change, Event, Planted
from loopback.catalogue.portal_side import Json, PortalRecord
from loopback.catalogue.recipes import RECIPES
from loopback.catalogue.registers import registers

__all__ = [
    "FILE_CARRIES",
    "HANOI_ID",
    "OPENCPS_CARRIES",
    "Catalogue",
    "Change",
    "CityRow",
    "Event",
    "Json",
    "Planted",
    "PortalRecord",
    "expected",
    "generate",
]

SMALLEST: Final = 600
"""A smaller catalogue has too few procedures of Hà Nội's own for all that is planted."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Both sides at one moment. ``equivalences``: the city's hand-made local codes and the portal codes they mean.

    ``registers``: the Office's registers by file name, as its spreadsheets export them.
    """

    seed: int
    portal: tuple[PortalRecord, ...]
    city: tuple[CityRow, ...]
    equivalences: dict[str, str]
    planted: tuple[Planted, ...]
    events: tuple[Event, ...]
    registers: Mapping[str, bytes]

    def event(self, name: str) -> Event:
        """The scheduled change of this name, e.g. ``republish-1``. Raises `KeyError`."""
        return {event.name: event for event in self.events}[name]


def generate(seed: int = 26, size: int = 2_000) -> Catalogue:
    """Make a catalogue of about ``size`` procedures. Raises `ValueError` below `SMALLEST`."""
    if size < SMALLEST:
        raise ValueError(f"a catalogue of {size} procedures cannot hold all that is planted; take {SMALLEST} or more")
    garden = Garden.of(_with_background(draft_all(seed, size), seed), seed)
    for row in RECIPES:
        for _ in range(row.times):
            row.make(garden, garden.take(row.suits))
    return Catalogue(
        seed,
        garden.portal_records(),
        garden.city_rows(),
        garden.equivalences,
        tuple(sorted(garden.planted)),
        tuple(garden.events),
        registers(garden.drafts.values()),
    )


def expected(catalogue: Catalogue, city_carries: frozenset[str], events: Iterable[Event] = ()) -> list[Planted]:
    """Every mismatch that must be reported for a city's side that carries ``city_carries``, after ``events`` happened.

    A test record is expected as a test record and as nothing else; a record that cannot be read likewise.
    """
    found = [*catalogue.planted, *(planted for event in events for planted in event.appears)]
    return sorted(planted for planted in found if planted.noticeable(city_carries))


def _with_background(drafts: list[Draft], seed: int) -> list[Draft]:
    """Let some procedures that do not concern Hà Nội show decisions that are pending or without a date."""
    random = Random(f"{seed} background")
    result = []
    for draft in drafts:
        lot = random.random()
        if not draft.concerns_hanoi and lot < 0.05:
            draft = replace(draft, decision=draft.decision._replace(published_ms=None))
        if not draft.concerns_hanoi and lot < 0.01:
            draft = replace(draft, decision=draft.decision._replace(day=None))
        result.append(draft)
    return result

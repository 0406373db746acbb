"""The world of the demo: both loopback systems, what has happened in them, and what is remembered for a second start.

In: the running systems, a folder. Out: changes of either system, by name or by what was planted; the city's export
follows its database. The folder keeps when the history began and what has happened since it ended.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from loopback.catalogue import Catalogue, CityRow, Planted
from loopback.catalogue.files import as_csv
from loopback.opencps_book import city_code
from loopback.opencps_counts import agreeing
from loopback.run import Systems
from syncd.cli.demonstration.catching_up import can_be_mended, mended
from syncd.cli.demonstration.configuration import replace_file
from syncd.reconcile.mismatches import MismatchKind
from syncd.records.dates import HO_CHI_MINH, local_date

KEPT_IN: Final = "world.json"
EXPORT: Final = "city.csv"
IDLE: Final = "H26.3"
"""A department that has no dossiers on the portal, and so has none here."""
LONG_OVERDUE: Final = timedelta(days=4)
"""For how long dossiers have been late that end during the week: longer than anybody takes to type an end in."""


@dataclass(slots=True)
class Memory:
    """What a second start must know. ``lived``: when the history was lived through; ``changes``: what came after it."""

    size: int
    lived: datetime
    changes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, home: Path) -> Memory | None:
        """What the folder remembers; None for a folder without a demo, or with one that was spoiled by hand."""
        try:
            kept = json.loads((home / KEPT_IN).read_text("utf-8"))
            return cls(int(kept["size"]), datetime.fromisoformat(kept["lived"]), [str(one) for one in kept["changes"]])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, home: Path) -> None:
        kept = {"size": self.size, "lived": self.lived.isoformat(), "changes": self.changes}
        replace_file(home / KEPT_IN, json.dumps(kept, indent=2).encode())


class World:
    """Both systems as they change. Nothing here waits: a change is there at once.

    ``touched``: ids of the portal's records that have changed, in order.
    """

    def __init__(self, systems: Systems, home: Path) -> None:
        self.systems, self.home = systems, home
        self._events = {event.name: event for event in systems.catalogue.events}
        self._original = {row.local_code: row for row in systems.catalogue.city}
        self.touched: list[str] = []
        self._planted = sorted(systems.catalogue.planted, key=lambda one: (one.code or one.local_code, one))

    @property
    def catalogue(self) -> Catalogue:
        return self.systems.catalogue

    def begin(self, at: datetime) -> None:
        """Let the dossiers of both systems begin at this instant, and agree."""
        self.systems.opencps.dossiers.begin(_written(at))
        self.systems.opencps.dossiers.reports = agreeing(self.systems.portal.evaluation)
        book = self.systems.opencps.dossiers
        for entry in [one for one in book.entries.values() if one.unit_code == city_code(IDLE)]:
            book.remove(entry.number)
        self._cite_real_procedures()
        overdue = [one for one in book.entries.values() if one.is_overdue(book.now - LONG_OVERDUE)]
        book.resets = tuple(one.number for one in overdue[:1])
        book.endings = tuple(one.number for one in overdue[1:3])
        self.be_at(at)

    def be_at(self, at: datetime) -> None:
        """Let time go by until this instant: in the index, and for dossiers that run late meanwhile."""
        self.systems.portal.evaluation.today = local_date(at)
        self.systems.opencps.dossiers.now = _written(at)

    def drift(self) -> None:
        """Let the figures of the index move, those of closed months too."""
        self.systems.portal.evaluation.moment += 1

    def let_dossiers_end(self) -> None:
        """Two end late and honestly, and the end of one is moved back to its due date."""
        self.systems.opencps.dossiers.advance(timedelta(0))

    def planted(self, kind: MismatchKind, field_name: str = "") -> list[Planted]:
        """What is planted of one kind and can be mended, in the order of codes."""
        found = (one for one in self._planted if (one.kind, one.field) == (kind, field_name) and can_be_mended(one))
        return [one for one in found if one.local_code or kind is MismatchKind.MISSING_IN_CITY]

    def happen(self, name: str) -> None:
        """Let a scheduled change of the portal happen. Raises `KeyError`."""
        self.touched.append(self.systems.portal.advance(self._events[name]).record.id)

    def mend(self, planted: Planted) -> None:
        """Let the city put right what is wrong with one procedure."""
        record = next((one for one in self.systems.portal.records.values() if one.code == planted.code), None)
        row = self._row(planted.local_code)
        right = mended(planted, record, row)
        if right is not None:
            self.systems.opencps.put(right)
        elif row is not None:
            self.systems.opencps.remove(row.number)
        self._publish()

    def mend_event(self, name: str) -> None:
        """Let the city follow a change of the portal that has happened."""
        for planted in self._events[name].appears:
            self.mend(planted)

    def spoil(self, planted: Planted) -> None:
        """Let the city make the mistake that was planted, after `mend` had put it right."""
        original = self._original.get(planted.local_code)
        if original is not None:
            self.systems.opencps.put(original)
        else:
            for row in [one for one in self.systems.opencps.database.values() if one.mapped_code == planted.code]:
                self.systems.opencps.remove(row.number)
        self._publish()

    def change(self, name: str) -> None:
        """A change by its name: that of an event, with ``mend `` before it what the city does about it."""
        if name.startswith(MEND):
            self.mend_event(name.removeprefix(MEND))
        else:
            self.happen(name)

    def _row(self, local_code: str) -> CityRow | None:
        return next((row for row in self.systems.opencps.database.values() if row.local_code == local_code), None)

    def _publish(self) -> None:
        self.systems.opencps.reindex()
        self.write_export()

    def write_export(self) -> None:
        """Write the city's export as its database stands now."""
        replace_file(self.home / EXPORT, as_csv(replace(self.catalogue, city=tuple(self.systems.opencps.index))))

    def _cite_real_procedures(self) -> None:
        """Let every dossier be about a procedure that the city has."""
        book, codes = self.systems.opencps.dossiers, _codes(self.catalogue.city)
        for number, entry in list(book.entries.items()):
            book.put(replace(entry, service_code=codes[number % len(codes)]))


MEND: Final = "mend "


def _codes(rows: Iterable[CityRow]) -> Sequence[str]:
    return [row.local_code for row in rows if row.active]


def _written(at: datetime) -> datetime:
    """As OpenCPS writes it: local, without a zone."""
    return at.astimezone(HO_CHI_MINH).replace(tzinfo=None)

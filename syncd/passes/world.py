"""A pair as one pass found it: what is wrong, and what the life-cycle asks of each mismatch that is open.

In: both indexes, the screening, the observations. Out: `World`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from syncd.ledger.database import Ledger
from syncd.ledger.waivers import Waiver, active_waivers
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.reconcile.screening import SAYS_NOTHING, Screening
from syncd.reconcile.sweep import Entry, SideIndex
from syncd.reconcile.verdicts import Law


class Mismatch(Protocol):
    """What a world is asked of a mismatch."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def portal_key(self) -> str: ...
    @property
    def city_key(self) -> str: ...
    @property
    def portal_version_id(self) -> int | None: ...
    @property
    def city_version_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class World:
    """A pair as one pass found it.

    ``touched``: portal records whose row in the list is another than in the reading before. ``held``: open mismatches
    about decisions of which nothing can be said, since the portal's flap back to older ones.
    """

    pair: str
    portal: SideIndex
    city: SideIndex
    observations: list[Observation]
    counts: dict[str, int]
    law: Law
    screening: Screening
    lags: Sequence[float] = field(default_factory=tuple)
    touched: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()

    def is_gone(self, mismatch: Mismatch) -> bool:
        """Whether neither side has any record of it left."""
        return mismatch.portal_key not in self.portal and mismatch.city_key not in self.city

    def is_unknown(self, mismatch: Mismatch) -> bool:
        """Whether a record of its code or its own is there and says nothing now, flaps, or does not tell its scope."""
        if mismatch.id in self.held:
            return True
        entries = (self.portal.get(mismatch.portal_key), self.city.get(mismatch.city_key))
        if any(entry is not None and entry.facts.flags & SAYS_NOTHING for entry in entries):
            return True
        if mismatch.code in self.screening.unknown:
            return True
        return not mismatch.city_key and mismatch.code in self.screening.scope_unknown

    def is_renewed(self, mismatch: Mismatch) -> bool:
        """Whether a side has written one of its records anew since what it was last seen to rest on."""
        portal, city = self.portal.get(mismatch.portal_key), self.city.get(mismatch.city_key)
        is_another = _is_another(portal, mismatch.portal_version_id) or _is_another(city, mismatch.city_version_id)
        return is_another or mismatch.portal_key in self.touched

    def can_be_confirmed(self, mismatch: Mismatch) -> bool:
        """Whether a second look could tell: not where its records say nothing, or one without a code may be it."""
        if mismatch.kind == MismatchKind.INVALID_RECORD:
            return True
        nameless = {
            MismatchKind.MISSING_IN_CITY.value: self.screening.nameless_city,
            MismatchKind.MISSING_ON_PORTAL.value: self.screening.nameless_portal,
        }
        return not self.is_unknown(mismatch) and not nameless.get(mismatch.kind, 0)

    async def waivers(self, ledger: Ledger, now: datetime) -> list[Waiver]:
        return await ledger.read(active_waivers, self.pair, now)


def _is_another(entry: Entry | None, version_id: int | None) -> bool:
    return entry is not None and version_id is not None and entry.version not in (0, version_id)

"""The garden: the catalogue while it is being made.

In: drafts. Out: both sides, still agreeing, with a reserve of untouched procedures for the recipes to spoil, one each,
so that no two planted mismatches can hide one another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from loopback.catalogue.city_side import CityRow, city_row
from loopback.catalogue.drafts import SPECIFIC, WITHDRAWN, Draft
from loopback.catalogue.planted import Change, Event, Planted
from loopback.catalogue.portal_side import PortalRecord, portal_record
from syncd.reconcile.mismatches import MismatchKind


@dataclass(slots=True)
class Garden:
    """Both sides under construction. ``rows`` are keyed by portal code; ``strangers`` are rows without one."""

    seed: int
    random: Random
    drafts: dict[str, Draft]
    rows: dict[str, list[CityRow]] = field(default_factory=dict)
    strangers: list[CityRow] = field(default_factory=list)
    equivalences: dict[str, str] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    reserve: list[str] = field(default_factory=list)
    next_number: int = 101

    @classmethod
    def of(cls, drafts: list[Draft], seed: int) -> Garden:
        """A garden in which the two sides agree."""
        garden = cls(seed, Random(f"{seed} planting"), {draft.code: draft for draft in drafts})
        for draft in drafts:
            if draft.concerns_hanoi and draft.public:
                garden.rows[draft.code] = [garden.row_of(draft)]
                if _plain(draft):
                    garden.reserve.append(draft.code)
        garden.random.shuffle(garden.reserve)
        return garden

    def row_of(self, draft: Draft) -> CityRow:
        """A new faithful row for a draft."""
        self.next_number += self.random.choice((1, 1, 1, 2, 100))
        return city_row(draft, self.next_number, self.random)

    def take(self, suits: Callable[[Draft], bool]) -> Draft:
        """Take an untouched procedure that suits out of the reserve. Raises `ValueError` when there is none."""
        for at, code in enumerate(self.reserve):
            if suits(self.drafts[code]):
                return self.drafts[self.reserve.pop(at)]
        raise ValueError("the catalogue is too small for all that is to be planted; raise its size")

    def row(self, draft: Draft) -> CityRow:
        """The draft's only row."""
        return self.rows[draft.code][0]

    def rewrite(self, draft: Draft, **changes: object) -> None:
        """Change the draft's row in the city's system."""
        self.rows[draft.code] = [replace(self.row(draft), **changes)]  # type: ignore[arg-type]

    def redraft(self, draft: Draft, **changes: object) -> Draft:
        """Change the draft itself, leaving the city's row as it is."""
        self.drafts[draft.code] = replace(draft, **changes)  # type: ignore[arg-type]
        return self.drafts[draft.code]

    def plant(self, kind: MismatchKind, draft: Draft, field_name: str = "", *, needs: str = "") -> None:
        """Expect a mismatch of this draft."""
        self.planted.append(self.expectation(kind, draft, field_name, needs=needs))

    def expectation(self, kind: MismatchKind, draft: Draft, field_name: str = "", *, needs: str = "") -> Planted:
        """A mismatch of this draft, not planted yet."""
        rows = self.rows.get(draft.code)
        return Planted(kind, draft.code, rows[0].local_code if rows else "", field_name, needs)

    def schedule(self, change: Change, later: Draft, *appears: Planted) -> None:
        """Let the portal show ``later`` one day."""
        count = sum(event.change is change for event in self.events)
        self.events.append(Event(f"{change}-{count + 1}", change, portal_record(later, self.seed), appears))

    def portal_records(self) -> tuple[PortalRecord, ...]:
        """The portal's records, in the order of the drafts."""
        shown = [draft for code, draft in self.drafts.items() if code not in self.hidden]
        records = [portal_record(draft, self.seed) for draft in shown]
        return tuple(_broken(record) if record.code in self.broken else record for record in records)

    def city_rows(self) -> tuple[CityRow, ...]:
        """The city's rows, by number."""
        rows = [row for rows in self.rows.values() for row in rows] + self.strangers
        return tuple(sorted(rows, key=lambda row: row.number))


def _plain(draft: Draft) -> bool:
    """Whether a draft is fit to be spoiled: an ordinary code, and a decision that is public and not in the future."""
    return len(draft.code) == 8 and not draft.applies_to_communes and draft.state != WITHDRAWN


def _broken(record: PortalRecord) -> PortalRecord:
    """The record with a type that the protocol does not have."""
    spoiled = record.detail["procedureProposal"] | {"decisionDate": "29/02/2026"}
    return PortalRecord(record.detail | {"procedureProposal": spoiled}, record.applied)


def is_specific(draft: Draft) -> bool:
    """Whether the city published it itself."""
    return draft.kind == SPECIFIC


def is_national(draft: Draft) -> bool:
    """Whether a ministry published it."""
    return draft.kind != SPECIFIC


def day_of(draft: Draft) -> date:
    """The day of its decision, or one that will do."""
    return draft.decision.day or date(2026, 4, 1)

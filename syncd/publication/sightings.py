"""What a side showed of a procedure, as the gathering of publications needs it.

In: rows of the ledger, or anything with these attributes. Out: both sides' rows of one procedure, side by side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple, Protocol

from syncd.records.codes import CODES_APART, root
from syncd.records.procedure import Kind, Procedure


class SeenDecision(Protocol):
    """A decision that a side cited, with the clicks on "Công khai" that were seen beside it."""

    @property
    def number(self) -> str: ...
    @property
    def signed(self) -> date | None: ...
    @property
    def first_public(self) -> datetime | None: ...
    @property
    def latest_public(self) -> datetime | None: ...


class Sighting(Protocol):
    """One record of one side: what it said last (None: not readable), and every decision that it ever cited.

    ``procedure`` may leave out the steps, ways and papers: which component parts are missing stands beside it (None:
    that cannot be told).
    """

    @property
    def code(self) -> str: ...
    @property
    def procedure(self) -> Procedure | None: ...
    @property
    def missing_parts(self) -> tuple[str, ...] | None: ...
    @property
    def is_shown_now(self) -> bool: ...
    @property
    def decisions(self) -> Iterable[SeenDecision]: ...


class Told(NamedTuple):
    """What both sides say of one procedure, by the portal's code."""

    code: str
    portal: Sighting | None = None
    city: Sighting | None = None

    @property
    def procedures(self) -> tuple[Procedure, ...]:
        """The portal's words, then the city's, as far as there are any."""
        both = (side.procedure for side in (self.portal, self.city) if side is not None)
        return tuple(one for one in both if one is not None)

    @property
    def kind(self) -> Kind | None:
        return next((one.kind for one in self.procedures if one.kind is not None), None)

    def is_published_by(self, unit: str) -> bool:
        """Whether the portal has it as specific, and published by the unit or a body below it."""
        procedure = self.portal.procedure if self.portal else None
        if procedure is None or procedure.kind is not Kind.SPECIFIC:
            return False
        publisher = procedure.publisher_code or ""
        return publisher == unit or is_below(publisher, unit)


def is_below(code: str, unit: str) -> bool:
    """Whether a unit's code (``H26.101``) is one below another (``H26``)."""
    return code.startswith(f"{unit}.")


class _Several(NamedTuple):
    """Records with one code: one that was deleted and made anew, or two local rows of one procedure."""

    code: str
    procedure: Procedure | None
    missing_parts: tuple[str, ...] | None
    is_shown_now: bool
    decisions: tuple[SeenDecision, ...]


def told_of(portal: Iterable[Sighting], city: Iterable[Sighting], further: Iterable[str]) -> list[Told]:
    """One row for each code that the portal, the city or ``further`` has; by code."""
    of_portal = _by_code((one.code, one) for one in portal)
    of_city = _by_code((code, one) for one in city for code in _portal_codes(one.code))
    codes = sorted({*of_portal, *of_city, *further} - {""})
    return [Told(code, of_portal.get(code), of_city.get(code)) for code in codes]


def _by_code(sightings: Iterable[tuple[str, Sighting]]) -> dict[str, Sighting]:
    found: defaultdict[str, list[Sighting]] = defaultdict(list)
    for code, one in sightings:
        found[code].append(one)
    return {code: several[0] if len(several) == 1 else _together(code, several) for code, several in found.items()}


def _together(code: str, several: list[Sighting]) -> Sighting:
    """What is shown now goes first for what the record says; decisions are those of all."""
    ranked = sorted(several, key=lambda one: not one.is_shown_now)
    said = next((one for one in ranked if one.procedure is not None), ranked[0])
    decisions = tuple(decision for one in reversed(ranked) for decision in one.decisions)
    return _Several(code, said.procedure, said.missing_parts, ranked[0].is_shown_now, decisions)


def _portal_codes(local: str) -> Iterator[str]:
    for code in local.split(CODES_APART):
        yield root(code) or code

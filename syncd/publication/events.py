"""Decisions about a procedure, from the portal, the city's own system and the register, each once.

In: what the sides told, the registers. Out: events, and what the registers make knowledge of an absence.
The register goes before the portal. What a row that cannot be used would have said of a decision is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from syncd.publication.facts import Authority
from syncd.publication.registers import Decisions, RegisteredDecision
from syncd.publication.sightings import Told
from syncd.records.decisions import parse_number
from syncd.records.procedure import Kind


class Event(NamedTuple):
    """One decision about one procedure. ``row``: the register's; ``is_seen``: the portal showed it."""

    number: str = ""
    signed: date | None = None
    first: datetime | None = None
    latest: datetime | None = None
    row: RegisteredDecision | None = None
    is_seen: bool = False

    @property
    def is_ministrys_row(self) -> bool:
        return self.row is not None and self.row.authority is Authority.MINISTRY

    @property
    def is_own_row(self) -> bool:
        return self.row is not None and self.row.authority is not Authority.MINISTRY


class Sources:
    """The register of decisions, indexed, and what the portal's records teach about who signs what."""

    def __init__(self, decisions: Decisions, told: Iterable[Told], unit: str) -> None:
        self._decisions = decisions
        self._by_code: defaultdict[str, list[RegisteredDecision]] = defaultdict(list)
        self._by_number: defaultdict[str, list[RegisteredDecision]] = defaultdict(list)
        self._ministry_days: defaultdict[str, set[date]] = defaultdict(set)
        own, ministrys = {"UBND"}, set[str]()
        for row in decisions.rows:
            self._by_number[row.number].append(row)
            for code in row.codes:
                self._by_code[code].append(row)
            if row.authority is not Authority.MINISTRY:
                own.add(_symbol(row.number))
            elif row.signed:
                self._ministry_days[row.number].add(row.signed)
        for one in told:
            for seen in one.portal.decisions if one.portal else ():
                number = parse_number(seen.number).canonical
                if one.kind is Kind.STANDARD:
                    ministrys.add(_symbol(number))
                    self._ministry_days[number].update((seen.signed,) if seen.signed else ())
                elif one.is_published_by(unit):
                    own.add(_symbol(number))
        self._own_symbols = (own - ministrys - {""}) | {"UBND"}

    def registered(self, code: str) -> list[Event]:
        """What the register says of the procedure."""
        return [Event(row.number, row.signed, row=row) for row in self._by_code.get(code, ())]

    def seen(self, one: Told) -> list[Event]:
        """What the portal ever cited of the procedure."""
        return [
            event._replace(first=seen.first_public, latest=seen.latest_public, is_seen=True)
            for seen in (one.portal.decisions if one.portal else ())
            for event in self._cited(one, seen.number, seen.signed)
        ]

    def of_city(self, one: Told) -> list[Event]:
        """The decision that the city's own system names, where its symbol is one of the city's; without any click."""
        procedure = one.city.procedure if one.city else None
        if procedure is None or not procedure.decision_number:
            return []
        cited = self._cited(one, procedure.decision_number, procedure.decision_date)
        return [one for one in cited if one.is_own_row or (one.row is None and self._is_own(one.number))]

    def _is_own(self, number: str) -> bool:
        return _symbol(number) in self._own_symbols

    def ministry_day(self, number: str) -> date | None:
        """When a ministry's decision was signed; None where sources do not say or contradict one another."""
        days = self._ministry_days.get(number, set()) if number else set()
        return next(iter(days)) if len(days) == 1 else None

    def would_have(self, code: str, start: date) -> bool:
        """Whether no row that is unreadable or names no procedures may be a decision on this one, signed since."""
        may_be = any(day is None or day >= start for day in self._decisions.unlisted)
        return not may_be and code not in self._decisions.doubtful_codes

    def _cited(self, one: Told, written: str, signed: date | None) -> list[Event]:
        """A cited decision. An official letter stands for the decision that it corrects, which keeps its own date.

        Of several decisions that it corrects it stands for those that are known to be about the procedure; where none
        is, for itself, without a date: any of them may be meant.
        """
        number = parse_number(written).canonical
        originals = self._decisions.corrected.get(number, (number,))
        if len(originals) > 1:
            originals = tuple(original for original in originals if self._is_about(original, one)) or (number,)
        return [self._event(one.code, number, original, signed) for original in originals]

    def _is_about(self, number: str, one: Told) -> bool:
        """Whether the register's row names the procedure, or the portal cited the decision of it."""
        if any(one.code in row.codes for row in self._by_number.get(number, ())):
            return True
        cited = one.portal.decisions if one.portal else ()
        return any(parse_number(seen.number).canonical == number for seen in cited)

    def _event(self, code: str, number: str, original: str, signed: date | None) -> Event:
        if {number, original} & self._decisions.doubtful_numbers:
            return Event(original)
        signed = signed if number == original and number not in self._decisions.corrected else None
        row = self._row(code, original, signed)
        return Event(original, row.signed if row else signed, row=row)

    def _row(self, code: str, number: str, signed: date | None) -> RegisteredDecision | None:
        """The register's row. Numbers begin anew each year: the day, the year or the procedure must agree with it."""
        rows = self._by_number.get(number, []) if number else []
        if signed is not None:
            agreeing = [row for row in rows if row.signed is None or row.signed.year == signed.year]
            rows = [row for row in agreeing if row.signed == signed] or agreeing
        naming = [row for row in rows if code in row.codes] or [row for row in rows if not row.codes] or rows
        return naming[0] if len({row.signed for row in naming}) == 1 else None


def merged(events: Iterable[Event]) -> list[Event]:
    """Each decision once: one number in one year, or a number whose day one source does not say.

    A day that was changed stands as it was said last, the register's before all.
    """
    found: list[Event] = []
    for event in events:
        place = next((place for place, known in enumerate(found) if _is_same(known, event)), None)
        if place is None:
            found.append(event)
        else:
            found[place] = _both(found[place], event)
    return found


def _is_same(known: Event, other: Event) -> bool:
    if known.number != other.number:
        return False
    if not known.number or known.signed is None or other.signed is None:
        return known.signed == other.signed or bool(known.number)
    return known.signed.year == other.signed.year


def _both(known: Event, later: Event) -> Event:
    row = known.row or later.row
    clicks = [one for one in (known.first, known.latest, later.first, later.latest) if one is not None]
    return Event(
        number=known.number,
        signed=row.signed if row else later.signed or known.signed,
        first=min(clicks, default=None),
        latest=max(clicks, default=None),
        row=row,
        is_seen=known.is_seen or later.is_seen,
    )


def followed(event: Event, ministrys: Iterable[Event]) -> Event | None:
    """The ministry's decision that a list decision carries out: the one it names, else the newest one before it."""
    several = list(ministrys)
    if named := event.row.ministry_decision if event.row else "":
        return next((one for one in several if one.number == named), Event(named))
    if event.signed is None:
        return several[0] if len(several) == 1 else None
    earlier = [one for one in several if one.signed is not None and one.signed <= event.signed]
    return max(earlier, key=lambda one: one.signed or date.min, default=None)


def answers(event: Event, carried_out: Event | None, ministry: Event) -> bool:
    """Whether a list decision leaves nothing to wait for of a ministry's decision: it, or a newer one, is followed.

    Where a day is not known it is taken to be: what may have been signed is not overdue.
    """
    if carried_out is not None and carried_out.number == ministry.number:
        return True
    if carried_out is not None and event.row is not None and event.row.ministry_decision:
        return carried_out.signed is None or ministry.signed is None or ministry.signed <= carried_out.signed
    return event.signed is None or ministry.signed is None or ministry.signed <= event.signed


def _symbol(number: str) -> str:
    """Who issued it, by the number: ``UBND`` in ``12/QĐ-UBND-2026``."""
    _, found, issuer = number.partition("/QĐ-")
    return issuer.partition("-")[0] if found else ""

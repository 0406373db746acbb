"""What a document is known by: its id in one spelling, and issuer, number and day where no id helps.

In: ids as people and systems write them. Out: identities that are equal exactly where the same document is meant. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from adapters.edxml.leaves import read_day
from adapters.edxml.package import Package, Reference
from syncd.records.decisions import parse_number
from syncd.records.text import display
from syncd.records.unit_codes import unit_code

Units = Mapping[str, str]
"""The newer code of a unit, by its older one, where no rule tells it."""


def identity(document_id: str, units: Units) -> str:
    """``000.00.00.H26,2026/9/8,3584/QĐ-UBND`` is ``H26,2026-09-08,3584/QĐ-UBND``; any other id without case; "" for
    none.
    """
    parts = display(document_id).split(",", 2)
    if len(parts) < 3:
        return display(display(document_id).strip("{} ").casefold())
    organ, day, number = (part.strip() for part in parts)
    known = read_day(day)
    return ",".join((unit_code(organ, units), known.isoformat() if known else day, parse_number(number).canonical))


def match_key(organ: str, number: str, day: date | None, units: Units) -> str:
    """The same form out of issuer, number and day; "" where one of them is not known."""
    if not organ or not number or day is None:
        return ""
    return ",".join((unit_code(organ, units), day.isoformat(), parse_number(number).canonical))


def key_of(package: Package, units: Units) -> str:
    """What a document's own package is known by; "" where it says neither an id nor who decided what and when."""
    return identity(package.document_id, units) or own_match(package, units)


def own_match(package: Package, units: Units) -> str:
    return match_key(package.sender.code, package.number, package.signed, units)


def match_of(reference: Reference, units: Units) -> str:
    return match_key(reference.organ, reference.number, reference.day, units)


def akin(one: str, other: str, units: Units) -> bool:
    """Whether one unit may speak for the other: the same, above or below it; also where a code is missing."""
    first, second = unit_code(one, units), unit_code(other, units)
    if not first or not second:
        return True
    return first == second or first.startswith(f"{second}.") or second.startswith(f"{first}.")


def upward(code: str, units: Units) -> Iterator[str]:
    """A unit and those above it, by their codes; nothing where there is no code."""
    at = unit_code(code, units)
    while at:
        yield at
        at = at.rpartition(".")[0]

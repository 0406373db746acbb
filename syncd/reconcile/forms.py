"""Bring a field's value into the form that is encoded and hashed: settled order, every text changed as its rule says.

In: one value, and what is done to its texts (None: they are taken as they are). Out: a value that msgspec can encode.
Nothing is compared here: equal forms are certainly equal values, unequal ones must be looked at field by field.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import TypeAlias

from syncd.reconcile.entries import duration_part, fee_part
from syncd.records.procedure import Document, LegalBasis, Method, Step

Change: TypeAlias = Callable[[str], str]

_PAPER_ORDER = attrgetter("name", "code", "case")
_BASIS_ORDER = attrgetter("number", "name")


def text(value: str, change: Change | None) -> str:
    return value if change is None else change(value)


def texts(value: tuple[str, ...], change: Change | None) -> list[str]:
    return sorted(set(value if change is None else map(change, value)))


def enumeration(value: StrEnum, _change: Change | None) -> StrEnum:
    return value


def enumerations(value: tuple[StrEnum, ...], _change: Change | None) -> list[StrEnum]:
    return sorted(set(value))


def calendar_date(value: date, _change: Change | None) -> date:
    return value


def steps(value: tuple[Step, ...], change: Change | None) -> tuple[Step, ...]:
    if change is None:
        return value
    return tuple(Step(change(step.text), change(step.case)) for step in value)


def documents(value: tuple[Document, ...], change: Change | None) -> list[Document]:
    if change is None:
        return sorted(value, key=_PAPER_ORDER)
    return sorted(
        (
            Document(change(paper.name), change(paper.code), change(paper.case), paper.originals, paper.copies)
            for paper in value
        ),
        key=_PAPER_ORDER,
    )


def legal_bases(value: tuple[LegalBasis, ...], change: Change | None) -> list[LegalBasis]:
    if change is None:
        return sorted(value, key=_BASIS_ORDER)
    return sorted((LegalBasis(change(basis.number), change(basis.name)) for basis in value), key=_BASIS_ORDER)


def methods(value: tuple[Method, ...], change: Change | None) -> list[tuple[object, ...]]:
    changed = change or str
    return sorted(
        (str(way.channel), duration_part(way.duration, changed), changed(way.note), fee_part(way.fees, changed))
        for way in value
    )

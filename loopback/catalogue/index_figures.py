"""The counts behind the invented Service Index: units of 34 provinces, and what each did in a month, quarter or year.

In: a seed, a moment, a period. Out: counts that are the same for the same question; a later moment shows more, closed
months included. Names and codes of provinces are public facts, every number is invented; Hà Nội is last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from random import Random
from typing import Final, NamedTuple

from loopback.catalogue.agencies import HANOI_CENTRE, HANOI_DEPARTMENTS, PROVINCES, Agency, agency

PROVINCE: Final = "PROVINCE"
DEPARTMENT: Final = "PROVINCIAL_DEPARTMENT"
COMMUNE: Final = "COMMUNE_PEOPLE_COMMITTEE"

HANOI: Final = "H26"
HANOI_COMMUNES: Final = 126
OTHER_DEPARTMENTS: Final = ("Sở Nội vụ", "Sở Tài chính", "Sở Xây dựng")
OTHER_COMMUNES: Final = 4
TIDE: Final = 0.06
"""How much better or worse than usual a month may be for all units of a province: a trend has ups and downs."""
OLD_IDS: Final = {HANOI: 389181}
"""Ids of the older gateway; those that are not public facts are made from the code."""


class Unit(NamedTuple):
    """A unit of the index; ``old_id`` is its id on the older gateway."""

    id: str
    code: str
    name: str
    kind: str
    old_id: str


def _unit(one: Agency, kind: str) -> Unit:
    top, _, below = one.code.partition(".")
    old_id = OLD_IDS.get(top, 400_000 + int(top[1:]) * 1_000) + (int(below) if below else 0)
    return Unit(one.id, one.code, one.name, kind, str(old_id))


ALL_PROVINCES: Final[tuple[Unit, ...]] = tuple(
    _unit(one, PROVINCE)
    for one in sorted(
        (
            *PROVINCES.values(),
            *(
                agency(code, name)
                for code, name in (
                    ("H13", "UBND Thành phố Cần Thơ"),
                    ("H31", "UBND tỉnh Hưng Yên"),
                    ("H32", "UBND tỉnh Khánh Hòa"),
                    ("H35", "UBND tỉnh Lai Châu"),
                    ("H37", "UBND tỉnh Lạng Sơn"),
                    ("H52", "UBND tỉnh Sơn La"),
                    ("H53", "UBND tỉnh Tây Ninh"),
                    ("H55", "UBND tỉnh Thái Nguyên"),
                )
            ),
        ),
        key=lambda one: one.code,
    )
)


@lru_cache(maxsize=64)
def units_below(code: str) -> tuple[Unit, ...]:
    """Departments, then communes, of one province; the first department has no dossiers."""
    if code == HANOI:
        departments = [*HANOI_DEPARTMENTS.values(), HANOI_CENTRE]
        communes = HANOI_COMMUNES
    else:
        departments = [agency(f"{code}.{number:02}", name) for number, name in enumerate(OTHER_DEPARTMENTS, 1)]
        communes = OTHER_COMMUNES
    wards = [agency(f"{code}.{200 + number}", f"UBND phường Mẫu {number}") for number in range(1, communes + 1)]
    return (*(_unit(one, DEPARTMENT) for one in departments), *(_unit(one, COMMUNE) for one in wards))


def idle(code: str) -> bool:
    """Whether a unit never has a dossier."""
    top = code.partition(".")[0]
    return code == units_below(top)[0].code


@dataclass(frozen=True, slots=True)
class Counts:
    """What one unit did. Dossiers add up over units and months; procedures do not: the same ones come again."""

    received: int = 0
    on_time: int = 0
    completed: int = 0
    results: int = 0
    digitised: int = 0
    reused: int = 0
    stored: int = 0
    citizens: int = 0
    satisfied: int = 0
    online: int = 0
    direct: int = 0
    postal: int = 0
    paid: int = 0
    owing: int = 0
    petitions: int = 0
    petitions_on_time: int = 0
    petitions_good: int = 0
    petitions_tthc: int = 0
    published: int = 0
    published_on_time: int = 0
    public: int = 0
    public_on_time: int = 0
    authority: int = 0
    partial: int = 0
    full: int = 0
    used_services: int = 0
    services: int = 0
    fee_procedures: int = 0
    fee_integrated: int = 0
    fee_paid: int = 0
    connected: int = 0
    procedures: int = 0
    complete: int = 0
    shown: int = 0


PROCEDURES: Final = frozenset(
    {"authority", "partial", "full", "used_services", "services", "fee_procedures", "fee_integrated", "fee_paid"}
    | {"connected", "procedures", "complete", "shown"}
)


def pooled(counts: Iterable[Counts]) -> Counts:
    """Several units, or several months, as one."""
    rows = list(counts) or [Counts()]
    columns = {field.name: [getattr(row, field.name) for row in rows] for field in fields(Counts)}
    return Counts(**{name: max(column) if name in PROCEDURES else sum(column) for name, column in columns.items()})


def months_of(first: date, last: date, today: date) -> list[tuple[int, int]]:
    """The months of a period that have begun, as (year, month)."""
    months = [(first.year, month) for month in range(first.month, last.month + 1)]
    return [(year, month) for year, month in months if date(year, month, 1) <= today]


@lru_cache(maxsize=20_000)
def month_counts(seed: int, code: str, year: int, month: int, moment: int) -> Counts:
    """One unit in one month, as shown at one moment (0, 1, 2…). A province's own: what it published."""
    random = Random(f"{seed} {code} {year}-{month}")
    if "." not in code:
        return _published(random, code, moment)
    if idle(code):
        return Counts()
    tide = _tide(seed, code.partition(".")[0], year, month)
    return _worked(random, code.startswith(HANOI), moment, tide)


@lru_cache(maxsize=1_000)
def _tide(seed: int, province: str, year: int, month: int) -> float:
    return Random(f"{seed} {province} {year}-{month} tide").uniform(-TIDE, TIDE)


def _published(random: Random, code: str, moment: int) -> Counts:
    """Hà Nội publishes every month and signs nothing in time; others have months without any decision."""
    decided = random.randint(3, 9) if code == HANOI else max(0, random.randint(-3, 9))
    shown = random.randint(60, 90)
    public = decided + moment if decided else 0
    return Counts(
        published=decided,
        published_on_time=0 if code == HANOI else decided // 2,
        public=public,
        public_on_time=public * (2 if code == HANOI else 4) // 5,
        complete=shown - random.randint(0, 3),
        shown=shown,
    )


def _worked(random: Random, is_hanoi: bool, moment: int, tide: float) -> Counts:
    """Dossiers of a department or a commune; shares are fixed for the month, only their sum grows with the moment."""
    usual = random.uniform(0.40, 0.62) if is_hanoi else random.uniform(0.72, 0.97)
    good = min(1.0, usual + tide)

    def part(of: int, low: float, high: float) -> int:
        return int(of * good * random.uniform(low, high))

    base = random.randint(200, 2_000)
    received = base + base * moment // 40
    on_time = part(received, 0.95, 1.0)
    online, postal = int(received * random.uniform(0.3, 0.95)), random.randint(0, 9)
    owing = received // 2
    petitions = random.choice((0, 0, 1, 3, 9))
    services, fees, procedures = random.randint(40, 200), random.randint(10, 40), random.randint(50, 385)
    authority = random.randint(20, 60)
    return Counts(
        received=received,
        on_time=on_time,
        completed=on_time + (received - on_time) // 4,
        results=part(received, 0.6, 0.95),
        digitised=part(received, 0.1, 0.5),
        reused=part(received, 0.1, 0.6),
        stored=part(received, 0.0, 0.02),
        citizens=part(received, 0.3, 0.8),
        satisfied=max(0, on_time - random.randint(0, 5)),
        online=online,
        direct=received - online,
        postal=postal,
        paid=part(owing, 0.7, 1.0),
        owing=owing,
        petitions=petitions,
        petitions_on_time=part(petitions, 0.5, 1.0),
        petitions_good=part(petitions, 0.3, 0.9),
        petitions_tthc=petitions * 3 // 4,
        authority=authority,
        partial=authority // 2,
        full=part(authority // 2, 0.6, 1.0),
        used_services=part(services, 0.3, 0.8),
        services=services,
        fee_procedures=fees,
        fee_integrated=part(fees, 0.2, 0.5),
        fee_paid=part(fees, 0.2, 0.6),
        connected=part(procedures, 0.1, 0.4),
        procedures=procedures,
    )

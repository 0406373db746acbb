"""Drafts: what each invented procedure is, before either system has written it down.

In: a seed and a size. Out: clean drafts, the truth that the portal's records and the city's rows are both made from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Final, NamedTuple

from loopback.catalogue.agencies import (
    COMMUNE_CHAIR,
    COMMUNE_COMMITTEE,
    HANOI,
    HANOI_CENTRE,
    HANOI_DEPARTMENTS,
    MINISTRIES,
    PROVINCES,
    PROVINCIAL_COMMITTEE,
    Agency,
    agency,
    uuid7,
)
from loopback.catalogue.fields import FIELDS_OF_WORK, FieldOfWork
from loopback.catalogue.noise import DECISION_NOISE, JUNK_DECISIONS, NAME_NOISE, roughened
from loopback.catalogue.stock import QUALIFIERS, VERBS

OPENED_MS: Final = 1_774_569_600_000
"""2026-03-27T00:00Z, when the portal of 2026 opened."""
CAPTURED_MS: Final = 1_784_246_400_000
"""2026-07-17T00:00Z, the moment that the catalogue shows."""
DAY_MS: Final = 86_400_000

STANDARD: Final = "STANDARD"
SPECIFIC: Final = "SPECIFIC"
INTERNAL: Final = "STANDARD_INTERNAL"
WITHDRAWN: Final = "INACTIVE"


class Decision(NamedTuple):
    """A publication decision: its number, clean and as typed, its date, and when it became public (None: not yet)."""

    id: str
    number: str
    typed: str
    day: date | None
    midnight_utc: bool
    published_ms: int | None
    agency: Agency


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One procedure as it is. ``typed_name``: its name as typed into the portal; ``levels``: the portal's flags."""

    code: str
    portal_id: str
    name: str
    typed_name: str
    kind: str
    state: str
    field: FieldOfWork
    publisher: Agency
    levels: tuple[str, ...]
    executors: tuple[Agency, ...]
    by_group: bool
    decision: Decision
    created_ms: int
    updated_ms: int
    applies_to_communes: bool = False

    @property
    def public(self) -> bool:
        """Whether the portal shows it to everybody."""
        return self.state != WITHDRAWN

    @property
    def concerns_hanoi(self) -> bool:
        """Whether Hà Nội must carry it while it is public."""
        if self.kind == SPECIFIC:
            return self.publisher.code.split(".")[0] == HANOI.code
        return self.kind == STANDARD and bool({"isProvince", "isWard"} & set(self.levels))


class Sort(NamedTuple):
    """One sort of procedure in the mix: kind, level flags, home (ministry, Hà Nội, other province), share of all."""

    kind: str
    levels: tuple[str, ...]
    home: str
    share: float


MIX: Final[tuple[Sort, ...]] = (
    Sort(STANDARD, ("isProvince",), "ministry", 36),
    Sort(STANDARD, ("isMinistry",), "ministry", 27),
    Sort(STANDARD, ("isOtherAgency",), "ministry", 4),
    Sort(STANDARD, ("isWard",), "ministry", 8),
    Sort(STANDARD, ("isProvince", "isWard"), "ministry", 5),
    Sort(STANDARD, ("isMinistry", "isProvince"), "ministry", 1),
    Sort(SPECIFIC, ("isProvince",), "hanoi", 1.6),
    Sort(SPECIFIC, ("isWard",), "hanoi", 0.8),
    Sort(SPECIFIC, ("isProvince",), "province", 9),
    Sort(SPECIFIC, ("isWard",), "province", 4),
    Sort(INTERNAL, ("isProvince",), "ministry", 1.6),
    Sort(INTERNAL, (), "ministry", 2),
)


def draft_all(seed: int, size: int) -> list[Draft]:
    """Draft ``size`` procedures; no two share a code, a few of other provinces share a name."""
    random = Random(f"{seed} drafts")
    names = _names(random)
    codes = _codes(random)
    pools: dict[str, list[Decision]] = {}
    sorts = random.choices(MIX, [sort.share for sort in MIX], k=size)
    drafts = [_draft(next(codes), next(names), sort, pools, random) for sort in sorts]
    return _twins(_odd_codes(drafts), random)


def _names(random: Random) -> Iterator[tuple[FieldOfWork, str]]:
    """Every name that the stock gives, shuffled; then, for very large catalogues, the same with a region."""
    combinations = [
        (field, f"{verb} {subject}{qualifier}")
        for field in FIELDS_OF_WORK
        for verb, subject, qualifier in product(VERBS, field.subjects, QUALIFIERS)
    ]
    random.shuffle(combinations)
    yield from combinations
    for region in range(1, 1_000):
        for field, name in combinations:
            yield field, f"{name} tại khu vực {region}"


def _codes(random: Random) -> Iterator[str]:
    """Portal codes: older ones scattered over 1.000xxx to 1.014xxx, the newest in a run from 1.115000."""
    number, newest = 100, 115_000
    while True:
        lead = random.choices("12356", (78, 12, 6, 2, 2))[0]
        number += random.randint(1, 6)
        if random.random() < 0.15 or number > 114_000:
            newest += 1
            yield f"1.{newest:06}"
        else:
            yield f"{lead}.{number:06}"


def _draft(
    code: str, named: tuple[FieldOfWork, str], sort: Sort, pools: dict[str, list[Decision]], random: Random
) -> Draft:
    field, name = named
    publisher = _publisher(sort, field, random)
    created = random.randrange(OPENED_MS, CAPTURED_MS)
    updated = created if random.random() < 0.5 else random.randrange(created, CAPTURED_MS)
    pool = pools.get(publisher.code) or pools.setdefault(publisher.code, _decisions(publisher, random))
    return Draft(
        code=code,
        portal_id=uuid7(created, random),
        name=name,
        typed_name=roughened(name, NAME_NOISE, random, 0.08),
        kind=sort.kind,
        state=random.choices(("UPDATED", "ACTIVE", WITHDRAWN), (54, 38, 8))[0],
        field=field,
        publisher=publisher,
        levels=sort.levels,
        executors=_executors(sort, field, publisher, random),
        by_group=random.random() < 0.18,
        decision=random.choice(pool),
        created_ms=created,
        updated_ms=updated,
        applies_to_communes="isWard" in sort.levels and random.random() < 0.1,
    )


def _publisher(sort: Sort, field: FieldOfWork, random: Random) -> Agency:
    if sort.home == "hanoi":
        return random.choice((HANOI, HANOI, HANOI_CENTRE))
    if sort.home == "province":
        return random.choice([province for code, province in PROVINCES.items() if code != HANOI.code])
    return MINISTRIES[field.ministry]


def _executors(sort: Sort, field: FieldOfWork, publisher: Agency, random: Random) -> tuple[Agency, ...]:
    if sort.home == "hanoi":
        own = HANOI_DEPARTMENTS.get(field.department, HANOI)
        return (own, COMMUNE_COMMITTEE) if "isWard" in sort.levels else (own,)
    found: list[Agency] = []
    if "isMinistry" in sort.levels or not sort.levels:
        found.append(publisher)
    if "isProvince" in sort.levels:
        found.append(random.choice((PROVINCIAL_COMMITTEE, agency(f"CQ-{field.department}", field.department))))
    if "isWard" in sort.levels:
        found.append(random.choice((COMMUNE_COMMITTEE, COMMUNE_CHAIR)))
    return tuple(found) or (agency("TCXHNN", "Tổ chức xã hội - nghề nghiệp đã được công nhận"),)


def _decisions(publisher: Agency, random: Random) -> list[Decision]:
    """The publication decisions of one agency, a few of them typed with noise, some old, one dated in the future."""
    ministry = publisher.code.startswith("G")
    local = publisher.code.startswith("H") and not publisher.code.startswith(HANOI.code)
    return [decision(publisher, random, junk=local and random.random() < 0.3) for _ in range(14 if ministry else 5)]


def decision(publisher: Agency, random: Random, *, junk: bool = False) -> Decision:
    """A published decision of ``publisher``; with ``junk`` its number is typed beyond repair."""
    number = f"{random.randint(20, 3_900)}/QĐ-{publisher.mark}"
    published = random.randrange(OPENED_MS, CAPTURED_MS)
    lead = random.choices((random.randint(1, 40), random.randint(300, 4_000), -2, -200), (82, 15, 2, 1))[0]
    day = date(1970, 1, 1) + timedelta(days=published // DAY_MS - lead)
    typed = random.choice(JUNK_DECISIONS)(number) if junk else roughened(number, DECISION_NOISE, random, 0.06)
    return Decision(uuid7(published, random), number, typed, day, random.random() < 0.25, published, publisher)


def _odd_codes(drafts: list[Draft]) -> list[Draft]:
    """Give a few drafts the codes that break careless keys: a leading space, ``-Xoa``, seven and nine digits."""
    result = list(drafts)
    foreign = [at for at, draft in enumerate(result) if draft.kind == SPECIFIC and not draft.concerns_hanoi]
    ours = [at for at, draft in enumerate(result) if draft.kind == STANDARD and draft.concerns_hanoi and draft.public]
    spaced, spaced_twin, twin, deleted, nine = foreign[:5]
    result[spaced] = replace(result[spaced], code=f" {result[ours[0]].code}", state="ACTIVE")
    result[spaced_twin] = replace(result[spaced_twin], code=f" {result[twin].code}", state="ACTIVE")
    result[twin] = replace(result[twin], state="ACTIVE")
    result[deleted] = replace(result[deleted], code=f"{result[deleted].code}-Xoa", state="ACTIVE")
    result[nine] = replace(result[nine], code=f"{result[nine].code}739")
    result[ours[1]] = replace(result[ours[1]], code=f"{result[ours[1]].code}1")
    return result


def _twins(drafts: list[Draft], random: Random) -> list[Draft]:
    """Let several provinces have published their own procedure under one name."""
    foreign = [at for at, draft in enumerate(drafts) if draft.kind == SPECIFIC and not draft.concerns_hanoi]
    chosen = random.sample(foreign, min(10, len(foreign) // 2))
    model = drafts[chosen[0]]
    result = list(drafts)
    for at in chosen[1:]:
        result[at] = replace(result[at], name=model.name, typed_name=model.name, field=model.field)
    return result

"""The city's side: a draft as the city's settlement system holds it.

In: drafts that concern Hà Nội. Out: rows with local codes, faithful to the draft; planting makes them differ later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from loopback.catalogue.drafts import Draft

LEVEL_WORDS: Final = {
    "isMinistry": "Cấp bộ",
    "isProvince": "Cấp tỉnh",
    "isWard": "Cấp xã",
    "isOtherAgency": "Cơ quan khác",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CityRow:
    """One procedure in the city's system.

    ``mapped_code`` is what the system's own mapping table says ("" where it has no row). ``poisoned`` rows are sent
    with a number for a name, or with an impossible date where there is no type to break.
    """

    number: int
    local_code: str
    mapped_code: str
    name: str
    field_code: str
    field_name: str
    publisher_code: str
    publisher_name: str
    executors: tuple[str, ...]
    levels: tuple[str, ...]
    decision_number: str
    decision_day: date | None
    active: bool
    portal_id: str
    poisoned: bool = False


def city_row(draft: Draft, number: int, random: Random) -> CityRow:
    """Write a draft down as the city does, without a mistake."""
    return CityRow(
        number=number,
        local_code=local_code(draft.code, random),
        mapped_code=draft.code if random.random() < 0.6 else "",
        name=draft.name,
        field_code=draft.field.code,
        field_name=draft.field.name,
        publisher_code=draft.publisher.code,
        publisher_name=draft.publisher.name,
        executors=tuple(executor.name for executor in draft.executors),
        levels=tuple(LEVEL_WORDS[level] for level in draft.levels),
        decision_number=draft.decision.number,
        decision_day=draft.decision.day,
        active=draft.public,
        portal_id=draft.portal_id,
    )


def local_code(code: str, random: Random) -> str:
    """The city's code: long suffix for older codes, short for newer ones, some of either bare."""
    if random.random() < 0.06:
        return code
    older = code.partition(".")[2] < "013"
    return f"{code}.000.00.00.H26" if older else f"{code}.H26"

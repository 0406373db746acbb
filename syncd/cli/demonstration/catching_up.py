"""How a city's row looks once somebody has put it right: the other half of what was planted.

In: a planted mismatch, the portal's record, the city's row as it is. Out: the row as it should be, None for one that
should not be there; `KeyError` where nobody would know how to put it right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from loopback.catalogue import CityRow, Json, Planted, PortalRecord
from loopback.catalogue.city_side import LEVEL_WORDS
from syncd.reconcile.mismatches import MismatchKind
from syncd.records.dates import HO_CHI_MINH

NEW_NUMBERS: Final = 500_000
"""Numbers of rows that the city enters during the demo, above those that it has."""

Mend = Callable[[CityRow, Json], CityRow | None]


def mended(planted: Planted, record: PortalRecord | None, row: CityRow | None) -> CityRow | None:
    """The city's row once it agrees with the portal. Raises `KeyError` for a kind that is not mended so."""
    if planted.kind is MismatchKind.MISSING_IN_CITY:
        if record is None:
            raise KeyError(planted.code)
        return entered(record)
    mend = MENDS[planted.kind, planted.field]
    if row is None:
        raise KeyError(planted.local_code)
    return mend(row, record.detail if record else {})


def can_be_mended(planted: Planted) -> bool:
    """Whether `mended` knows how."""
    return planted.kind is MismatchKind.MISSING_IN_CITY or (planted.kind, planted.field) in MENDS


def _opened(row: CityRow, _detail: Json) -> CityRow:
    return replace(row, active=True)


def _closed(row: CityRow, _detail: Json) -> CityRow:
    return replace(row, active=False)


def _deleted(_row: CityRow, _detail: Json) -> None:
    return None


def _renamed(row: CityRow, detail: Json) -> CityRow:
    return replace(row, name=str(detail["name"]))


def _of_field(row: CityRow, detail: Json) -> CityRow:
    return replace(row, field_name=str(detail["categoriesDetails"][0]["name"]))


def _decided(row: CityRow, detail: Json) -> CityRow:
    return replace(row, decision_number=decision_number(detail), decision_day=decision_day(detail))


MENDS: Final[Mapping[tuple[MismatchKind, str], Mend]] = {
    (MismatchKind.WITHDRAWN_ON_PORTAL, ""): _closed,
    (MismatchKind.REPUBLISHED, ""): _opened,
    (MismatchKind.MISSING_ON_PORTAL, ""): _deleted,
    (MismatchKind.FIELD_DIFFERS, "state"): _opened,
    (MismatchKind.FIELD_DIFFERS, "name"): _renamed,
    (MismatchKind.FIELD_DIFFERS, "field_name"): _of_field,
    (MismatchKind.FIELD_DIFFERS, "decision_date"): _decided,
    (MismatchKind.DECISION_SUPERSEDED, "decision_number"): _decided,
}


def entered(record: PortalRecord) -> CityRow:
    """The row that somebody types off the portal."""
    detail = record.detail
    category = detail["categoriesDetails"][0]
    executors = [*detail["departmentsExecuting"], *(one for one in detail["unitGroupsExecuting"] if one)]
    return CityRow(
        number=NEW_NUMBERS + int(record.code[-6:]),
        local_code=f"{record.code}.H26",
        mapped_code=record.code,
        name=str(detail["name"]),
        field_code=str(category["code"]),
        field_name=str(category["name"]),
        publisher_code=str(detail["departmentPromulgateCode"]),
        publisher_name=str(detail["departmentPromulgateName"]),
        executors=tuple(str(one["name"]) for one in executors),
        levels=tuple(word for flag, word in LEVEL_WORDS.items() if detail[flag]),
        decision_number=decision_number(detail),
        decision_day=decision_day(detail),
        active=record.public,
        portal_id=record.id,
    )


def decision_number(detail: Json) -> str:
    """The number of the decision that the portal shows."""
    return str(detail["procedureProposal"]["proposalNumber"])


def decision_day(detail: Json) -> date | None:
    """The day of the decision that the portal shows."""
    moment = detail["procedureProposal"]["decisionDate"]
    if not isinstance(moment, int):
        return None
    return datetime.fromtimestamp(moment / 1_000, UTC).astimezone(HO_CHI_MINH).date()

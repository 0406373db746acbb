"""What is wrong between the two sides on purpose, and what will become wrong.

In: nothing. Out: `Planted`, one mismatch that a reconciler must report, and `Event`, a change of the portal that is
waiting to happen, with the mismatches that it brings.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from loopback.catalogue.portal_side import PortalRecord
from syncd.reconcile.mismatches import MismatchKind


class Planted(NamedTuple):
    """One planted mismatch: kind, portal code ("" where there is none), local code ("" where there is none), field.

    ``field``: the field that differs, or the side (``portal``, ``city``) whose record is wrong. ``needs``: the field
    that the city's system must carry for anybody to be able to notice, if any.
    """

    kind: MismatchKind
    code: str
    local_code: str = ""
    field: str = ""
    needs: str = ""

    @property
    def subject(self) -> tuple[str, str, str]:
        """What is compared: kind, the portal code (else the local code), field."""
        return (self.kind.value, self.code or self.local_code, self.field)

    def noticeable(self, city_carries: frozenset[str]) -> bool:
        """Whether it can be seen on a city's side that carries these fields."""
        return not self.needs or self.needs in city_carries


class Change(StrEnum):
    """What happens on the portal."""

    WITHDRAW = "withdraw"
    REPUBLISH = "republish"
    RENAME = "rename"
    NEW_DECISION = "new_decision"
    PENDING_DECISION = "pending_decision"
    DECISION_FLAP = "decision_flap"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class Event:
    """One change of the portal that waits: the record as it will be, and the mismatches that it brings.

    A flap shows an older decision with ``updatedAt`` unchanged and brings none: the city is not behind.
    """

    name: str
    change: Change
    record: PortalRecord
    appears: tuple[Planted, ...] = ()


OPENCPS_CARRIES: Final = frozenset(
    {
        "local_code",
        "name",
        "field_code",
        "field_name",
        "publisher_code",
        "publisher_name",
        "executing_agencies",
        "state",
    }
)
"""What OpenCPS says of a procedure: no decision, no level of government, no portal id."""

FILE_CARRIES: Final = frozenset(
    {
        "local_code",
        "name",
        "field_name",
        "publisher_name",
        "executing_agencies",
        "levels",
        "decision_number",
        "decision_date",
        "state",
        "portal_id",
    }
)
"""What the exported file says of a procedure."""

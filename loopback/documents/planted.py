"""What differs on purpose between the portal's publication decisions and those of the document system.

In: nothing. Out: `PlantedDecision`, one difference that whoever compares must find, or must not be misled by.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Plan(StrEnum):
    """What is done to one decision."""

    NOT_ON_PORTAL = "not_on_portal"
    NOT_IN_DOCUMENTS = "not_in_documents"
    OTHER_DATE = "other_date"
    OTHER_CODES = "other_codes"
    RECALLED = "recalled"
    REPLACED = "replaced"
    NUMBER_NOISE = "number_noise"
    OTHER_SIGNER = "other_signer"


HARMLESS = frozenset({Plan.NUMBER_NOISE})
"""What is no difference to whoever reads numbers as people do."""


class PlantedDecision(NamedTuple):
    """One decision and what was done to it.

    ``number``: canonical; ``issuer``: the newer code; ``key``: of the document system, "" where it has none;
    ``portal_signed`` and ``portal_codes``: what the portal shows, None and () where it shows nothing.
    """

    plan: Plan
    number: str
    issuer: str
    key: str
    signed: date | None
    portal_signed: date | None
    codes: tuple[str, ...] = ()
    portal_codes: tuple[str, ...] = ()
    successor: str = ""

"""What a difference is: between two values of one field, with its class.

In: two values. Out: a value that can be stored, shown and alarmed on, or merely counted.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class DifferenceClass(StrEnum):
    """How two values differ. Form-only and mapped differences are counted, never alarmed."""

    FORM_ONLY = "form-only"
    TONE_MARK = "tone-mark"
    ORDER = "order"
    MAPPED = "mapped"
    REAL = "real"

    @property
    def alarming(self) -> bool:
        return self not in (DifferenceClass.FORM_ONLY, DifferenceClass.MAPPED)


class Difference(Struct, frozen=True):
    """One field of one procedure, as each side has it, in words fit for people (NFC; lists one entry a line)."""

    field: str
    portal_value: str
    city_value: str
    difference: DifferenceClass

"""The words for who published a procedure (loại thủ tục).

In: one word as a city's list has it. Out: a `Kind`, or `ValueError`.
"Được giao" and "không được giao" (assigned by law or not) are another question, and no words of this table.
"""

from __future__ import annotations

from syncd.records.procedure import Kind
from syncd.records.words import Words

KIND_WORDS: dict[str, Kind] = {
    "TTHC chuẩn": Kind.STANDARD,
    "Chuẩn": Kind.STANDARD,
    "standard": Kind.STANDARD,
    "TTHC đặc thù": Kind.SPECIFIC,
    "Đặc thù": Kind.SPECIFIC,
    "specific": Kind.SPECIFIC,
    "TTHC nội bộ": Kind.INTERNAL,
    "Nội bộ": Kind.INTERNAL,
    "internal": Kind.INTERNAL,
}

KINDS_OF_PROCEDURE: Words[Kind] = Words("kind of procedure", KIND_WORDS)


def parse_kind(text: str) -> Kind:
    """Read one kind's word, accents optional. Raises `ValueError` with the nearest known word."""
    return KINDS_OF_PROCEDURE.read(text)

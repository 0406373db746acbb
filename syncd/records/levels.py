"""The words for the level of government that carries a procedure out (cấp thực hiện).

In: one word as a city's list or the portal's page has it. Out: a `Level`, or `ValueError`.
The district level (cấp huyện) ended on 1 July 2025 and is no known word: a list that still has it must be told so.
"""

from __future__ import annotations

from syncd.records.procedure import Level
from syncd.records.words import Words

LEVEL_WORDS: dict[str, Level] = {
    "Cấp bộ": Level.MINISTRY,
    "Bộ": Level.MINISTRY,
    "Bộ, ngành": Level.MINISTRY,
    "Cấp trung ương": Level.MINISTRY,
    "Trung ương": Level.MINISTRY,
    "TW": Level.MINISTRY,
    "ministry": Level.MINISTRY,
    "Cấp tỉnh": Level.PROVINCE,
    "Tỉnh": Level.PROVINCE,
    "Cấp tỉnh, thành phố": Level.PROVINCE,
    "Cấp tỉnh/thành phố": Level.PROVINCE,
    "Cấp thành phố": Level.PROVINCE,
    "province": Level.PROVINCE,
    "Cấp xã": Level.COMMUNE,
    "Xã": Level.COMMUNE,
    "Phường": Level.COMMUNE,
    "Xã, phường": Level.COMMUNE,
    "Cấp xã, phường": Level.COMMUNE,
    "Cấp xã/phường": Level.COMMUNE,
    "Cấp phường": Level.COMMUNE,
    "commune": Level.COMMUNE,
    "Cơ quan khác": Level.OTHER,
    "Khác": Level.OTHER,
    "other": Level.OTHER,
}

LEVELS: Words[Level] = Words("level of government", LEVEL_WORDS)


def parse_level(text: str) -> Level:
    """Read one level's word, accents optional. Raises `ValueError` with the nearest known word."""
    return LEVELS.read(text)

"""Vietnamese order: a key by which names stand as in a Vietnamese dictionary, on any database.

In: text as people see it. Out: a key of digits alone, so that every collation of a database sorts it alike.
Syllable by syllable: first the letters (a ă â b c d đ e ê …), then the tone (ngang, huyền, hỏi, ngã, sắc, nặng).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from syncd.records.text import loose

LETTERS = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
"""Every letter in its place; those that Vietnamese borrows stand where Latin has them."""

TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
"""Ngang, huyền, hỏi, ngã, sắc, nặng: the tone as it stands alone, in its order."""

END = "00"
"""Ends the letters of a syllable; before every letter, so that the shorter syllable comes first."""
FOREIGN = "99"
"""A letter that is in no table; after all that are."""

_WEIGHTS = {letter: f"{place:02}" for place, letter in enumerate(LETTERS, start=1)}
_TONE_WEIGHTS = {tone: str(place) for place, tone in enumerate(TONES, start=1)}
_SYLLABLE = re.compile(r"[^\W_]+")
_LONGEST = 200
_CACHED = 4096


@lru_cache(maxsize=_CACHED)
def sort_key(text: str) -> str:
    """The key of a text: ``sorted(names, key=sort_key)``. Punctuation does not count; at most 200 letters do."""
    return "".join(_syllable(found.group()) for found in _SYLLABLE.finditer(loose(text[:_LONGEST])))


def _syllable(syllable: str) -> str:
    """Its letters, the end of them, its tone."""
    tone = ""
    weights = []
    for letter, found in _taken_apart(syllable):
        weights.append(_WEIGHTS.get(letter, FOREIGN))
        tone = found or tone
    return f"{''.join(weights)}{END}{_TONE_WEIGHTS[tone]}"


def _taken_apart(syllable: str) -> Iterator[tuple[str, str]]:
    """Each letter with its quality (ă, â, ê, ô, ơ, ư), and the tone that it carries."""
    for letter in syllable:
        marks = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in marks if mark in _TONE_WEIGHTS), "")
        yield unicodedata.normalize("NFC", marks.replace(tone, "") if tone else marks), tone

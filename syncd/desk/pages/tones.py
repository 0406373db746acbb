"""Which Vietnamese marks two spellings of a letter have, by name: ú has sắc, ũ has ngã.

In: the tokens of both values. Out: the letters that differ in their marks, side by side. Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from syncd.answers.marks import Mark, Token

MOST = 8
LONGEST = 12
_NAMES = {
    "\u0300": "huyền",
    "\u0301": "sắc",
    "\u0303": "ngã",
    "\u0309": "hỏi",
    "\u0323": "nặng",
    "\u0302": "mũ",
    "\u0306": "trăng",
    "\u031b": "móc",
}
_NONE = "không dấu"
_STROKE = "đ"


@dataclass(frozen=True, slots=True)
class Pair:
    """One place where only marks differ: how each side writes it, and the names of its marks."""

    portal: str
    portal_name: str
    city: str
    city_name: str


def pairs(portal: Iterable[Token], city: Iterable[Token]) -> tuple[Pair, ...]:
    """The first `MOST` places, each once."""
    ours, theirs = ([one.text for one in side if one.mark is Mark.TONE] for side in (portal, city))
    both = zip(ours, theirs, strict=False)
    found = dict.fromkeys(
        Pair(one, mark_names(one), other, mark_names(other))
        for one, other in both
        if max(len(one), len(other)) <= LONGEST
    )
    return tuple(found)[:MOST]


def mark_names(text: str) -> str:
    """The names of all marks of a text, or that it has none."""
    spread = unicodedata.normalize("NFD", text.lower())
    names = [_NAMES[char] for char in spread if char in _NAMES]
    names += ["gạch ngang"] if _STROKE in spread else []
    return ", ".join(dict.fromkeys(names)) or _NONE

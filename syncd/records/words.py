"""Tables of words: which value a Vietnamese word stands for, accents optional.

In: a table from words to values, and the text of one cell. Out: the value, or `ValueError` that names the nearest word.
Tables are written with full diacritics; they are looked up without case, marks or stray white space.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Generic, TypeVar

from syncd.records.text import display, fold

Meaning = TypeVar("Meaning")

LONGEST_WORD = 200


class Words(Generic[Meaning]):
    """One table of words. ``noun`` names in messages what the words stand for, e.g. "level of government".

    Raises `ValueError` when two words that fold to the same letters mean different things.
    """

    __slots__ = ("_meanings", "_written", "noun")

    def __init__(self, noun: str, table: Mapping[str, Meaning]) -> None:
        self.noun = noun
        self._meanings: dict[str, Meaning] = {}
        self._written: dict[str, str] = {}
        for word, meaning in table.items():
            folded = fold(word)
            if self._meanings.setdefault(folded, meaning) != meaning:
                raise ValueError(f"{noun}: {word!r} and {self._written[folded]!r} cannot be told apart without accents")
            self._written.setdefault(folded, word)

    @property
    def meanings(self) -> frozenset[Meaning]:
        """Every value that a word of this table may stand for."""
        return frozenset(self._meanings.values())

    def read(self, text: str) -> Meaning:
        """The value that a word stands for. Raises `ValueError` for an unknown word; never guesses."""
        if len(text) > LONGEST_WORD:
            raise ValueError(f"{text[:40]!r}… is too long for a {self.noun}")
        folded = fold(text)
        if folded in self._meanings:
            return self._meanings[folded]
        raise ValueError(f"{display(text)!r} is no known {self.noun}; {self._advice(folded)}")

    def _advice(self, folded: str) -> str:
        near = get_close_matches(folded, self._written, n=1, cutoff=0.75)
        return f"the nearest known word is {self._written[near[0]]!r}" if near else "no known word is near"

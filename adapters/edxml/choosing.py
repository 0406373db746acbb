"""Which documents are publication decisions: by the name of their type, their notation and their subject.

In: a document's words and the words of the settings. Out: yes or no. Pure. The number of the type is never asked: real
systems write 1, 2 and 18 for the same kind of document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from syncd.records.text import loose


class Words(NamedTuple):
    """``subjects``: of each group one word must be in the subject; ``others``: none of these may. ``types`` begin the
    name of the type, ``notations`` the notation; where there is a notation it decides."""

    subjects: tuple[tuple[str, ...], ...] = (("công bố",), ("thủ tục hành chính", "TTHC"))
    others: tuple[str, ...] = ("quy trình nội bộ", "ủy quyền")
    types: tuple[str, ...] = ("Quyết định",)
    notations: tuple[str, ...] = ("QĐ",)


def is_publication(words: Words, *, type_name: str, notation: str, subject: str) -> bool:
    """Whether a document publishes procedures. Case, NFC or NFD and the place of a tone make no difference."""
    return is_decision(words, type_name, notation) and is_about_publication(words, subject)


def is_decision(words: Words, type_name: str, notation: str) -> bool:
    """By the notation (``QĐ-UBND``), which is part of what was signed; without one by the name of the type."""
    if notation:
        return _begins(notation, words.notations)
    return _begins(type_name, words.types)


def is_about_publication(words: Words, subject: str) -> bool:
    """By the subject alone."""
    said = loose(subject)
    return all(_has(said, group) for group in words.subjects) and not _has(said, words.others)


def _begins(text: str, words: Sequence[str]) -> bool:
    found = _pattern(tuple(words)).match(loose(text))
    return found is not None


def _has(said: str, words: Sequence[str]) -> bool:
    return _pattern(tuple(words)).search(said) is not None


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words: ``QĐ`` begins ``QĐ-UBND`` and not ``QĐHN``. Without words nothing is found."""
    if not words:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(loose(word)) for word in words)})(?!\w)")

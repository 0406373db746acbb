"""Titles of columns: when two are the same, and which one was probably meant.

In: titles from the settings and from the file or table. Out: their folded form, and the nearest known title.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from syncd.records.text import display, fold


@lru_cache(maxsize=4096)
def folded(title: str) -> str:
    """The form in which titles are compared: NFC, white space (line ends too) folded, case folded."""
    return display(title).casefold()


def nearest(title: str, known: Iterable[str]) -> str | None:
    """The known title that was probably meant, marks and case aside; None where none is near."""
    by_fold = {fold(candidate[:200]): candidate for candidate in known}
    found = get_close_matches(fold(title[:200]), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def advice(title: str, known: Iterable[str]) -> str:
    """What would be right, in words, for a title that is not there."""
    titles = list(known)
    near = nearest(title, titles)
    return f"did you mean {near!r}?" if near else f"known are: {shown(titles)}"


def shown(titles: Iterable[str], most: int = 30) -> str:
    """Titles for a message, each cut at 40 characters, at most ``most`` of them."""
    several = [repr(display(title[:400])[:40]) for title in titles]
    return ", ".join(several[:most]) + (f" and {len(several) - most} more" if len(several) > most else "")

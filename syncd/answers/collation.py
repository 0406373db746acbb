"""Sorting names as Vietnamese people do, for everything that answers.

In: names. Out: `sort_key`, and lists in its order. The table itself stands in `syncd.records.collation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from syncd.records.collation import sort_key

__all__ = ["in_order", "sort_key"]

T = TypeVar("T")


def in_order(several: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """Sorted by a name of each; what has no name comes last, equal names stay in their order."""
    return sorted(several, key=lambda one: (not name(one).strip(), sort_key(name(one))))

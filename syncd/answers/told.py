"""What was made of one answer already, kept beside it for as long as the answer itself is.

In: a name and how it is made. Out: the same value again. An answer never changes, nor does what was made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Told:
    """Values by name. Two that ask at once may both work. It says nothing of its own: any two are equal."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """``make()``, or what it gave before under this name."""
        if name not in self._known:
            self._known[name] = make()
        found: T = self._known[name]
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Told)

    def __hash__(self) -> int:
        return hash(Told)

    def __repr__(self) -> str:
        return f"Told({len(self._known)})"

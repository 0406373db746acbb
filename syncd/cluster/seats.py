"""What a member knows of each course, and whom it tells.

In: nothing. Out: a seat for each course; what metrics and desk must offer to hear of the cluster.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from syncd.cluster.engine import Right
from syncd.passes.course import Course


class Observer(Protocol):
    """Who counts (`syncd.metrics.Metrics` fits). `write_fenced` may be called in any thread."""

    def cluster(self, members: int, held: int) -> None: ...
    def taken_over(self) -> None: ...
    def write_fenced(self) -> None: ...


class Elsewhere(Protocol):
    """Who shows here what the other members do. May raise `SyncdError`; it is then asked again at the next change."""

    async def ended(self, course: str) -> None:
        """A pass of this course has ended, at another member or before this one joined."""
        ...

    async def looked(self) -> None:
        """A round is over: look for what changed."""
        ...


@dataclass(slots=True)
class Seat:
    """One course of this member: its loop waits while there is a future, and runs while there is a right."""

    course: Course
    waiting: asyncio.Future[Right] | None = None
    right: Right | None = None

"""A progress bar on a terminal, and nothing anywhere else.

In: the words that a pass says as it gets on. Out: one line that changes.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar


class Progress:
    """Shows how a pass gets on. Call it with words such as ``portal 1200``; the number moves that side's bar."""

    def __init__(self, title: str) -> None:
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._title = title
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, words: str) -> None:
        what, _, number = words.partition(" ")
        task = self._tasks.get(what)
        if task is None:
            task = self._tasks[what] = self._bar.add_task(f"{self._title} {what}", total=None)
        if number.isdigit():
            self._bar.update(task, completed=int(number))

"""Where Python stands: a thread in its frames, a task in what it awaits. For the log, before something is ended.

In: a frame, tasks. Out: short lines ``file:line function``, the innermost last; no values, hence no secrets.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from types import FrameType

DEEPEST = 25
MOST_TASKS = 40
FRAMES = ("cr_frame", "gi_frame", "ag_frame")
AWAITED = ("cr_await", "gi_yieldfrom", "ag_await")
PARTS = 3


def frame_line(frame: FrameType) -> str:
    """One frame in a few words."""
    file = "/".join(Path(frame.f_code.co_filename).parts[-PARTS:])
    return f"{file}:{frame.f_lineno} {frame.f_code.co_name}"


def thread_stack(frame: FrameType | None) -> list[str]:
    """The innermost frames of a thread."""
    lines: list[str] = []
    while frame is not None and len(lines) < DEEPEST:
        lines.append(frame_line(frame))
        frame = frame.f_back
    return lines[::-1]


def task_stack(task: asyncio.Task[object]) -> list[str]:
    """What a task awaits, down to the innermost coroutine (``Task.get_stack`` knows the outermost alone)."""
    return [frame_line(frame) for frame in _awaiting(task.get_coro())]


def _awaiting(awaited: object) -> Iterator[FrameType]:
    for _ in range(DEEPEST):
        if awaited is None:
            return
        frame = _first(awaited, FRAMES)
        if isinstance(frame, FrameType):
            yield frame
        awaited = _first(awaited, AWAITED) if frame is not None else _wrapped(awaited)


def _wrapped(awaited: object) -> object:
    """What stands behind an object that only passes on, such as one step of an asynchronous generator."""
    return next((one for one in gc.get_referents(awaited) if _first(one, FRAMES) is not None), None)


def _first(owner: object, names: Iterable[str]) -> object:
    return next((found for name in names if (found := getattr(owner, name, None)) is not None), None)


def stacks_of_pair(pair: str, others: Collection[str], tasks: Iterable[asyncio.Task[object]]) -> list[str]:
    """Where tasks stand, one line each, the pair's own first; those called after one of the ``others`` are left out."""
    named = [(task.get_name(), task) for task in tasks]
    shown = [(name, task) for name, task in named if name.rpartition(" ")[2] not in others]
    shown.sort(key=lambda one: (not one[0].endswith(f" {pair}"), one[0]))
    return [f"{name}: {' > '.join(task_stack(task))}" for name, task in shown[:MOST_TASKS]]

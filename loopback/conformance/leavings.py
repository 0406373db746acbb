"""What an adapter may leave behind when it is cancelled or closed, and how it is seen.

In: a moment before, and a moment after. Out: sentences about tasks, threads, files and connections that stayed.
"""

from __future__ import annotations

import asyncio
import threading
import time
import types
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

OWN_THREADS: Final = ("asyncio_", "conformance-proxy", "MainThread")
DESCRIPTORS: Final = Path("/proc/self/fd")
NOT_FILES: Final = ("socket:", "anon_inode:", "pipe:")
PAUSE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Before:
    """What was there: tasks, threads, and open files where the system can tell."""

    tasks: frozenset[int]
    threads: frozenset[int | None]
    files: frozenset[tuple[str, str]]


def before() -> Before:
    """This moment."""
    return Before(
        frozenset(map(id, asyncio.all_tasks())), frozenset(one.ident for one in threading.enumerate()), open_files()
    )


def open_files() -> frozenset[tuple[str, str]]:
    """The open files of this program, by number and name; none where the system does not say."""
    if not DESCRIPTORS.is_dir():
        return frozenset()
    found = set()
    for one in DESCRIPTORS.iterdir():
        try:
            target = str(one.readlink())
        except OSError:
            continue
        if not target.startswith(NOT_FILES):
            found.add((one.name, target))
    return frozenset(found)


def left_behind(was: Before, connections: Callable[[], int]) -> list[str]:
    """What is there now and was not then, in words."""
    tasks = [one for one in asyncio.all_tasks() if id(one) not in was.tasks]
    threads = [
        one.name
        for one in threading.enumerate()
        if one.ident not in was.threads and not one.name.startswith(OWN_THREADS)
    ]
    files = sorted(target for _number, target in open_files() - was.files if not target.startswith(("/dev/", "/proc/")))
    found = [f"the task {one.get_coro()!r:.120}" for one in tasks]
    found += [f"the thread {name}" for name in threads]
    found += [f"the open file {Path(name).name}" for name in files]
    return found + ([f"{connections()} open connections"] if connections() else [])


async def nothing_left(was: Before, connections: Callable[[], int], patience: float) -> list[str]:
    """What is still there when patience ends; empty as soon as nothing is."""
    end = time.monotonic() + patience
    while (found := left_behind(was, connections)) and time.monotonic() < end:  # noqa: ASYNC110 - nobody would set it
        await asyncio.sleep(PAUSE)
    return found


@types.coroutine
def stepped(work: Coroutine[Any, Any, None], steps: list[int], cancel_at: int = 0) -> Generator[Any, Any, None]:
    """Run ``work`` to its end, count its awaits that wait, and cancel it while it waits for the one of that number."""
    resume: Callable[..., Any] = work.send
    value: Any = None
    while True:
        try:
            waiting = resume(value)
        except StopIteration:
            return
        steps.append(len(steps))
        task = asyncio.current_task()
        if len(steps) == cancel_at and task is not None:
            task.cancel()
        try:
            value = yield waiting
            resume = work.send
        except BaseException as error:
            value, resume = error, work.throw

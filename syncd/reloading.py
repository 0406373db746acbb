"""Reloads the configuration, all or nothing.

In: the configuration in force and the file as it is now. Out: courses started, replaced and ended; or everything as it
was, with every reason. Whatever can fail is done before anything is changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from syncd.config import Changes, Configuration, CourseConfig, InvalidConfigurationError, Problem, changes
from syncd.errors import SyncdError
from syncd.passes.course import Heartbeat, PairLoop
from syncd.passes.schedule import Rhythm
from syncd.passes.supervision import Supervisor
from syncd.redaction import redact_text

REMOVE_LIMIT = 6.0

Build = Callable[[CourseConfig, Configuration, Heartbeat], Awaitable[PairLoop]]
Read = Callable[[Path], Configuration]


@dataclass(frozen=True, slots=True)
class Built:
    """One course that is ready to be started."""

    course: CourseConfig
    loop: PairLoop
    heartbeat: Heartbeat


def rhythm_of(course: CourseConfig) -> Rhythm:
    return Rhythm(course.interval.total_seconds(), course.jitter, course.stall_after.total_seconds())


async def build_all(build: Build, configuration: Configuration, names: Sequence[str]) -> list[Built]:
    """Build the named courses, or none: what was built before a failure is closed again. Raises what ``build`` does."""
    built: list[Built] = []
    clock = asyncio.get_running_loop().time
    try:
        for course in configuration.courses:
            if course.name in names:
                heartbeat = Heartbeat(clock)
                built.append(Built(course, await build(course, configuration, heartbeat), heartbeat))
    except BaseException:
        for one in built:
            await one.loop.close()
        raise
    return built


def start_all(supervisor: Supervisor, built: Sequence[Built]) -> None:
    for one in built:
        supervisor.add(one.course.name, one.loop, rhythm_of(one.course), one.heartbeat)


async def prepare(old: Configuration, read: Read) -> tuple[Configuration, Changes]:
    """Read the file again. Raises `InvalidConfigurationError` for a bad one, and for changes that need a restart."""
    new = await asyncio.to_thread(read, old.file)
    found = changes(old, new)
    if found.fixed:
        raise InvalidConfigurationError(
            [Problem(str(old.file), "", line, "this needs a restart of the daemon") for line in found.fixed]
        )
    return new, found


async def swap(supervisor: Supervisor, found: Changes, built: Sequence[Built]) -> None:
    """End what is no longer wanted, together and within `REMOVE_LIMIT`, then start what is."""
    await asyncio.gather(*(supervisor.remove(name, REMOVE_LIMIT) for name in (*found.removed, *found.replaced)))
    start_all(supervisor, built)


def reasons(error: Exception) -> list[str]:
    """Why a reload was refused, one line each, without secrets."""
    if isinstance(error, InvalidConfigurationError):
        return [redact_text(str(problem)) for problem in error.problems]
    if isinstance(error, SyncdError):
        return redact_text(str(error)).splitlines()
    return [redact_text(f"{type(error).__name__}: {error}")]

"""Keeps the Office's registers in the ledger, and counts publications against their deadlines for the metrics.

In: register files, the ledger, the time. Out: registers as of now, gauges. A register file that cannot be read leaves
what is known of it as it was, and is named.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from syncd.answers.about import About, remember_rules
from syncd.answers.publications import REGISTERS, Judged, judged
from syncd.errors import SyncdError
from syncd.ledger import Ledger
from syncd.ledger.registers import record_register, register_changed_at
from syncd.passes.course import Heartbeat
from syncd.passes.loop import DAEMON, Reported
from syncd.publication.calendar import parse_calendar
from syncd.publication.facts import Status
from syncd.sides.registers import REGISTERS as LAYOUTS
from syncd.sides.registers import read_register

NOBODY = "none"
WITHIN = (1, 3, 5)
"""Working days within which what is due is counted; today is the first of them where it is worked."""

Counts = Mapping[tuple[str, str, str, str], int]


class Shows(Protocol):
    """Where the counts go (`syncd.metrics.Metrics`)."""

    def publications(self, counts: Counts, due: Counts, at: datetime) -> None: ...
    def next_deadlines(self, days: Mapping[tuple[str, str], int]) -> None: ...


class RegistersError(SyncdError):
    """One or more register files cannot be used; the others were, and what was known of these still holds."""

    slug = "register"
    retriable = True


async def record_registers(
    ledger: Ledger, files: Mapping[str, Path], *, now: datetime, actor: str
) -> tuple[SyncdError, ...]:
    """Bring the ledger's registers up to date with their files; returns why some could not be.

    A register without a file (any longer) has no rows.
    """
    failures: list[SyncdError] = []
    for name in REGISTERS:
        try:
            rows = await _rows(name, files.get(name))
        except SyncdError as error:
            failures.append(error)
            continue
        was_kept = await ledger.read(register_changed_at, name, now) is not None
        if was_kept or name in files:
            await ledger.write(record_register, register=name, rows=rows, now=now, actor=actor)
    return tuple(failures)


async def _rows(name: str, file: Path | None) -> dict[str, dict[str, Any]]:
    if file is None:
        return {}
    read = await asyncio.to_thread(read_register, file, LAYOUTS[name])
    rows: dict[str, dict[str, Any]] = {key: dict(row) for key, row in read.items()}
    if name == "calendar":
        try:
            parse_calendar(read.values())
        except ValueError as error:
            raise RegistersError(f"{file}: {error}", action="correct the row and save the file") from None
    return rows


def counted(found: Judged) -> tuple[Counts, Counts]:
    """By unit, step and reading: publications by status; and those that are due within some working days."""
    statuses: Counter[tuple[str, str, str, str]] = Counter()
    due: Counter[tuple[str, str, str, str]] = Counter()
    last = {days: found.calendar.after(found.today, days).day for days in WITHIN}
    for judgement, attribution in zip(found.judgements, found.attributions, strict=True):
        unit = attribution.unit_code or NOBODY
        for one in judgement.deadlines:
            statuses[unit, one.step.value, one.mode.value, one.status.value] += 1
            if one.status is Status.DUE and one.day is not None:
                due.update(
                    (unit, one.step.value, one.mode.value, str(days)) for days in WITHIN if one.day <= last[days]
                )
    return statuses, due


def nearest(found: Judged) -> dict[tuple[str, str], int]:
    """By step and reading: working days from today until the nearest deadline that is due; 0 is today."""
    days: dict[tuple[str, str], int] = {}
    for one in (deadline for judgement in found.judgements for deadline in judgement.deadlines):
        if one.status is Status.DUE and one.day is not None:
            labels, left = (one.step.value, one.mode.value), found.calendar.between(found.today, one.day)
            days[labels] = min(left, days.get(labels, left))
    return days


async def show_publications(ledger: Ledger, shows: Shows, about: About, clock: Callable[[], datetime]) -> None:
    """Judge what the ledger knows, and set the gauges of publications."""
    now = clock()
    found = await ledger.read(judged, about, now, is_now=True)
    shows.publications(*counted(found), now)
    shows.next_deadlines(nearest(found))


@dataclass(slots=True)
class PublicationCourse:
    """Registers and publications as the supervisor runs them. ``files``: register name → file."""

    about: About
    files: Mapping[str, Path]
    ledger: Ledger
    clock: Callable[[], datetime]
    heartbeat: Heartbeat
    shows: Shows

    async def run_once(self) -> Reported:
        """Read the registers, then judge. Raises `LedgerError`; a bad register is told and changes nothing."""
        now = self.clock()
        failures = await record_registers(self.ledger, self.files, now=now, actor=DAEMON)
        await self.ledger.write(remember_rules, self.about, at=now, actor=DAEMON)
        self.heartbeat("judging")
        await show_publications(self.ledger, self.shows, self.about, self.clock)
        if failures:
            return Reported("partial", failed=True, reason="; ".join(one.message for one in failures)[:500])
        return Reported("complete", failed=False)

    async def close(self) -> None:
        """There is nothing to let go of."""

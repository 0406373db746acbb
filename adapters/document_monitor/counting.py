"""From rows to tallies: a row for each unit is read, a row for each task is counted.

In: rows of cells, the table of units, for tasks the period and the day on which counts hold. Out: tallies, each unit
once, and what a total row says. A row that cannot be read ends the reading: a tally without it would be less. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TypeVar

from adapters.document_monitor.counts import read_count
from adapters.document_monitor.fields import RowKind
from adapters.document_monitor.naming import Named, Naming, is_total
from syncd.records.periods import Period
from syncd.records.tasks import COUNTS, PARTS, TaskTally, TwiceError, require_once
from syncd.records.text import loose
from syncd.sides.errors import ShapeError, StaleError, TooLargeError
from syncd.sides.tables.cells import Cell
from syncd.sides.tables.readers import read_code, read_date
from syncd.sides.tables.table import Row, is_blank

MOST_UNITS = 20_000
NO_UNITS = "not one row came; an empty answer proves nothing"

T = TypeVar("T")


class Counted(NamedTuple):
    """The tallies of every unit, and the total that the system itself gives (None: it gives none)."""

    tallies: tuple[TaskTally, ...]
    total: TaskTally | None = None


Count = Callable[[Iterable[Row], str], Counted]
"""Counts rows; the text says where they stand, for errors."""


def counter(kind: RowKind, naming: Naming, period: Period, today: date) -> Count:
    """What counts the rows of this kind. Raises `SideError` when it counts."""
    if kind is RowKind.UNIT:
        return partial(unit_tallies, naming=naming)
    return partial(task_tallies, naming=naming, period=period, today=today)


def unit_tallies(rows: Iterable[Row], where: str, *, naming: Naming) -> Counted:
    """A row for each unit; a row called Tổng cộng is the total, and no unit."""
    tallies: list[TaskTally] = []
    total: TaskTally | None = None
    for row in rows:
        if is_blank(row):
            continue
        place = _place(row, where)
        tally = _tally(row, naming, place)
        if not tally.unit_code and is_total(tally.unit_name):
            if total is not None:
                raise ShapeError("a second row is called a total", where=place)
            total = tally
            continue
        tallies.append(tally)
        _require_few(len(tallies), where)
    return Counted(_whole(tallies, where), total)


def _tally(row: Row, naming: Naming, place: str) -> TaskTally:
    counts = {name: _read(read_count, row, name, place) for name in COUNTS if name in row.cells}
    unit = _unit(row, naming, place)
    return TaskTally(unit_code=unit.code, unit_name=unit.name, **counts)


def task_tallies(rows: Iterable[Row], where: str, *, naming: Naming, period: Period, today: date) -> Counted:
    """A row for each task, counted as it stood on ``today``; those of other periods are left out.

    A task belongs to the period that its day of assignment lies in, where rows say it; else every row is of the period.
    A day is a whole day: what is done on the day due is on time. What is done without a time limit is never late.
    """
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    units: dict[str, Named] = {}
    seen: set[tuple[str, str]] = set()
    rows_seen = 0
    for row in rows:
        if is_blank(row):
            continue
        rows_seen += 1
        place = _place(row, where)
        unit = _unit(row, naming, place)
        key = unit.code or loose(unit.name)
        _require_new(row, key, seen, place)
        if not _is_of(row, period, today, place):
            continue
        units.setdefault(key, unit)
        _require_few(len(units), where)
        found[key][_standing(row, today, place)] += 1
    if not rows_seen:
        raise StaleError(NO_UNITS, where=where)
    return Counted(tuple(_sums(units[key], counts) for key, counts in found.items()))


def _sums(unit: Named, counts: Counter[str]) -> TaskTally:
    parts = {name: counts[name] for name in PARTS}
    return TaskTally(unit_code=unit.code, unit_name=unit.name, assigned=counts.total(), **parts)


def _is_of(row: Row, period: Period, today: date, place: str) -> bool:
    if "assigned_on" not in row.cells:
        return True
    day = _read(read_date, row, "assigned_on", place)
    if day is None:
        raise ShapeError("the task has no day of assignment, so that nobody knows its period", where=place)
    return day in period and day <= today


def _standing(row: Row, today: date, place: str) -> str:
    """Which of the `PARTS` a task is on a day; what is done later than that is still at work."""
    due = _read(read_date, row, "due_on", place)
    done = _read(read_date, row, "done_on", place)
    if done is not None and done <= today:
        return "done_on_time" if due is None or done <= due else "done_late"
    if due is None:
        return "no_time_limit"
    return "running_in_time" if today <= due else "running_late"


def _require_new(row: Row, unit: str, seen: set[tuple[str, str]], place: str) -> None:
    task = _read(read_code, row, "task", place)
    if task is None:
        return
    if (task, unit) in seen:
        raise ShapeError(f"the task {task[:100]!r} comes twice for one unit", where=place)
    seen.add((task, unit))


def _unit(row: Row, naming: Naming, place: str) -> Named:
    code, name = (_read(read_code, row, field, place) for field in ("unit_code", "unit_name"))
    try:
        return naming.named(code or "", name or "")
    except ValueError as error:
        raise ShapeError(str(error), where=place, path="unit_name") from error


def _read(read: Callable[[Cell], T], row: Row, field: str, place: str) -> T:
    cell: Any = row.cells.get(field)
    try:
        return read(cell)
    except ValueError as error:
        raise ShapeError(str(error), where=place, path=field) from error


def _place(row: Row, where: str) -> str:
    place = f"{where}, row {row.number}"
    if row.fault:
        raise ShapeError(row.fault, where=place)
    return place


def _require_few(units: int, where: str) -> None:
    if units > MOST_UNITS:
        raise TooLargeError(f"more than {MOST_UNITS} units", where=where, action="check what a row is")


def _whole(tallies: list[TaskTally], where: str) -> tuple[TaskTally, ...]:
    if not tallies:
        raise StaleError(NO_UNITS, where=where)
    try:
        require_once(tallies)
    except TwiceError as error:
        advised = "give each unit one row, or its own line under units"
        raise ShapeError(str(error), where=where, action=advised) from error
    return tuple(tallies)

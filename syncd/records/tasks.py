"""Tasks that a unit was given by directives and documents (nhiệm vụ được giao), counted.

In: counts that an adapter took from a monitoring system. Out: tallies by unit, what follows from them, and what in them
cannot be true. ``None`` always means "this system does not say"; 0 means "none".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct, structs

from syncd.records.periods import Period
from syncd.records.text import display, loose


class TaskTally(Struct, frozen=True, kw_only=True, gc=False):
    """One unit's tasks in one period, as its system counts them. ``unit_code`` is empty where the system gives a name.

    ``assigned``: all that were given. ``no_time_limit``: those at work without one, which are never late. ``done``,
    ``running`` and ``overdue`` are sums that some systems give instead of their parts: ``done_on_time`` and
    ``done_late``; those at work; ``done_late`` and ``running_late``.
    """

    unit_code: str = ""
    unit_name: str = ""
    assigned: int | None = None
    done_on_time: int | None = None
    done_late: int | None = None
    running_in_time: int | None = None
    running_late: int | None = None
    no_time_limit: int | None = None
    done: int | None = None
    running: int | None = None
    overdue: int | None = None

    @property
    def unit(self) -> str:
        """What tells this unit from others: its code, else its name without what typing habits add."""
        return self.unit_code or loose(self.unit_name)


COUNTS: tuple[str, ...] = tuple(name for name in TaskTally.__struct_fields__ if not name.startswith("unit_"))
"""The counts of a tally, in the order in which people read them."""

PARTS: tuple[str, ...] = ("done_on_time", "done_late", "running_in_time", "running_late", "no_time_limit")
"""Every task stands in exactly one of these."""


class FindingKind(StrEnum):
    """What can be odd about tallies that came whole."""

    PARTS_DIFFER = "parts_differ"
    TOTAL_DIFFERS = "total_differs"
    UNATTRIBUTED = "unattributed"


class TaskFinding(Struct, frozen=True, kw_only=True, gc=False):
    """One thing that is odd; nothing is mended. ``said``: what the system says of ``count``, ``counted``: its parts."""

    kind: FindingKind
    unit_code: str = ""
    unit_name: str = ""
    count: str = ""
    said: int | None = None
    counted: int | None = None


class TaskReading(Struct, frozen=True, kw_only=True):
    """What one system said of one period, counted at the instant ``at``: each unit once, whole."""

    period: Period
    at: datetime
    tallies: tuple[TaskTally, ...]
    findings: tuple[TaskFinding, ...] = ()


class TwiceError(ValueError):
    """One unit has two tallies; adding them up, or choosing, would be a guess."""


class _Sum(NamedTuple):
    """``whole`` is the sum of ``parts``; with ``rest`` it may hold the tasks without a time limit as well."""

    whole: str
    parts: tuple[str, ...]
    rest: bool = False


SUMS: tuple[_Sum, ...] = (
    _Sum("assigned", PARTS),
    _Sum("assigned", ("done", "running"), rest=True),
    _Sum("done", ("done_on_time", "done_late")),
    _Sum("running", ("running_in_time", "running_late"), rest=True),
    _Sum("overdue", ("done_late", "running_late")),
)
"""What a system's numbers must fulfil among themselves."""


def contradictions(tally: TaskTally) -> Iterator[TaskFinding]:
    """Each sum that a system's own numbers do not fulfil; what it does not say contradicts nothing."""
    for rule in SUMS:
        whole = getattr(tally, rule.whole)
        parts = [count for name in rule.parts if (count := getattr(tally, name)) is not None]
        if whole is None or not parts:
            continue
        least = sum(parts)
        most = _most(rule, least, tally.no_time_limit) if len(parts) == len(rule.parts) else None
        if whole < least or (most is not None and whole > most):
            yield TaskFinding(
                kind=FindingKind.PARTS_DIFFER,
                unit_code=tally.unit_code,
                unit_name=tally.unit_name,
                count=rule.whole,
                said=whole,
                counted=least,
            )


def _most(rule: _Sum, least: int, no_time_limit: int | None) -> int | None:
    if not rule.rest:
        return least
    return None if no_time_limit is None else least + no_time_limit


def completed(tally: TaskTally) -> TaskTally:
    """The tally with what follows from it: the one number of a sum that the system leaves out.

    Only exact sums are used, and nothing that the system says is changed; what would be below zero does not follow.
    No part follows from ``assigned``: a total that does not fit would become tasks that nobody has.
    """
    counts = {name: getattr(tally, name) for name in COUNTS}
    for _ in SUMS:
        for rule in SUMS:
            if not rule.rest:
                _complete(counts, rule)
    return structs.replace(tally, **counts)


def _complete(counts: dict[str, int | None], rule: _Sum) -> None:
    missing = [name for name in (rule.whole, *rule.parts) if counts[name] is None]
    if len(missing) != 1 or (rule.whole == "assigned" != missing[0]):
        return
    parts = sum(counts[name] or 0 for name in rule.parts)
    found = parts if missing[0] == rule.whole else (counts[rule.whole] or 0) - parts
    if found >= 0:
        counts[missing[0]] = found


def require_once(tallies: Iterable[TaskTally]) -> None:
    """Raises `TwiceError` that names the unit which has two tallies."""
    seen: dict[str, TaskTally] = {}
    for tally in tallies:
        first = seen.setdefault(tally.unit, tally)
        if first is not tally:
            names = dict.fromkeys(display(one.unit_name) for one in (first, tally) if one.unit_name)
            said = f" ({' and '.join(map(repr, names))})" if names else ""
            raise TwiceError(f"the unit {tally.unit[:100]!r} has two tallies{said}")


def attributed(reading: TaskReading, code_of: Callable[[str], str]) -> TaskReading:
    """The reading with the codes of units that only their names tell, and with everything that is odd about it.

    ``code_of`` gives the code that a name means, empty where it means none or several. Raises `TwiceError`.
    """
    tallies = tuple(
        one if one.unit_code else structs.replace(one, unit_code=code_of(one.unit_name)) for one in reading.tallies
    )
    require_once(tallies)
    return structs.replace(reading, tallies=tallies, findings=(*reading.findings, *_odd(tallies)))


def _odd(tallies: Sequence[TaskTally]) -> Iterator[TaskFinding]:
    for one in tallies:
        if not one.unit_code:
            yield TaskFinding(kind=FindingKind.UNATTRIBUTED, unit_name=one.unit_name)
        yield from contradictions(one)


def summed(tallies: Iterable[TaskTally]) -> TaskTally:
    """All units together, without a name; a count that any of them leaves out is not said."""
    several = tuple(tallies)
    counts = {name: [getattr(one, name) for one in several] for name in COUNTS}
    sums = {name: None if not own or None in own else sum(own) for name, own in counts.items()}
    return structs.replace(TaskTally(), **sums)

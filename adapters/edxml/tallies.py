"""Tasks out of documents: who was given a steering document with a limit, and who said when that it was finished.

In: packages, a period and an instant. Out: one tally for each unit. Pure.
A document steers where its ``SteeringType`` is 2; each receiver then has one task. A receiver's status message 06 ends
it, 02 says that it was never its own. What was recalled or replaced is no task any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from adapters.edxml.fold import Document, fold, unique
from adapters.edxml.identity import Units
from adapters.edxml.known import Index
from adapters.edxml.package import Kind, Package, Party
from adapters.edxml.standing import STATES
from syncd.records.dates import HO_CHI_MINH
from syncd.records.periods import Period
from syncd.records.publication_decision import DecisionState
from syncd.records.tasks import PARTS, TaskTally
from syncd.records.text import loose
from syncd.records.unit_codes import unit_code
from syncd.sides.errors import ShapeError

STEERS = "2"
REFUSED, FINISHED = "02", "06"
TELLING = frozenset({REFUSED, FINISHED})


class Answer(NamedTuple):
    """What one receiver said of one document, and when."""

    at: datetime
    status: str


class Unit(NamedTuple):
    """A receiver: its code, else its name without what typing habits add."""

    code: str
    loose_name: str = ""


class Task(NamedTuple):
    """One receiver's task. ``part``: the count of `TaskTally` in which it stands."""

    unit: Unit
    name: str
    part: str


Answers = Mapping[tuple[str, Unit], Sequence[Answer]]


def tally_tasks(packages: Iterable[Package], period: Period, at: datetime, units: Units) -> tuple[TaskTally, ...]:
    """The tallies of the tasks that were given in a period, as they stood at an aware instant.

    A receiver without a code is counted under its name. Raises `ShapeError` for a steering document without a day or
    with a receiver that has neither code nor name, and for a message without a time: then nobody can tell.
    """
    every = unique(packages)
    now = at.astimezone(HO_CHI_MINH).replace(tzinfo=None)
    answers = _answers(every, units)
    counts: defaultdict[Unit, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("assigned", *PARTS), 0))
    names: dict[Unit, str] = {}
    for document in fold(every, units).documents:
        for task in _tasks(document, answers, period, now, units):
            counts[task.unit]["assigned"] += 1
            counts[task.unit][task.part] += 1
            names[task.unit] = max(names.get(task.unit, ""), task.name)
    return tuple(TaskTally(unit_code=one.code, unit_name=names[one], **counts[one]) for one in sorted(counts))


def _answers(packages: Sequence[Package], units: Units) -> Answers:
    index = Index.of(packages, units)
    found: defaultdict[tuple[str, Unit], list[Answer]] = defaultdict(list)
    for one in packages:
        if one.kind is not Kind.STATUS or one.status not in TELLING:
            continue
        for reference in one.about:
            key = index.resolve(reference, units)
            if key is None:
                continue
            if one.at is None:
                raise ShapeError(f"a message {one.status} without a time", where=one.name)
            for unit in (Unit(unit_code(one.sender.code, units)), Unit("", loose(one.sender.name))):
                found[key, unit].append(Answer(one.at, one.status))
    return found


def _tasks(document: Document, answers: Answers, period: Period, now: datetime, units: Units) -> Iterator[Task]:
    one = document.latest
    if one.steering != STEERS or STATES[document.standing] is not DecisionState.ISSUED:
        return
    given = one.signed or (one.at.date() if one.at else None)
    if given is None:
        raise ShapeError("a steering document without a day", where=document.key)
    if given not in period or given > now.date():
        return
    receivers = {_unit(party, units, document.key): party.name for party in one.receivers}
    for unit, name in receivers.items():
        said = [answer for answer in answers.get((document.key, unit), ()) if answer.at <= now]
        if not said or max(said).status != REFUSED:
            yield Task(unit, name, part_of(said, one.due, now.date()))


def _unit(party: Party, units: Units, where: str) -> Unit:
    if party.code:
        return Unit(unit_code(party.code, units))
    name = loose(party.name)
    if not name:
        raise ShapeError("a steering document with a receiver that has neither code nor name", where=where)
    return Unit("", name)


def part_of(said: Iterable[Answer], due: date | None, today: date) -> str:
    """Where a task stands: what was finished without a limit was finished in time."""
    finished = min((answer.at.date() for answer in said if answer.status == FINISHED), default=None)
    if finished is not None:
        return "done_late" if due is not None and finished > due else "done_on_time"
    if due is None:
        return "no_time_limit"
    return "running_late" if today > due else "running_in_time"

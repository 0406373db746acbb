"""Tasks of units for programs: done, running, late, as the city's monitors count them.

In: a period, an instant, a unit. Out: frozen rows with the rate on time, how each source was read, what is odd.
"""

from __future__ import annotations

from syncd.answers.belonging import belongs
from syncd.answers.tasks import TaskAnswer, tasks_answer
from syncd.desk.api.operations import Asked, Operation
from syncd.desk.api.parameters import AS_OF, period, text
from syncd.desk.api.problems import ProblemError
from syncd.records.dates import local_date
from syncd.records.periods import Period, PeriodKind

NOTHING_COUNTED = "no tasks are counted at this desk: its configuration lacks [[tasks]]"


async def several(asked: Asked) -> TaskAnswer:
    """Every unit that may be seen."""
    sources = asked.desk.sources.tasks
    if not sources:
        raise ProblemError(404, NOTHING_COUNTED)
    unit = asked.query["unit"] or asked.within
    if unit is not None and not belongs(unit, asked.within):
        raise ProblemError(404, f"there is no unit {unit[:40]!r}, or it may not be seen")
    wanted = asked.query["period"] or Period.of(local_date(asked.as_of), PeriodKind.YEAR)
    return await asked.desk.ledger.read(tasks_answer, sources=sources, period=wanted, at=asked.as_of, within=unit)


OPERATIONS = (
    Operation(
        method="GET",
        path="/tasks",
        name="api_tasks",
        tag="Tasks",
        summary="Count the tasks of units",
        about="Tasks given by directives and documents, by unit: assigned, done on time and late, running in time and"
        " late, without a time limit. Null is what the city's system does not say.",
        handler=several,
        answer=TaskAnswer,
        parameters=(
            period("period", "The period: 2026-10, 2026-Q3 or 2026; the running year without it."),
            text("unit", "Only this unit and those below it, by code."),
            AS_OF,
        ),
    ),
)

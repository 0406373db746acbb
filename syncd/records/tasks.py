"""Tasks that a unit was given by directives and documents (nhiệm vụ được giao), counted.

In: counts that an adapter took from a monitoring system. Out: one immutable tally for each unit.
``None`` always means "this system does not say"; 0 means "none".
"""

from __future__ import annotations

from msgspec import Struct


class TaskTally(Struct, frozen=True, kw_only=True, gc=False):
    """One unit's tasks in one period. ``running_late`` and ``done_late`` together are what reports call overdue.

    ``assigned`` counts all that were given; ``no_time_limit`` those without one, which are never late.
    """

    unit_code: str
    unit_name: str = ""
    assigned: int | None = None
    done_on_time: int | None = None
    done_late: int | None = None
    running_in_time: int | None = None
    running_late: int | None = None
    no_time_limit: int | None = None

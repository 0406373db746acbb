"""What can be done about mismatches: one table of acts, each with its capability, its fields and its function.

In: checked values of a form. Out: what the ledger is asked to do, and what that changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from syncd.answers.queue_beside import Standing
from syncd.desk.languages import N_, P_
from syncd.desk.pages.act_fields import (
    Asked,
    Faults,
    Values,
    assignment,
    caused,
    commented,
    nothing,
    reported,
    waiver,
)
from syncd.ledger.rereads import ask_reread
from syncd.ledger.waiving import unwaive_mismatches, waive_mismatches
from syncd.ledger.work import (
    Work,
    add_comment,
    assign,
    mark_reported,
    set_cause,
    withdraw_report,
)
from syncd.records.roles import Capability


@dataclass(frozen=True, slots=True)
class Shift:
    """One thing that an act changes: its name, what it is now (of one mismatch), what it will be."""

    title: str
    family: str
    now: Callable[[Standing, Work], str]
    then: Callable[[Values], str | None]


@dataclass(frozen=True, slots=True)
class Act:
    """One act. ``minds_values``: it is about the values that were seen, and refused when they have changed since.

    ``is_quick``: it needs no words, one click does it. ``open_only``: a closed mismatch stays as it is.
    """

    name: str
    title: str
    many: tuple[str, str]
    capability: Capability
    read: Callable[[Asked], tuple[Values, Faults]]
    do: Callable[..., int]
    done: str
    same: str = N_("Nothing was changed: it was so already.")
    shifts: tuple[Shift, ...] = ()
    key: str = ""
    lead: str = ""
    minds_values: bool = False
    is_quick: bool = False
    open_only: bool = False
    in_bulk: bool = True

    def apply(self, session: Session, ids: Sequence[str], values: Values, *, now: datetime, actor: str) -> int:
        """Do it; how many changed. Raises `RefusedError`."""
        return self.do(session, mismatch_ids=ids, now=now, actor=actor, **values)


_ASSIGNEE = Shift(N_("Assignee"), "person", lambda _, work: work.assignee, lambda values: values.get("assignee"))
_UNIT = Shift(N_("Unit"), "unit", lambda one, _: one.unit, lambda values: values.get("unit"))
_CAUSE = Shift(N_("Cause"), "cause", lambda _, work: work.cause or "", lambda values: values["cause"] or "")
_REPORTED = Shift(
    N_("Reported"), "reported", lambda _, work: "yes" if work.reported_at else "no", lambda _values: "yes"
)
_STATE = Shift(N_("State"), "state", lambda one, _: one.state, lambda _values: "waived")

_TABLE = (
    Act(
        "assign",
        N_("Assign"),
        P_("Assign %(num)s mismatch", "Assign %(num)s mismatches"),
        Capability.ASSIGN,
        assignment,
        assign,
        N_("The assignment is saved."),
        shifts=(_ASSIGNEE, _UNIT),
        key="a",
        lead=N_("To a unit that handles it, to a person, or both."),
    ),
    Act(
        "cause",
        N_("Set the cause"),
        P_("Set the cause of %(num)s mismatch", "Set the cause of %(num)s mismatches"),
        Capability.SET_CAUSE,
        caused,
        set_cause,
        N_("The cause is saved."),
        shifts=(_CAUSE,),
        key="s",
    ),
    Act(
        "comment",
        N_("Comment"),
        P_("Comment on %(num)s mismatch", "Comment on %(num)s mismatches"),
        Capability.COMMENT,
        commented,
        add_comment,
        N_("The comment is there."),
        same=N_("You have said just that already."),
    ),
    Act(
        "report",
        N_("Mark as reported"),
        P_("Mark %(num)s mismatch as reported", "Mark %(num)s mismatches as reported"),
        Capability.REPORT,
        reported,
        mark_reported,
        N_("It is marked as reported to the portal's operator."),
        shifts=(_REPORTED,),
        lead=N_("Says that the portal's operator was told, and by which letter."),
    ),
    Act(
        "waive",
        N_("Waive"),
        P_("Waive %(num)s mismatch", "Waive %(num)s mismatches"),
        Capability.WAIVE,
        waiver,
        waive_mismatches,
        N_("It is waived."),
        shifts=(_STATE,),
        key="w",
        lead=N_("For just these values, until a day. It comes back when a value changes or the day is over."),
        minds_values=True,
        open_only=True,
    ),
    Act(
        "reread",
        N_("Ask for a re-read"),
        P_("Ask for a re-read of %(num)s mismatch", "Ask for a re-read of %(num)s mismatches"),
        Capability.REREAD,
        nothing,
        ask_reread,
        N_("Both sides are being asked again. The answer appears here."),
        same=N_("It is being read again already."),
        key="r",
        is_quick=True,
        open_only=True,
        lead=N_("Both sides are asked again now, before anything else."),
    ),
    Act(
        "unwaive",
        N_("End the waiver"),
        P_("End the waiver of %(num)s mismatch", "End the waivers of %(num)s mismatches"),
        Capability.WAIVE,
        nothing,
        unwaive_mismatches,
        N_("The waiver has ended; it will be read again."),
        is_quick=True,
        open_only=True,
        in_bulk=False,
    ),
    Act(
        "withdraw_report",
        N_("Not reported after all"),
        P_("Withdraw the report of %(num)s mismatch", "Withdraw the reports of %(num)s mismatches"),
        Capability.REPORT,
        nothing,
        withdraw_report,
        N_("It is no longer marked as reported."),
        is_quick=True,
        in_bulk=False,
    ),
)
ACTS: Mapping[str, Act] = {one.name: one for one in _TABLE}
"""Every act, by its name."""

BULK = tuple((one.name, one.title, one.capability.value, one.key) for one in _TABLE if one.in_bulk)
"""What the queue offers for chosen rows."""

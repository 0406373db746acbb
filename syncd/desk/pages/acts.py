"""What can be done about mismatches: one table of acts, each with its capability, its fields and its function.

In: a form, names, the day. Out: checked values and what the ledger is asked to do; faults by field where they are wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs
from syncd.answers.queue_beside import Standing
from syncd.desk.forms import Form
from syncd.desk.languages import N_, P_
from syncd.desk.pages.naming import Names
from syncd.desk.writing import HANOI
from syncd.ledger.refusals import paragraph
from syncd.ledger.rereads import ask_reread
from syncd.ledger.waiving import LONGEST_OWNER, LONGEST_REASON, unwaive_mismatches, waive_mismatches
from syncd.ledger.work import (
    LONGEST_COMMENT,
    LONGEST_REFERENCE,
    Work,
    add_comment,
    assign,
    mark_reported,
    set_cause,
    withdraw_report,
)
from syncd.records.roles import Capability, Role

KEEP = "="
"""The choice that leaves a value as it is."""
LONGEST_DAYS = 365
USUAL_DAYS = 30

Values = dict[str, Any]
Faults = dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form says, and what it is judged by."""

    form: Form
    names: Names
    about: Sequence[Standing]
    today: date


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


def _assignment(asked: Asked) -> tuple[Values, Faults]:
    person, unit = asked.form.get("assignee", KEEP), asked.form.get("unit", KEEP)
    if asked.form.get("me"):
        person, unit = asked.form.get("me"), KEEP
    values = {name: value for name, value in (("assignee", person), ("unit", unit)) if value != KEEP}
    faults: Faults = {}
    if unit not in ("", KEEP) and unit not in asked.names.units and unit not in {one.unit for one in asked.about}:
        faults["unit"] = N_("There is no such unit.")
    if person not in ("", KEEP) and (fault := _cannot_take(person, unit, asked)):
        faults["assignee"] = fault
    return values, faults


def _cannot_take(login: str, unit: str, asked: Asked) -> str:
    """Why somebody cannot be given these mismatches; nothing where they can."""
    user = asked.names.people.get(login.lower())
    if user is None or not user.is_enabled or user.role == Role.AUDITOR:
        return N_("There is no such user.")
    units = {one.unit for one in asked.about} if unit in ("", KEEP) else {unit}
    if user.role == Role.UNIT and not all(belongs(one, user.unit) for one in units):
        return N_("This person sees only their own unit. Assign it to the unit, or to somebody else.")
    return ""


def _cause(asked: Asked) -> tuple[Values, Faults]:
    slug = asked.form.get("cause")
    known = asked.names.causes.get(slug)
    is_offered = not slug or (known is not None and known.retired_at is None)
    return {"cause": slug or None}, {} if is_offered else {"cause": N_("This cause is not offered any more.")}


def _comment(asked: Asked) -> tuple[Values, Faults]:
    return _text(asked, "text", LONGEST_COMMENT)


def _report(asked: Asked) -> tuple[Values, Faults]:
    reference = asked.form.get("reference")
    too_long = len(reference) > LONGEST_REFERENCE
    return {"reference": reference}, {"reference": N_("The text is too long.")} if too_long else {}


def _waiver(asked: Asked) -> tuple[Values, Faults]:
    values, faults = _text(asked, "reason", LONGEST_REASON)
    owner, until = asked.form.get("owner"), day_of(asked.form.get("until"))
    if not owner:
        faults["owner"] = N_("Write something here.")
    elif len(owner) > LONGEST_OWNER:
        faults["owner"] = N_("The text is too long.")
    if until is None or not asked.today < until <= asked.today + timedelta(days=LONGEST_DAYS):
        faults["until"] = N_("Choose a day after today, within a year.")
    else:
        values["expires_at"] = datetime.combine(until + timedelta(days=1), time(), HANOI)
    return values | {"owner": owner}, faults


def _nothing(_asked: Asked) -> tuple[Values, Faults]:
    return {}, {}


def _text(asked: Asked, name: str, longest: int) -> tuple[Values, Faults]:
    text = asked.form.get(name)
    if not text:
        return {name: text}, {name: N_("Write something here.")}
    if len(paragraph(text, what=name, longest=max(longest, len(text)))) > longest:
        return {name: text}, {name: N_("The text is too long.")}
    return {name: text}, {}


def day_of(text: str) -> date | None:
    """The day that a form gives, or None."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


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
        _assignment,
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
        _cause,
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
        _comment,
        add_comment,
        N_("The comment is there."),
        same=N_("You have said just that already."),
    ),
    Act(
        "report",
        N_("Mark as reported"),
        P_("Mark %(num)s mismatch as reported", "Mark %(num)s mismatches as reported"),
        Capability.REPORT,
        _report,
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
        _waiver,
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
        _nothing,
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
        _nothing,
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
        _nothing,
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

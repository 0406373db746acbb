"""What the forms of acts say: each field read and checked.

In: a form, names, the mismatches that it is about, the day. Out: values for the ledger; faults by field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from syncd.answers.belonging import belongs
from syncd.answers.queue_beside import Standing
from syncd.desk.forms import Form
from syncd.desk.languages import N_
from syncd.desk.pages.naming import Names
from syncd.desk.writing import HANOI
from syncd.ledger.refusals import paragraph
from syncd.ledger.waiving import LONGEST_OWNER, LONGEST_REASON
from syncd.ledger.work import LONGEST_COMMENT, LONGEST_REFERENCE
from syncd.records.roles import Role

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


def assignment(asked: Asked) -> tuple[Values, Faults]:
    """To whom: a person, a unit, both; nobody where the choice is empty."""
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


def caused(asked: Asked) -> tuple[Values, Faults]:
    """Why it came about."""
    slug = asked.form.get("cause")
    known = asked.names.causes.get(slug)
    is_offered = not slug or (known is not None and known.retired_at is None)
    return {"cause": slug or None}, {} if is_offered else {"cause": N_("This cause is not offered any more.")}


def commented(asked: Asked) -> tuple[Values, Faults]:
    """What is said."""
    return _text(asked, "text", LONGEST_COMMENT)


def reported(asked: Asked) -> tuple[Values, Faults]:
    """By which letter."""
    reference = asked.form.get("reference")
    too_long = len(reference) > LONGEST_REFERENCE
    return {"reference": reference}, {"reference": N_("The text is too long.")} if too_long else {}


def waiver(asked: Asked) -> tuple[Values, Faults]:
    """Why, who answers for it, until the end of which day in Hà Nội."""
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


def nothing(_asked: Asked) -> tuple[Values, Faults]:
    """An act without words."""
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

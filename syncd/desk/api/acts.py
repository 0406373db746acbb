"""Acting on mismatches for programs: the same acts as the desk's, under the same rules, written to the same trail.

In: ids and what the act takes, as JSON. Out: how many changed; doing the same again changes nothing. All or nothing:
where one id may not be seen, or one value is wrong, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct, structs
from sqlalchemy.orm import Session

from syncd.desk.api.mismatches import TAG
from syncd.desk.api.operations import Asked, Operation
from syncd.desk.api.problems import Fault, ProblemError
from syncd.desk.forms import Form
from syncd.desk.pages.act_fields import Asked as AskedOfAct
from syncd.desk.pages.acts import ACTS, Act
from syncd.desk.pages.naming import names
from syncd.desk.pages.selection import MOST, Acted, Selection, UnseenError, carry_out, selected
from syncd.desk.pages.telling import tell_of
from syncd.desk.visitor import Visitor
from syncd.ledger.waiving import LONGEST_OWNER, LONGEST_REASON
from syncd.ledger.work import LONGEST_COMMENT, LONGEST_REFERENCE, LONGEST_UNIT
from syncd.records.dates import local_date

ABOUT_ALL = "Nothing is changed where one id is not there or one value is wrong; what is so already stays, uncounted."

Id = Annotated[str, Meta(pattern="^M-[A-Z0-9]{16}$")]


class Ids(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which mismatches an act is about."""

    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MOST)]


class Assignment(Ids, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``assignee``: a login; ``unit``: a code. What is left out or null stays; an empty text takes away."""

    assignee: Annotated[str, Meta(max_length=100)] | None = None
    unit: Annotated[str, Meta(max_length=LONGEST_UNIT)] | None = None


class CauseSet(Ids, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``cause``: a slug of `/causes`, or null where it is not known after all."""

    cause: Annotated[str, Meta(min_length=1, max_length=40)] | None


class Said(Ids, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``text``: what is said about each of them."""

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST_COMMENT)]


class Reported(Ids, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``reference``: the number of the letter to the portal's operator."""

    reference: Annotated[str, Meta(max_length=LONGEST_REFERENCE)] = ""


class Waived(Ids, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``until``: the last day, within a year. ``expected``: by id the ``values_digest`` that was seen, refused (409)
    where a value has changed since; what is left out is waived for the values that it has now.
    """

    owner: Annotated[str, Meta(min_length=1, max_length=LONGEST_OWNER)]
    reason: Annotated[str, Meta(min_length=1, max_length=LONGEST_REASON)]
    until: date
    expected: Mapping[str, str] = {}


class Done(Struct, frozen=True, kw_only=True):
    """What an act did: how many mismatches it was about, and how many of them changed."""

    asked: int
    changed: int


async def _act(asked: Asked, act: Act) -> Done:
    body, visitor, desk = asked.body, asked.visitor, asked.desk
    try:
        acted = await desk.ledger.write(_carried_out, act, body, visitor, asked.now)
    except UnseenError:
        raise ProblemError(404, "one of these mismatches is not there, or not this token's to see") from None
    tell_of(asked.request.app, acted)
    return Done(asked=len(acted.before.ids), changed=acted.changed)


def _carried_out(session: Session, act: Act, body: Ids, visitor: Visitor, now: datetime) -> Acted:
    """Do it, in one transaction with the question whether one may."""
    ids = tuple(dict.fromkeys(body.ids))
    found = selected(session, ids, within=visitor.within)
    _require_expected(body, found)
    given = AskedOfAct(form_of(body), names(session, now), found.about, local_date(now))
    values, faults = act.read(given)
    if faults:
        errors = tuple(Fault(f"#/{name}", words) for name, words in faults.items())
        raise ProblemError(422, "; ".join(f"{name}: {words}" for name, words in faults.items()), errors=errors)
    return carry_out(session, act, found, values, now=now, actor=visitor.actor)


def form_of(body: Ids) -> Form:
    """A body as the form that the page of the same act would send; what stays is left out."""
    fields = {name: value for name, value in structs.asdict(body).items() if name not in ("ids", "expected")}
    return Form(tuple((name, str(value)) for name, value in fields.items() if value is not None))


def _require_expected(body: Ids, found: Selection) -> None:
    """Raises `ProblemError` (409) where a value has changed since it was seen."""
    expected = body.expected if isinstance(body, Waived) else {}
    changed = [one.id for one in found.about if expected.get(one.id, one.values_digest) != one.values_digest]
    if changed:
        shown = ", ".join(changed[:5])
        raise ProblemError(409, f"a value has changed since it was seen, of {shown}; read it again, then decide")


def _operation(name: str, summary: str, about: str, body: type[Ids] = Ids) -> Operation:
    act = ACTS[name]

    async def handle(asked: Asked) -> Done:
        return await _act(asked, act)

    return Operation(
        method="POST",
        path=f"/mismatches/{name.replace('_', '-')}",
        name=f"api_{name}",
        tag=TAG,
        summary=summary,
        about=f"{about} {ABOUT_ALL}",
        handler=handle,
        answer=Done,
        needs=act.capability,
        body=body,
        may_conflict=body is Waived,
    )


OPERATIONS = (
    _operation("assign", "Assign mismatches", "To a person who may see them, to a unit, or both.", Assignment),
    _operation("cause", "Set the cause of mismatches", "Says why they came about.", CauseSet),
    _operation("comment", "Comment on mismatches", "Adds the same comment to each.", Said),
    _operation("report", "Mark mismatches as reported", "Says that the portal's operator was told.", Reported),
    _operation("withdraw_report", "Withdraw a report", "Says that they were not reported after all."),
    _operation("reread", "Ask for a re-read", "Both sides are asked again, before anything else."),
    _operation("waive", "Waive mismatches", "For just the values that they have, until a day.", Waived),
    _operation("unwaive", "End waivers", "They are suspected again, and read again."),
)

"""Mismatches for programs: the queue with its filter, one with its evidence, its history, how many stand where.

In: the parameters of the queue's address. Out: the rows that the pages show.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.evidence import PORTAL
from syncd.answers.one_mismatch import Moment, OneMismatch, one_mismatch, timeline_of
from syncd.answers.queue import Facets, Filter, QueueRow, facets_of, visible_ids
from syncd.answers.queue_filter import ALL, ME, MOST_DAYS, NO_CAUSE, NOBODY, ORDERS
from syncd.desk.api.answering import Listing
from syncd.desk.api.operations import Asked, Operation
from syncd.desk.api.parameters import PAGING, Parameter, absent, bad_cursor, choice, number, text, yes_or_no
from syncd.desk.api.problems import ProblemError
from syncd.desk.heavy import counted, listed
from syncd.desk.pages.queue import MISMATCH, query_in
from syncd.desk.routes import Desk
from syncd.ledger.audit import audit_of
from syncd.ledger.causes import Cause, causes
from syncd.ledger.mismatches import history
from syncd.ledger.work import comments_of
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.lifecycle import MismatchState
from syncd.reconcile.mismatches import MismatchKind, Severity

TAG = "Mismatches"
FILTER: tuple[Parameter, ...] = (
    text("pair", "Of these pairs.", is_many=True),
    text("unit", "Of these units and those below them, by their codes.", is_many=True),
    choice("kind", "Of these kinds.", MismatchKind, is_many=True),
    text("field", "In these fields of the record.", is_many=True),
    choice("severity", "Of these severities.", Severity, is_many=True),
    choice("state", f"In these states, or `{ALL}`; the open ones without it.", (*MismatchState, ALL), is_many=True),
    choice("class", "Differences of these classes.", DifferenceClass, is_many=True),
    text("assignee", f"Assigned to this login, to the token's own user (`{ME}`) or to `{NOBODY}`."),
    text("cause", f"With this cause, or `{NO_CAUSE}`."),
    yes_or_no("reported", "Whether they were reported to the portal's operator."),
    number("older", "Open for at least so many days.", 0, MOST_DAYS),
    number("younger", "Open for at most so many days.", 0, MOST_DAYS),
    text("q", "In which all these words stand, marks and forms of codes aside."),
    choice("order", "How the list is ordered.", ORDERS, default=ORDERS[0]),
)


class Mismatches(Listing, frozen=True, kw_only=True):
    """A page of the queue. ``total``: how many there are on all pages."""

    rows: tuple[QueueRow, ...]
    total: int


class History(Struct, frozen=True):
    """Everything that happened to one mismatch, oldest first: its events, what people did, what they said."""

    moments: tuple[Moment, ...]


class Causes(Struct, frozen=True):
    """The causes that can be set, by slug."""

    causes: tuple[Cause, ...]


async def several(asked: Asked) -> Mismatches:
    """A page of the queue."""
    wanted, cursor = _filter(asked), asked.query["cursor"]
    who: dict[str, Any] = {"within": asked.within, "now": asked.now, "me": asked.visitor.login}
    try:
        page, _ = await asked.desk.ledger.read(listed, asked.desk, wanted, cursor, asked.query["limit"], **who)
    except ValueError as error:
        raise bad_cursor(error) from None
    return Mismatches(rows=page.rows, total=page.total, next=page.next)


async def counts(asked: Asked) -> Facets:
    """How many there are of each facet."""
    who: dict[str, Any] = {"within": asked.within, "now": asked.now, "me": asked.visitor.login}
    return await asked.desk.ledger.read(_facets, asked.desk, _filter(asked), who)


def _facets(session: Session, desk: Desk, wanted: Filter, who: dict[str, Any]) -> Facets:
    return facets_of(counted(session, desk, wanted, **who), wanted)


def _filter(asked: Asked) -> Filter:
    """Raises `ProblemError` for a filter that asks for what cannot be."""
    try:
        return Filter.parse(query_in(asked.request))
    except ValueError as error:
        raise ProblemError(400, str(error), parameter=str(error).partition(":")[0]) from None


async def one(asked: Asked) -> OneMismatch:
    """One, with its evidence."""
    found = await asked.desk.ledger.read(
        one_mismatch, asked.path["id"], within=asked.within, now=asked.now, portal_url=PORTAL
    )
    if found is None:
        raise absent(f"mismatch {asked.path['id']}")
    return found


async def past(asked: Asked) -> History:
    """What happened to one."""
    found = await asked.desk.ledger.read(_past, asked.path["id"], asked.within)
    if found is None:
        raise absent(f"mismatch {asked.path['id']}")
    return found


def _past(session: Session, mismatch_id: str, within: str | None) -> History | None:
    if not visible_ids(session, [mismatch_id], within=within):
        return None
    events, comments = history(session, [mismatch_id]), comments_of(session, mismatch_id)
    return History(timeline_of(events, audit_of(session, mismatch_id), comments))


async def offered(asked: Asked) -> Causes:
    """The causes."""
    return Causes(tuple(await asked.desk.ledger.read(causes)))


ID = {"id": "The mismatch, such as M-0123456789ABCDEF."}
OPERATIONS = (
    Operation(
        method="GET",
        path="/mismatches",
        name="api_mismatches",
        tag=TAG,
        summary="List mismatches",
        about="The queue: filtered, searched, ordered, page by page. Values are cut after 200 characters.",
        handler=several,
        answer=Mismatches,
        parameters=(*FILTER, *PAGING),
    ),
    Operation(
        method="GET",
        path="/mismatches/counts",
        name="api_mismatch_counts",
        tag=TAG,
        summary="Count mismatches",
        about="How many there are by state, severity, kind, field and unit, as if nothing were chosen in that facet.",
        handler=counts,
        answer=Facets,
        parameters=FILTER,
    ),
    Operation(
        method="GET",
        path=f"/mismatches/{MISMATCH}",
        name="api_mismatch",
        tag=TAG,
        summary="Read one mismatch",
        about="Both values with marks, the evidence of both sides, its history, the work on it, its waiver.",
        handler=one,
        answer=OneMismatch,
        in_path=ID,
    ),
    Operation(
        method="GET",
        path=f"/mismatches/{MISMATCH}/history",
        name="api_mismatch_history",
        tag=TAG,
        summary="Read the history of one mismatch",
        about="Its events, what people did about it and what they said, oldest first.",
        handler=past,
        answer=History,
        in_path=ID,
    ),
    Operation(
        method="GET",
        path="/causes",
        name="api_causes",
        tag=TAG,
        summary="List the causes",
        about="The causes that a mismatch can be given now.",
        handler=offered,
        answer=Causes,
    ),
)

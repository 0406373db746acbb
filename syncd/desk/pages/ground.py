"""What a form of an act stands on: the mismatches as they are, and what would change of them.

In: ids, or a filter. Out: one value that the form and its preview are written with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from syncd.answers.queue import bulk_preview
from syncd.desk.pages.act_fields import Values
from syncd.desk.pages.acts import Act
from syncd.desk.pages.naming import Names, names
from syncd.desk.pages.queue import Line, lines_of
from syncd.desk.pages.selection import Selection, UnseenError, chosen, selected
from syncd.desk.rendering import language_of
from syncd.desk.routes import DESK, visitor_of
from syncd.ledger.work import Work, work_of


@dataclass(frozen=True, slots=True)
class Ground:
    """What a form stands on: the mismatches, their names, how they look, what people have made of them."""

    selection: Selection
    names: Names
    states: Mapping[str, int]
    kinds: Mapping[str, int]
    units: Mapping[str, int]
    sample: Sequence[Line]
    work: Mapping[str, Work]


@dataclass(frozen=True, slots=True)
class Shifted:
    """One thing that changes: what it is now and of how many, what it will be."""

    title: str
    family: str
    now: Sequence[tuple[str, int]]
    then: str


async def ground_of(request: web.Request, ids: Sequence[str], wanted: str | None) -> Ground:
    """What an act on these ids, or on what a filter finds, stands on. Raises 404 where one may not be seen."""
    try:
        return await request.app[DESK].ledger.read(_stand, request, ids, wanted)
    except UnseenError:
        raise web.HTTPNotFound from None


def _stand(session: Session, request: web.Request, ids: Sequence[str], wanted: str | None) -> Ground:
    visitor, now = visitor_of(request), request.app[DESK].clock()
    if wanted is None:
        found = selected(session, ids, within=visitor.within)
    else:
        found = chosen(session, wanted, visitor=visitor, now=now)
    counted = bulk_preview(session, found.ids, within=visitor.within, now=now, limit=len(found.ids))
    known = names(session, now)
    return Ground(
        selection=found,
        names=known,
        states=counted.states,
        kinds=counted.kinds,
        units=Counter(known.unit(one.unit) for one in found.about),
        sample=lines_of(counted.sample, known, language_of(request)),
        work=work_of(session, found.ids),
    )


def shifts_of(act: Act, ground: Ground, values: Values) -> list[Shifted]:
    """What changes, with how many have which value now."""
    found = []
    for shift in act.shifts:
        then = shift.then(values)
        if then is not None:
            about = ground.selection.about
            now = Counter(shift.now(one, ground.work.get(one.id) or Work(one.id)) for one in about)
            found.append(Shifted(shift.title, shift.family, now.most_common(8), then))
    return found

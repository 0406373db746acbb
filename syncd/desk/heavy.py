"""What is heavy to ask and shown on several pages: publications, the index, the points that could be won.

In: a desk, whose things are seen. Out: `Counted` answers, which say when they are still being worked out. Every answer
is narrowed to what may be seen before it is kept, and kept under the name of that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.about import About
from syncd.answers.belonging import belongs
from syncd.answers.index_figures import own_counts
from syncd.answers.once import Impacts, UnitPoints, standing
from syncd.answers.overview import IndexState, PublicationCounts, index_state, points_within
from syncd.answers.publication_list import SPANS, table_once
from syncd.answers.publications import PublicationRow
from syncd.answers.queue import Facets, Filter, Groups, Page, basis, facets_of, groups, ids_in, mismatches_page
from syncd.answers.queue_filter import ME, UNFILTERED
from syncd.answers.service_index import IndexAnswer, index_answer
from syncd.desk.counting import Counted
from syncd.desk.routes import Desk
from syncd.ledger.tables_desk import MISMATCH_WORK
from syncd.publication.facts import Status
from syncd.records.dates import local_date
from syncd.records.periods import Period, PeriodKind

T = TypeVar("T")
MOST_PRESSING = 6
TO_DO = (Status.OVERDUE, Status.DUE)


class PublicationState(Struct, frozen=True, kw_only=True):
    """Where publications stand. ``due``: how many end within so many working days; ``pressing``: what to do first.

    ``absent``: registers that were never read, without which much stays unknown.
    """

    counts: PublicationCounts
    due: Mapping[int, int]
    pressing: tuple[PublicationRow, ...]
    absent: tuple[str, ...]


class Winnable(Struct, frozen=True, kw_only=True):
    """What units could win in a period, the most first."""

    period: Period
    units: tuple[UnitPoints, ...]


def month_of(at: datetime) -> Period:
    """The running month in Hà Nội."""
    return Period.of(local_date(at), PeriodKind.MONTH)


def year_of(at: datetime) -> Period:
    """The running year in Hà Nội."""
    return Period.of(local_date(at), PeriodKind.YEAR)


def stands(session: Session, at: datetime) -> Hashable:
    """How everything stood that answers of pages rest on: readings and events, and whom the Office gave things to."""
    worked = session.scalar(sa.select(sa.func.max(MISMATCH_WORK.c.changed_at)).where(MISMATCH_WORK.c.changed_at <= at))
    return standing(session, at), worked


async def asked(desk: Desk, name: Hashable, ask: Callable[[Session, datetime], T]) -> Counted[T]:
    """``ask(session, now)``, worked out once for as long as the ledger stands as it stands."""
    now = desk.clock()

    def answer(session: Session) -> T:
        return desk.derived.of(name, stands(session, now), lambda: ask(session, now))

    return await desk.counting.of(name, lambda: desk.ledger.read(answer))


def counted(
    session: Session, desk: Desk, wanted: Filter = UNFILTERED, *, within: str | None, now: datetime, me: str = ""
) -> Groups:
    """What the facets of a filter are counted from; counted once for as long as the ledger stands as it stands."""
    who = me if wanted.assignee == ME else ""
    day = now if wanted.older is not None or wanted.younger is not None else None
    name = ("groups", *basis(wanted), within, who)
    return desk.counts.of(
        name, (stands(session, now), day), lambda: groups(session, wanted, within=within, now=now, me=me)
    )


def listed(
    session: Session, desk: Desk, wanted: Filter, cursor: str, size: int, *, within: str | None, now: datetime, me: str
) -> tuple[Page, Facets]:
    """A page of the queue and the facets beside it. Raises ValueError for a cursor of elsewhere."""
    found = counted(session, desk, wanted, within=within, now=now, me=me)
    counts, among = facets_of(found, wanted), ids_in(found, wanted)
    how: dict[str, Any] = {"within": within, "now": now, "me": me, "total": counts.total, "among": among}
    return mismatches_page(session, wanted, cursor=cursor, size=size, **how), counts


async def publications(desk: Desk, within: str | None) -> Counted[PublicationState | None]:
    """None: nothing is known of them, because none are judged or the portal was never read whole."""
    about = desk.sources.about
    if about is None:
        return Counted(None, is_known=True)
    return await asked(
        desk, ("publication state", within), lambda session, at: _publications(session, desk, about, at, within)
    )


def _publications(
    session: Session, desk: Desk, about: About, at: datetime, within: str | None
) -> PublicationState | None:
    table = table_once(desk.once, session, about, at)
    if not table.is_read:
        return None
    seen = [one for one in table.listed if belongs(one.row.unit_code, within)]
    counts = Counter(one.row.status for one in seen)
    soon = Counter(one.due_in for one in seen)
    to_do = (one.row for one in seen if one.row.status in TO_DO)
    return PublicationState(
        counts=PublicationCounts(
            overdue=counts[Status.OVERDUE],
            late=counts[Status.LATE],
            due=counts[Status.DUE],
            unknown=counts[Status.UNKNOWN],
            in_time=counts[Status.ON_TIME] + counts[Status.UNMEETABLE],
        ),
        due={span: sum(soon[one] for one in SPANS if one <= span) for span in SPANS},
        pressing=tuple(row for row, _ in zip(to_do, range(MOST_PRESSING), strict=False)),
        absent=table.absent,
    )


async def index(desk: Desk, within: str | None) -> Counted[IndexState | None]:
    """The index of the newest month that was read: of the city, or of the visitor's unit. None: no index is read."""
    if not desk.sources.root:
        return Counted(None, is_known=True)
    return await asked(desk, ("index state", within), lambda session, at: _index(session, desk, at, within))


def _index(session: Session, desk: Desk, at: datetime, within: str | None) -> IndexState | None:
    month = month_of(at)
    answers = (_answer(session, desk, at, period, within) for period in (month, month.previous))
    found = next((one for one in answers if one.read and (within is None or one.unit is not None)), None)
    return index_state(found) if found is not None else None


def _answer(session: Session, desk: Desk, at: datetime, period: Period, within: str | None) -> IndexAnswer:
    about = desk.sources.about
    found = desk.once.judged(session, about, at) if about is not None else None
    own = own_counts(found, period, unit=within, city=about.unit if about else "")
    return index_answer(session, root=desk.sources.root, period=period, unit=within, at=at, own=own)


async def points(desk: Desk, within: str | None) -> Counted[Winnable | None]:
    """What each unit could win this year. None: no publications are judged."""
    about = desk.sources.about
    if about is None:
        return Counted(None, is_known=True)
    return await asked(desk, ("points", within), lambda session, at: _points(session, desk, about, at, within))


def _points(session: Session, desk: Desk, about: About, at: datetime, within: str | None) -> Winnable:
    period, sources = year_of(at), desk.sources
    root = sources.root or None
    units = desk.once.points(session, about, at, root=root, period=period, dossiers=sources.dossiers)
    return Winnable(period=period, units=points_within(Impacts((), units), within))

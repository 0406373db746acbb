"""The Service Index for programs: what the portal says, what its counts give, what ours give; what mending would bring.

In: a period, a unit, an instant, ids of things to mend. Out: frozen rows; a joint gain is a recount, never a sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.about import About
from syncd.answers.impact import ImpactRow
from syncd.answers.index_figures import (
    GAINS,
    NOTHING,
    UNKNOWN,
    ImpactPage,
    Joint,
    Open,
    impacts_page,
    joint,
    open_once,
    own_counts,
)
from syncd.answers.service_index import DriftPoint, IndexAnswer, Rank, TrendPoint, index_answer, unit_of
from syncd.desk.api.answering import Listing
from syncd.desk.api.operations import Asked, Operation
from syncd.desk.api.paging import begin_of, place
from syncd.desk.api.parameters import AS_OF, PAGING, choice, period, text
from syncd.desk.api.problems import ProblemError
from syncd.desk.api.publications import about_of
from syncd.desk.routes import Desk
from syncd.ledger.index import periods_known, tables_as_of
from syncd.publication.index.comparison import IndexRow
from syncd.records.dates import local_date
from syncd.records.figures import IndexUnit
from syncd.records.periods import Period, PeriodKind

TAG = "Service Index"
LONGEST_ID = 400
EVERYTHING = "all"
NOTHING_READ = "no index is read at this desk: its configuration lacks [index]"


class IndexView(Struct, frozen=True, kw_only=True):
    """The index of one unit in one period. ``unit`` is null where no interface names the unit that was asked about.

    ``read``: each interface with the instant of its newest answer; ``drift``: how the total moved from reading to
    reading; ``periods``: those that anything is known of.
    """

    period: str
    unit: IndexUnit | None
    rows: tuple[IndexRow, ...]
    rank: Rank | None
    trend: tuple[TrendPoint, ...]
    drift: tuple[DriftPoint, ...]
    read: Mapping[str, datetime]
    missing: tuple[str, ...]
    periods: tuple[str, ...]


class Impacts(Listing, frozen=True, kw_only=True):
    """A page of what could be mended, what brings the city most first. ``counts``: how many bring what."""

    period: str
    rows: tuple[ImpactRow, ...]
    total: int
    counts: Mapping[str, int]


def period_of(asked: Asked) -> Period:
    """The period that is asked about, the running year without one."""
    given: Period | None = asked.query["period"]
    return given or Period.of(local_date(asked.as_of), PeriodKind.YEAR)


async def index(asked: Asked) -> IndexView:
    """The index."""
    if not asked.desk.sources.root:
        raise ProblemError(404, NOTHING_READ)
    unit = asked.query["unit"] or asked.within
    found, periods = await asked.desk.ledger.read(_index, asked.desk, period_of(asked), unit, asked.as_of)
    return IndexView(
        **{name: getattr(found, name) for name in IndexView.__struct_fields__ if name != "periods"},
        periods=periods,
    )


def _index(
    session: Session, desk: Desk, wanted: Period, named: str | None, at: datetime
) -> tuple[IndexAnswer, tuple[str, ...]]:
    sources = desk.sources
    kept = [one.table for one in tables_as_of(session, period=str(wanted), root=sources.root, at=at)]
    unit = unit_of(kept, named) if named else None
    code = (unit.code or named) if unit else named
    found = desk.once.judged(session, sources.about, at) if sources.about else None
    own = own_counts(found, wanted, unit=code, city=sources.unit)
    answer = index_answer(session, root=sources.root, period=wanted, unit=named, at=at, own=own)
    return answer, tuple(periods_known(session, root=sources.root, until=at))


async def impact(asked: Asked) -> Impacts:
    """A page of what could be mended."""
    about, query, wanted = about_of(asked.desk), asked.query, period_of(asked)
    begin = begin_of(query["cursor"], "impact")

    def ask(session: Session) -> ImpactPage:
        rows = _open(session, asked, about, wanted).rows
        unit = "" if query["unit"] == asked.desk.sources.unit else query["unit"]
        how = {"unit": unit, "brings": query["brings"], "begin": begin, "size": query["limit"]}
        return impacts_page(rows, within=asked.within, **how)

    page = await asked.desk.ledger.read(ask)
    return Impacts(
        period=str(wanted), rows=page.rows, total=page.total, counts=page.counts, next=place(page.next, "impact")
    )


async def together(asked: Asked) -> Joint:
    """Several things mended together."""
    about, wanted = about_of(asked.desk), period_of(asked)

    def ask(session: Session) -> Joint:
        found = _open(session, asked, about, wanted)
        return joint(found, asked.query["mend"], within=asked.within)

    return await asked.desk.ledger.read(ask)


def _open(session: Session, asked: Asked, about: About, wanted: Period) -> Open:
    sources = asked.desk.sources
    return open_once(
        asked.desk.once,
        session,
        about,
        asked.as_of,
        root=sources.root or None,
        period=wanted,
        dossiers=sources.dossiers,
    )


PERIOD = period("period", "A month (2026-10), a quarter (2026-Q3) or a year (2026); the running year without it.")
OPERATIONS = (
    Operation(
        method="GET",
        path="/index",
        name="api_index",
        tag=TAG,
        summary="Read the Service Index",
        about="Each group and indicator as the portal gives it, recomputed from its counts, and by our own counts.",
        handler=index,
        answer=IndexView,
        parameters=(
            PERIOD,
            text("unit", "The unit, by its code or its id in the index; the city without it, or the user's own unit."),
            AS_OF,
        ),
    ),
    Operation(
        method="GET",
        path="/impact",
        name="api_impact",
        tag=TAG,
        summary="List what mending would bring",
        about="Everything that is open with the points that mending it alone brings, what brings most first.",
        handler=impact,
        answer=Impacts,
        parameters=(
            PERIOD,
            text("unit", "Of this unit and those below it, by its code."),
            choice("brings", "What it brings.", (GAINS, UNKNOWN, NOTHING, EVERYTHING), default=GAINS),
            AS_OF,
            *PAGING,
        ),
    ),
    Operation(
        method="GET",
        path="/impact/joint",
        name="api_joint_impact",
        tag=TAG,
        summary="Count what mending several things brings",
        about="A recount with all of them mended, indicator by indicator; what is not open any more is `unknown`.",
        handler=together,
        answer=Joint,
        parameters=(
            PERIOD,
            text("mend", "The ids of what is mended.", longest=LONGEST_ID, is_many=True, is_needed=True),
            AS_OF,
        ),
    ),
)

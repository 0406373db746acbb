"""Is everything in sync, and can we tell: the first page, in small rows that are fit for charts.

In: pairs, whose mismatches are seen, an instant, and what heavier questions have answered. Out: one `Overview`.
What is not known is None or ``unknown``, with the reason; it never looks like good news.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs
from syncd.answers.changes import ChangeKind, Changes, Span, changes_since, opened_and_closed
from syncd.answers.once import Impacts, UnitPoints
from syncd.answers.publications import Judged, rows_of
from syncd.answers.queue_facets import COUNT, KIND, PAIR, SEVERITY, STATE, UNIT, Groups, groups
from syncd.answers.queue_filter import UNFILTERED
from syncd.answers.service_index import IndexAnswer, TrendPoint
from syncd.ledger.decisions import DOCUMENTS, PORTAL
from syncd.ledger.dossiers import WHOLE, newest_tallies
from syncd.ledger.passes import Pass, last_pass
from syncd.ledger.readings import last_reading, last_whole
from syncd.publication.facts import Status
from syncd.records.figures import Group
from syncd.records.text import display
from syncd.sides.reading import ReadingVerdict

DAYS_BACK = 14
TOP = 10


class SideState(Struct, frozen=True, kw_only=True):
    """When a side was last read whole, and how its newest reading ended. ``age``: of the whole one, None: never.

    ``counted``: records; None where what is read are tallies.
    """

    side: str
    whole_at: datetime | None
    age: timedelta | None
    counted: int | None
    latest_at: datetime | None
    latest_verdict: str
    reasons: tuple[str, ...]


class PairState(Struct, frozen=True, kw_only=True):
    """One pair: ``in_sync``, ``mismatched`` or ``unknown``; ``reasons`` say in English words why it is unknown.
    ``city``: of a course of decisions the document system.

    ``open``: suspected and confirmed ones; ``waived`` ones do not count against it. ``fresh_for``: how old a whole
    reading may be before nothing is known any more; None: any age will do.
    """

    pair: str
    verdict: str
    reasons: tuple[str, ...]
    portal: SideState
    city: SideState
    open: int
    waived: int
    last_pass: Pass | None
    fresh_for: timedelta | None = None


class Bar(Struct, frozen=True):
    """One bar of a chart: how many there are, whole and by part (severity)."""

    value: str
    count: int
    parts: Mapping[str, int] = {}
    name: str = ""


class PublicationCounts(Struct, frozen=True, kw_only=True):
    """How many publications stand where, by the law's reading."""

    overdue: int
    late: int
    due: int
    unknown: int
    in_time: int


class IndexState(Struct, frozen=True, kw_only=True):
    """The Service Index of one period. ``score``: the portal's total; ``recomputed`` and ``own`` beside it."""

    period: str
    score: Decimal | None
    recomputed: Decimal | None
    own: Decimal | None
    maximum: Decimal | None
    place: int | None
    of: int | None
    trend: tuple[TrendPoint, ...]
    read_at: datetime | None


class Overview(Struct, frozen=True, kw_only=True):
    """Everything on the first page. ``publications`` and ``index`` are None where nothing is known of them."""

    at: datetime
    pairs: tuple[PairState, ...]
    total: int
    units: tuple[Bar, ...]
    kinds: tuple[Bar, ...]
    severities: tuple[Bar, ...]
    states: tuple[Bar, ...]
    changes: Changes
    days: tuple[Span, ...]
    publications: PublicationCounts | None
    index: IndexState | None
    points: tuple[UnitPoints, ...]

    def since(self, kind: ChangeKind) -> int:
        """How many changes of one kind there were since the instant that was asked for."""
        return self.changes.total(kind)


def overview(
    session: Session,
    *,
    pairs: Sequence[str],
    within: str | None,
    now: datetime,
    since: datetime,
    fresh_for: Mapping[str, timedelta] = MappingProxyType({}),
    found: Judged | None = None,
    index: IndexAnswer | None = None,
    impacts: Impacts | None = None,
    days: Sequence[Span] | None = None,
    counted: Groups | None = None,
) -> Overview:
    """The first page as of now. ``since``: from when on changes are told. ``fresh_for``: how old a whole reading of
    a pair may be before nothing is known any more (absent: any age will do). ``days``: spans that are known already;
    ``counted``: the groups of what is open.
    """
    counted = groups(session, UNFILTERED, within=within, now=now) if counted is None else counted
    rows = counted.rows
    instants = [now - timedelta(days=day) for day in range(DAYS_BACK, -1, -1)]
    return Overview(
        at=now,
        pairs=tuple(pair_state(session, pair, rows, now=now, fresh_for=fresh_for.get(pair)) for pair in pairs),
        total=sum(row[COUNT] for row in rows),
        units=_units(counted),
        kinds=_bars(rows, KIND),
        severities=_bars(rows, SEVERITY),
        states=_bars(rows, STATE),
        changes=changes_since(session, since, until=now, within=within, limit=TOP),
        days=opened_and_closed(session, instants, pairs=pairs, within=within) if days is None else tuple(days),
        publications=publication_counts(found, within) if found is not None and found.is_read else None,
        index=index_state(index) if index is not None else None,
        points=points_within(impacts, within),
    )


def _bars(rows: Iterable[tuple[Any, ...]], place: int) -> tuple[Bar, ...]:
    """One bar for each value, the longest first, with its severities."""
    parts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        parts[row[place]][row[SEVERITY]] += row[COUNT]
    bars = [Bar(value, counts.total(), dict(counts)) for value, counts in parts.items()]
    return tuple(sorted(bars, key=lambda bar: (-bar.count, bar.value)))


def _units(counted: Groups) -> tuple[Bar, ...]:
    bars = _bars(counted.rows, UNIT)
    return tuple(Bar(one.value, one.count, one.parts, counted.names.get(one.value, "")) for one in bars)


def pair_state(
    session: Session, pair: str, rows: Iterable[tuple[Any, ...]], *, now: datetime, fresh_for: timedelta | None
) -> PairState:
    """What can be said of one pair; ``rows``: its open mismatches (and others'), as `grouped` counts them."""
    second = DOCUMENTS if last_reading(session, pair, DOCUMENTS, as_of=now) is not None else "city"
    portal, city = (side_state(session, pair, side, now) for side in (PORTAL, second))
    counts: Counter[str] = Counter()
    for row in rows:
        if row[PAIR] == pair:
            counts[row[STATE]] += row[COUNT]
    number = counts["suspected"] + counts["confirmed"]
    reasons = (*unknown_because(portal, fresh_for), *unknown_because(city, fresh_for))
    return PairState(
        pair=pair,
        verdict="unknown" if reasons else "mismatched" if number else "in_sync",
        reasons=reasons,
        portal=portal,
        city=city,
        open=number,
        waived=counts["waived"],
        last_pass=last_pass(session, pair, as_of=now),
        fresh_for=fresh_for,
    )


def side_state(session: Session, pair: str, side: str, now: datetime) -> SideState:
    """The newest readings of one side: of its records, or of its tallies where the pair compares dossiers."""
    latest = last_reading(session, pair, side, as_of=now)
    if latest is None:
        return _tallied(session, pair, side, now)
    whole = last_whole(session, pair, side, as_of=now)
    return SideState(
        side=side,
        whole_at=whole.ended_at if whole else None,
        age=now - whole.ended_at if whole else None,
        counted=whole.counted if whole else None,
        latest_at=latest.ended_at,
        latest_verdict=latest.verdict,
        reasons=tuple(map(display, latest.reasons)),
    )


def _tallied(session: Session, pair: str, side: str, now: datetime) -> SideState:
    latest = newest_tallies(session, pair=pair, side=side, at=now)
    whole = newest_tallies(session, pair=pair, side=side, at=now, verdict=WHOLE)
    return SideState(
        side=side,
        whole_at=whole.read_at if whole else None,
        age=now - whole.read_at if whole else None,
        counted=None,
        latest_at=latest.read_at if latest else None,
        latest_verdict=latest.verdict if latest else "",
        reasons=(display(latest.reason),) if latest and latest.reason else (),
    )


def unknown_because(side: SideState, fresh_for: timedelta | None) -> tuple[str, ...]:
    """Why nothing can be said for this side; empty where its newest reading is whole and not too old."""
    if side.age is None:
        return (f"the {side.side} was never read whole",)
    if side.latest_verdict != ReadingVerdict.WHOLE:
        said = "; ".join(side.reasons)
        return (f"the newest reading of the {side.side} is {side.latest_verdict}" + (f": {said}" if said else ""),)
    if fresh_for is not None and side.age > fresh_for:
        return (f"the last whole reading of the {side.side} is older than {fresh_for}",)
    return ()


def publication_counts(found: Judged, within: str | None) -> PublicationCounts:
    """By the status that sums up both steps under the law's reading."""
    counts = Counter(row.status for row in rows_of(found, unit=within))
    return PublicationCounts(
        overdue=counts[Status.OVERDUE],
        late=counts[Status.LATE],
        due=counts[Status.DUE],
        unknown=counts[Status.UNKNOWN],
        in_time=counts[Status.ON_TIME] + counts[Status.UNMEETABLE],
    )


def index_state(answer: IndexAnswer) -> IndexState:
    """The total of an answer; of several interfaces that give one, the first."""
    total = next((row for row in answer.rows if row.group is Group.TOTAL), None)
    return IndexState(
        period=answer.period,
        score=total.portal if total else None,
        recomputed=total.recomputed if total else None,
        own=total.own if total else None,
        maximum=total.maximum if total else None,
        place=answer.rank.place if answer.rank else None,
        of=answer.rank.of if answer.rank else None,
        trend=answer.trend,
        read_at=max(answer.read.values(), default=None),
    )


def points_within(impacts: Impacts | None, within: str | None, most: int = TOP) -> tuple[UnitPoints, ...]:
    """What the units could win, of those that may be seen, the most first."""
    several = impacts.units if impacts else ()
    return tuple(one for one in several if belongs(one.unit, within))[:most]

"""Publications as a page lists them: filtered, counted, a page at a time.

In: what was judged, whose publications are seen, a filter. Out: frozen rows, and how many stand where. Pure: the rows
of everything are made once for what was judged, and every page is cut from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.about import About
from syncd.answers.belonging import belongs
from syncd.answers.once import Once
from syncd.answers.publications import LATE, MODES, STEPS, Judged, PublicationRow, rows_of
from syncd.publication.cells import Problem
from syncd.publication.facts import Status
from syncd.records.collation import sort_key
from syncd.records.text import fold

SIZE = 50
SPANS = (1, 3, 5)
"""Working days ahead, today included, that pages ask about."""
_PLACES = tuple(f"{step}_{mode}" for step, _ in STEPS for mode, _ in MODES)


class Listed(Struct, frozen=True, gc=False):
    """One publication: its row, the words it is found by, its statuses, and how soon a step of it ends.

    ``due_in``: the smallest of `SPANS` that reaches its next deadline; None where nothing of it ends so soon.
    """

    row: PublicationRow
    search: str
    is_late: bool
    due_in: int | None


class PublicationTable(Struct, frozen=True, kw_only=True):
    """Every publication as of an instant, the most pressing first; the rest as in `Judged`."""

    at: datetime
    today: date
    listed: tuple[Listed, ...]
    problems: tuple[Problem, ...]
    absent: tuple[str, ...]
    is_read: bool
    is_remembered: bool = True


class PublicationFilter(Struct, frozen=True, kw_only=True):
    """What is asked for. ``status``: by the law's reading; ``late``: late or overdue under either reading.

    ``due_within``: one of `SPANS`, else it asks for nothing. ``unit``: this one and those below it; empty for all.
    """

    text: str = ""
    status: str = ""
    portal_status: str = ""
    unit: str = ""
    late: bool = False
    due_within: int | None = None


class UnitChoice(Struct, frozen=True):
    """A unit that publications belong to."""

    code: str
    name: str


class PublicationPage(Struct, frozen=True, kw_only=True):
    """Some publications. ``total``: of the filter; ``next``: where the page after begins, 0 at the end.

    The counts are of everything that is seen, whatever the filter: by the law's status, late or overdue under either
    reading, due within so many working days.
    """

    at: datetime
    today: date
    rows: tuple[PublicationRow, ...]
    total: int
    begin: int
    next: int
    seen: int
    statuses: Mapping[str, int]
    late: int
    due: Mapping[int, int]
    units: tuple[UnitChoice, ...]
    problems: tuple[Problem, ...]
    absent: tuple[str, ...]
    is_read: bool
    is_remembered: bool = True


def table_of(found: Judged) -> PublicationTable:
    """Every row of what was judged."""
    ends = {span: found.calendar.after(found.today, span).day for span in SPANS}
    return PublicationTable(
        at=found.at,
        today=found.today,
        listed=tuple(_listed(row, found.today, ends) for row in rows_of(found)),
        problems=found.problems,
        absent=found.absent,
        is_read=found.is_read,
        is_remembered=found.is_remembered,
    )


def table_once(once: Once, session: Session, about: About, at: datetime) -> PublicationTable:
    """`table_of` what is judged as of ``at``, worked out once for as long as nothing that it rests on has changed."""
    question = ("publications", about.pair, about.unit, about.complete_since, about.makeup_days_count)
    return once.of(session, question, at, lambda: table_of(once.judged(session, about, at)))


def _listed(row: PublicationRow, today: date, ends: Mapping[int, date]) -> Listed:
    words = (row.code, row.name, row.decision, row.ministry_decision, row.legal_basis, row.unit_name, row.unit_code)
    days = [getattr(row, f"{place}_day") for place in _PLACES if getattr(row, f"{place}_status") == Status.DUE]
    next_day = min((day for day in days if day is not None and day >= today), default=None)
    return Listed(
        row,
        " ".join(fold(text) for text in words if text),
        any(getattr(row, f"{place}_status") in LATE for place in _PLACES),
        next((span for span in SPANS if next_day is not None and next_day <= ends[span]), None),
    )


def publications_page(
    table: PublicationTable, wanted: PublicationFilter, *, within: str | None, begin: int = 0, size: int = SIZE
) -> PublicationPage:
    """A page of what belongs to ``within`` and is asked for."""
    seen = _seen(table, within)
    chosen = [one.row for one in _chosen(seen, wanted)]
    end = begin + size
    soon = Counter(one.due_in for one in seen)
    return PublicationPage(
        at=table.at,
        today=table.today,
        rows=tuple(chosen[begin:end]),
        total=len(chosen),
        begin=begin,
        next=end if end < len(chosen) else 0,
        seen=len(seen),
        statuses=Counter(one.row.status for one in seen),
        late=sum(one.is_late for one in seen),
        due={span: sum(soon[one] for one in SPANS if one <= span) for span in SPANS},
        units=_units(seen),
        problems=table.problems,
        absent=table.absent,
        is_read=table.is_read,
        is_remembered=table.is_remembered,
    )


def chosen_rows(table: PublicationTable, wanted: PublicationFilter, *, within: str | None) -> list[PublicationRow]:
    """Every row that a page of the same filter goes through, in the same order: what a file of it holds."""
    return [one.row for one in _chosen(_seen(table, within), wanted)]


def _seen(table: PublicationTable, within: str | None) -> list[Listed]:
    return [one for one in table.listed if belongs(one.row.unit_code, within)]


def _chosen(seen: Iterable[Listed], wanted: PublicationFilter) -> Iterable[Listed]:
    words = fold(wanted.text).split()
    unit = wanted.unit or None
    for one in seen:
        row = one.row
        if (
            wanted.status in ("", row.status)
            and wanted.portal_status in ("", row.portal_status)
            and belongs(row.unit_code, unit)
            and (one.is_late or not wanted.late)
            and (wanted.due_within is None or (one.due_in is not None and one.due_in <= wanted.due_within))
            and all(word in one.search for word in words)
        ):
            yield one


def _units(seen: Sequence[Listed]) -> tuple[UnitChoice, ...]:
    names = {one.row.unit_code: one.row.unit_name for one in seen if one.row.unit_code}
    return tuple(
        UnitChoice(code, names[code]) for code in sorted(names, key=lambda code: (sort_key(names[code]), code))
    )

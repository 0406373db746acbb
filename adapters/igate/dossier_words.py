"""The words of iGate about dossiers: rows of statistics, rows of the search, its instants.

In: bytes of one row. Out: neutral tallies and dossiers. Only the keys named here are decoded: no applicant among them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from msgspec import Raw, Struct

from adapters.igate.names import Name, vietnamese
from syncd.records.dossiers import Dossier, Tally
from syncd.sides.errors import ShapeError
from syncd.sides.http import decode

LONGEST: Final = 200
MOST_DOSSIERS: Final = 1_000_000_000
NUMBER_PREFIX: Final = "#"
"""Before the id of a dossier that has no number yet."""
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})", re.ASCII)


class _Unit(Struct):
    id: str | int | None = None
    code: str | None = None
    name: Name = None


class Statistic(Struct, rename="camel"):
    """One unit's dossiers of the period. ``received`` came in; of ``resolved`` ones so many ``resolved_overdue``."""

    agency: _Unit
    received: int
    resolved: int
    resolved_overdue: int
    received_online: int | None = None


class _Content(Struct):
    content: list[Statistic]


class _Procedure(Struct):
    code: str | None = None


class _State(Struct):
    id: int | str | None = None
    name: Name = None


class _Row(Struct, rename="camel"):
    """What is read of a dossier in a list."""

    id: str | int
    code: str | None = None
    procedure: _Procedure | None = None
    agency: _Unit | None = None
    applied_date: str | None = None
    appointment_date: str | None = None
    completed_date: str | None = None
    dossier_status: _State | int | str | None = None


class _Key(Struct):
    id: str | int


def statistics(body: bytes, *, where: str) -> list[Statistic]:
    """The rows, bare or inside ``content``. Raises `ShapeError`."""
    if body.lstrip().startswith(b"{"):
        return decode(body, _Content, where=where).content
    return decode(body, list[Statistic], where=where)


def tally(row: Statistic, root: str, *, where: str) -> Tally:
    """The neutral tally. Raises `ShapeError` for counts that cannot be, and for parts over their whole."""
    counts = (row.received, row.resolved, row.resolved_overdue, row.received_online or 0)
    if not all(0 <= count <= MOST_DOSSIERS for count in counts):
        raise ShapeError(f"counts of {counts}", where=where, path="$[*]")
    if row.resolved_overdue > row.resolved or (row.received_online or 0) > row.received:
        raise ShapeError(
            f"of {row.resolved} resolved {row.resolved_overdue} late, of {row.received} received"
            f" {row.received_online} online",
            where=where,
            path="$[*].resolvedOverdue",
        )
    return Tally(
        unit_code=unit_code(row, root),
        unit_name=(vietnamese(row.agency.name) or "")[:LONGEST],
        received=row.received,
        finished=row.resolved,
        finished_on_time=row.resolved - row.resolved_overdue,
        finished_late=row.resolved_overdue,
        online=row.received_online,
    )


def unit_code(row: Statistic, root: str) -> str:
    """The unit's code, else its id; "" for the root where it has no code: then the tally is that of the whole."""
    code = (row.agency.code or "").strip()
    identity = "" if row.agency.id is None else str(row.agency.id)
    return (code or ("" if identity == root else identity))[:LONGEST]


def dossier_key(row: Raw) -> str:
    """The system's own key of a dossier. Raises `ShapeError`."""
    return str(decode(row, _Key, where="dossiers").id)


def dossier(raw: Raw, where: str) -> Dossier:
    """The neutral dossier. Raises `ShapeError` with the path, never with what stands there."""
    row = decode(raw, _Row, where=where)
    agency = row.agency or _Unit()
    return Dossier(
        number=(row.code or "").strip()[:LONGEST] or f"{NUMBER_PREFIX}{row.id}"[:LONGEST],
        procedure_code=((row.procedure and row.procedure.code) or "")[:LONGEST],
        unit_code=(agency.code or "")[:LONGEST],
        unit_name=(vietnamese(agency.name) or "")[:LONGEST],
        received=instant(row.applied_date, where, "$.appliedDate"),
        due=instant(row.appointment_date, where, "$.appointmentDate"),
        finished=instant(row.completed_date, where, "$.completedDate"),
        state=_state(row.dossier_status)[:LONGEST],
    )


def _state(status: _State | int | str | None) -> str:
    number = status.id if isinstance(status, _State) else status
    return "" if number is None else str(number)


def instant(text: str | None, where: str, path: str) -> datetime | None:
    """An instant with its offset (``2026-10-01T01:30:00.000+0000``); None for nothing. Raises `ShapeError`."""
    if text is None or not text.strip():
        return None
    if _INSTANT.fullmatch(text.strip()) is None:
        raise ShapeError("not an instant of the form yyyy-MM-ddTHH:mm:ss.SSS+0000", where=where, path=path)
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ShapeError("a day or an hour that does not exist", where=where, path=path) from None

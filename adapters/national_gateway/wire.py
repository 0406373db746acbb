"""The older gateway's words: bare arrays (sometimes inside ``data``) of rows whose values are all strings.

In: the bytes of one answer. Out: raw rows, and strict types for each kind of row. Seen in December 2025.
"""

from __future__ import annotations

from msgspec import Raw, Struct

from syncd.sides.errors import ShapeError
from syncd.sides.http import decode

LARGEST_AMOUNT = 10_000_000

Text = str | int | None


class ProcedureRow(Struct, rename="upper"):
    """``procedure_advanced_search_service_v2``."""

    id: str | int
    procedure_code: str
    procedure_name: str | None = None
    published_agency: str | None = None
    implementation_agency: str | None = None
    field_name: str | None = None
    qdcbid: Text = None


class DecisionRow(Struct, rename="upper"):
    """``decision_publishment_advanced_search_service_v2``; the date is written with hyphens."""

    id: str | int
    code: str | None = None
    name: str | None = None
    publishing_date: str | None = None
    agency_id: Text = None
    agency_name: str | None = None


class DecidedRow(Struct, rename="upper"):
    """A procedure of a decision: its number and its name, never its code."""

    id: str | int
    procedure_name: str | None = None
    published_agency: str | None = None


class AgencyRow(Struct, rename="upper"):
    """``get_list_agency_service_v2``."""

    id: str | int
    agency_name: str | None = None
    code: str | None = None


class FieldRow(Struct, rename="upper"):
    """A field: ``FIELD_NAME`` in the catalogue, ``NAME`` among those of a decision."""

    id: str | int
    field_name: str | None = None
    name: str | None = None


class _Counted(Struct, rename="upper"):
    amount: Text = None


class _Identity(Struct, rename="upper"):
    id: str | int


class _Wrapped(Struct):
    data: list[Raw]


def rows_of(body: bytes | Raw, *, where: str) -> list[Raw]:
    """The rows of one page, as sent. Raises `ShapeError` with the path."""
    if bytes(body).lstrip().startswith(b"{"):
        return decode(body, _Wrapped, where=where).data
    return decode(body, list[Raw], where=where)


def amount_of(rows: list[Raw], *, where: str) -> int | None:
    """The total that the rows declare, each the same; None where there is no row, or none that says it.

    Raises `ShapeError` for what is no number, and for rows of one page that contradict one another.
    """
    amounts = {str(found) for row in rows if (found := decode(row, _Counted, where=where).amount) not in (None, "")}
    if len(amounts) > 1:
        raise ShapeError(f"the rows of one page declare {len(amounts)} totals", where=where, path="$[*].AMOUNT")
    for written in amounts:
        if not (written.isascii() and written.isdigit() and len(written) <= 8 and int(written) <= LARGEST_AMOUNT):
            raise ShapeError(f"not a total: {written[:40]!r}", where=where, path="$[*].AMOUNT")
        return int(written)
    return None


def id_of(row: Raw | bytes) -> str:
    """The number of a row; "" where it has none that can be a key."""
    try:
        found = str(decode(row, _Identity, where="").id).strip()
    except ShapeError:
        return ""
    return found if len(found) <= 40 and found.isprintable() else ""

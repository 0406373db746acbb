"""Agencies and fields of work of the older gateway; pure.

In: rows as sent. Out: neutral agencies with the codes of Decision 20/2020, and fields. The list has codes of both
generations side by side: only the form of a whole ministry or province (``000.00.00.G01``) is the new one by formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Raw, Struct

from adapters.national_gateway.api import AGENCIES, FIELDS
from adapters.national_gateway.records import folded
from adapters.national_gateway.wire import AgencyRow, FieldRow
from syncd.records.agencies import Agency
from syncd.records.directory import parent_code
from syncd.records.text import form
from syncd.sides.errors import StaleError
from syncd.sides.http import decode

OLD_ROOT = "000.00.00."
LONGEST_CODE = 60
LONGEST_NAME = 500


class GatewayField(Struct, frozen=True):
    """A field of work (lĩnh vực): the gateway's number, the name, and the ministry behind it in brackets."""

    id: str
    name: str
    ministry: str = ""


def agencies(rows: Sequence[Raw]) -> tuple[Agency, ...]:
    """Each code once. Raises `StaleError` for an empty list: a country without agencies is none."""
    found: dict[str, Agency] = {}
    for row in rows:
        seen = decode(row, AgencyRow, where=AGENCIES)
        code, name = (seen.code or "").strip().removeprefix(OLD_ROOT), form(seen.agency_name or "")
        if 0 < len(code) <= LONGEST_CODE and 0 < len(name) <= LONGEST_NAME:
            found.setdefault(code, Agency(code=code, name=name, portal_id=str(seen.id), parent_code=parent_code(code)))
    if not found:
        raise StaleError("the list of agencies is empty", where=AGENCIES, action="read again later")
    return tuple(found.values())


def codes_by_name(listed: Iterable[Agency]) -> dict[str, str]:
    """Code by folded name; a name that two agencies bear ("Văn phòng Chính phủ") stands for none."""
    codes: dict[str, str] = {}
    for agency in listed:
        name = folded(agency.name)
        codes[name] = "" if name in codes else agency.code
    return codes


def fields(rows: Sequence[Raw]) -> tuple[GatewayField, ...]:
    """Every field, in the gateway's order. Raises `ShapeError`."""
    seen = (decode(row, FieldRow, where=FIELDS) for row in rows)
    return tuple(_field(str(row.id), row.field_name or row.name or "") for row in seen)


def _field(number: str, written: str) -> GatewayField:
    """``Đất đai(Bộ Nông nghiệp và Môi trường)``: the last brackets hold the ministry."""
    name, bracket, rest = written.rpartition("(")
    if not bracket or not rest.rstrip().endswith(")") or not name.strip():
        return GatewayField(number, form(written))
    return GatewayField(number, form(name), form(rest.rstrip()[:-1]))

"""The catalogues of units and fields (``LayDanhMucCoQuan``, ``LayDanhMucLinhVuc``); pure.

In: rows as sent. Out: neutral agencies, and fields of work. A row without code or name is none; an empty catalogue is
an error, for no country has no units.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw, Struct

from adapters.national_integration.wire import Text, UnitLine, text
from syncd.records.agencies import Agency
from syncd.records.directory import parent_code
from syncd.records.text import form
from syncd.sides.errors import StaleError
from syncd.sides.http import decode

UNITS = "LayDanhMucCoQuan"
FIELDS_OF_WORK = "LayDanhMucLinhVuc"
LONGEST_CODE = 60
LONGEST_NAME = 500


class FieldOfWork(Struct, frozen=True):
    """One field of work (lĩnh vực) with the code of the branch that it belongs to."""

    code: str
    name: str
    branch: str = ""


class _FieldRow(Struct, rename="upper"):
    malinhvuc: Text = None
    tenlinhvuc: Text = None
    manganh: Text = None


def agencies(sent: Sequence[Raw]) -> tuple[Agency, ...]:
    """Each code once, the first name of it. Raises `StaleError` where there is none, `ShapeError` for other shapes."""
    found: dict[str, Agency] = {}
    for raw in sent:
        row = decode(raw, UnitLine, where=UNITS)
        code, name = text(row.madonvi).strip(), form(text(row.tendonvi))
        if 0 < len(code) <= LONGEST_CODE and 0 < len(name) <= LONGEST_NAME:
            found.setdefault(code, Agency(code=code, name=name, parent_code=parent_code(code)))
    if not found:
        raise StaleError("the catalogue of units is empty", where=UNITS, action="read again later")
    return tuple(found.values())


def fields_of_work(sent: Sequence[Raw]) -> tuple[FieldOfWork, ...]:
    """Each field of work with a code, in the catalogue's order. Raises `ShapeError`."""
    rows = [decode(raw, _FieldRow, where=FIELDS_OF_WORK) for raw in sent]
    fields = (FieldOfWork(text(row.malinhvuc), text(row.tenlinhvuc), text(row.manganh)) for row in rows)
    return tuple(one for one in fields if one.code.strip())

"""Units and sectors of iGate; pure.

In: rows as sent. Out: neutral agencies with the codes that the city writes (of both generations, malformed ones as they
are), and sectors with their local abbreviations. What has no code or no name is none; an empty list is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Raw, Struct

from adapters.igate.names import Name, vietnamese
from syncd.records.agencies import Agency
from syncd.records.directory import parent_code
from syncd.records.text import form
from syncd.sides.errors import StaleError
from syncd.sides.http import decode

LONGEST_CODE: Final = 60
LONGEST_NAME: Final = 500


class Sector(Struct, frozen=True):
    """A field of work (lĩnh vực): the site's id and abbreviation, which is no code of the portal's."""

    id: str
    code: str
    name: str


class _Above(Struct):
    code: str | None = None


class _Unit(Struct):
    code: str | None = None
    name: Name = None
    parent: _Above | None = None


class _Sector(Struct):
    id: str | int
    code: str | None = None
    name: Name = None


def agencies(rows: Iterable[Raw], *, where: str) -> tuple[Agency, ...]:
    """Each code once, the first name of it. Raises `StaleError` where there is none, `ShapeError` for other shapes."""
    found: dict[str, Agency] = {}
    for raw in rows:
        row = decode(raw, _Unit, where=where)
        code, name = (row.code or "").strip(), form(vietnamese(row.name) or "")
        above = (row.parent.code or "").strip() if row.parent else ""
        if 0 < len(code) <= LONGEST_CODE and 0 < len(name) <= LONGEST_NAME:
            found.setdefault(code, Agency(code=code, name=name, parent_code=above or parent_code(code)))
    if not found:
        action = "check agency_id and agency_tags: their ids are the site's own"
        raise StaleError("the list of units is empty", where=where, action=action)
    return tuple(found.values())


def sectors(rows: Sequence[Raw], *, where: str) -> tuple[Sector, ...]:
    """Each sector once, in the system's order. Raises `ShapeError`."""
    seen = (decode(row, _Sector, where=where) for row in rows)
    found = (Sector(str(row.id), (row.code or "").strip(), form(vietnamese(row.name) or "")) for row in seen)
    return tuple(dict.fromkeys(one for one in found if one.name))

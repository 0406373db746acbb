"""The portal's units: ministries and provinces as it lists them, and the units that its details name with their codes.

In: the API, or one detail's bytes. Out: neutral agencies. Units below a ministry or province cannot be asked for: the
portal lists one level alone, and the details are the only place that names the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from msgspec import Struct

from adapters.national_portal.api import DEPARTMENTS, PortalApi
from adapters.national_portal.wire import DepartmentRow
from syncd.records.agencies import Agency
from syncd.records.directory import parent_code
from syncd.records.text import form
from syncd.sides.errors import ShapeError, StaleError
from syncd.sides.http import decode

TYPES = ("MINISTRY", "PROVINCE")
LIMIT = 20
"""The smallest page that the portal's other lists fall back to; some forty units of a type make few pages."""

MOST_PAGES = 100
LONGEST_CODE = 60
LONGEST_NAME = 500


class NamedUnit(Struct):
    """A unit inside a detail; groups of units have no code."""

    name: str
    code: str = ""
    id: str = ""


class UnitsOfDetail(Struct, rename="camel"):
    """Those parts of a detail that name units with codes."""

    department_promulgate_id: str = ""
    department_promulgate_code: str = ""
    department_promulgate_name: str = ""
    departments_executing: list[NamedUnit] = []
    departments_authority: list[NamedUnit] = []
    departments_authorized: list[NamedUnit] = []
    departments_coordinating: list[NamedUnit] = []


async def list_agencies(api: PortalApi) -> tuple[Agency, ...]:
    """Every ministry and province. Raises `SideError`: a list that is not whole is none.

    A list ends with an empty page, or with a cursor that does not move; `StaleError` for one that is empty, cycles or
    goes on and on.
    """
    return tuple([agency for kind in TYPES for agency in await _listed(api, kind)])


async def _listed(api: PortalApi, kind: str) -> list[Agency]:
    found: dict[str, Agency] = {}
    cursor, cursors = "", {""}
    for _ in range(MOST_PAGES):
        page = await api.departments(kind, cursor, LIMIT)
        for row in page.rows:
            found[row.id] = _agency(row)
        if not page.rows or not page.last_id or page.last_id == cursor:
            return _checked(found, kind)
        cursor = page.last_id
        if cursor in cursors:
            raise StaleError(f"the list of {kind} came back to a cursor that it had left", where=DEPARTMENTS)
        cursors.add(cursor)
    raise StaleError(f"the list of {kind} has more than {MOST_PAGES} pages, and no end", where=DEPARTMENTS)


def _checked(found: dict[str, Agency], kind: str) -> list[Agency]:
    if not found:
        raise StaleError(f"the list of {kind} is empty", where=DEPARTMENTS, action="read again later")
    return list(found.values())


def _agency(row: DepartmentRow) -> Agency:
    agency = _named(row.id, row.code, row.name)
    if agency is None:
        raise ShapeError(f"a unit with the code {row.code[:40]!r} and the name {row.name[:40]!r}", where=DEPARTMENTS)
    return agency


def agencies_in(detail: bytes) -> tuple[Agency, ...]:
    """The units that one detail (``get-formality-by-citizen``) names with their codes, each code once; pure.

    None for a detail of another shape: that one is an invalid record, and the record's own translation says so.
    """
    if not detail:
        return ()
    try:
        seen = decode(detail, UnitsOfDetail, where="portal detail")
    except ShapeError:
        return ()
    return tuple({agency.code: agency for agency in _units(seen)}.values())


def _units(seen: UnitsOfDetail) -> Iterator[Agency]:
    promulgating = NamedUnit(
        seen.department_promulgate_name, seen.department_promulgate_code, seen.department_promulgate_id
    )
    lists = (
        [promulgating],
        seen.departments_executing,
        seen.departments_authority,
        seen.departments_authorized,
        seen.departments_coordinating,
    )
    for unit in chain.from_iterable(lists):
        agency = _named(unit.id, unit.code, unit.name)
        if agency is not None:
            yield agency


def _named(portal_id: str, code: str, name: str) -> Agency | None:
    """A unit with code and name of a bearable length; None for one that has not both."""
    code, name = code.strip(), form(name)
    if not 0 < len(code) <= LONGEST_CODE or not 0 < len(name) <= LONGEST_NAME:
        return None
    return Agency(code=code, name=name, portal_id=portal_id, parent_code=parent_code(code))

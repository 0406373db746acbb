"""The words of OpenCPS: the shapes of its answers, and its texts put right.

In: bytes of one answer or of one kept record. Out: typed values; texts as people wrote them, not as HTML holds them.
Source: REST v2 of the OpenCPS backend (``serviceinfos``, ``nps/serviceinfodvcqg``).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final, TypeVar

import msgspec
from msgspec import Raw, Struct

from syncd.records.codes import CODES_APART
from syncd.records.procedure import Procedure, State
from syncd.sides.errors import ShapeError
from syncd.sides.http import decode

T = TypeVar("T")

UNREADABLE: Final = "unreadable-"
UNKNOWN: Final = "\x00"
"""Stands in place of a portal code where the mapping table has one that cannot be read."""

_BREAK: Final = re.compile(r"<br\s*/?>|[\r\n]+", re.IGNORECASE)
_STATES: Final[dict[str | bool, State]] = {
    "true": State.PUBLIC,
    True: State.PUBLIC,
    "false": State.UNPUBLISHED,
    False: State.UNPUBLISHED,
}


class Page(Struct):
    """One page of a list: how many there are in all, and rows as they were sent."""

    total: int
    data: list[Raw]


class MappingRow(Struct, rename="camel"):
    """One row of the mapping table; ``synced`` is never set by OpenCPS and says nothing."""

    service_code: str
    service_code_dvcqg: str = msgspec.field(name="serviceCodeDVCQG", default="")
    service_info_mapping_id: int = 0


class ServiceInfo(Struct, rename="camel"):
    """What is read of a service info. Dates are left out: details show them with twelve hours and no AM or PM."""

    service_info_id: int | str
    service_code: str
    service_name: str | None = None
    administration_code: str | None = None
    administration_name: str | None = None
    domain_code: str | None = None
    domain_name: str | None = None
    gov_agency_text: str | None = None
    active: str | bool | None = None


class Kept(Struct):
    """One record as it is kept: the row as sent, and the portal code that the mapping table gives ("" for none)."""

    row: ServiceInfo
    portal_code: str = ""


class _KeptRaw(Struct):
    row: Raw
    portal_code: str


class _Key(Struct, rename="camel"):
    service_info_id: int | str


class _Code(Struct, rename="camel"):
    service_code: str = ""


def mapping_row(row: Raw) -> MappingRow | None:
    """One row of the mapping table; None for one that cannot be read."""
    return _read(row, MappingRow)


def mapped_from(row: Raw) -> str:
    """The local code of a row of the mapping table that cannot be read as a whole; "" where not even that can be."""
    found = _read(row, _Code)
    return plain(found.service_code) if found else ""


def _read(content: bytes | Raw, kind: type[T]) -> T | None:
    try:
        return decode(content, kind, where="")
    except ShapeError:
        return None


def kept(row: bytes | Raw, portal_code: str) -> bytes:
    """The bytes of one record: the row verbatim, with its portal code beside it."""
    return msgspec.json.encode(_KeptRaw(Raw(row), portal_code))


def identity(row: Raw) -> tuple[str, str]:
    """The key and the local code of a row, each read alone; a row without a key gets one made from its bytes.

    One unreadable row must not end a listing: it is listed, and refused when it is translated.
    """
    found, coded = _read(row, _Key), _read(row, _Code)
    key = str(found.service_info_id) if found else f"{UNREADABLE}{blake2b(row, digest_size=8).hexdigest()}"
    return key, plain(coded.service_code) if coded else ""


def plain(text: str) -> str:
    """The text without the HTML escapes that OpenCPS's forms write."""
    return html.unescape(text)


def portal_codes(rows: Iterable[MappingRow]) -> dict[str, str]:
    """Portal code by local code, several joined by `CODES_APART`; a row without a portal code clears older rows."""
    found: dict[str, dict[str, None]] = {}
    for row in sorted(rows, key=lambda row: row.service_info_mapping_id):
        codes = found.setdefault(plain(row.service_code), {})
        code = plain(row.service_code_dvcqg)
        if code.strip():
            codes[code] = None
        else:
            codes.clear()
    return {local: CODES_APART.join(codes) for local, codes in found.items() if codes}


def local_codes(codes: Mapping[str, str], portal_code: str) -> list[str]:
    """The local codes that the mapping table has for a portal code."""
    return [local for local, joined in codes.items() if portal_code in joined.split(CODES_APART)]


def procedure(raw: bytes, separator: str, *, where: str) -> Procedure:
    """The canonical record. Raises `ShapeError` with the path into the kept bytes, and the codes that they show."""
    try:
        return _procedure(raw, separator, where)
    except ShapeError as error:
        error.code, error.local_code = _codes(raw)
        raise


def _codes(raw: bytes) -> tuple[str, str]:
    """The portal code and the local code of kept bytes, whatever else is wrong with them."""
    record = _read(raw, _KeptRaw)
    if record is None:
        return "", ""
    _key, local_code = identity(record.row)
    known = "" if record.portal_code == UNKNOWN else record.portal_code
    return known or local_code, local_code


def _procedure(raw: bytes, separator: str, where: str) -> Procedure:
    record = decode(raw, Kept, where=where)
    if record.portal_code == UNKNOWN:
        raise ShapeError("its row of the mapping table cannot be read", where=where, path="$.portal_code")
    row = record.row
    local_code = plain(row.service_code)
    return Procedure(
        code=record.portal_code or local_code,
        local_code=local_code,
        name=_text(row.service_name),
        state=_state(row.active, where),
        field_code=_text(row.domain_code),
        field_name=_text(row.domain_name),
        publisher_code=_text(row.administration_code),
        publisher_name=_text(row.administration_name),
        executing_agencies=_agencies(row.gov_agency_text, separator),
    )


def _text(text: str | None) -> str | None:
    return None if text is None else plain(text)


def _state(active: str | bool | None, where: str) -> State | None:
    if active is None:
        return None
    if active not in _STATES:
        raise ShapeError(f"active is {str(active)[:40]!r}, not true or false", where=where, path="$.row.active")
    return _STATES[active]


def _agencies(text: str | None, separator: str) -> tuple[str, ...] | None:
    if text is None:
        return None
    parts = (part.strip() for line in _BREAK.split(plain(text)) for part in line.split(separator))
    return tuple(part for part in parts if part)

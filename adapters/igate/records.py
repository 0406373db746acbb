"""The records of iGate: a row of the list, its details, and the canonical record; pure.

In: bytes as sent. Out: keys and codes, each read alone so that one broken row does not end a listing; a `Procedure`, or
`ShapeError` with a path. Keys are the system's own ids (24 hexadecimal digits).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final, TypeVar

from msgspec import Raw, Struct
from msgspec.structs import asdict

from adapters.igate.names import Name, portal_code, vietnamese
from adapters.igate.settings import IgateSettings
from syncd.records.procedure import Procedure, State
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError
from syncd.sides.http import decode

T = TypeVar("T")

TRANSLATION: Final = "1"
"""The version of the translation; raised when a release translates any record differently."""

UNREADABLE: Final = "unreadable-"
NO_DETAIL: Final = b"null"
"""The detail of a record that cannot be asked for."""
LONGEST_KEY: Final = 60


class Part(Struct, rename="camel"):
    """A sector, an agency or a level inside a record; one without an id is of another shape."""

    id: str | int
    code: str | None = None
    name: Name = None
    translate: Name = None

    @property
    def text(self) -> str | None:
        return _first(vietnamese(self.name), vietnamese(self.translate))


class Row(Struct, rename="camel"):
    """What is read of a procedure, listed or in detail."""

    id: str | int | None = None
    code: str | None = None
    nation_code: str | None = None
    name: Name = None
    translate: Name = None
    sector: Part | None = None
    agency: list[Part] | None = None
    level: Part | None = None


class Meanings(Struct, frozen=True):
    """How the settings read a record."""

    sector_codes: dict[str, str]
    online_levels: dict[str, str]

    @property
    def mark(self) -> str:
        return repr((sorted(self.sector_codes.items()), sorted(self.online_levels.items())))


class Identity(Struct):
    """What a row says of who it is; ``nation_code`` is None where the row has none."""

    key: str
    code: str = ""
    nation_code: str | None = None


class _Id(Struct):
    id: str | int


class _Code(Struct):
    code: str | None = None


class _NationCode(Struct, rename="camel"):
    nation_code: str | None = None


class _Names(Struct, rename="camel"):
    """All three at once: of nearly every row they can be read together."""

    id: str | int
    code: str | None = None
    nation_code: str | None = None


def meanings(settings: IgateSettings) -> Meanings:
    return Meanings(settings.sector_codes, settings.online_levels)


def identity(row: Raw | bytes) -> Identity:
    """Key and codes of a row; of a broken one each alone. A row without a usable id gets a key made from its bytes."""
    known = _read(row, _Names)
    found, coded, nation = known or _read(row, _Id), known or _read(row, _Code), known or _read(row, _NationCode)
    key = str(found.id) if found else ""
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable() or key.startswith(UNREADABLE) or "/" in key:
        key = f"{UNREADABLE}{blake2b(row, digest_size=8).hexdigest()}"
    return Identity(key, (coded and coded.code) or "", nation.nation_code if nation else None)


def _read(content: Raw | bytes, kind: type[T]) -> T | None:
    try:
        return decode(content, kind, where="")
    except ShapeError:
        return None


def procedure(record: Record, meant: Meanings, *, where: str) -> Procedure:
    """The canonical record. Raises `ShapeError` with the path and the codes that can still be read."""
    try:
        row = _merged(record, where)
        return _procedure(row, meant, where)
    except ShapeError as error:
        error.code, error.local_code = _codes(record)
        raise


def _merged(record: Record, where: str) -> Row:
    """The row, and what the details say besides or better. Details without a key come from nowhere."""
    row = decode(record.raw, Row, where=where)
    if record.detail is None or record.detail == NO_DETAIL:
        return row
    detail = decode(record.detail, Row, where=f"{where}, details")
    said = {name: value for name, value in asdict(detail).items() if value is not None}
    return Row(**(asdict(row) | said))


def _procedure(row: Row, meant: Meanings, where: str) -> Procedure:
    if row.code is None and not portal_code(row.nation_code):
        raise ShapeError("a procedure without any code", where=where, path="$.code")
    local_code, sector = row.code or "", row.sector
    return Procedure(
        code=portal_code(row.nation_code) or local_code,
        local_code=local_code,
        name=_first(vietnamese(row.name), vietnamese(row.translate)),
        state=State.PUBLIC,
        field_code=meant.sector_codes.get(sector.code or "") if sector else None,
        field_name=sector.text if sector else None,
        executing_agencies=_agencies(row.agency),
        online_level=_level(row.level, meant),
    )


def _agencies(parts: list[Part] | None) -> tuple[str, ...] | None:
    return None if parts is None else tuple(name for part in parts if (name := part.text) and name.strip())


def _level(level: Part | None, meant: Meanings) -> str | None:
    """What the settings say of a level, by its id, else by its name; ids differ from site to site."""
    if level is None:
        return None
    return meant.online_levels.get(str(level.id)) or meant.online_levels.get((level.text or "").strip())


def _first(one: str | None, other: str | None) -> str | None:
    return other if one is None else one


def _codes(record: Record) -> tuple[str, str]:
    """The portal code and the local code, whatever else is wrong; what the details say comes first."""
    seen = [identity(content) for content in (record.detail, record.raw) if content and content != NO_DETAIL]
    local_code = next((one.code for one in seen if one.code), "")
    return next((code for one in seen if (code := portal_code(one.nation_code))), local_code), local_code

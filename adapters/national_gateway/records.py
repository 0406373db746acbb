"""What is kept of one procedure of the older gateway, and its canonical form; pure.

In: a row of the search with what decisions, workbook and agencies say of it. Out: bytes that change only where the
procedure does; a `Procedure`, or `ShapeError` with a path. Folding for comparison is not done here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from adapters.national_gateway.decisions import KeptDecision, signed_on
from adapters.national_gateway.wire import ProcedureRow
from adapters.national_gateway.workbook import Exported
from syncd.records.levels import parse_level
from syncd.records.procedure import Kind, Level, Procedure, State
from syncd.records.states import parse_state
from syncd.records.text import display
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError
from syncd.sides.http import decode

WHERE = "gateway record"
TRANSLATION = "1"
"""The version of the translation; raised when a release translates any record differently."""

COUNTERS = ("AMOUNT", "ROW_STT")
"""They change with every other procedure, and say nothing of this one."""

_APART = re.compile(r"[\r\n;]+")
_WORDS_APART = re.compile(r"[\r\n;,]+")


class Kept(Struct):
    """One record as it is kept. ``publisher_code``: by the list of agencies, "" where the name is none of them."""

    row: ProcedureRow
    decision: KeptDecision | None = None
    export: Exported | None = None
    publisher_code: str = ""


class _KeptRaw(Struct):
    row: dict[str, Any]
    decision: KeptDecision | None
    export: Exported | None
    publisher_code: str


class _Known(Struct, rename="upper"):
    """What is looked up of a row; broken ones are kept as they are."""

    procedure_code: str = ""
    published_agency: str | None = None
    qdcbid: str | int | None = None


class _Row(Struct):
    row: Raw


class Meanings(Struct, frozen=True):
    """How the settings read a record."""

    separator: str
    levels: dict[str, Level]
    kinds: bool

    @property
    def mark(self) -> str:
        return repr((self.separator, sorted(self.levels.items()), self.kinds))


class Surround(Struct):
    """What other lists say of the procedures; None where that list is not read."""

    decisions: Mapping[str, KeptDecision] | None
    exported: Mapping[str, Exported] | None
    agencies: Mapping[str, str]


def code_of(row: Raw) -> str:
    """The code of a row; "" where it cannot be read."""
    return _known(row).procedure_code


def decision_of(row: Raw) -> str:
    """The gateway's number of the decision that a row names; "" where there is none."""
    number = str(_known(row).qdcbid or "").strip()
    return "" if number == "0" else number


def _known(row: Raw) -> _Known:
    try:
        return decode(row, _Known, where="")
    except ShapeError:
        return _Known()


def kept(row: Raw, around: Surround) -> bytes:
    """The bytes of one record. Raises `ShapeError` for a row that is no object."""
    fields = decode(row, dict[str, Any], where=WHERE)
    for counter in COUNTERS:
        fields.pop(counter, None)
    seen = _known(row)
    return msgspec.json.encode(
        _KeptRaw(
            fields,
            (around.decisions or {}).get(decision_of(row)),
            (around.exported or {}).get(seen.procedure_code),
            around.agencies.get(folded(seen.published_agency or ""), ""),
        )
    )


def folded(name: str) -> str:
    """The form in which names of agencies are looked up."""
    return display(name).casefold()


def canonical(record: Record, meanings: Meanings) -> Procedure:
    """Translate one record. Raises `ShapeError` with the code, where the row still says it."""
    try:
        return _canonical(decode(record.raw, Kept, where=WHERE), meanings)
    except ShapeError as error:
        error.code = error.code or _code_in(record.raw)
        raise


def _code_in(raw: bytes) -> str:
    try:
        return code_of(decode(raw, _Row, where="").row)
    except ShapeError:
        return ""


def _canonical(found: Kept, meanings: Meanings) -> Procedure:
    row, decision, exported = found.row, found.decision, found.export
    return Procedure(
        code=row.procedure_code,
        portal_id=str(row.id),
        name=row.procedure_name,
        kind=_kind(found.publisher_code) if meanings.kinds else None,
        state=_state(exported),
        field_name=row.field_name,
        publisher_code=found.publisher_code or None,
        publisher_name=row.published_agency,
        levels=None if exported is None else tuple(_levels(exported.levels, meanings.levels)),
        executing_agencies=_parts(row.implementation_agency or "", re.compile(re.escape(meanings.separator))),
        decision_number=decision.number if decision else None,
        decision_date=signed_on(decision.date, where=WHERE, path="$.decision.date") if decision else None,
        subjects=None if exported is None else _parts(exported.subjects, _APART),
    )


def _kind(publisher: str) -> Kind | None:
    """Inferred: what a ministry publishes is for everybody, what a province publishes is its own."""
    return {"G": Kind.STANDARD, "H": Kind.SPECIFIC}.get(publisher[:1])


def _state(exported: Exported | None) -> State:
    """What the search lists is public, unless the workbook says otherwise."""
    if exported is None or not exported.state.strip():
        return State.PUBLIC
    try:
        return parse_state(exported.state)
    except ValueError as error:
        raise ShapeError(f"{error!s:.200}", where=WHERE, path="$.export.state") from None


def _levels(written: str, own: Mapping[str, Level]) -> Iterator[Level]:
    known = {display(word).casefold(): level for word, level in own.items()}
    for part in _parts(written, _WORDS_APART):
        if (level := known.get(part.casefold())) is not None:
            yield level
            continue
        try:
            yield parse_level(part)
        except ValueError as error:
            said = f"{error!s:.200}"
            raise ShapeError(
                said, where=WHERE, path="$.export.levels", action="say what it means under levels"
            ) from None


def _parts(written: str, apart: re.Pattern[str]) -> tuple[str, ...]:
    parts = (display(part) for part in apart.split(written))
    return tuple(part for part in parts if part)

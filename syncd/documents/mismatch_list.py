"""The list of mismatches as they stood at an instant, with filters: what people sort and send on.

In: a session, what is wanted. Out: a stream of rows; a hundred thousand of them take no more memory than a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy.orm import Session

from syncd.documents.columns import Cell, Column
from syncd.documents.content import Annex, Content, Row
from syncd.documents.wanted import Sources, Wanted
from syncd.documents.words import DIFFERENCE, SEVERITY, STATE, field_words, kind_words, value_words
from syncd.ledger.evidence import each_mismatch
from syncd.ledger.mismatches import OPEN_STATES, Mismatch
from syncd.reconcile.mismatches import MismatchKind

COLUMNS: Final[tuple[Column, ...]] = (
    Column("code", "Mã TTHC", "Code", width=12),
    Column("name", "Tên thủ tục hành chính", "Procedure", width=40),
    Column("agency_name", "Đơn vị", "Unit", width=24),
    Column("agency_code", "Mã đơn vị", "Unit code", width=11),
    Column("kind", "Loại sai lệch", "Kind", width=30),
    Column("field", "Nội dung", "Field", width=18),
    Column("difference", "Phân loại khác nhau", "Difference", width=14),
    Column("severity", "Mức độ", "Severity", width=12),
    Column("state", "Trạng thái", "State", width=12),
    Column("portal_value", "Trên Cổng DVCQG", "On the portal", width=30),
    Column("city_value", "Tại hệ thống của Thành phố", "In the city's system", width=30),
    Column("first_seen", "Phát hiện từ", "First seen", Cell.INSTANT, 16),
    Column("confirmed_at", "Xác nhận lúc", "Confirmed", Cell.INSTANT, 16),
    Column("resolved_at", "Kết thúc lúc", "Ended", Cell.INSTANT, 16),
    Column("local_code", "Mã của Thành phố", "City's code", width=18),
    Column("pair", "Cặp đối soát", "Pair", width=12),
    Column("id", "Mã sai lệch", "Id", width=20),
    Column("event", "Mã sự kiện", "Event", Cell.WHOLE, 10),
)
ON_PAPER: Final = (
    "code",
    "name",
    "agency_name",
    "kind",
    "field",
    "state",
    "portal_value",
    "city_value",
    "first_seen",
    "event",
)
NO_RECORD: Final = "(không có bản ghi)"
EMPTY: Final = "(để trống)"
ABSENT: Final[dict[str, str]] = {
    MismatchKind.MISSING_ON_PORTAL: "portal_value",
    MismatchKind.MISSING_IN_CITY: "city_value",
    MismatchKind.DECISION_NOT_ENTERED: "portal_value",
    MismatchKind.DECISION_UNKNOWN: "city_value",
}
"""Kinds of which one side has no record at all."""
EVERY_STATE: Final = (*OPEN_STATES, "resolved", "vanished")


def mismatch_list(session: Session, wanted: Wanted, _sources: Sources) -> Content:
    """The mismatches in the states wanted (or those chosen), as they stood then."""
    rows = (row_of(event, one) for event, one in chosen(session, wanted))
    return Content(
        (Annex("Sai lệch", "Danh sách sai lệch dữ liệu thủ tục hành chính", COLUMNS, rows, on_paper=ON_PAPER),)
    )


def chosen(session: Session, wanted: Wanted) -> Iterator[tuple[int, Mismatch]]:
    """The mismatches that are wanted, with their last events, as a stream. Chosen ids are taken in any state."""
    states = EVERY_STATE if wanted.chosen else wanted.states
    ids = frozenset(wanted.chosen)
    for event, one in each_mismatch(session, as_of=wanted.as_of, states=states, pair=wanted.pair):
        if (not ids or one.id in ids) and _is_within(one.agency_code, wanted.within):
            yield event, one


def _is_within(code: str, within: str | None) -> bool:
    return within is None or code == within or code.startswith(f"{within}.")


def values_of(one: Mismatch) -> Row:
    """Both values as people call them; of a record that is not there, that it is not."""
    absent = ABSENT.get(one.kind, "")
    return {
        name: value_words(one.field, value) or (NO_RECORD if absent == name else EMPTY if one.difference else "")
        for name, value in (("portal_value", one.portal_value), ("city_value", one.city_value))
    }


def row_of(event: int, one: Mismatch) -> Row:
    """One mismatch in the words of an office."""
    return {
        "code": one.code,
        "name": one.name,
        "agency_name": one.agency_name,
        "agency_code": one.agency_code,
        "kind": kind_words(one.kind),
        "field": field_words(one.kind, one.field),
        "difference": DIFFERENCE.get(one.difference, one.difference),
        "severity": SEVERITY.get(one.severity, one.severity),
        "state": STATE.get(one.state, one.state),
        **values_of(one),
        "first_seen": one.first_seen,
        "confirmed_at": one.confirmed_at,
        "resolved_at": one.resolved_at,
        "local_code": one.local_code,
        "pair": one.pair,
        "id": one.id,
        "event": event,
    }

"""No input crashes the older gateway's parsers: whatever comes is a value or a `SideError`."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw
from xlsxwriter import Workbook

from adapters.national_gateway.agencies import agencies, codes_by_name, fields
from adapters.national_gateway.decisions import KeptDecision, published
from adapters.national_gateway.records import Meanings, Surround, canonical, code_of, decision_of, kept
from adapters.national_gateway.wire import amount_of, id_of, rows_of
from adapters.national_gateway.workbook import Exported, read_workbook
from loopback.portal import PortalState
from loopback.rest_gateway import GatewayBook, workbook
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError, SideError
from tests.adapters.test_national_portal import small_catalogue

KEYS = [
    "ID",
    "PROCEDURE_CODE",
    "PROCEDURE_NAME",
    "PUBLISHED_AGENCY",
    "IMPLEMENTATION_AGENCY",
    "FIELD_NAME",
    "QDCBID",
    "AMOUNT",
    "ROW_STT",
    "CODE",
    "NAME",
    "PUBLISHING_DATE",
    "AGENCY_ID",
    "AGENCY_NAME",
    "data",
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["", "0", "12", "09-12-2025", "99-99-9999", "1.000001", "a(b)", "(", "000.00.00.", "\x00", "9" * 400]
    )
)
ROWS = st.dictionaries(st.sampled_from(KEYS), LEAVES | st.lists(LEAVES, max_size=2), max_size=10)
VALUES = (
    LEAVES | ROWS | st.lists(ROWS | LEAVES, max_size=5) | st.fixed_dictionaries({"data": st.lists(ROWS, max_size=3)})
)
MEANINGS = Meanings(";", {}, True)


def raw(value: Any) -> Raw:
    return Raw(json.dumps(value).encode())


@given(VALUES)
def test_no_answer_crashes_the_reading_of_rows(answer: Any) -> None:
    with suppress(SideError):
        rows = rows_of(raw(answer), where="here")
        assert all(len(id_of(row)) <= 40 for row in rows)
        assert (amount_of(rows, where="here") or 0) >= 0


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reading_of_rows(body: bytes) -> None:
    with suppress(SideError):
        rows_of(body, where="here")


@given(
    ROWS, st.builds(Exported, st.text(max_size=30), st.text(max_size=30), st.text(max_size=30)), st.text(max_size=20)
)
def test_no_row_crashes_the_translation(row: dict[str, Any], exported: Exported, dated: str) -> None:
    sent = raw(row)
    around = Surround({decision_of(sent): KeptDecision("1/QĐ", dated)}, {code_of(sent): exported}, {})
    with suppress(SideError):
        canonical(Record("k", kept(sent, around)), MEANINGS)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_translation(content: bytes) -> None:
    with suppress(SideError):
        canonical(Record("k", content), MEANINGS)


@given(st.lists(ROWS | LEAVES, max_size=6))
def test_no_rows_crash_the_other_lists(rows: list[Any]) -> None:
    sent = [raw(row) for row in rows]
    with suppress(SideError):
        codes_by_name(agencies(sent))
    with suppress(SideError):
        fields(sent)
    for row in sent:
        with suppress(SideError):
            published(row)


@cache
def small_workbook() -> bytes:
    return workbook(GatewayBook(PortalState(small_catalogue())), "1.0001")


@settings(max_examples=30)
@given(st.data())
def test_no_damage_crashes_the_reading_of_the_workbook(drawn: st.DataObject) -> None:
    """A byte changed or the end cut off: an archive proves itself whole."""
    content = bytearray(small_workbook())
    at = drawn.draw(st.integers(0, len(content) - 1))
    if drawn.draw(st.booleans()):
        content[at] ^= drawn.draw(st.integers(1, 255))
    else:
        del content[at:]
    with suppress(SideError):
        read_workbook(bytes(content))


def test_a_workbook_without_its_columns_is_an_error() -> None:
    written = BytesIO()
    with Workbook(written) as book:
        book.add_worksheet().write_row(0, 0, ["Mã TTHC", "Tên"])
    with pytest.raises(ShapeError, match="no header row"):
        read_workbook(written.getvalue())

"""No input crashes the parsers: whatever comes is a value or a `SideError`."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from adapters.national_integration.canonical import canonical
from adapters.national_integration.codes import code_list
from adapters.national_integration.envelope import opened
from adapters.national_integration.meanings import Meanings
from adapters.national_integration.units import agencies, fields_of_work
from syncd.records.procedure import Kind
from syncd.sides.adapter import Record
from syncd.sides.errors import SideError

KEYS = [
    "MATTHC",
    "ID",
    "TENTTHC",
    "MACOQUANCONGBO",
    "LOAITTHC",
    "TRANGTHAI",
    "YEUCAU",
    "LINHVUCTHUCHIEN",
    "MALINHVUC",
    "CAPTHUCHIEN",
    "TRINHTUTHUCHIEN",
    "TRINHTU",
    "CACHTHUCTHUCHIEN",
    "KENH",
    "THOIGIAN",
    "THOIGIANGIAIQUYET",
    "DONVITINH",
    "PHILEPHI",
    "SOTIEN",
    "DONVI",
    "MOTA",
    "THANHPHANHOSO",
    "GIAYTO",
    "MAGIAYTO",
    "SOBANCHINH",
    "KETQUATHUCHIEN",
    "CANCUPHAPLY",
    "COQUANTHUCHIEN",
    "DOITUONGTHUCHIEN",
    "MADONVI",
    "TENDONVI",
    "error_code",
    "result",
    "message",
    "data",
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["", "1", "0", "không", "50.000", "1.000001", "1e999", "٣", "99999999999999999999", "\x00", "ngày"]
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)
RECORDS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=12)
MEANINGS = Meanings(kinds={"1": Kind.STANDARD})


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


@given(RECORDS, st.none() | VALUES)
def test_no_record_crashes_the_translation(record: dict[str, Any], decision: Any) -> None:
    """The decision's keys are foreign as well."""
    record["MATTHC"] = "1.000001"
    kept = {"procedure": record, "decision": decision, "publisher": None}
    with suppress(SideError):
        assert canonical(Record("k", encoded({"MATTHC": "1.000001"}), encoded(kept)), MEANINGS).code == "1.000001"


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_bytes_crash_the_translation(raw: bytes, detail: bytes) -> None:
    with suppress(SideError):
        canonical(Record("k", raw, detail), MEANINGS)


@given(VALUES | st.fixed_dictionaries({"error_code": LEAVES, "result": VALUES}))
def test_no_answer_crashes_the_envelope(answer: Any) -> None:
    with suppress(SideError):
        assert isinstance(opened(encoded(answer), "here"), list)


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_envelope(body: bytes) -> None:
    with suppress(SideError):
        opened(body, "here")


def test_deep_nesting_is_an_error_and_no_crash() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    for body in (deep, b'{"error_code":0,"result":' + deep + b"}"):
        with suppress(SideError):
            opened(body, "here")


@given(st.lists(VALUES, max_size=8))
def test_no_rows_crash_the_lists(rows: list[Any]) -> None:
    sent = [Raw(encoded(row)) for row in rows]
    assert len(code_list(sent).listed()) <= len(rows)
    for read in (agencies, fields_of_work):
        with suppress(SideError):
            read(sent)

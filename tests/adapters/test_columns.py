"""The column mapping: which settings are taken, how cells are read, and which raw bytes rows make."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from adapters.columns import Columns, Listing, Mapping, Number, Row, Strange, cell, mapping, procedure, stands_for
from adapters.columns.fields import FIELD_RULES
from adapters.columns.records import raw
from syncd.records.kinds import parse_kind
from syncd.records.levels import parse_level
from syncd.records.procedure import FIELDS, Kind, Level, Procedure, State
from syncd.records.states import parse_state
from syncd.records.words import Words
from syncd.sides.errors import ShapeError
from syncd.sides.tables.cells import decoded, encoded

SETTINGS: TypeAdapter[Any] = TypeAdapter(Columns)


def mapped(**columns: Any) -> Mapping:
    return mapping(SETTINGS.validate_python({"local_code": "Mã TTHC"} | columns))


def read(field: str, value: object, **options: Any) -> Any:
    """The value of one field in one cell, by way of raw bytes."""
    columns = mapped(**{field: {"column": "Cột"} | options})
    content = raw(Row(7, {"local_code": "1.000001", field: cell(value)}))
    return getattr(procedure(content, columns, where="row 7"), field)


def refusal(columns: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        SETTINGS.validate_python(columns)
    return str(caught.value)


def test_an_unknown_field_is_refused_with_the_nearest_one() -> None:
    said = refusal({"local_code": "Mã", "desicion_number": "QĐ"})
    assert "desicion_number" in said
    assert "did you mean 'decision_number'?" in said


def test_a_field_with_parts_is_refused_since_it_has_no_single_cell() -> None:
    assert "does not fit into one column" in refusal({"local_code": "Mã", "steps": "Trình tự"})


def test_a_mapping_without_any_code_is_refused() -> None:
    assert "local_code and code" in refusal({"name": "Tên"})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": {"column": "Tên", "separator": ";"}}, "name.separator"),
        ({"state": {"column": "TT", "values": {"Ẩn": "publik"}}}, "state.values['Ẩn']"),
        ({"name": "   "}, "is empty"),
        ({"name": {"column": "Tên", "sep": ";"}}, "Extra inputs"),
        ({"name": 5}, "name"),
    ],
)
def test_a_column_that_cannot_be_used_is_refused_with_its_path(options: dict[str, Any], said: str) -> None:
    assert said in refusal({"local_code": "Mã"} | options)


def test_only_known_fields_of_the_canonical_record_can_be_mapped() -> None:
    assert set(FIELD_RULES) < set(FIELDS)
    assert mapped(name="Tên").carries == {"code", "local_code", "name"}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("code", " 1.014325", " 1.014325"),
        ("portal_id", 55763403428, "55763403428"),
        ("portal_id", "", None),
        ("portal_id", Decimal("1.014320"), "1.014320"),
        ("portal_id", UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("name", "Cấp phép".encode().decode(), "Cấp phép"),
        ("name", "Ca\u0302\u0301p", "C\u1ea5p"),
        ("name", " hai  dấu cách ", " hai  dấu cách "),
        ("name", "", ""),
        ("name", None, None),
        ("decision_number", 12, "12"),
        ("decision_date", "31/12/2025", date(2025, 12, 31)),
        ("decision_date", date(2025, 12, 31), date(2025, 12, 31)),
        ("decision_date", datetime(2025, 12, 31, 18, 0, tzinfo=UTC), date(2026, 1, 1)),
        ("decision_date", 20251231, date(2025, 12, 31)),
        ("decision_date", 1767114000000, date(2025, 12, 31)),
        ("decision_date", "  ", None),
        ("published_at", "31/12/2025", datetime(2025, 12, 30, 17, 0, tzinfo=UTC)),
        ("published_at", "31/12/2025 08:30", datetime(2025, 12, 31, 1, 30, tzinfo=UTC)),
        ("published_at", "20251231083015", datetime(2025, 12, 31, 1, 30, 15, tzinfo=UTC)),
        ("published_at", "2025-12-31T08:30:00Z", datetime(2025, 12, 31, 8, 30, tzinfo=UTC)),
        ("published_at", datetime.fromisoformat("2025-12-31T07:00"), datetime(2025, 12, 31, 0, 0, tzinfo=UTC)),
        ("published_at", 1767114000000, datetime(2025, 12, 30, 17, 0, tzinfo=UTC)),
        ("levels", "Cấp tỉnh, Cơ quan khác", (Level.PROVINCE, Level.OTHER)),
        ("levels", "cap xa", (Level.COMMUNE,)),
        ("levels", "Cấp xã, phường", (Level.COMMUNE,)),
        ("levels", ["Cấp bộ", "Cấp tỉnh"], (Level.MINISTRY, Level.PROVINCE)),
        ("levels", "", ()),
        ("executing_agencies", "Sở Văn hóa, Thể thao\nUBND xã ; ", ("Sở Văn hóa, Thể thao", "UBND xã")),
        ("executing_agencies", None, None),
        ("state", "Đang công khai", State.PUBLIC),
        ("state", True, State.PUBLIC),
        ("state", 0, State.UNPUBLISHED),
        ("state", "", None),
        ("kind", "TTHC đặc thù", Kind.SPECIFIC),
    ],
)
def test_a_cell_is_read_by_its_field_s_own_rule(field: str, value: object, expected: object) -> None:
    assert read(field, value) == expected


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("code", 1.01432, "the number 1.01432, so that a zero or digits may have been lost; format the column as text"),
        ("decision_number", date(2026, 3, 12), "the date 2026-03-12 where text belongs"),
        ("name", True, "the truth value true"),
        ("name", b"\x00", "a value of the type bytes"),
        ("name", "a\x00b", "NUL"),
        ("name", "a\ud800b", "surrogate"),
        ("name", ["a"], "a list where one text belongs"),
        ("subjects", [["a"]], "a list inside a list"),
        ("subjects", {"a": 1}, "a value of the type dict"),
        ("decision_date", 45000, "the number 45000 is no date"),
        ("decision_date", 45000.5, "the number 45000.5 is no date"),
        ("decision_date", "hôm nay", "hôm nay"),
        ("decision_date", date(1, 1, 1), "outside the years"),
        ("published_at", datetime.fromisoformat("0001-01-01"), "outside the years"),
        ("published_at", "2025-12-31T25:30", "hour"),
        ("levels", "Cấp tỉnh, Cấp huyện", "no known level of government"),
        ("state", "Đang công khay", "the nearest known word is 'Đang công khai'"),
    ],
)
def test_a_cell_that_cannot_be_read_names_row_column_and_remedy(field: str, value: object, said: str) -> None:
    with pytest.raises(ShapeError) as caught:
        read(field, value)
    assert said in str(caught.value)
    assert "row 7, column 'Cột'" in str(caught.value)
    assert caught.value.path == field


def test_words_of_the_system_s_own_come_before_the_known_ones() -> None:
    values = {"đang   ÁP DỤNG": "withdrawn", "không có thông tin": "", "2": "public"}
    assert read("state", "Đang áp dụng", values=values) is State.WITHDRAWN
    assert read("state", "Không có thông tin", values=values) is None
    assert read("state", 2, values=values) is State.PUBLIC


def test_words_of_the_system_s_own_are_replaced_once() -> None:
    assert read("name", "a", values={"a": "b", "b": "c"}) == "b"
    assert read("subjects", "a", values={"a": "b", "b": "c"}) == ("b",)
    assert read("subjects", "a; b", values={"a": "b", "b": "c"}) == ("b", "c")


def test_a_separator_of_the_system_s_own_replaces_the_usual_ones() -> None:
    assert read("executing_agencies", "A; B | C", separator="|") == ("A; B", "C")


def test_raw_bytes_depend_on_the_mapped_cells_alone() -> None:
    """Neither the order of columns nor the number of the row is in them: a row that moved has not changed."""
    first = raw(Row(3, {"local_code": "1.1", "name": "Tên"}))
    assert first == raw(Row(9, {"name": "Tên", "local_code": "1.1"}))
    assert first != raw(Row(3, {"local_code": "1.1", "name": "tên"}))
    assert json.loads(first) == {"local_code": "1.1", "name": "Tên"}


def test_text_and_number_of_the_same_digits_are_different_bytes() -> None:
    assert raw(Row(1, {"code": "1"})) != raw(Row(1, {"code": 1}))


def test_keys_are_the_codes_verbatim_and_repeats_are_numbered() -> None:
    listing = Listing()
    codes = ["1.1", " 1.1", "1.1#2", "1.1", "1.1", ""]
    keys = [listing.listed(Row(at, {"local_code": code, "name": "x"})).key for at, code in enumerate(codes, 2)]
    assert keys == ["1.1", " 1.1", "1.1#2", "1.1#3", "1.1#4", "row 7"]
    assert listing.rows["1.1#3"] == 5


def test_a_row_without_code_is_one_invalid_record() -> None:
    listed = Listing().listed(Row(17, {"local_code": " ", "name": "Tên"}))
    assert listed.key == "row 17"
    with pytest.raises(ShapeError, match="row 17: the row has no code"):
        procedure(listed.raw, mapped(name="Tên"), where="row 17")


def test_a_code_too_long_for_a_key_is_no_key() -> None:
    assert Listing().listed(Row(4, {"code": "1" * 201})).key == "row 4"


@pytest.mark.parametrize(
    "content", [b"", b"[]x", b"[1]", b'{"name":{"a":1}}', b'{"name":{"date":"x"}}', b"\xff", b"[" * 9000]
)
def test_foreign_bytes_are_a_shape_error_and_nothing_else(content: bytes) -> None:
    with pytest.raises(ShapeError):
        procedure(content, mapped(name="Tên"), where="row 1")


def test_a_procedure_without_a_portal_code_has_an_empty_one() -> None:
    """Which code a local one stands for is for the equivalence table to say first."""
    content = raw(Row(1, {"local_code": "1.001612.000.00.00.H48"}))
    assert procedure(content, mapped(), where="row 1") == Procedure(code="", local_code="1.001612.000.00.00.H48")


@pytest.mark.parametrize(
    ("codes", "code", "stands"),
    [
        (("1.012753", ""), "1.012753", True),
        (("1.012754", "1.012753.H19"), "1.012753", False),
        (("", "1.012753.H19"), "1.012753", True),
        (("", "1.0127531"), "1.012753", False),
        (("", " 1.012753 "), "1.012753", True),
        (("", "1.012753"), "", False),
    ],
)
def test_a_row_answers_for_a_code_that_its_local_code_begins_with(
    codes: tuple[str, str], code: str, stands: bool
) -> None:
    assert stands_for(codes, code) is stands


@given(
    st.one_of(
        st.text(),
        st.integers(),
        st.booleans(),
        st.none(),
        st.dates(),
        st.datetimes(),
        st.floats(),
        st.decimals(),
        st.binary(max_size=3),
        st.lists(st.text(max_size=5), max_size=3),
    )
)
def test_every_cell_survives_its_bytes(value: object) -> None:
    kept = cell(value)
    content = raw(Row(1, {"name": kept}))
    assert decoded(json.loads(content)["name"]) == kept
    assert decoded(encoded(kept)) == kept


@given(
    st.sampled_from(sorted(FIELD_RULES)), st.one_of(st.text(), st.integers(), st.floats(), st.dates(), st.booleans())
)
def test_any_cell_is_a_value_or_a_shape_error(field: str, value: object) -> None:
    columns = mapped(**{field: "Cột"})
    try:
        found = procedure(raw(Row(1, {field: cell(value)})), columns, where="row 1")
    except ShapeError:
        return
    assert isinstance(found, Procedure)


def test_numbers_keep_the_digits_that_were_shown() -> None:
    assert cell(1.014320) == Number("1.01432")
    assert isinstance(cell(Decimal("NaN")), Strange)


@pytest.mark.parametrize(
    ("parse", "text", "meaning"),
    [
        (parse_level, "CẤP BỘ", Level.MINISTRY),
        (parse_level, "Cap tinh", Level.PROVINCE),
        (parse_level, "cơ  quan khác", Level.OTHER),
        (parse_state, "Còn hiệu lực", State.PUBLIC),
        (parse_state, "HET HIEU LUC", State.WITHDRAWN),
        (parse_state, "Không công khai", State.UNPUBLISHED),
        (parse_state, "Hủy bỏ", State.WITHDRAWN),
        (parse_state, "Huỷ bỏ", State.WITHDRAWN),
        (parse_state, "false", State.UNPUBLISHED),
        (parse_kind, "nội bộ", Kind.INTERNAL),
    ],
)
def test_words_are_known_without_case_and_accents(parse: Any, text: str, meaning: object) -> None:
    assert parse(text) is meaning


@pytest.mark.parametrize("parse", [parse_level, parse_state, parse_kind])
@pytest.mark.parametrize("text", ["", "x", "Cấp huyện", "công khai " * 100])
def test_unknown_words_are_refused_and_never_guessed(parse: Any, text: str) -> None:
    with pytest.raises(ValueError, match=r"known|long"):
        parse(text)


def test_a_table_whose_words_fold_together_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be told apart"):
        Words("sound", {"má": 1, "mà": 2})

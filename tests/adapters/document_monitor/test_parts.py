"""The small parts of the mapping: counts in cells, paths, placeholders, names of units."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document_monitor.counts import read_count
from adapters.document_monitor.naming import Naming, is_total
from adapters.document_monitor.paths import MISSING, found_at, parse_path
from adapters.document_monitor.placeholders import PERIOD_NAMES, filled, filled_body, kinds_told, names_in, values_of
from adapters.document_monitor.sql_names import binds_in, statement
from syncd.records.periods import Period, PeriodKind
from syncd.sides.tables.cells import Number

OCTOBER = Period.parse("2026-10")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        (0, 0),
        (1234, 1234),
        ("1234", 1234),
        ("1.234", 1234),
        ("1,234", 1234),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("12.345.678", 12_345_678),
        (" 7 ", 7),
        ("7.0", 7),
        (Number("7.0"), 7),
        ("", None),
        (None, None),
        ("–", None),
        ("-", None),
    ],
)
def test_a_count_is_read_as_offices_write_it(cell: Any, count: int | None) -> None:
    assert read_count(cell) == count


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (Number("1.234"), "no count"),
        (True, "truth value"),
        (-1, "below 0"),
        (10**13, "above"),
        ("1.23", "'1.23' is no count"),
        ("1.234,5", "no count"),
        ("1.234,567", "no count"),
        ("mười", "'mười' is no count"),
        ("²", "no count"),
        (date(2026, 1, 1), "date"),
    ],
)
def test_what_is_no_whole_number_is_refused_in_words(cell: Any, words: str) -> None:
    """A number 1.234 may be a thousand and more, or one and a quarter: nobody guesses."""
    with pytest.raises(ValueError, match=words):
        read_count(cell)


@given(st.text() | st.integers())
def test_any_cell_is_a_count_or_a_sentence(cell: str | int) -> None:
    with suppress(ValueError):
        count = read_count(cell)
        assert count is None or 0 <= count <= 10**12


ANSWER = {
    "data": {"units": [{"code": "A", "value": 1}, {"code": "B", "value": "2"}, {"code": 3, "value": True}]},
    "list": [10, 20],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("", ANSWER),
        ("$", ANSWER),
        ("list[1]", 20),
        ("$.list[0]", 10),
        ("data.units[code=B].value", "2"),
        ("data.units[code=3].value", True),
        ("data.units[0]", {"code": "A", "value": 1}),
        ("data.units[code=C].value", MISSING),
        ("data.nothing.more", MISSING),
        ("list[9]", MISSING),
        ("list.data", MISSING),
        ("data[0]", MISSING),
    ],
)
def test_a_path_finds_the_one_value_there_or_nothing(path: str, value: Any) -> None:
    found = found_at(parse_path(path), ANSWER)
    assert found is value if value is MISSING or value is ANSWER else found == value


@pytest.mark.parametrize("path", ["a..b", "a[", "a[]", "a[b]", "a]b", "a[=x]", "a[1]b", "a.", ".".join("a" * 30)])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"path|steps"):
        parse_path(path)


def test_a_selection_that_finds_two_is_refused() -> None:
    with pytest.raises(ValueError, match="2 entries have code = X"):
        found_at(parse_path("[code=X].value"), [{"code": "X"}, {"code": "X"}])


@given(st.text(max_size=40), JSON)
def test_any_path_into_any_answer_finds_something_nothing_or_refuses(path: str, answer: Any) -> None:
    with suppress(ValueError):
        found_at(parse_path(path), answer)


@given(st.lists(st.text(alphabet="abcdefg_", min_size=1, max_size=9), min_size=1, max_size=8), st.integers())
def test_a_path_of_keys_finds_what_was_put_there(keys: list[str], value: int) -> None:
    answer: Any = value
    for key in reversed(keys):
        answer = {key: answer}
    assert found_at(parse_path(".".join(keys)), answer) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{period}", "2026-10"),
        ("nv-{year}-{month:02}.xlsx", "nv-2026-10.xlsx"),
        ("{first:%d/%m/%Y}", "01/10/2026"),
        ("{first}..{last}..{after}", "2026-10-01..2026-10-31..2026-11-01"),
        ("{} {0} {unknown} { year }", "{} {0} {unknown} { year }"),
    ],
)
def test_a_period_is_written_into_a_text(text: str, expected: str) -> None:
    assert filled(text, values_of(OCTOBER)) == expected


def test_a_text_that_is_one_number_becomes_that_number_in_a_body() -> None:
    """With a form it stays a text; so does anything beside the placeholder."""
    body = {"nam": "{year}", "thang": ["{month:02}"], "ky": "{period}", "co": True, "ten": "năm {year}"}
    filled_in = {"nam": 2026, "thang": ["10"], "ky": "2026-10", "co": True, "ten": "năm 2026"}
    assert filled_body(body, values_of(OCTOBER)) == filled_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{moth}", "no placeholder {moth}; did you mean 'month'"),
        ("{first:%H}", "%d, %m and %Y"),
        ("{first:%}", "%d, %m and %Y"),
        ("{year:x}", "padded"),
    ],
)
def test_a_placeholder_that_is_none_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        names_in(text, PERIOD_NAMES)


@given(st.text(max_size=80))
def test_any_text_has_placeholders_or_is_refused_and_can_then_be_filled(text: str) -> None:
    with suppress(ValueError):
        if names_in(text, PERIOD_NAMES) <= values_of(OCTOBER).keys():
            assert isinstance(filled(text, values_of(OCTOBER)), str)


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        ("", ""),
        ("year", "year"),
        ("year month", "month"),
        ("month", ""),
        ("year quarter", "quarter"),
        ("first last", "month quarter year"),
        ("first after", "month quarter year"),
        ("first", ""),
        ("period", "month quarter year"),
        ("period month", "month"),
    ],
)
def test_placeholders_tell_some_kinds_of_periods_apart(names: str, kinds: str) -> None:
    assert kinds_told(frozenset(names.split())) == {PeriodKind(kind) for kind in kinds.split()}


def test_only_the_names_of_a_period_are_bound_in_a_query() -> None:
    """Casts, times and texts with colons stay what they are."""
    query = "SELECT a::date, '12:30' FROM t WHERE d >= :first AND d < :after AND y = :year AND x = ':note'"
    assert binds_in(query) == {"first", "after", "year"}
    bound = statement(query, OCTOBER)
    assert {one: bound._bindparams[one].value for one in bound._bindparams} == {
        "first": date(2026, 10, 1),
        "after": date(2026, 11, 1),
        "year": 2026,
    }


@pytest.mark.parametrize("query", ["SELECT ':first'", "SELECT 1 -- :last\n", 'SELECT ":year" FROM t WHERE y = :year'])
def test_a_bound_name_inside_quotation_marks_is_refused(query: str) -> None:
    with pytest.raises(ValueError, match="quotation marks or a comment"):
        binds_in(query)


def test_units_are_found_by_code_by_the_table_and_by_any_writing_of_the_name() -> None:
    naming = Naming({"Uỷ ban nhân dân phường Hoà Bình": "H26.32", "17": "H26.17", "UBND P. Hoà Bình": "H26.32"})
    assert naming.named("", "ỦY BAN NHÂN DÂN PHƯỜNG HÒA BÌNH").code == "H26.32"
    assert naming.named("", "UBND phường Hòa Bình").code == "H26.32"
    assert naming.named("", "UBND P. Hòa Bình").code == "H26.32"
    assert naming.named("17", "Sở Y tế") == ("H26.17", "Sở Y tế")
    assert naming.named("H26.8", "Sở Tư pháp") == ("H26.8", "Sở Tư pháp")
    assert naming.named("99", "Sở Lạ") == ("", "Sở Lạ")
    assert naming.named("99", "") == ("", "99")


@pytest.mark.parametrize("named", [("", ""), ("", " \u200b"), ("", "x" * 301)])
def test_a_row_that_names_nobody_is_refused(named: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="unit"):
        Naming({}).named(*named)


def test_a_total_is_no_unit_whatever_its_writing() -> None:
    totals = ("Tổng cộng", "TỔNG SỐ:", "Tổng", "Cộng", "toàn thành phố")
    assert all(map(is_total, totals))
    assert not any(map(is_total, ("Tổng cục Thuế", "Cộng Hoà", "", "Sở Y tế")))


@given(st.dictionaries(st.text(max_size=30), st.text(min_size=1, max_size=10), max_size=8), st.text(), st.text())
def test_any_table_and_any_names_end_in_a_unit_or_a_sentence(units: dict[str, str], code: str, name: str) -> None:
    with suppress(ValueError):
        assert Naming(units).named(code, name).name

"""The words of iGate, one by one: names, codes, and what a row and its details say together."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.igate.names import Spoken, is_odd, portal_code, vietnamese
from adapters.igate.records import NO_DETAIL, Meanings, identity, procedure
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError

MEANT = Meanings({}, {})
ROW = {"id": "a1", "code": "1.000001.H26", "name": "Tên"}


def translated(row: dict[str, Any], detail: dict[str, Any] | None = None) -> Procedure:
    told = None if detail is None else json.dumps(detail).encode()
    return procedure(Record("a1", json.dumps(row).encode(), told), MEANT, where="here")


@pytest.mark.parametrize("language", [228, "228", "vi", "VI", "vi-VN", " vi ", None])
def test_vietnamese_is_written_in_many_ways(language: Any) -> None:
    assert vietnamese([Spoken("Permit", 46), Spoken("Giấy phép", language)]) == "Giấy phép"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (None, None),
        ("", ""),
        ("Giấy phép", "Giấy phép"),
        ([], None),
        ([Spoken("Permit", 46)], None),
        ([Spoken("Permit", "en")], None),
        ([Spoken(None, 228)], None),
        ([Spoken("", 228), Spoken("Permit", 46)], ""),
        ([Spoken(" ", 228), Spoken("Giấy phép", "vi")], "Giấy phép"),
    ],
)
def test_what_is_not_told_in_vietnamese_is_not_told(name: Any, told: str | None) -> None:
    assert vietnamese(name) == told


@pytest.mark.parametrize(
    ("typed", "code", "odd"),
    [
        (None, "", False),
        ("", "", False),
        (" \t", "", False),
        ("1.014325", "1.014325", False),
        ("1.014325.H26", "1.014325", True),
        ("1.014325.000.00.00.H48", "1.014325", True),
        ("1.014325.H26.103.17", "1.014325", True),
        (" 1.014325", " 1.014325", True),
        ("1.014325 ", "1.014325 ", True),
        ("TTHC-01", "TTHC-01", True),
        ("1.004850A", "1.004850A", True),
    ],
)
def test_a_portal_code_loses_a_suffix_and_nothing_else(typed: str | None, code: str, odd: bool) -> None:
    assert (portal_code(typed), is_odd(typed)) == (code, odd)


def test_what_details_say_counts_and_what_they_leave_out_is_the_rows() -> None:
    detail = {"id": "a1", "name": "Tên đầy đủ", "nationCode": "1.000002", "agency": [{"id": 1, "name": "Sở A"}]}
    assert translated({**ROW, "nationCode": "1.000001"}, detail) == translated(
        {**ROW, "name": "Tên đầy đủ", "nationCode": "1.000002", "agency": [{"id": 1, "name": "Sở A"}]}
    )
    assert translated(ROW, {"id": "a1"}) == translated(ROW)


def test_a_detail_that_was_not_asked_for_changes_nothing() -> None:
    raw = json.dumps(ROW).encode()
    assert procedure(Record("a1", raw, NO_DETAIL), MEANT, where="here") == translated(ROW)


def test_a_name_may_stand_under_translate() -> None:
    """As it does in dossiers."""
    row = {"id": "a1", "code": "c", "translate": [{"languageId": 228, "name": "Đăng ký"}]}
    assert translated(row).name == "Đăng ký"


def test_agencies_without_a_vietnamese_name_are_left_out() -> None:
    agency = [{"id": 1, "name": "Sở A"}, {"id": 2, "name": [{"languageId": 46, "name": "B"}]}, {"id": 3, "name": " "}]
    assert translated({**ROW, "agency": agency}).executing_agencies == ("Sở A",)
    assert translated({**ROW, "agency": []}).executing_agencies == ()
    assert translated(ROW).executing_agencies is None


def test_a_procedure_with_a_portal_code_alone_is_one() -> None:
    record = translated({"id": "a1", "nationCode": "1.000001"})
    assert (record.code, record.local_code) == ("1.000001", "")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"code": None}, "$.code"),
        ({"code": 7}, "$.code"),
        ({"nationCode": 1.014325}, "$.nationCode"),
        ({"name": {"languageId": 228, "name": "x"}}, "$.name"),
        ({"name": [{"languageId": 228}]}, "$.name[0]"),
        ({"sector": {"name": "x"}}, "$.sector"),
        ({"sector": "TLHDH"}, "$.sector"),
        ({"agency": {"id": 1}}, "$.agency"),
        ({"level": [1]}, "$.level"),
    ],
)
def test_a_value_of_another_shape_is_refused_with_its_path_and_the_codes(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(ShapeError) as refused:
        translated({**ROW, **changes})
    assert refused.value.path == path
    assert refused.value.local_code == ("" if "code" in changes else ROW["code"])


@pytest.mark.parametrize("foreign", [b"", b"[]", b"null", b"{", b"\xff", b'{"id":{}}'])
def test_foreign_bytes_say_no_code_and_have_a_key_of_their_own(foreign: bytes) -> None:
    seen = identity(foreign)
    assert (seen.code, seen.nation_code) == ("", None)
    assert seen.key.startswith("unreadable-")

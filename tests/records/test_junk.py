"""Test records left on a live system are told, ordinary ones are not."""

from __future__ import annotations

import pytest

from syncd.records.junk import looks_like_test
from syncd.records.procedure import Procedure


@pytest.mark.parametrize(
    ("procedure", "reason"),
    [
        (Procedure(code="1.014955-Xoa"), "the code is marked as deleted: '1.014955-Xoa'"),
        (Procedure(code="1.014955", local_code="1.014955.H26_XOÁ"), "the local code is marked as deleted"),
        (Procedure(code="TEST01"), "the code says test"),
        (Procedure(code="1.000001", local_code="demo.H26"), "the local code says test"),
        (Procedure(code="3.000360", decision_number="Demo/QĐ-BCA"), "the decision number says test: 'Demo/QĐ-BCA'"),
        (Procedure(code="1.115188", decision_number="QĐ000001SNNTEST"), "the decision number says test"),
        (Procedure(code="1.000001", name="TEST thủ tục 1"), "the name says test"),
        (Procedure(code="1.000001", name="Thủ tục demo2"), "the name says test"),
        (Procedure(code="1.000001", name="Thủ tục test"), "the name says test"),
    ],
)
def test_a_mark_of_a_test_is_told_with_its_reason(procedure: Procedure, reason: str) -> None:
    assert looks_like_test(procedure).startswith(reason)


@pytest.mark.parametrize(
    "name",
    [
        "Cấp giấy phép thử nghiệm mạng và dịch vụ viễn thông",
        "Xóa đăng ký",
        "Xoá đăng ký biện pháp bảo đảm",
        "Cấp số lưu hành kit test nhanh",
        "Nhập khẩu bộ test chẩn đoán",
        "Xét nghiệm bằng test nhanh",
        "Cấp phép sử dụng chất Testosterone",
        "",
    ],
)
def test_ordinary_words_are_not_tests(name: str) -> None:
    procedure = Procedure(code="1.000001", local_code="1.000001.H26", name=name, decision_number="12/QĐ-UBND")
    assert looks_like_test(procedure) == ""


def test_a_record_that_says_nothing_is_no_test() -> None:
    assert looks_like_test(Procedure(code="1.000001")) == ""

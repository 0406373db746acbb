"""What is equal and what is not, field by field: golden tests of the table and of the twelve classic semantics."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from syncd.reconcile.classes import classify
from syncd.reconcile.comparison import differences
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.equality import CLASSES, FIELD_RULES, NOT_COMPARED
from syncd.records.durations import parse_quantity
from syncd.records.procedure import (
    FIELDS,
    Channel,
    Document,
    Duration,
    Fee,
    Kind,
    LegalBasis,
    Level,
    Method,
    Procedure,
    Step,
    Unit,
)
from tests.reconcile.records import FULL, RULES
from tests.records.test_text import LETTERS

FORM, TONE, ORDER, REAL = (
    DifferenceClass.FORM_ONLY,
    DifferenceClass.TONE_MARK,
    DifferenceClass.ORDER,
    DifferenceClass.REAL,
)
DAY, WORKING = Unit.DAY, Unit.WORKING_DAY


def verdict(field: str, portal: Any, city: Any) -> DifferenceClass | None:
    """The class of the one difference between two records that differ in one field at most."""
    found = differences(
        Procedure(code="1.000001", **{field: portal}), Procedure(code="1.000001", **{field: city}), RULES
    )
    assert [difference.field for difference in found] in ([], [field])
    return found[0].difference if found else None


def method(days: str | None = None, *fees: Fee, unit: Unit = WORKING, note: str = "") -> tuple[Method, ...]:
    return (Method(Channel.DIRECT, Duration(Decimal(days), unit) if days else None, fees, note),)


def test_every_field_is_compared_or_not_compared_for_a_reason() -> None:
    assert FIELD_RULES.keys() | NOT_COMPARED.keys() == set(FIELDS)
    assert FIELD_RULES.keys() & NOT_COMPARED.keys() == set()
    assert CLASSES.keys() == set(DifferenceClass)


@dataclass(frozen=True)
class Semantics:
    """One column of the matrix: two values of a field, and what we say of them (None: equal)."""

    name: str
    field: str
    portal: Any
    city: Any
    says: DifferenceClass | None


MATRIX = (
    Semantics("NFC/NFD", "name", "Đăng ký hộ tịch", unicodedata.normalize("NFD", "Đăng ký hộ tịch"), FORM),
    Semantics("1/1.0", "methods", method("1"), method("1.0"), None),
    Semantics("None/missing", "requirements", None, "Có hộ khẩu", None),
    Semantics("''/None", "requirements", "", None, None),
    Semantics("''/text", "requirements", "", "Có hộ khẩu", REAL),
    Semantics("list order, ordered", "steps", (Step("a"), Step("b")), (Step("b"), Step("a")), ORDER),
    Semantics("list order, set", "subjects", ("a", "b"), ("b", "a"), None),
    Semantics("list order, keyed", "documents", (Document("a"), Document("b")), (Document("b"), Document("a")), None),
    Semantics("trailing space", "name", "Hộ tịch", "Hộ tịch ", FORM),
    Semantics("NBSP/space", "name", "Hộ tịch", "Hộ\u00a0tịch", FORM),
    Semantics("CRLF/LF", "requirements", "Một\r\nhai", "Một\nhai", FORM),
)


@pytest.mark.parametrize("column", MATRIX, ids=[column.name for column in MATRIX])
def test_the_matrix_of_comparison_semantics(column: Semantics) -> None:
    assert verdict(column.field, column.portal, column.city) is column.says
    assert verdict(column.field, column.city, column.portal) is column.says


@pytest.mark.parametrize(
    "raw",
    [
        b'{"code":"1.000001","methods":[{"channel":"direct","fees":[{"kind":"","amount":true}]}]}',
        b'{"code":"1.000001","methods":[{"channel":"direct","fees":[{"kind":"","amount":"1"}]}]}',
        b'{"code":"1.000001","methods":[{"channel":"direct","fees":[{"kind":"","amount":1.5}]}]}',
        b'{"code":"1.000001","name":1}',
        b'{"code":"1.000001","decision_date":"2019-02-20 (s\xe1\xbb\xada)"}',
    ],
    ids=["1/True", "1/'1'", "1/1.5", "number for a text", "date that is a sentence"],
)
def test_no_type_is_ever_inferred(raw: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(raw, type=Procedure)


def test_not_a_number_is_no_quantity() -> None:
    with pytest.raises(ValueError, match="outside"):
        parse_quantity(float("nan"))


def test_the_order_of_keys_does_not_matter() -> None:
    first = msgspec.json.decode(b'{"code":"1","name":"a","online_level":"b"}', type=Procedure)
    second = msgspec.json.decode(b'{"online_level":"b", "name":"a", "code":"1"}', type=Procedure)
    assert differences(first, second, RULES) == []


@pytest.mark.parametrize("letter", LETTERS)
def test_every_vietnamese_letter_compares_equal_in_nfc_and_nfd(letter: str) -> None:
    assert verdict("name", f"x{letter}x", f"x{unicodedata.normalize('NFD', letter)}x") in (None, FORM)


@pytest.mark.parametrize(
    ("portal", "city", "says"),
    [
        ("Đăng ký", "đăng KÝ", FORM),
        ("Uỷ ban", "Ủy ban", FORM),
        ("Đăng\u200b ký", "Đăng ký", FORM),
        ("hỏi", "hõi", TONE),
        ("đa", "da", TONE),
        ("HỎI ý kiến", "hõi  ý kiến", TONE),
        ("mơ", "mo", TONE),
        ("hỏi", "hỏi đáp", REAL),
        ("cấp lại", "cấp đổi", REAL),
    ],
)
def test_texts(portal: str, city: str, says: DifferenceClass) -> None:
    assert verdict("name", portal, city) is says
    assert verdict("field_name", portal, city) is says
    assert verdict("executing_agencies", (portal, "Sở Y tế"), ("Sở Y tế", city)) is says
    assert verdict("steps", (Step(portal),), (Step(city),)) is says


@pytest.mark.parametrize(
    "words", ["Không", "KHÔNG CÓ", "không quy định.", "Không có thông tin", "", " - ", "Kho\u0302ng"]
)
def test_words_for_nothing_are_nothing(words: str) -> None:
    assert verdict("requirements", words, "") in (None, FORM)
    assert verdict("results", (words,), ()) in (None, FORM)
    assert verdict("requirements", words, "Có phương án") is REAL


@pytest.mark.parametrize(
    ("portal", "city", "says"),
    [
        ("2193/QĐ-UBND.", "2193/QĐ-UBND", FORM),
        ("Quyết định số 5519/QĐ-BQP", "5519/QD_BQP", FORM),
        ("02204/QĐ-UBND", "2204/QĐ-UBND ngày 04/12/2025", FORM),
        ("2193/QĐ-UBND", "2194/QĐ-UBND", REAL),
        ("2193/QĐ-UBND", "2193/QĐ-BYT", REAL),
        ("2193/QĐ-UBND", "", REAL),
    ],
)
def test_decision_numbers(portal: str, city: str, says: DifferenceClass) -> None:
    assert verdict("decision_number", portal, city) is says


def test_dates_enumerations_and_sets() -> None:
    assert verdict("decision_date", date(2026, 7, 3), date(2026, 7, 4)) is REAL
    assert verdict("kind", Kind.STANDARD, Kind.SPECIFIC) is REAL
    assert verdict("levels", (Level.PROVINCE, Level.COMMUNE), (Level.COMMUNE, Level.PROVINCE)) is None
    assert verdict("levels", (Level.PROVINCE,), (Level.PROVINCE, Level.COMMUNE)) is REAL
    assert verdict("subjects", ("a", "a"), ("a",)) is None
    assert verdict("field_code", "G06-KH01 ", "g06-kh01") is FORM


@pytest.mark.parametrize(
    ("portal", "city", "says"),
    [
        ("7", "7.0", None),
        ("7", "8", REAL),
        ("3.5", "3", REAL),
    ],
)
def test_time_limits_are_exact(portal: str, city: str, says: DifferenceClass | None) -> None:
    assert verdict("methods", method(portal), method(city)) is says


def test_working_days_are_not_days_and_never_converted() -> None:
    assert verdict("methods", method("7"), method("7", unit=DAY)) is REAL
    assert verdict("methods", method("24", unit=Unit.HOUR), method("1", unit=DAY)) is REAL


def test_a_silent_part_of_a_method_is_not_compared() -> None:
    assert verdict("methods", method("7", note="tại quầy"), method(None)) is None
    assert verdict("methods", method("7", note="tại quầy"), method("7", note="qua mạng")) is REAL


def test_fees_are_whole_dong_and_none_is_nought() -> None:
    fee = Fee("Lệ phí", 50_000)
    assert verdict("methods", method("7", fee), method("7", Fee("LỆ  PHÍ", 50_000))) is FORM
    assert verdict("methods", method("7", fee), method("7", Fee("Lệ phí", 50_001))) is REAL
    assert verdict("methods", method("7", Fee("Lệ phí", 0)), method("7")) is None
    assert verdict("methods", method("7", Fee("Lệ phí", 0, "miễn")), method("7")) is REAL
    assert verdict("methods", method("7", fee, Fee("Phí", 1)), method("7", Fee("Phí", 1), fee)) is None


def test_methods_are_told_apart_by_channel() -> None:
    direct, online = Method(Channel.DIRECT, note="a"), Method(Channel.ONLINE, note="b")
    assert verdict("methods", (direct, online), (online, direct)) is None
    assert verdict("methods", (direct, online), (direct,)) is REAL
    assert verdict("methods", (direct,), (Method(Channel.ONLINE, note="a"),)) is REAL


def test_two_methods_of_one_channel_are_not_mixed_up() -> None:
    fast, slow = Duration(Decimal(3), DAY), Duration(Decimal(9), DAY)
    dear, cheap = (Fee("Phí", 9),), (Fee("Phí", 3),)
    one = (Method(Channel.DIRECT, fast, dear), Method(Channel.DIRECT, slow, cheap))
    other = (Method(Channel.DIRECT, fast, cheap), Method(Channel.DIRECT, slow, dear))
    assert verdict("methods", one, other) is REAL


@pytest.mark.parametrize(
    ("portal", "city", "says"),
    [
        (Document("Đơn", "KQ.01", originals=1), Document("Đơn"), None),
        (Document("Đơn", "KQ.01"), Document("Đơn", "KQ.02"), REAL),
        (Document("Đơn", originals=1), Document("Đơn", originals=2), REAL),
        (Document("Đơn", copies=0), Document("Đơn", copies=None), None),
        (Document("Đơn"), Document("ĐƠN "), FORM),
        (Document("Đơn"), Document("Đôn"), TONE),
    ],
)
def test_documents_are_keyed_by_name(portal: Document, city: Document, says: DifferenceClass | None) -> None:
    assert verdict("documents", (portal,), (city,)) is says


def test_a_paper_more_is_a_real_difference_even_when_it_is_the_same_paper() -> None:
    assert verdict("documents", (Document("Đơn"), Document("Đơn")), (Document("Đơn"),)) is REAL


def test_legal_bases_are_keyed_by_number() -> None:
    named, bare = LegalBasis("39/2024/QH15", "Luật Thủ đô"), LegalBasis("39/2024/QH15")
    assert verdict("legal_bases", (named,), (bare,)) is None
    assert verdict("legal_bases", (named,), (LegalBasis("39/2024/QH15", "Luật Đất đai"),)) is REAL
    assert verdict("legal_bases", (named,), ()) is REAL


def test_a_step_in_another_place_with_another_mark_is_graver_than_order() -> None:
    assert verdict("steps", (Step("hỏi"), Step("b")), (Step("b"), Step("hõi"))) is REAL
    assert verdict("steps", (Step("A "), Step("b")), (Step("b"), Step("a"))) is ORDER


def test_a_step_that_says_nothing_is_no_step() -> None:
    assert verdict("steps", (Step("a"), Step("  ")), (Step("a"),)) in (None, FORM)


def test_an_optional_part_of_white_space_says_nothing() -> None:
    assert verdict("steps", (Step("a", " "),), (Step("a", "Trường hợp 1"),)) is None


def test_equal_values_have_no_class() -> None:
    for name, rule in FIELD_RULES.items():
        value = getattr(FULL, name)
        assert classify(rule, value, value, {}) is None, name

"""Comparing whole records by rules that are a value."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from syncd.reconcile.comparison import RULES_VERSION, Rules, comparable, comparison_form, differences
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.equality import FIELD_RULES
from syncd.records.procedure import FIELDS, Document, Procedure, Step
from tests.reconcile.records import FULL, RULES, procedures

MAPPED = Rules(
    fields=frozenset({"executing_agencies", "publisher_name", "field_name"}),
    agencies={"Ủy ban nhân dân cấp xã": "UBND xã", "UBND phường": "UBND xã", "Sở A": "Sở B", "Sở B": "Sở C"},
    field_names={"Khoa học và công nghệ": "KHCN"},
)


def test_a_full_record_does_not_differ_from_itself() -> None:
    assert differences(FULL, FULL, RULES) == []
    assert [name for name in FIELD_RULES if getattr(FULL, name) is None] == []


def test_only_the_fields_of_the_rules_are_compared() -> None:
    other = msgspec.structs.replace(FULL, name="khác", requirements="khác")
    assert [one.field for one in differences(FULL, other, Rules(fields=frozenset({"name"})))] == ["name"]
    assert [one.field for one in differences(FULL, other, Rules(fields=frozenset()))] == []


def test_silence_on_either_side_is_no_difference_whatever_the_fingerprints_say() -> None:
    silent = Procedure(code=FULL.code)
    assert differences(FULL, silent, RULES) == differences(silent, FULL, RULES) == []
    assert comparison_form(FULL, RULES) != comparison_form(silent, RULES)
    assert comparison_form(silent, RULES) == b"[" + b",".join([b"null"] * len(FIELD_RULES)) + b"]"


def test_values_are_shown_in_nfc_one_entry_a_line_in_words() -> None:
    other = msgspec.structs.replace(
        FULL, methods=(), steps=(Step("No\u0323\u0302p  hồ sơ"),), documents=(Document("Đơn đề nghị", originals=2),)
    )
    shown = {one.field: (one.portal_value, one.city_value) for one in differences(FULL, other, RULES)}
    assert shown["methods"] == (
        "Trực tiếp · 7 ngày làm việc · tại quầy · Lệ phí 50.000 đồng mỗi hồ sơ\nTrực tuyến · 7 ngày làm việc",
        "",
    )
    assert shown["steps"] == ("Nộp hồ sơ · Trường hợp 1\nThẩm định\nTrả kết quả", "Nộp hồ sơ")
    assert shown["documents"][1] == "Đơn đề nghị · 2"


def test_a_difference_that_an_equivalence_explains_is_mapped() -> None:
    portal = Procedure(
        code="1",
        executing_agencies=("Sở A", "ỦY BAN nhân dân cấp xã"),
        publisher_name="Sở A",
        field_name="Khoa học và công nghệ",
    )
    city = Procedure(code="1", executing_agencies=("UBND xã", "sở c"), publisher_name="Sở C", field_name="KHCN")
    assert {one.field: one.difference for one in differences(portal, city, MAPPED)} == dict.fromkeys(
        MAPPED.fields, DifferenceClass.MAPPED
    )
    assert comparison_form(portal, MAPPED) == comparison_form(city, MAPPED)


def test_what_no_equivalence_explains_stays_real() -> None:
    portal, city = Procedure(code="1", field_name="KHCN"), Procedure(code="1", field_name="Sở C")
    assert [one.difference for one in differences(portal, city, MAPPED)] == [DifferenceClass.REAL]


def test_a_mere_difference_of_form_is_not_called_mapped() -> None:
    portal, city = Procedure(code="1", field_name="KHCN"), Procedure(code="1", field_name="khcn")
    assert [one.difference for one in differences(portal, city, MAPPED)] == [DifferenceClass.FORM_ONLY]


@pytest.mark.parametrize(
    "other",
    [
        Rules(fields=frozenset({"name"})),
        Rules(fields=frozenset(FIELD_RULES), agencies={"a": "b"}),
        Rules(fields=frozenset(FIELD_RULES), field_names={"a": "b"}),
    ],
)
def test_other_rules_have_another_fingerprint(other: Rules) -> None:
    assert other.fingerprint != RULES.fingerprint
    assert other != RULES
    assert len(other.fingerprint) == 32


def test_equal_rules_are_equal_and_tables_of_fields_not_compared_do_not_count() -> None:
    again = Rules(fields=frozenset(FIELD_RULES), agencies={}, field_names={})
    assert (again, hash(again), again.fingerprint) == (RULES, hash(RULES), RULES.fingerprint)
    names = frozenset({"name"})
    assert Rules(fields=names, agencies={"a": "b"}) == Rules(fields=names)


def test_the_encoding_of_the_comparison_form_is_pinned_to_the_version_of_the_rules() -> None:
    """When this fails, raise RULES_VERSION: stored fingerprints would else be compared with new ones."""
    assert RULES_VERSION == 1
    assert RULES.fingerprint == "40490662493fd2c0fb71a2eb243a817d"
    assert comparison_form(FULL, RULES).decode() == (
        '["specific","g06-kh01","khoa học và công nghệ","h26","ubnd thành phố hà nội",["commune","provinc'
        'e"],["sở khoa học và công nghệ","uỷ ban nhân dân cấp xã"],"918/QĐ-TTPVHCC","2026-07-03",["công d'
        'ân việt nam","doanh nghiệp"],"toàn trình","Thủ tục cho phép thử nghiệm có kiểm soát","Có phương '
        'án thử nghiệm",["Quyết định cho phép"],[{"text":"Nộp hồ sơ","case":"Trường hợp 1"},{"text":"Thẩm'
        ' định","case":""},{"text":"Trả kết quả","case":""}],[["direct","7 working_day","tại quầy",[["Lệ '
        'phí","50000","mỗi hồ sơ"]]],["online","7 working_day","",[]]],[{"name":"Bản sao giấy phép","code'
        '":"","case":"","originals":0,"copies":null},{"name":"Đơn đề nghị","code":"KQ.01","case":"","orig'
        'inals":1,"copies":0}],[{"number":"39/2024/QH15","name":"Luật Thủ đô"},{"number":"61/2018/NĐ-CP",'
        '"name":""}]]'
    )


@pytest.mark.parametrize("name", ["code", "state", "price"])
def test_a_field_that_is_not_compared_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name!r} is not compared: "):
        Rules(fields=frozenset({"name", name}))


def test_comparable_is_what_both_sides_carry_and_is_compared() -> None:
    assert comparable({"code", "name", "steps"}, FIELDS) == {"name", "steps"}
    assert comparable({"name"}, {"steps"}) == frozenset()


@given(procedures(), procedures())
def test_every_difference_has_a_class_and_the_same_one_from_both_sides(first: Procedure, second: Procedure) -> None:
    ours = [(one.field, one.difference) for one in differences(first, second, RULES)]
    assert ours == [(one.field, one.difference) for one in differences(second, first, RULES)]
    assert differences(first, first, RULES) == []


@given(procedures(), procedures())
def test_equal_forms_hide_nothing_that_alarms(first: Procedure, second: Procedure) -> None:
    for name in FIELD_RULES:
        rules = Rules(fields=frozenset({name}))
        if comparison_form(first, rules) == comparison_form(second, rules):
            assert [one for one in differences(first, second, rules) if one.difference.alarming] == []

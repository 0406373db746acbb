"""One record of the integration API, with every oddity that its clients work around."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from adapters.national_integration.canonical import canonical
from adapters.national_integration.envelope import AlreadyThereError, RefusedError, opened
from adapters.national_integration.meanings import Meanings
from loopback.integration_records import money
from syncd.records.procedure import Channel, Document, Duration, Fee, Kind, Level, Method, Procedure, State, Unit
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError

MEANINGS = Meanings(kinds={"1": Kind.STANDARD})
RECORD: dict[str, Any] = {
    "MATTHC": "1.000001",
    "ID": "432777",
    "TENTTHC": "Cấp phép",
    "TRANGTHAI": "1",
    "LOAITTHC": "1",
}


def translated(meanings: Meanings = MEANINGS, decision: object = None, **changes: Any) -> Procedure:
    """The canonical form of a small record with these keys changed."""
    kept = {"procedure": RECORD | changes, "decision": decision, "publisher": None}
    raw = json.dumps({"MATTHC": "1.000001", "TENTTHC": "Cấp phép"}).encode()
    return canonical(Record("1.000001", raw, json.dumps(kept).encode()), meanings)


def way(**line: Any) -> Method:
    """The one method of a record with this line of ``CACHTHUCTHUCHIEN``."""
    (method,) = translated(CACHTHUCTHUCHIEN=[{"KENH": "1", **line}]).methods or ()
    return method


def fee(**line: Any) -> Fee:
    (found,) = way(THOIGIAN=[{"PHILEPHI": [line]}]).fees
    return found


@pytest.mark.parametrize("code", [" 1.014325", "1.014325", "2.000379.000.00.00.H18", "2.002622.H56"])
def test_without_its_detail_a_record_says_its_code_and_name_alone(code: str) -> None:
    """The code is verbatim: with its space, and with the suffix of a province."""
    raw = json.dumps({"MATTHC": code, "TENTTHC": "Cấp phép"}).encode()
    assert canonical(Record(code, raw), MEANINGS) == Procedure(code=code, name="Cấp phép")


def test_identity_and_codes_are_verbatim() -> None:
    found = translated(
        MACOQUANCONGBO="G17", LINHVUCTHUCHIEN=[{"MALINHVUC": "G03-GD09", "TENLINHVUC": "Thi, tuyển sinh"}]
    )
    assert (found.code, found.portal_id, found.publisher_code) == ("1.000001", "432777", "G17")
    assert (found.field_code, found.field_name, found.kind) == ("G03-GD09", "Thi, tuyển sinh", Kind.STANDARD)


@pytest.mark.parametrize(("written", "amount"), [("không", 0), ("50.000", 50_000), ("", None), ("0", 0), (8000, 8000)])
def test_money_is_a_word_or_has_dots(written: str | int, amount: int | None) -> None:
    assert fee(SOTIEN=written, DONVI="Đồng").amount == amount


def test_the_loopback_system_writes_money_so() -> None:
    assert [money(one) for one in (0, 50_000, None)] == ["không", "50.000", ""]


def test_money_that_is_a_sentence_or_of_another_currency_stays_in_the_note() -> None:
    assert fee(SOTIEN="Theo Thông tư 44", MOTA="tùy loại") == Fee("", None, "Theo Thông tư 44: tùy loại")
    assert fee(SOTIEN="25", DONVI="USD") == Fee("", None, "25 USD")


def test_the_kind_of_a_fee_is_opaque_with_its_stray_quote() -> None:
    assert fee(MAPHILEPHI="1'", SOTIEN="không").kind == "1'"


def test_fees_beside_the_times_belong_to_every_time() -> None:
    """Some clients look for ``PHILEPHI`` directly under the way of handing in."""
    method = way(THOIGIAN={"THOIGIANGIAIQUYET": "5", "DONVITINH": "Ngày"}, PHILEPHI={"SOTIEN": "1.000"})
    assert method == Method(Channel.DIRECT, Duration(Decimal(5), Unit.DAY), (Fee("", 1000),))


@pytest.mark.parametrize(
    ("number", "unit", "meant"),
    [
        ("7", "Ngày làm việc", Duration(Decimal(7), Unit.WORKING_DAY)),
        ("0,5", "ngày", Duration(Decimal("0.5"), Unit.DAY)),
        ("Theo mô tả", "Khác", Duration(None, Unit.OTHER, "Theo mô tả")),
        ("30 phút", "", Duration(None, Unit.OTHER, "30 phút")),
        ("3", "Tuần", Duration(None, Unit.OTHER, "3 Tuần")),
        (15, "Ngày", Duration(Decimal(15), Unit.DAY)),
        ("", "Ngày", None),
    ],
)
def test_a_time_limit_need_not_be_a_number_and_is_never_converted(
    number: str | int, unit: str, meant: Duration | None
) -> None:
    """Thanh Hóa's import multiplies by eight, whatever the unit."""
    assert way(THOIGIAN=[{"THOIGIANGIAIQUYET": number, "DONVITINH": unit}]).duration == meant


def test_every_time_of_a_way_is_a_method_of_its_own() -> None:
    found = translated(
        CACHTHUCTHUCHIEN=[{"KENH": "2", "THOIGIAN": [{"THOIGIANGIAIQUYET": "3"}, {"MOTA": "ngoài giờ"}]}]
    )
    assert found.methods == (
        Method(Channel.ONLINE, Duration(Decimal(3), Unit.OTHER)),
        Method(Channel.ONLINE, note="ngoài giờ"),
    )


def test_a_paper_that_comes_once_for_each_file_is_one_paper() -> None:
    """The same ``MAGIAYTO`` with several files. With another name, or the same file, it is another paper."""
    paper = {"MAGIAYTO": "KQ1", "TENGIAYTO": "Đơn", "SOBANCHINH": "1", "SOBANSAO": ""}
    files = [paper | {"URL": "a"}, paper | {"URL": "b"}]
    rows = [*files, paper | {"TENGIAYTO": "Bản vẽ"}]
    found = translated(THANHPHANHOSO=[{"TRUONGHOP": "Cấp mới", "GIAYTO": rows}])
    assert found.documents == (
        Document("Đơn", "KQ1", "Cấp mới", 1, None),
        Document("Bản vẽ", "KQ1", "Cấp mới", 1, None),
    )


def test_a_paper_without_a_code_or_with_the_same_file_is_another_paper_each_time() -> None:
    """The real catalogue has papers that are named twice."""
    same = {"MAGIAYTO": "KQ1", "TENGIAYTO": "Đơn", "URL": "a"}
    nameless = {"TENGIAYTO": "Ảnh"}
    cases = [{"GIAYTO": [same, same]}, {"GIAYTO": [nameless, nameless | {"URL": "b"}]}]
    assert len(translated(THANHPHANHOSO=cases).documents or ()) == 4


@pytest.mark.parametrize("nothing", [None, "", []])
def test_an_empty_array_may_be_null_or_a_text(nothing: object) -> None:
    found = translated(KETQUATHUCHIEN=nothing, CANCUPHAPLY=nothing, DOITUONGTHUCHIEN=nothing, CAPTHUCHIEN=nothing)
    assert (found.results, found.legal_bases, found.subjects, found.levels) == ((), (), (), ())


def test_the_executing_units_are_named_or_described() -> None:
    named = translated(COQUANTHUCHIEN={"TENDONVI": "Sở Xây dựng"}, MOTACOQUANTHUCHIEN="Sở")
    described = translated(COQUANTHUCHIEN=[], MOTACOQUANTHUCHIEN="Công an xã")
    assert (named.executing_agencies, described.executing_agencies) == (("Sở Xây dựng",), ("Công an xã",))


def test_levels_are_numbers_and_the_district_is_none() -> None:
    assert translated(CAPTHUCHIEN=[{"CAPTHUCHIEN": "0"}, {"CAPTHUCHIEN": 3}]).levels == (Level.MINISTRY, Level.COMMUNE)
    with pytest.raises(ShapeError, match="'2' is no level of government") as raised:
        translated(CAPTHUCHIEN=[{"CAPTHUCHIEN": "2"}])
    assert (raised.value.path, raised.value.code) == ("$.procedure.CAPTHUCHIEN[0].CAPTHUCHIEN", "1.000001")
    own = Meanings(levels={"2": Level.COMMUNE})
    assert translated(own, CAPTHUCHIEN=[{"CAPTHUCHIEN": "2"}]).levels == (Level.COMMUNE,)


@pytest.mark.parametrize(
    ("written", "state"), [("1", State.PUBLIC), (1, State.PUBLIC), ("5", State.UNPUBLISHED), ("", None), (None, None)]
)
def test_a_state_that_nobody_explains_is_not_public_and_silence_is_silence(
    written: object, state: State | None
) -> None:
    assert translated(TRANGTHAI=written).state is state


@pytest.mark.parametrize("written", ["09/12/2025", "09-12-2025", "2025-12-09", "20251209000000", "2025-12-09T00:00:00"])
def test_a_decisions_date_comes_in_many_forms(written: str) -> None:
    found = translated(decision={"SOQUYETDINH": "2193/QĐ-UBND.", "NGAYQUYETDINH": written})
    assert (found.decision_number, found.decision_date) == ("2193/QĐ-UBND.", date(2025, 12, 9))


def test_without_a_decision_nothing_is_said_of_one() -> None:
    assert (translated().decision_number, translated().decision_date) == (None, None)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"KETQUATHUCHIEN": "x"}, "$.procedure.KETQUATHUCHIEN"),
        ({"CACHTHUCTHUCHIEN": [{"KENH": "7"}]}, "$.procedure.CACHTHUCTHUCHIEN[0].KENH"),
        ({"THANHPHANHOSO": [{"GIAYTO": [{"SOBANCHINH": "-1"}]}]}, "$.procedure.THANHPHANHOSO[0].GIAYTO[0].SOBANCHINH"),
        ({"TENTTHC": {"vi": "x"}}, "$.procedure.TENTTHC"),
    ],
)
def test_what_the_protocol_does_not_have_is_an_error_with_its_path(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(ShapeError) as raised:
        translated(**changes)
    assert (raised.value.path, raised.value.code) == (path, "1.000001")


@pytest.mark.parametrize("code", [0, "0", "00", " 0 "])
@pytest.mark.parametrize(
    ("result", "count"), [([{}, {}], 2), ({"MATTHC": "1"}, 1), (None, 0), ("", 0), ({}, 0), ({"data": [1, 2, 3]}, 3)]
)
def test_the_envelope_takes_every_zero_and_every_form_of_result(code: int | str, result: object, count: int) -> None:
    """``LayDVC`` alone has an object with ``data``."""
    assert len(opened(json.dumps({"error_code": code, "result": result}).encode(), "here")) == count


def test_an_absent_result_is_an_empty_one() -> None:
    assert opened(b'{"error_code":"00","message":"thanh cong"}', "here") == []


@pytest.mark.parametrize("code", [3, -3, "-3", 1])
def test_what_is_there_already_is_told_apart_whatever_its_code(code: int | str) -> None:
    """Thanh Hóa answers 3 or -3, OpenCPS 1; the words may be decomposed."""
    body = {"error_code": code, "message": "Hồ sơ H26-1 đã tồn tại trên hệ thống"}
    with pytest.raises(AlreadyThereError) as raised:
        opened(json.dumps(body).encode(), "here")
    assert raised.value.code == str(code)


def test_words_of_success_do_not_make_a_success() -> None:
    """Thanh Hóa's client goes by "thành công" in the message; the code is what counts."""
    with pytest.raises(RefusedError):
        opened('{"error_code":5,"message":"Đồng bộ thành công","result":[{}]}'.encode(), "here")


@pytest.mark.parametrize(
    "body", [b"{}", b'{"message":"x"}', b'{"error_code":"","result":[]}', b'{"error_code":0,"result":7}']
)
def test_an_answer_that_says_neither_yes_nor_no_is_none(body: bytes) -> None:
    with pytest.raises((ShapeError, RefusedError)):
        opened(body, "here")

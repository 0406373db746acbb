"""Secrets and personal data go, everything else stays byte for byte."""

from __future__ import annotations

import json
import time
import unicodedata
from base64 import b64encode
from io import BytesIO
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from syncd.sides.capture.cleaning import LEFT_OUT, Cleaner
from syncd.sides.capture.personal import ACCOUNT, SECRET, kind_of
from syncd.sides.registry import adapters

KEY = b"a key of a test."
PUBLIC = [
    "Cấp giấy phép xây dựng nhà ở riêng lẻ",
    "03-09-2026 07:30:00",
    "03/09/2026 07:30",
    "1.014325",
    "1.000002.000.00.00.H26",
    "1234/QĐ-UBND",
    "0123/2026/QĐ-UBND",
    "019d2bf7-0000-7000-8000-001099012345",
    "1775836631278",
    "UBND tỉnh Bà Rịa - Vũng Tàu",
    "TỈNH BÀ RỊA VŨNG TÀU",
    "Người nộp: Cá nhân, tổ chức",
    "ông, bà Chủ tịch Ủy ban nhân dân",
    "Trung tâm phục vụ hành chính công Thành phố Hà Nội",
    "công dân Việt Nam đủ 18 tuổi",
    "150.000 đồng/lần",
    "2026-11-25T03:04:05.123456+07:00",
    "Nghị định 123/2015/NĐ-CP ngày 15 tháng 11 năm 2015",
    "https://dichvucong.gov.vn/p/home?id=12",
    "000.00.00.G22",
    "VN:GOV:000.00.00.G22:vpcpdvcprovider",
]
PRIVATE = {
    "0912345678": "phone",
    "+84912345678": "phone",
    "024 3825 3536": "phone",
    "0243.825.3536": "phone",
    "nguyen.van-a+b@hanoi.gov.vn": "email",
    "001099012345": "id",
    "CCCD số 123456789": "id",
    "CMND: 012345678": "id",
    "Hộ chiếu B1234567": "id",
    "84912345678": "phone",
    "(+84)912345678": "phone",
    "(+84) 912 345 678": "phone",
    "84 912 345 678": "phone",
    "0912 34 56 78": "phone",
    "(024) 3825 3536": "phone",
    "liên hệ ông Nguyễn Văn An": "person",
    "Ông NGUYỄN VĂN A": "person",
    "Bà Đàm Thị C": "person",
    "Họ và tên người nộp: Nguyễn Văn A": "person",
    "họ tên: TRẦN THỊ B": "person",
    "Bà Trần Thị Ánh Nguyệt": "person",
}


def cleaned(value: object, cleaner: Cleaner | None = None) -> Any:
    """A value through a body and back."""
    body = (cleaner or Cleaner(KEY)).body(json.dumps(value, ensure_ascii=False).encode())
    assert body is not None
    return json.loads(body)


@pytest.mark.parametrize("text", PUBLIC)
@pytest.mark.parametrize("name", ["note", "code", "name"])
def test_what_is_public_stays(name: str, text: str) -> None:
    assert cleaned({name: text}) == {name: text}


@pytest.mark.parametrize(("text", "kind"), PRIVATE.items())
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_has_the_shape_of_personal_data_goes_from_the_middle_of_a_text(text: str, kind: str, form: Any) -> None:
    sentence = unicodedata.normalize(form, f"Tiếp nhận: {text}, tại phường 5.")
    found = Cleaner(KEY).text(sentence)
    private = text.removeprefix("CCCD số ").removeprefix("CMND: ").removeprefix("Hộ chiếu ")
    for before in ("liên hệ ông ", "Bà ", "Ông ", "Họ và tên người nộp: ", "họ tên: "):
        private = private.removeprefix(before)
    assert unicodedata.normalize(form, private) not in found
    assert f"[{kind} " in found
    assert unicodedata.normalize("NFC", found).endswith(", tại phường 5.")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("applicantName", "person"),
        ("chuHoSo", "person"),
        ("HOTEN", "person"),
        ("Họ và tên", "person"),
        ("contactTelNo", "phone"),
        ("soDienThoai", "phone"),
        ("e_mail", "email"),
        ("contactEmail", "email"),
        ("soCCCD", "id"),
        ("ngay_sinh", "birth"),
        ("diaChiThuongTru", "address"),
        ("soCMT", "id"),
        ("SO_CMT", "id"),
        ("soGiayTo", "id"),
        ("idNumber", "id"),
        ("delegateIdNo", "id"),
        ("paidNote", None),
        ("dob", "birth"),
        ("adobe", None),
        ("nguoiCapNhat", "person"),
        ("nguoiDuyet", "person"),
        ("tenCanBo", "person"),
        ("createdBy", "person"),
        ("created_by", "person"),
        ("userName", ACCOUNT),
        ("access_token", SECRET),
        ("session", SECRET),
        ("password", SECRET),
        ("Set-Cookie", SECRET),
        ("name", None),
        ("publisherName", None),
        ("TENCOQUAN", None),
        ("applicantText", None),
        ("dossierReceivingAddresses", None),
        ("keyword", None),
    ],
)
def test_names_say_what_stands_under_them(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind


def test_everything_inside_a_person_goes() -> None:
    person = {"name": "A", "born": 1990, "is_adult": True, "home": {"street": "B", "points": [1.5, "C", None]}}
    assert cleaned({"applicant": person, "name": "Khai tử"}) == {
        "applicant": {
            "name": STARS("A"),
            "born": 0,
            "is_adult": True,
            "home": {"street": STARS("B"), "points": [0, STARS("C"), None]},
        },
        "name": "Khai tử",
    }


def STARS(text: str) -> str:  # noqa: N802 - it stands for a word
    return Cleaner(KEY).named("applicant", text)


def test_the_same_text_has_the_same_stand_in_and_other_texts_another() -> None:
    cleaner = Cleaner(KEY)
    one, same, other = (cleaner.text(text) for text in ("0912345678", "0912345678", "0912345679"))
    assert one == same != other
    assert Cleaner(b"another key of..").text("0912345678") != one, "nobody can try all numbers"


def test_a_token_that_was_answered_is_hidden_wherever_it_comes_again() -> None:
    cleaner = Cleaner(KEY)
    token = "Zm9vYmFyLXRva2Vu-xyz"
    cleaned({"session": token}, cleaner)
    body = json.dumps({"echo": f"bad {token}!", "b": b64encode(token.encode()).decode()}).encode()
    assert token.encode() not in (cleaner.body(body) or b"")
    assert b64encode(token.encode()) not in (cleaner.body(body) or b"")


def test_json_inside_a_text_is_looked_into() -> None:
    """The bridge answers so, and the older gateway is asked so."""
    inner = json.dumps({"hoTen": "Nguyễn Văn An", "MATTHC": "1.000001"}, ensure_ascii=False)
    found = json.loads(cleaned({"message": inner})["message"])
    assert found["MATTHC"] == "1.000001"
    assert "An" not in found["hoTen"]
    asked = Cleaner(KEY).query({"params": inner})
    assert "An" not in asked[0][1]


@pytest.mark.parametrize(
    "body",
    [
        b'{ "b" : 1.50, "a":[ ],\n\t"a":"\\u1ea1", "d": 1e400 }',
        b'{"cut": ["off", {"in": "the mid',
        b"true",
        b"Service unavailable.",
        "<r><b n='1'>Khai tử &amp; khai sinh</b><br/><!-- x --></r>".encode(),
        b"a=1&b=%20&c=",
        b"<html><body>Request rejected</body></html>",
        b'\xef\xbb\xbf{"bom": 1}',
        b'{"broken": "\xff\xfe"}',
        b"",
        b'"',
        b"[" * 5000,
    ],
)
def test_what_holds_nothing_private_stays_byte_for_byte_however_broken_it_is(body: bytes) -> None:
    assert Cleaner(KEY).body(body) == body


def test_a_private_text_goes_from_broken_json_as_well() -> None:
    assert b"0912" not in (Cleaner(KEY).body(b'{"a": 1, "phone": "0912 and more') or b"")
    assert b"Nguy" not in (Cleaner(KEY).body('{"hoTen": "Nguyễn\\u0020An'.encode()) or b"")


def test_what_nobody_can_look_into_is_left_out() -> None:
    cleaner = Cleaner(KEY)
    for body in (b"]]]}{,,:::", b"x" * 1000):
        assert Cleaner(KEY).body(body) is None
    assert Cleaner(KEY).question(b"a,b\n1,2", "text/csv") == LEFT_OUT
    assert cleaner.body(b"\x00\x01binary") is None
    assert cleaner.body(b"PK\x03\x04 no archive") is None
    assert cleaner.removed[LEFT_OUT] == 2


def test_a_workbook_loses_its_private_cells_and_nothing_else() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Mã", "Ghi chú & khác"])
    book.active.append(["1.000001", "gọi 0912345678 <ngay>"])
    content = BytesIO()
    book.save(content)
    found = Cleaner(KEY).body(content.getvalue())
    assert found is not None
    sheet = load_workbook(BytesIO(found)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["Mã", "Ghi chú & khác"]
    assert rows[1][0] == "1.000001"
    assert str(rows[1][1]).startswith("gọi [phone ")
    assert Cleaner(KEY).body(found) == found, "a clean workbook stays byte for byte"


LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from([*PUBLIC, *PRIVATE])
NAMES = st.text(max_size=8) | st.sampled_from(["hoTen", "phone", "session", "code", "name", "applicant"])
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4))


@given(VALUES, st.booleans())
def test_cleaning_keeps_the_shape_and_cleaning_twice_changes_nothing(value: Any, is_ascii: bool) -> None:
    body = json.dumps(value, ensure_ascii=is_ascii).encode("utf-8", "backslashreplace")
    once = Cleaner(KEY).body(body)
    if once is None:
        assert b"\0" in body or not body.startswith((b"{", b"[", b'"'))
        return
    assert _shape(json.loads(once, strict=False)) == _shape(json.loads(body, strict=False))
    assert Cleaner(KEY).body(once) == once


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items()}
    return [_shape(inner) for inner in value] if isinstance(value, list) else type(value).__name__


@given(st.binary(max_size=300) | st.text(alphabet='{}[]",:\\u0912345678 ab@.', max_size=200).map(str.encode))
def test_no_body_makes_it_stumble(body: bytes) -> None:
    Cleaner(KEY).body(body)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000,
        "a.b" * 100_000 + "@",
        "0 " * 150_000,
        "09" * 150_000,
        "ông " * 80_000,
        "ông Nguyễn " * 30_000,
        "cccd : : " * 30_000,
        '{"a":"' + '\\"' * 150_000,
        '"' * 300_000,
        "{" * 300_000,
        '"' + '\\"' * 150_000 + "\\",
        "<a" * 150_000,
        "<" + "a" * 300_000,
        '<a "' * 75_000,
        "<a>" * 100_000 + "</b>" * 50_000,
        "a{" * 150_000,
        "Họ và tên " * 30_000,
        "(+84) " * 50_000,
        "<a " + "x=" * 100_000 + ">",
        "x=" * 100_000,
    ],
    ids=range(20),
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.process_time()
    Cleaner(KEY).json(text)
    Cleaner(KEY).body(text.encode())
    assert time.process_time() - begun < 3


def test_no_field_that_an_adapter_reads_is_taken_for_personal() -> None:
    """What adapters read is what is compared, and would not be the same in a replay."""
    assert len(adapters()) > 5
    seen = {
        (struct.__module__, name): kind
        for struct in _structs(msgspec.Struct)
        if struct.__module__.startswith("adapters.")
        for name in struct.__struct_encode_fields__
        if (kind := kind_of(name)) not in (None, SECRET)
    }
    assert seen == {}


def _structs(root: type[Any]) -> list[Any]:
    return [one for below in root.__subclasses__() for one in (below, *_structs(below))]

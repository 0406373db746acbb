"""The words of OpenCPS: its rows, its flags, its escaped texts, its table of codes."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import Raw

from adapters.opencps.words import MappingRow, identity, kept, local_codes, mapping_row, portal_codes, procedure
from syncd.records.codes import CODES_APART
from syncd.records.procedure import Procedure, State
from syncd.sides.errors import ShapeError


def row(**changes: object) -> bytes:
    return msgspec.json.encode({"serviceInfoId": 12, "serviceCode": "1.000001.000.00.00.H26", **changes})


def translated(changes: dict[str, object], portal_code: str = "") -> Procedure:
    return procedure(kept(row(**changes), portal_code), ";", where="a test")


def test_a_kept_record_holds_the_row_as_it_was_sent() -> None:
    sent = b'{"serviceCode" : "1.000001",  "serviceInfoId":12, "unknown": [1,2.50]}'

    assert sent in kept(sent, "1.000001")


def test_what_the_row_does_not_say_is_none() -> None:
    canonical = translated({})

    assert (canonical.name, canonical.state, canonical.executing_agencies) == (None, None, None)
    assert canonical.code == canonical.local_code == "1.000001.000.00.00.H26"


def test_an_empty_text_says_that_there_is_nothing() -> None:
    canonical = translated({"serviceName": "", "govAgencyText": ""})

    assert (canonical.name, canonical.executing_agencies) == ("", ())


def test_the_mapped_code_is_the_code() -> None:
    canonical = translated({}, "1.000002")

    assert (canonical.code, canonical.local_code) == ("1.000002", "1.000001.000.00.00.H26")


def test_texts_lose_their_escapes_once() -> None:
    canonical = translated({"serviceName": "Nghiên cứu &amp; &#34;phát triển&#34; &amp;lt;"})

    assert canonical.name == 'Nghiên cứu & "phát triển" &lt;'


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sở Y tế; Sở Tư pháp", ("Sở Y tế", "Sở Tư pháp")),
        ("Sở Y tế<br/>Sở Tư pháp", ("Sở Y tế", "Sở Tư pháp")),
        ("Sở Y tế\r\nSở Tư pháp;", ("Sở Y tế", "Sở Tư pháp")),
        ("Sở Văn hóa, Thể thao &amp; Du lịch", ("Sở Văn hóa, Thể thao & Du lịch",)),
    ],
)
def test_one_text_of_agencies_is_taken_apart(text: str, names: tuple[str, ...]) -> None:
    assert translated({"govAgencyText": text}).executing_agencies == names


@pytest.mark.parametrize(
    ("active", "state"),
    [("true", State.PUBLIC), (True, State.PUBLIC), ("false", State.UNPUBLISHED), (False, State.UNPUBLISHED)],
)
def test_a_flag_is_a_word_or_a_boolean(active: object, state: State) -> None:
    assert translated({"active": active}).state is state


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"serviceName": 5}, "$.row.serviceName"),
        ({"serviceCode": None}, "$.row.serviceCode"),
        ({"active": "maybe"}, "$.row.active"),
        ({"active": 1}, "$.row.active"),
        ({"govAgencyText": ["Sở Y tế"]}, "$.row.govAgencyText"),
    ],
)
def test_a_value_of_another_shape_is_refused_with_its_path(changes: dict[str, object], path: str) -> None:
    with pytest.raises(ShapeError) as refused:
        translated(changes)

    assert refused.value.path == path
    assert refused.value.where == "a test"


def test_a_row_without_identity_is_listed_under_its_bytes() -> None:
    key, code = identity(Raw(b'{"serviceCode":5}'))

    assert key.startswith("unreadable-")
    assert code == ""
    assert identity(Raw(b'{"serviceCode":5}'))[0] == key
    assert identity(Raw(b'{"serviceCode":6}'))[0] != key


def test_all_mapped_codes_are_kept_until_a_newer_row_without_one_clears_them() -> None:
    rows = [
        MappingRow("A", "1.000003", 9),
        MappingRow("A", "1.000001", 1),
        MappingRow("A", "1.000001", 11),
        MappingRow("B", "", 2),
        MappingRow("C &amp; D", "1.000004", 3),
        MappingRow("E", "1.000005", 4),
        MappingRow("E", " ", 5),
        MappingRow("F", "1.000007", 8),
        MappingRow("F", "", 7),
        MappingRow("F", "1.000006", 6),
    ]
    codes = portal_codes(rows)

    assert codes == {"A": f"1.000001{CODES_APART}1.000003", "C & D": "1.000004", "F": "1.000007"}
    assert local_codes(codes, "1.000003") == local_codes(codes, "1.000001") == ["A"]
    assert translated({}, codes["A"]).code == codes["A"]
    assert local_codes(codes, "1.00000") == local_codes(codes, "") == []


@pytest.mark.parametrize("changes", [{"active": "maybe"}, {"serviceName": 5}, {"serviceInfoId": None}])
def test_a_row_that_cannot_be_read_still_says_its_codes(changes: dict[str, object]) -> None:
    for mapped, code in (("1.000002", "1.000002"), ("", "1.000001.000.00.00.H26")):
        with pytest.raises(ShapeError) as refused:
            translated(changes, mapped)
        assert (refused.value.code, refused.value.local_code) == (code, "1.000001.000.00.00.H26")


@pytest.mark.parametrize("foreign", [b"", b"5", b"\xff", b"[" * 5_000])
def test_foreign_bytes_say_no_code(foreign: bytes) -> None:
    with pytest.raises(ShapeError) as refused:
        procedure(foreign, ";", where="a test")
    assert (refused.value.code, refused.value.local_code) == ("", "")


def test_a_row_without_an_id_has_its_code_all_the_same() -> None:
    assert identity(Raw(b'{"serviceCode":"1.000001.H26"}'))[1] == "1.000001.H26"


@pytest.mark.parametrize("sent", [b"5", b'{"serviceCode":5}', b'{"serviceCodeDVCQG":"1.000001"}'])
def test_a_mapping_row_of_another_shape_is_none(sent: bytes) -> None:
    assert mapping_row(Raw(sent)) is None

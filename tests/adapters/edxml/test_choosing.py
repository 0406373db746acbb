"""Which documents are publication decisions."""

from __future__ import annotations

import unicodedata

import pytest

from adapters.edxml.choosing import Words, is_publication
from adapters.edxml.chosen import notation, publishes
from tests.adapters.edxml.worlds import opened

SUBJECT = "Về việc công bố danh mục thủ tục hành chính"


def publishes_so(subject: str = SUBJECT, *, type_name: str = "Quyết định", notation: str = "QĐ-UBND") -> bool:
    return is_publication(Words(), type_name=type_name, notation=notation, subject=subject)


@pytest.mark.parametrize(
    "subject",
    [
        SUBJECT,
        SUBJECT.upper(),
        unicodedata.normalize("NFD", SUBJECT),
        "Công bố TTHC mới ban hành",
        "công  bố\u00a0thủ tục hành chính nội bộ",
        "V/v công bố thủ tục hành chính được sửa đổi, bổ sung, bị bãi bỏ",
    ],
)
def test_a_decision_about_publishing_procedures_is_one(subject: str) -> None:
    assert publishes_so(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "Phê duyệt quy trình nội bộ giải quyết thủ tục hành chính được công bố",
        "Về việc ủy quyền công bố thủ tục hành chính",
        "Về việc uỷ quyền công bố thủ tục hành chính",
        "Về việc công bố chỉ số cải cách hành chính",
        "Rà soát, đơn giản hóa thủ tục hành chính",
        "Cong bo thu tuc hanh chinh",
        "",
    ],
)
def test_every_other_subject_is_none(subject: str) -> None:
    """Also one without its accents: then it is another text, and nothing is guessed."""
    assert not publishes_so(subject)


@pytest.mark.parametrize(
    ("type_name", "notation", "is_one"),
    [
        ("Quyết định", "QĐ-UBND", True),
        ("Quyết định (cá biệt)", "", True),
        ("", "QĐ-TTPVHCC", True),
        ("Công văn", "QĐ-UBND", True),
        ("Quyết định", "TTr-UBND", False),
        ("Công văn", "UBND-KSTTHC", False),
        ("Công văn", "", False),
        ("", "", False),
        ("", "QĐHN", False),
    ],
)
def test_the_notation_decides_and_without_one_the_name_of_the_type(type_name: str, notation: str, is_one: bool) -> None:
    assert publishes_so(type_name=type_name, notation=notation) is is_one


@pytest.mark.parametrize("number", ["1", "2", "18", "7", ""])
def test_the_number_of_the_type_is_never_asked(number: str) -> None:
    assert publishes(opened(type=number), Words())
    assert not publishes(opened(type=number, type_name="Công văn", notation="UBND-VX", document_id="x"), Words())


@pytest.mark.parametrize("written", ["qđ-ubnd", "QĐ_UBND", "QÐ-UBND", "QD-UBND", "QĐ - UBND."])
def test_typing_noise_in_a_notation_makes_no_difference(written: str) -> None:
    assert publishes(opened(notation=written), Words())
    assert notation(f"3584/{written}", written) == "QĐ-UBND"


def test_other_words_can_be_set() -> None:
    words = Words(subjects=(("ban hành danh mục",),), others=(), types=(), notations=("NQ",))
    assert is_publication(words, type_name="", notation="NQ-HĐND", subject="Ban hành danh mục dịch vụ")
    assert not is_publication(words, type_name="Quyết định", notation="", subject="Ban hành danh mục dịch vụ")

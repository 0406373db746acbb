"""Numbers of legal documents inside the text of real records and hostile ones."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.publication.legal_numbers import legal_number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("106/2024/NĐ-CP", "106/2024/NĐ-CP"),
        ("Nghị định số 106/2024/NĐ-CP", "106/2024/NĐ-CP"),
        ("Nghị định số 106/2024/NĐ-CP ngày 01/8/2024 của Chính phủ quy định …", "106/2024/NĐ-CP"),
        ("66.7/2025/NQ-CP", "66.7/2025/NQ-CP"),
        ("66.18/2026/NQ-CP ", "66.18/2026/NQ-CP"),
        ("191/2005/TTLT/BQP-BLĐTBXH-BTC", "191/2005/TTLT/BQP-BLĐTBXH-BTC"),
        ("08/2014/TTLT-BTP-BTC", "08/2014/TTLT-BTP-BTC"),
        ("TT43/2023/TT-BTC", "43/2023/TT-BTC"),
        ("35 /2025/NQ-HĐND", "35/2025/NQ-HĐND"),
        ("35 / 2025 / NQ - HĐND", "35/2025/NQ-HĐND"),
        ("Luật số: 31/2018/QH14", "31/2018/QH14"),
        ("Luật Đất đai số 31/2024/QH15 ngày 18/01/2024 được sửa đổi bởi Luật số 43/2024/QH15", "31/2024/QH15"),
        ("Luất số 146/2025/QH15", "146/2025/QH15"),
        ("Nghị quyết số 111/2025/UBTVQH15", "111/2025/UBTVQH15"),
        ("07/2007/PL-UBTVQH11", "07/2007/PL-UBTVQH11"),
        ("28/2026/QĐ-UBND.", "28/2026/QĐ-UBND"),
        ("85/2025/QĐ-UBND (thành phố Đà Nẵng)", "85/2025/QĐ-UBND"),
        ("3235/QĐ-BYT", "3235/QĐ-BYT"),
        ("51/NQ-HĐND", "51/NQ-HĐND"),
        ("94/2025/QH15 ngày 27/6/2025", "94/2025/QH15"),
        ("24/2021/QĐ-TTg", "24/2021/QĐ-TTG"),
        ("6/2024/nđ-cp", "06/2024/NĐ-CP"),
        ("006/2024/NĐ-CP", "06/2024/NĐ-CP"),
        ("106/2024/ND-CP", "106/2024/NĐ-CP"),
        ("106/2024/NÐ–CP", "106/2024/NĐ-CP"),
        ("15/2026/NQ-HDND", "15/2026/NQ-HĐND"),
        ("106/2024/NĐ-CP - Quy định chi tiết", "106/2024/NĐ-CP"),
        ("Thông tư 17/2014/TT-BYT-Quy định việc cấp", "17/2014/TT-BYT"),
        ("ngày 01/8/2024, số 106/2024/NĐ-CP", "106/2024/NĐ-CP"),
        ("Nghị định 45/2020", "45/2020/NĐ-CP"),
        ("nghị định số 6/2024 của Chính phủ", "06/2024/NĐ-CP"),
    ],
)
def test_the_number_is_found_in_the_text_around_it(written: str, number: str) -> None:
    assert legal_number(written) == number
    assert legal_number(unicodedata.normalize("NFD", written)) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "06",
        "Luật Thi đua khen thưởng 2022",
        "theo nghị định 146/2025",
        "nghị định 146/2025/3",
        "34/2023",
        "ngày 27/6/2025",
        "5/2020/ngày",
        "5/2020/ngay",
        "12/2024/34-56",
        "123456789/2024/NĐ-CP",
        "/2024/NĐ-CP",
        "Sửa đổi, bổ sung một số điều của Nghị định số 112/2014/NĐ-CP",
        "Hướng dẫn thực hiện Quyết định số 290/2005/QĐ-TTg",
        "VỀ VIỆC ĐÍNH CHÍNH NGHỊ ĐỊNH SỐ 151/2025/NĐ-CP",
        "Thông tư thay thế Thông tư 05/2008/TT-BTP",
    ],
)
def test_no_number_is_made_up_and_none_is_taken_from_another_document(written: str) -> None:
    assert legal_number(written) == ""


@given(st.text(max_size=200), st.sampled_from(["106/2024/NĐ-CP", "31/2024/QH15", "51/NQ-HĐND", ""]))
def test_any_text_gives_a_canonical_number_or_none(text: str, inside: str) -> None:
    """What comes out is its own number again; nothing raises."""
    found = legal_number(text + inside)
    assert legal_number(found) == found


def test_an_endless_text_is_not_read_to_its_end() -> None:
    assert legal_number("1/" * 200_000 + "106/2024/NĐ-CP") == ""
    assert len(legal_number("106/2024/" + "A-" * 200_000)) < 100

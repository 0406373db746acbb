"""The directory of units: what a name means, and what stands below what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.records.agencies import Agency
from syncd.records.directory import Directory, is_code, parent_code, root_code

CITY = Agency(code="H26", name="UBND Thành phố Hà Nội", portal_id="p-26")
JUSTICE = Agency(code="H26.16", name="Sở Tư pháp Thành phố Hà Nội")
FARMING = Agency(code="H26.103", name="Sở Nông nghiệp và Môi trường Thành phố Hà Nội")
OLD_FARMING = Agency(code="H26.14", name="Sở Nông nghiệp và Môi trường")
LAND_OFFICE = Agency(code="H26.103.25", name="Văn phòng Đăng ký đất đai")
WARD = Agency(code="W1", name="UBND phường Hoàn Kiếm", parent_code="H26")
MINISTRY = Agency(code="G15", name="Bộ Tư pháp")
BUREAU = Agency(code="000.00.23.G15", name="Cục Bổ trợ tư pháp")
ELSEWHERE = Agency(code="H29.3", name="Sở An toàn thực phẩm")
ALL = (CITY, JUSTICE, FARMING, OLD_FARMING, LAND_OFFICE, WARD, MINISTRY, BUREAU, ELSEWHERE)
DIRECTORY = Directory(ALL)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Sở Tư pháp Thành phố Hà Nội", JUSTICE),
        (" SỞ  TƯ PHÁP thành phố Hà Nội", JUSTICE),
        ("Sở Tư pháp TP. Hà Nội", JUSTICE),
        ("Sở Tư pháp TP Hà Nội", JUSTICE),
        ("Sở Tư pháp - thành phố Hà Nội", JUSTICE),
        ("Sở Tư pháp Hà Nội", JUSTICE),
        ("Sở Tư pháp", JUSTICE),
        ("Sở Nông nghiệp và Môi trường thành phố Hà Nội", FARMING),
        ("Văn phòng đăng ký đất đai", LAND_OFFICE),
        ("Ủy ban nhân dân Thành phố Hà Nội", CITY),
        ("Uỷ ban nhân dân phường Hoàn Kiếm", WARD),
        ("Bộ Tư pháp", MINISTRY),
    ],
)
def test_a_name_means_the_one_unit_that_bears_it_in_any_form(name: str, meant: Agency) -> None:
    assert DIRECTORY.by_name(name, "H26") == meant


@pytest.mark.parametrize("name", ["", "  ", "Sở Nông nghiệp và Môi trường", "Sở Tu pháp", "UBND", "Hà Nội", "Sở"])
def test_a_name_that_may_mean_several_units_or_none_means_none(name: str) -> None:
    """Marks are letters: another mark is another name."""
    assert DIRECTORY.by_name(name, "H26") is None


def test_a_unit_of_another_province_is_never_meant() -> None:
    assert DIRECTORY.by_name("Sở An toàn thực phẩm", "H26") is None
    assert DIRECTORY.by_name("Sở An toàn thực phẩm") == ELSEWHERE


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("H26.16", (JUSTICE,)),
        ("h26.16", (JUSTICE,)),
        ("- Sở Tư pháp.", (JUSTICE,)),
        ("Sở Tư pháp của thành phố Hà Nội", (JUSTICE,)),
        ("So Tu phap", (JUSTICE,)),
        ("SO TU PHAP TP. HA NOI", (JUSTICE,)),
        ("UY BAN NHAN DAN PHUONG HOAN KIEM", (WARD,)),
        ("Sở Tu phap", ()),
        ("Sở Nông nghiệp và Môi trường", (FARMING, OLD_FARMING)),
        ("SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG - TP. HÀ NỘI", (FARMING,)),
        ("Ủy ban nhân dân cấp xã; Sở Tư pháp\nUBND phường Hoàn Kiếm; Sở Tư pháp TP Hà Nội", (JUSTICE, WARD)),
        ("Ủy ban nhân dân cấp xã", ()),
        ("Bộ Tư pháp", ()),
        ("G15", ()),
        ("Sở Tư pháp " * 30, ()),
    ],
)
def test_a_text_gives_every_unit_below_that_it_may_mean(written: str, meant: tuple[Agency, ...]) -> None:
    """By code or by name, in any form; a name without a single mark is compared without them."""
    generic = Agency(code="UBNDX", name="Ủy ban nhân dân cấp xã")
    assert Directory((*ALL, generic)).candidates(written, "H26") == meant


def test_without_the_unit_above_only_codes_and_whole_names_below_it_are_known() -> None:
    """Which place a name may leave out is not known then."""
    alone = Directory([JUSTICE, OLD_FARMING])
    assert alone.candidates("Sở Tư pháp Thành phố Hà Nội", "H26") == (JUSTICE,)
    assert alone.candidates("Sở Tư pháp", "H26") == ()
    assert alone.below("H26") == (OLD_FARMING, JUSTICE)


@given(st.text(max_size=60), st.sampled_from(("", "H26", "H26.103", "G15", "x")))
def test_any_text_gives_units_below_or_none(written: str, below: str) -> None:
    found = DIRECTORY.candidates(written, below)
    assert not below or set(found) <= set(DIRECTORY.below(below))
    one = DIRECTORY.by_name(written, below)
    assert one is None or one in found or (not found and below)


def test_without_a_unit_above_only_the_whole_name_counts() -> None:
    assert DIRECTORY.by_name("Sở Tư pháp") is None
    assert DIRECTORY.by_name("sở tư pháp thành phố hà nội") == JUSTICE


def test_units_below_are_found_by_code_in_both_forms_and_by_the_parents_they_name() -> None:
    assert DIRECTORY.below("H26") == (CITY, FARMING, LAND_OFFICE, OLD_FARMING, JUSTICE, WARD)
    assert DIRECTORY.below("H26.103") == (FARMING, LAND_OFFICE)
    assert DIRECTORY.below("G15") == (BUREAU, MINISTRY)
    assert DIRECTORY.below("H2") == ()


def test_parents_that_go_round_in_a_circle_end() -> None:
    circle = Directory([Agency(code="A", name="a", parent_code="B"), Agency(code="B", name="b", parent_code="A")])
    assert circle.below("C") == ()
    assert {one.code for one in circle.below("A")} == {"A", "B"}


def test_codes_are_verbatim_and_the_later_of_two_counts() -> None:
    directory = Directory([CITY, Agency(code="H26", name="Hà Nội"), Agency(code="", name="không mã")])
    assert len(directory) == 1
    assert directory.by_code("H26") == Agency(code="H26", name="Hà Nội")
    assert directory.by_code("h26") is None


@pytest.mark.parametrize(
    ("code", "parent", "root"),
    [
        ("H26", "", "H26"),
        ("H26.103", "H26", "H26"),
        ("H26.103.25", "H26.103", "H26"),
        ("000.00.23.G08", "G08", "G08"),
        ("000.05.23.G08", "000.00.23.G08", "G08"),
        ("000.00.00.G08", "", "G08"),
        ("000.00.CS.015", "", "000.00.CS.015"),
        ("UBNDX", "", "UBNDX"),
        ("", "", ""),
    ],
)
def test_codes_say_what_stands_above(code: str, parent: str, root: str) -> None:
    assert (parent_code(code), root_code(code)) == (parent, root)


@pytest.mark.parametrize(("text", "is_one"), [("H26.17", True), ("000.00.17.H26", True), ("UBNDX", False), ("", False)])
def test_codes_have_one_of_two_forms(text: str, is_one: bool) -> None:
    assert is_code(text) is is_one

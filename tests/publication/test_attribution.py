"""Which unit answers for a publication, and how that is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.publication.assignments import Assignment, Assignments
from syncd.publication.attribution import OF_A_MINISTRY, UNATTRIBUTED
from syncd.publication.attribution import attribute as attribute_below
from syncd.publication.facts import Attribution, Authority, Publication
from syncd.records.agencies import Agency
from syncd.records.directory import Directory

AGENCIES = (
    Agency(code="H26", name="UBND Thành phố Hà Nội"),
    Agency(code="H26.3", name="Sở Du lịch Thành phố Hà Nội"),
    Agency(code="H26.10", name="Sở Nội vụ Thành phố Hà Nội"),
    Agency(code="H26.14", name="Sở Nông nghiệp và Môi trường"),
    Agency(code="H26.103", name="Sở Nông nghiệp và Môi trường Thành phố Hà Nội"),
    Agency(code="H26.50", name="UBND phường Hòa Bình"),
    Agency(code="H27.10", name="Sở Nội vụ tỉnh Hà Tĩnh"),
)
DIRECTORY = Directory(AGENCIES)
NOTHING = Assignments()
TOURISM = Attribution("H26.3", "Sở Du lịch Thành phố Hà Nội", "executing agency")


def attribute(publication: Publication, directory: Directory, assignments: Assignments) -> Attribution:
    return attribute_below(publication, directory, assignments, "H26")


def _of(*executing: str, **facts: str) -> Publication:
    return Publication(code="1.115423", authority=Authority.PROVINCE, executing_agencies=executing, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    [
        "Sở Du lịch Thành phố Hà Nội",
        "SỞ DU LỊCH - TP. HÀ NỘI",
        "Sở Du lịch",
        "  sở  du lịch. ",
        "- Sở Du lịch Hà Nội",
        "So Du lich",
        "H26.3",
        "h26.3",
        "Ủy ban nhân dân cấp xã; Sở Du lịch",
    ],
)
def test_a_unit_is_known_by_its_code_or_by_its_name_in_any_form(written: str) -> None:
    assert attribute(_of(written), DIRECTORY, NOTHING) == TOURISM


def test_a_committee_is_known_with_its_name_written_out_and_in_either_school_of_spelling() -> None:
    for written in ("Ủy ban nhân dân phường Hòa Bình", "Uỷ ban nhân dân phường Hoà Bình", "ubnd phường hòa bình"):
        assert attribute(_of(written), DIRECTORY, NOTHING).unit_code == "H26.50"


@pytest.mark.parametrize(
    "written",
    ["Ủy ban nhân dân cấp tỉnh", "UBND Thành phố Hà Nội", "H26", "Sở Nội vụ tỉnh Hà Tĩnh", "H27.10", "", "Sở"],
)
def test_generic_names_and_units_of_others_name_no_unit(written: str) -> None:
    """The city itself is not a unit below it, and a department of another province is nobody's here."""
    assert attribute(_of(written), DIRECTORY, NOTHING) == UNATTRIBUTED


def test_a_generic_executor_beside_a_department_leaves_the_department() -> None:
    one = attribute(_of("Ủy ban nhân dân cấp tỉnh", "Sở Nội vụ"), DIRECTORY, NOTHING)
    assert (one.unit_code, one.why) == ("H26.10", "executing agency")


def test_a_name_that_two_units_bear_means_both_unless_it_has_the_citys_name() -> None:
    assert attribute(_of("Sở Nông nghiệp và Môi trường thành phố Hà Nội"), DIRECTORY, NOTHING).unit_code == "H26.103"
    both = attribute(_of("Sở Nông nghiệp và Môi trường"), DIRECTORY, NOTHING)
    assert (both.unit_code, both.why) == ("", "executing agency")
    assert both.unit_name == "Sở Nông nghiệp và Môi trường; Sở Nông nghiệp và Môi trường Thành phố Hà Nội"


def test_among_several_the_next_weaker_source_chooses_and_never_another_unit() -> None:
    several = _of("Sở Du lịch", "Sở Nội vụ", field_code="G16-VH21")
    by_field = Assignments(fields={"g16-vh21": Assignment("H26.10")})
    elsewhere = Assignments(fields={"g16-vh21": Assignment("H26.14")}, procedures={"1.115423": Assignment("H26.3")})
    assert attribute(several, DIRECTORY, by_field) == Attribution("H26.10", "Sở Nội vụ Thành phố Hà Nội", "field")
    assert attribute(several, DIRECTORY, elsewhere) == Attribution("H26.3", "Sở Du lịch Thành phố Hà Nội", "assignment")
    lead_unknown = attribute(several, DIRECTORY, NOTHING)
    assert lead_unknown.unit_code == ""
    assert lead_unknown.unit_name == "Sở Du lịch Thành phố Hà Nội; Sở Nội vụ Thành phố Hà Nội"


def test_an_executing_agency_goes_before_the_field_and_the_field_before_the_table() -> None:
    table = Assignments(
        fields={"đường bộ": Assignment("H26.10")},
        procedures={"1.115423": Assignment("H26.14")},
        decisions={"918/QĐ-TTPVHCC": Assignment("H26.99", "Sở mới")},
        publishers={"H26.101": Assignment("H26.50")},
    )
    facts = {"field_name": "Đường bộ", "decision": "918/QĐ-TTPVHCC", "publisher_code": "H26.101"}
    assert attribute(_of("Sở Du lịch", **facts), DIRECTORY, table) == TOURISM
    assert attribute(_of(**facts), DIRECTORY, table).why == "field"
    assert attribute(_of(), DIRECTORY, table).unit_code == "H26.14"
    no_code = Assignments(decisions=table.decisions, publishers=table.publishers)
    assert attribute(_of(decision="918/QĐ-TTPVHCC"), DIRECTORY, no_code) == Attribution(
        "H26.99", "Sở mới", "assignment"
    )
    assert attribute(_of(publisher_code="H26.101"), DIRECTORY, no_code).unit_code == "H26.50"


def test_a_ministry_answers_for_its_own_decision() -> None:
    one = Publication(code="1.1", authority=Authority.MINISTRY, executing_agencies=("Sở Du lịch",))
    assert attribute(one, DIRECTORY, NOTHING) == OF_A_MINISTRY


@given(st.lists(st.text(max_size=50), max_size=4), st.text(max_size=20))
def test_any_text_is_attributed_or_not_but_never_lost(executing: list[str], field: str) -> None:
    one = attribute(_of(*executing, field_name=field), DIRECTORY, NOTHING)
    assert DIRECTORY.by_code(one.unit_code) is not None or one.unit_code == ""

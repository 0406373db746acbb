"""Point reads, units and sectors of an iGate site."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from msgspec import Raw

from adapters.igate.units import agencies
from loopback.catalogue import CityRow
from loopback.igate import AGENCIES, COMMUNE_TAG, DEPARTMENT_TAG, MALFORMED, PROCEDURES, SECTORS
from loopback.igate_state import ROOT_ID, object_id
from syncd.sides.adapter import AgencyReader, Record, Wanted
from syncd.sides.errors import PermanentError, ShapeError, SideError, StaleError
from tests.adapters.igate.worlds import Served, Site, answering, igate, reading, records
from tests.adapters.national_gateway.worlds import read


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with igate() as running:
        yield running


@pytest.fixture
async def site_of() -> AsyncIterator[Served]:
    async with answering() as make:
        yield make


def a_row(site: Site, *, is_mapped: bool = True) -> CityRow:
    return next(row for row in site.state.shown() if bool(row.mapped_code) is is_mapped and not row.poisoned)


@pytest.mark.parametrize("details", [True, False])
async def test_what_is_read_again_is_what_was_listed(site: Site, details: bool) -> None:
    async with reading(site, details=details) as side:
        found, _ = await read(side)
        listed = await records(side, found[:5])
        answers = await side.read_again([Wanted(one.key, "") for one in found[:5]])
    assert [answer.records for answer in answers] == [(record,) for record in listed.values()]


async def test_all_questions_are_one_walk_and_answered_in_their_order(site: Site) -> None:
    wanted = [Wanted(object_id(row.number), row.local_code) for row in site.state.shown()[20:0:-1]]
    async with reading(site, page_size=1_000) as side:
        answers = await side.read_again(wanted)
        assert await side.read_again([]) == []
    assert [answer.wanted for answer in answers] == wanted
    assert [answer.records[0].key for answer in answers] == [one.key for one in wanted]
    assert site.state.asked.count(PROCEDURES) == 1


async def test_a_record_is_found_by_local_code_and_by_portal_code(site: Site) -> None:
    row = a_row(site)
    asked = [Wanted(None, row.local_code), Wanted(None, row.mapped_code), Wanted(object_id(row.number), "")]
    async with reading(site) as side:
        answers = await side.read_again(asked)
    assert all(object_id(row.number) in {one.key for one in answer.records} for answer in answers)


async def test_two_records_with_one_portal_code_both_answer(site: Site) -> None:
    one, other = [row for row in site.state.shown() if not row.poisoned][:2]
    site.state.nation_codes = {one.number: "7.777777", other.number: "7.777777.000.00.00.H26"}
    async with reading(site) as side:
        (answer,) = await side.read_again([Wanted(None, "7.777777")])
    assert {record.key for record in answer.records} == {object_id(one.number), object_id(other.number)}


async def test_a_portal_code_that_only_details_tell_is_found_once_they_were_read(site: Site) -> None:
    row = a_row(site)
    site.state.thin = True
    site.state.nation_codes[row.number] = "7.777777"
    async with reading(site) as side:
        found, _ = await read(side)
        (before,) = await side.read_again([Wanted(None, "7.777777")])
        await side.fetch_detail(next(one for one in found if one.key == object_id(row.number)))
        (after,) = await side.read_again([Wanted(None, "7.777777")])
    assert before.records == ()
    assert [side.canonical(record).code for record in after.records] == ["7.777777"]


async def test_what_can_be_applied_for_no_more_is_gone_though_its_details_are_shown(site: Site) -> None:
    """Only the list says what is public: a system keeps the details of what it once had."""
    row = a_row(site)
    site.state.rows[row.number] = replace(row, active=False)
    async with reading(site) as side:
        gone, unknown = await side.read_again([Wanted(object_id(row.number), ""), Wanted(None, "9.999999")])
    assert (gone.records, gone.error) == ((), None)
    assert (unknown.records, unknown.error) == ((), None)


@pytest.mark.parametrize("fault", ["short_page", "duplicate_key"])
async def test_a_walk_that_is_not_whole_proves_no_absence(site: Site, fault: str) -> None:
    """What it found is there all the same."""
    rows = site.state.shown()
    site.faults.add(fault, path=PROCEDURES, nth=2, times=None)
    async with reading(site, page_size=len(rows) // 2 + 10) as side:
        there, unsure = await side.read_again([Wanted(object_id(rows[0].number), ""), Wanted(None, "9.999999")])
    assert [record.key for record in there.records] == [object_id(rows[0].number)]
    assert isinstance(unsure.error, StaleError)


async def test_a_walk_that_doubles_one_row_and_loses_another_proves_no_absence(site: Site) -> None:
    """As many rows came as are declared: only that one came twice tells that another did not come."""
    site.state.restless = True
    async with reading(site, sort="") as side:
        (unsure,) = await side.read_again([Wanted(None, "9.999999")])
    assert isinstance(unsure.error, StaleError)
    assert "listed more than once" in unsure.error.message


async def test_a_slice_that_changes_between_two_walks_proves_no_absence(site: Site) -> None:
    site.state.slices = True
    gone = site.state.shown()[0].number
    site.state.before = lambda: site.state.rows.pop(gone, None) and None if len(site.state.asked) == 2 else None
    async with reading(site) as side:
        (answer,) = await side.read_again([Wanted(None, "9.999999")])
    assert isinstance(answer.error, StaleError)


async def test_trouble_while_asking_again_is_an_answer_and_no_exception(site: Site) -> None:
    row = a_row(site)
    async with reading(site) as side:
        site.state.silent = {row.number}
        detail, nameless = await side.read_again([Wanted(object_id(row.number), ""), Wanted(None, " ")])
        site.faults.add("block_page_200", path=PROCEDURES, times=None)
        (listing,) = await side.read_again([Wanted(object_id(row.number), "")])
    assert isinstance(detail.error, PermanentError)
    assert isinstance(nameless.error, PermanentError)
    assert isinstance(listing.error, SideError)


@pytest.mark.parametrize("identity", [None, "", "a/b", "../../pa/dossier", ["x"], "unreadable-0", "x" * 90, "\x00"])
async def test_a_row_without_a_usable_id_is_listed_and_refused(site_of: Served, identity: Any) -> None:
    """An id goes into an address: one that could lead elsewhere is none. The row is there, and not missing."""
    row = {"id": identity, "code": "1.000001.H26", "nationCode": "1.000001", "name": 7}
    page = {"content": [row], "number": 0, "last": True, "totalElements": 1}
    site = await site_of({"/bd/procedure/--can-apply": page})
    async with reading(site) as side:
        (listed,), proof = await read(side)
        detail = await side.fetch_detail(listed)
        (answer,) = await side.read_again([Wanted(listed.key, "")])
        with pytest.raises(ShapeError) as raised:
            side.canonical(Record(*listed, detail))
    assert proof.whole
    assert answer.records == (Record(*listed, detail),)
    assert (raised.value.code, raised.value.local_code) == ("1.000001", "1.000001.H26")
    assert len([path for path in site.state.asked if "--can-apply" not in path]) == 0


async def test_units_of_every_kind_are_listed_with_their_codes_of_either_generation(site: Site) -> None:
    """Departments as ``000.00.17.H26``, communes as ``H26.203``, a malformed one as it is."""
    async with reading(site) as side:
        assert isinstance(side, AgencyReader)
        assert side.capabilities.agencies
        units = {one.code: one for one in await side.list_agencies()}
    assert units["000.00.17.H26"].name == "Sở Văn hóa và Thể thao Thành phố Hà Nội"
    assert units[MALFORMED].name == "Bộ phận tiếp nhận và trả kết quả xã Sóc Sơn"
    assert {one.parent_code for one in units.values()} == {"H26"}
    assert {one.portal_id for one in units.values()} == {""}
    assert "H26.999" not in units


async def test_units_of_chosen_kinds_are_one_walk_each(site: Site) -> None:
    async with reading(site, agency_tags=(DEPARTMENT_TAG,)) as side:
        departments = {one.code for one in await side.list_agencies()}
    async with reading(site, agency_tags=(DEPARTMENT_TAG, COMMUNE_TAG)) as side:
        both = {one.code for one in await side.list_agencies()}
    assert departments < both
    assert "000.00.17.H26" in departments
    assert MALFORMED not in departments


async def test_units_that_are_not_all_there_are_an_error(site: Site) -> None:
    async with reading(site) as side:
        site.faults.add("short_page", path=AGENCIES)
        with pytest.raises(StaleError, match="not whole"):
            await side.list_agencies()
    async with reading(site, agency_id="0" * 24) as side:
        with pytest.raises(StaleError, match="empty") as raised:
            await side.list_agencies()
    assert "agency_id" in raised.value.action


def test_a_unit_that_is_listed_twice_is_one_with_its_first_name_and_its_parent_by_code_where_none_is_told() -> None:
    rows = [{"code": "H26.17", "name": "Sở A"}, {"code": " H26.17 ", "name": "Sở B", "parent": {"code": "H99"}}]
    (unit,) = agencies([Raw(json.dumps(row).encode()) for row in rows], where="here")
    assert (unit.code, unit.name, unit.parent_code) == ("H26.17", "Sở A", "H26")


async def test_without_a_root_no_units_are_listed(site: Site) -> None:
    async with reading(site, agency_id=None) as side:
        assert not side.capabilities.agencies
        with pytest.raises(PermanentError):
            await side.list_agencies()
    assert ROOT_ID


@pytest.mark.parametrize("slices", [False, True])
async def test_sectors_have_the_sites_own_abbreviations(site: Site, slices: bool) -> None:
    site.state.slices = slices
    async with reading(site, page_size=7) as side:
        sectors = await side.list_sectors()
    assert {one.code for one in sectors} == set(site.state.abbreviations.values())
    assert len(sectors) == len(site.state.abbreviations)
    assert {one.name for one in sectors} <= {row.field_name for row in site.state.rows.values()}
    assert not {one.code for one in sectors} & set(site.state.abbreviations)


async def test_sectors_that_are_not_all_there_are_an_error(site: Site) -> None:
    site.faults.add("lost_page", path=SECTORS)
    async with reading(site, page_size=7) as side:
        with pytest.raises(StaleError, match="not whole"):
            await side.list_sectors()

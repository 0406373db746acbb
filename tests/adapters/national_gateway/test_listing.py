"""The older gateway's adapter against the loopback gateway: whole readings, and lies that end as partial or refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from adapters.national_gateway import GatewaySettings, definition
from adapters.national_gateway.api import EXPORT, PROCEDURES
from loopback.catalogue.agencies import HANOI_CENTRE
from loopback.gateway import REST
from syncd.records.procedure import Kind, Level, State
from syncd.sides.adapter import Record
from syncd.sides.errors import BlockedError, ShapeError
from syncd.sides.reading import ReadingVerdict
from tests.adapters.national_gateway.worlds import Older, gateway_side, older_gateway, procedures, read, reading


@pytest.fixture
async def older() -> AsyncIterator[Older]:
    async with older_gateway() as running:
        yield running


async def test_every_public_procedure_is_listed_once_and_as_many_as_declared(older: Older) -> None:
    async with reading(older) as side:
        found, proof = await read(side)
    assert proof.whole, proof.reasons
    assert len(found) == len(older.book.shown()) == proof.declared_total
    assert len(procedures(side, found)) == len(found) - 1


async def test_listing_again_gives_the_same_bytes_though_totals_and_places_change(older: Older) -> None:
    """``AMOUNT`` and ``ROW_STT`` change with every other procedure: they are no part of a record."""
    async with reading(older) as side:
        before = {one.key: one.raw for one in (await read(side))[0]}
        older.book.portal.remove(older.book.shown()[0].id)
        after = {one.key: one.raw for one in (await read(side))[0]}
    assert len(after) == len(before) - 1
    assert all(before[key] == raw for key, raw in after.items())
    assert not any("AMOUNT" in json.loads(raw)["row"] for raw in after.values())


async def test_decision_and_workbook_complete_a_row_of_the_search(older: Older) -> None:
    """Number and hyphenated date come from the list of decisions, levels and subjects from the workbook."""
    async with reading(older) as side:
        found, _ = await read(side)
        records = {one.code: one for one in procedures(side, found) if one.decision_date}
    shown = next(one for one in older.book.shown() if one.code in records and one.detail["isProvince"])
    record = records[shown.code]
    assert record.decision_number == shown.detail["procedureProposal"]["proposalNumber"]
    assert record.levels is not None
    assert Level.PROVINCE in record.levels
    assert record.subjects == tuple(one["name"] for one in shown.detail["subjectTypesDetails"])
    assert record.state is State.PUBLIC
    assert record.publisher_code == shown.detail["departmentPromulgateCode"]


async def test_an_impossible_date_makes_one_invalid_record_that_keeps_its_code(older: Older) -> None:
    async with reading(older) as side:
        found, _ = await read(side)
        broken = next(one for one in found if b"29-02-2026" in one.raw)
        with pytest.raises(ShapeError, match="not a date") as raised:
            side.canonical(Record(*broken))
    assert raised.value.code == json.loads(broken.raw)["row"]["PROCEDURE_CODE"]
    assert raised.value.path == "$.decision.date"


async def test_kinds_are_inferred_from_the_publisher_only_where_levels_are_known(older: Older) -> None:
    async with reading(older) as side:
        found, _ = await read(side)
        kinds = {one.publisher_code: one.kind for one in procedures(side, found)}
        assert "kind" in side.capabilities.carries
    assert (kinds["G17"], kinds["H26"]) == (Kind.STANDARD, Kind.SPECIFIC)
    bare = gateway_side(older.url, export=False)
    assert not {"kind", "levels", "subjects"} & bare.capabilities.carries
    await bare.close()


async def test_a_publisher_that_is_in_no_list_has_no_code_and_no_kind_until_somebody_names_it(older: Older) -> None:
    """The list of agencies ends below a province; silence is never taken for "does not concern the city"."""
    async with reading(older) as side:
        found, _ = await read(side)
        silent = [one for one in procedures(side, found) if one.publisher_name == HANOI_CENTRE.name]
    async with reading(older, agency_codes={HANOI_CENTRE.name: HANOI_CENTRE.code}) as side:
        found, _ = await read(side)
        named = [one for one in procedures(side, found) if one.publisher_name == HANOI_CENTRE.name]
    assert {(one.publisher_code, one.kind) for one in silent} == {(None, None)}
    assert {(one.publisher_code, one.kind) for one in named} == {(HANOI_CENTRE.code, Kind.SPECIFIC)}


async def test_a_list_that_stops_early_is_partial(older: Older) -> None:
    """Half of a page is missing: it looks like the last one, but fewer came than ``AMOUNT`` says."""
    older.faults.add("short_page", path=REST, asked=PROCEDURES, nth=2)
    async with reading(older) as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL
    assert any("the side declared" in reason for reason in proof.reasons)


@pytest.mark.parametrize("off", [-1, 1])
async def test_a_wrong_amount_is_partial(older: Older, off: int) -> None:
    older.book.amount_off = off
    async with reading(older, decisions=False, export=False) as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL


async def test_a_gateway_that_does_not_turn_pages_is_partial(older: Older) -> None:
    older.book.turns_pages = False
    async with reading(older, decisions=False, export=False) as side:
        _, proof = await read(side)
    assert not proof.whole
    assert any("repeats an earlier page" in reason for reason in proof.reasons)


async def test_a_record_that_comes_twice_is_refused(older: Older) -> None:
    older.faults.add("duplicate_key", path=REST, asked=PROCEDURES, nth=4)
    async with reading(older, decisions=False, export=False) as side:
        _, proof = await read(side)
    assert proof.verdict is not ReadingVerdict.WHOLE


async def test_a_list_of_decisions_that_is_not_whole_makes_the_reading_partial(older: Older) -> None:
    older.faults.add("short_page", path=REST, asked="decision_publishment")
    async with reading(older) as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL
    assert any(reason.startswith("the list of decisions: ") for reason in proof.reasons)


async def test_a_workbook_that_lists_other_codes_makes_the_reading_partial(older: Older) -> None:
    """The search loses a page without its totals noticing: the workbook tells."""
    older.faults.add("lost_page", path=REST, asked=PROCEDURES)
    async with reading(older) as side:
        _, proof = await read(side)
    assert any("the search and the workbook differ by" in reason for reason in proof.reasons)


async def test_the_error_page_with_status_200_is_no_answer(older: Older) -> None:
    older.faults.add("block_page_200", path=REST, asked=PROCEDURES, times=None)
    async with reading(older) as side:
        _, proof = await read(side)
        with pytest.raises(BlockedError):
            await side.check()
    assert any("a web page came instead of an answer" in reason for reason in proof.reasons)


async def test_an_error_page_in_place_of_the_workbook_is_no_workbook(older: Older) -> None:
    """It comes with status 200; a workbook begins with PK."""
    older.faults.add("block_page_200", path=EXPORT)
    async with reading(older) as side:
        _, proof = await read(side)
    assert not proof.whole
    assert any("a web page came instead" in reason for reason in proof.reasons)


async def test_rows_inside_data_are_read_as_well(older: Older) -> None:
    older.book.nested = True
    async with reading(older) as side:
        found, proof = await read(side)
    assert proof.whole
    assert len(found) == len(older.book.shown())


async def test_an_empty_gateway_is_never_believed(older: Older) -> None:
    older.faults.add("lost_page", path=REST, asked=PROCEDURES, times=None)
    async with reading(older, export=False) as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL


async def test_the_check_says_how_many_procedures_are_declared(older: Older) -> None:
    async with reading(older) as side:
        assert str(len(older.book.shown())) in await side.check()


def test_one_question_a_second_unless_somebody_says_otherwise() -> None:
    made = GatewaySettings(adapter="national-gateway", base_url="https://thutuc.example/jsp/rest.jsp")
    assert (made.requests_per_second, made.base_url) == (1.0, "https://thutuc.example")
    assert definition.name == "national-gateway"


def test_what_it_cannot_carry_is_declared() -> None:
    side = gateway_side("http://127.0.0.1:9")
    never = {"steps", "methods", "documents", "results", "legal_bases", "requirements", "field_code", "published_at"}
    assert not never & side.capabilities.carries
    assert side.capabilities.agencies
    assert not side.capabilities.details

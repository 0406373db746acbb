"""The loopback gateway misbehaves as the older gateway does: each quirk that public captures show, by name."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from openpyxl import load_workbook

from loopback.catalogue import Catalogue
from loopback.gateway import REST, gateway_app
from loopback.portal import PortalState
from loopback.rest_gateway import EXPORT, GatewayBook, decision_number, number_of
from loopback.run import running

SEARCH = "procedure_advanced_search_service_v2"
DECISIONS = "decision_publishment_advanced_search_service_v2"


class Gateway:
    """The running gateway, asked as its own page asks it."""

    def __init__(self, url: str, book: GatewayBook, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.book = book
        self.session = session

    async def rows(self, service: str, **asked: Any) -> list[dict[str, str]]:
        params = json.dumps({"type": "ref", "service": service, **asked})
        async with self.session.post(self.url + REST, data={"params": params}) as answer:
            assert answer.status == 200
            rows: list[dict[str, str]] = json.loads(await answer.text())
            return rows


@pytest.fixture
async def gateway(catalogue: Catalogue) -> AsyncIterator[Gateway]:
    portal = PortalState(catalogue)
    book = GatewayBook(portal)
    async with running(gateway_app(portal.evaluation, None, book)) as url, aiohttp.ClientSession() as session:
        yield Gateway(url, book, session)


async def test_every_value_is_a_string_and_every_row_declares_the_total(gateway: Gateway) -> None:
    rows = await gateway.rows(SEARCH, recordPerPage=10, pageIndex=2)
    assert {type(value) for row in rows for value in row.values()} == {str}
    assert {row["AMOUNT"] for row in rows} == {str(len(gateway.book.shown()))}
    assert [row["ROW_STT"] for row in rows] == [str(place) for place in range(11, 21)]


async def test_paging_ends_with_a_page_that_is_not_full_and_then_with_nothing(gateway: Gateway) -> None:
    total = len(gateway.book.shown())
    last = -(-total // 100)
    assert len(await gateway.rows(SEARCH, recordPerPage=100, pageIndex=last)) == total - (last - 1) * 100
    assert await gateway.rows(SEARCH, recordPerPage=100, pageIndex=last + 1) == []


async def test_the_keyword_is_fuzzy(gateway: Gateway) -> None:
    """A part of a code, and any word of a name."""
    assert len(await gateway.rows(SEARCH, keyword="1.00", recordPerPage=500)) > 1
    assert len(await gateway.rows(SEARCH, keyword="giấy phép", recordPerPage=500)) > 1


async def test_decisions_have_hyphenated_dates_typing_noise_and_names_with_line_breaks(gateway: Gateway) -> None:
    rows = await gateway.rows(DECISIONS, recordPerPage=1000)
    dated = [row["PUBLISHING_DATE"] for row in rows if row["PUBLISHING_DATE"]]
    assert all(re.fullmatch(r"\d{2}-\d{2}-\d{4}", day) for day in dated)
    assert any(row["CODE"].endswith(".") for row in rows)
    assert any("\n" in row["NAME"] for row in rows)
    days = [day.split("-")[::-1] for day in dated]
    assert days == sorted(days, reverse=True)


async def test_the_rows_of_a_decision_carry_no_code_and_an_empty_list_is_bare(gateway: Gateway) -> None:
    record = next(one for one in gateway.book.shown() if one.detail["state"] == "ACTIVE")
    decision = int(decision_number(record))
    rows = await gateway.rows("get_procedures_by_dp_id_service_v2", id=decision, recordPerPage=100, pageIndex=1)
    assert number_of(record.id) in {row["ID"] for row in rows}
    assert set(rows[0]) == {"ID", "PROCEDURE_NAME", "PUBLISHED_AGENCY", "PUBLISHED_AGENCY_ID", "AMOUNT", "ROW_STT"}
    assert await gateway.rows("get_rescinded_procedures_by_dp_id_service_v2", id=1, recordPerPage=9) == []


async def test_agencies_have_codes_of_two_generations_and_one_name_twice(gateway: Gateway) -> None:
    rows = await gateway.rows("get_list_agency_service_v2")
    codes = {row["CODE"] for row in rows}
    assert {"000.00.00.G01", "G03", "000.00.00.H37", "H26"} <= codes
    assert [row["NAME"] for row in rows].count("Văn phòng Chính phủ") == 2
    assert "Bộ Khoa học  và  Công nghệ" in {row["AGENCY_NAME"] for row in rows}


async def test_fields_have_their_ministry_in_brackets(gateway: Gateway) -> None:
    rows = await gateway.rows("procedure_get_list_field_service_v2", agency_id="-1")
    assert all(re.fullmatch(r".+\(.+\)", row["FIELD_NAME"]) for row in rows)


async def test_internal_and_withdrawn_procedures_are_not_shown(gateway: Gateway) -> None:
    kinds = {record.detail["type"] for record in gateway.book.shown()}
    assert kinds == {"STANDARD", "SPECIFIC"}
    assert all(record.public for record in gateway.book.shown())


async def test_the_workbook_has_its_header_below_a_banner_of_merged_cells(gateway: Gateway) -> None:
    async with gateway.session.get(gateway.url + EXPORT, params={"keyword": ""}) as answer:
        content = await answer.read()
    sheet = load_workbook(BytesIO(content)).active
    assert content.startswith(b"PK")
    assert sheet is not None
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A1:I1"]
    assert [cell.value for cell in sheet[3]][1] == "Mã TTHC"
    assert sheet.max_row == 3 + len(gateway.book.shown())


async def test_what_it_does_not_know_gets_its_error_page_with_status_200(gateway: Gateway) -> None:
    async with gateway.session.post(gateway.url + REST, data={"params": '{"service":"proc_id_service"}'}) as answer:
        assert answer.status == 200
        assert (await answer.text()).startswith("<!DOCTYPE html>")

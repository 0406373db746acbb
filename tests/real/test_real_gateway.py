"""Verbatim answers of the older gateway (December 2025), read in place, through the adapter's own parsers.

They are read from ``SYNCD_SHARED`` or ``../shared`` beside the checkout, and are never copied.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path

import msgspec
import pytest
from msgspec import Raw

from adapters.national_gateway.agencies import agencies, codes_by_name, fields
from adapters.national_gateway.decisions import published
from adapters.national_gateway.paging import whole
from adapters.national_gateway.wire import DecidedRow, amount_of, id_of, rows_of
from syncd.records.decisions import parse_number
from syncd.sides.errors import StaleError
from syncd.sides.http import decode

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = Path(os.environ.get("SYNCD_SHARED", ROOT.parent / "shared")) / "data" / "gateway-2025-12"
DECISION = ANSWERS / "decision-115010"

pytestmark = pytest.mark.skipif(not ANSWERS.exists(), reason=f"the real answers are absent: {ANSWERS}")


def rows(folder: Path, service: str) -> list[Raw]:
    return rows_of((folder / f"{service}.json").read_bytes(), where=service)


async def answered(sent: list[Raw], page: int, size: int) -> list[Raw]:
    """The captured rows as pages."""
    return sent[(page - 1) * size : page * size]


def test_fifty_decisions_are_read_with_their_dates_and_their_typing() -> None:
    sent = rows(ANSWERS, "decision_publishment_advanced_search_service_v2")
    found = [published(row) for row in sent]
    assert (len(found), amount_of(sent, where="decisions")) == (50, 23039)
    assert len({one.id for one in found}) == 50
    assert {one.signed for one in found} == {date(2025, 12, day) for day in range(2, 10)}
    noisy = {one.number for one in found if parse_number(one.number).noise}
    assert {"2193/QĐ-UBND.", "2226/QĐ-UBND ngày 04/12/2025"} <= noisy
    hanoi = next(one for one in found if one.agency_id == "389181")
    assert (hanoi.number, hanoi.signed, hanoi.agency_name) == (
        "1635/QĐ-TTPVHCC",
        date(2025, 12, 2),
        "UBND Thành phố Hà Nội",
    )


async def test_one_captured_page_of_23039_decisions_is_not_a_whole_list() -> None:
    """The crawler that captured it went on after a failed page."""
    sent = rows(ANSWERS, "decision_publishment_advanced_search_service_v2")
    with pytest.raises(StaleError, match="50 records were listed, the side declared 23039"):
        await whole(partial(answered, sent), 500, where="decisions")


async def test_decision_115010_amends_four_procedures_that_have_no_code() -> None:
    amended = rows(DECISION, "get_modified_procedures_by_dp_id_service_v2")
    found = await whole(partial(answered, amended), 500, where="amended")
    seen = [decode(row, DecidedRow, where="amended") for row in found]
    assert [str(one.id) for one in seen][:3] == ["388421", "109830", "109833"]
    assert {one.published_agency for one in seen} == {"UBND tỉnh Điện Biên"}
    assert not any("CODE" in key for row in amended for key in msgspec.json.decode(row))
    for empty in ("get_procedures_by_dp_id_service_v2", "get_rescinded_procedures_by_dp_id_service_v2"):
        assert await whole(partial(answered, rows(DECISION, empty)), 500, where=empty) == []


def test_57_agencies_of_two_generations_have_codes_of_one() -> None:
    sent = rows(ANSWERS, "get_list_agency_service_v2")
    found = agencies(sent)
    codes = {one.code: one for one in found}
    assert len(sent) == len(found) == len(codes) == 57
    assert {"G01", "G03", "H37", "H26", "A80", "0100100079"} <= codes.keys()
    assert codes["H26"].portal_id == "389181"
    assert codes["G06"].name == "Bộ Khoa học và Công nghệ"
    named = codes_by_name(found)
    assert [name for name, code in named.items() if not code] == ["văn phòng chính phủ"]


def test_489_fields_name_their_ministry() -> None:
    found = fields(rows(ANSWERS, "procedure_get_list_field_service_v2"))
    assert len(found) == 489
    assert all(one.name and one.ministry for one in found)
    assert ("Thiết bị y tế", "Bộ Y tế") in {(one.name, one.ministry) for one in found}


def test_the_published_online_list_is_cut_off_and_has_no_amount() -> None:
    """1,000 of 2,507 rows: another service, another name of the total; its rows have no number."""
    sent = rows(ANSWERS, "get_ds_tthc_da_cong_bo_dvc_service")
    totals = Counter(msgspec.json.decode(row)["TOTAL_RECORDS"] for row in sent)
    assert totals == {"2507": 1000}
    assert amount_of(sent, where="online") is None
    assert {id_of(row) for row in sent} == {""}

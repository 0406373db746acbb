"""The loopback monitor: the same tasks in every form, and each quirk by its name."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import astuple
from datetime import date
from typing import Any

import aiohttp
import pytest

from loopback.monitor import LIST_PATH, TOTALS_PATH, UNITS_PATH, MonitorState, monitor_app
from loopback.monitor_tasks import UNITS, counted, generated, grouped, tasks_csv, total_of, units_csv, with_old_tones
from loopback.run import running

TODAY = date(2026, 10, 10)
YEAR = {"tuNgay": "01/01/2026", "denNgay": "31/12/2026"}


@pytest.fixture
async def served() -> AsyncIterator[tuple[str, MonitorState]]:
    state = MonitorState(generated(7, TODAY), TODAY)
    async with running(monitor_app(state)) as url:
        yield url, state


async def ask(url: str, path: str, **params: str) -> Any:
    async with aiohttp.ClientSession() as client, client.get(url + path, params=YEAR | params) as answer:
        assert answer.status == 200
        return json.loads(await answer.text())


def test_the_same_seed_gives_the_same_tasks_and_every_task_is_counted_once() -> None:
    tasks = generated(7, TODAY)
    assert tasks == generated(7, TODAY) != generated(8, TODAY)
    counts = counted(tasks, date(2026, 1, 1), date(2026, 12, 31), TODAY)
    total = total_of(counts)
    assert total.assigned == len(tasks) == sum(astuple(total)[3:])
    assert min(astuple(total)[3:]) > 0


async def test_units_come_in_pages_with_their_total(served: tuple[str, MonitorState]) -> None:
    url, state = served
    first, last = [await ask(url, UNITS_PATH, trang=page, soLuong="4") for page in ("1", "2")]
    assert [one["name"] for one in first["data"] + last["data"]] == list(UNITS.values())
    assert first["totalRecords"] == len(UNITS)
    assert first["tong"]["tongSoNhiemVu"] == len(state.tasks)


async def test_totals_are_a_list_of_codes_with_values(served: tuple[str, MonitorState]) -> None:
    url, state = served
    found = {one["code"]: one["value"] for one in (await ask(url, TOTALS_PATH, donVi="H26.8"))["data"]}
    mine = next(one for one in counted(state.tasks, date(2026, 1, 1), date(2026, 12, 31), TODAY) if one.unit == "H26.8")
    assert found["TONG_SO_NHIEM_VU"] == mine.assigned
    assert found["HOAN_THANH_NHIEM_VU"] == mine.done_on_time + mine.done_late
    assert found["DANG_THUC_HIEN_QUA_HAN"] == mine.running_late


async def test_an_unknown_unit_is_an_envelope_with_status_200(served: tuple[str, MonitorState]) -> None:
    assert (await ask(served[0], TOTALS_PATH, donVi="H99"))["success"] is False


async def test_each_quirk_does_what_it_says(served: tuple[str, MonitorState]) -> None:
    url, state = served
    quirks = state.quirks
    quirks.total_off = 5
    assert (await ask(url, UNITS_PATH))["tong"]["tongSoNhiemVu"] == len(state.tasks) + 5
    quirks.shouting = quirks.as_text = quirks.doubled = True
    rows = (await ask(url, UNITS_PATH))["data"]
    assert rows[0]["name"] == "VĂN PHÒNG UỶ BAN NHÂN DÂN THÀNH PHỐ"
    assert rows[0] == rows[-1]
    assert isinstance(rows[0]["tongSoNhiemVu"], str)
    quirks.lost_page = 1
    assert (await ask(url, UNITS_PATH))["data"] == []
    quirks.refusing = True
    assert (await ask(url, UNITS_PATH))["code"] == "401"


async def test_a_login_page_is_html_with_status_200(served: tuple[str, MonitorState]) -> None:
    url, state = served
    state.quirks.login_page = True
    async with aiohttp.ClientSession() as client, client.get(url + UNITS_PATH, params=YEAR) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")


async def test_the_list_has_every_task_of_the_days_asked_about(served: tuple[str, MonitorState]) -> None:
    url, state = served
    body = {"tuNgay": "01/10/2026", "denNgay": "31/10/2026", "batDau": 0, "soLuong": 500}
    async with aiohttp.ClientSession() as client, client.post(url + LIST_PATH, json=body) as answer:
        found = json.loads(await answer.text())
    october = [one.number for one in state.tasks if one.assigned.month == 10]
    assert [one["so"] for one in found["data"]] == october
    assert found["totalRecords"] == len(october)


def test_names_are_shouted_with_the_mark_in_its_other_place() -> None:
    assert with_old_tones("Ủy ban nhân dân phường Hoà Bình") == "UỶ BAN NHÂN DÂN PHƯỜNG HÒA BÌNH"
    assert with_old_tones("xã Thuỵ Lâm") == "XÃ THỤY LÂM"
    assert (grouped(7), grouped(1234), grouped(12_345_678)) == ("7", "1.234", "12.345.678")


def test_exports_have_their_titles_and_one_row_each() -> None:
    tasks = generated(7, TODAY, count=20)
    assert len(tasks_csv(tasks).decode("utf-8-sig").splitlines()) == 21
    counts = counted(tasks, date(2026, 1, 1), date(2026, 12, 31), TODAY)
    lines = units_csv(counts).decode("utf-8-sig").splitlines()
    assert lines[2].startswith("Mã đơn vị,Đơn vị,Tổng số nhiệm vụ")
    assert lines[-1].startswith(",Tổng cộng,20")

"""The loopback OpenCPS answers as its code says that it answers."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from loopback.run import Systems


class Asker:
    """Asks the city's system as its user."""

    def __init__(self, session: aiohttp.ClientSession, systems: Systems) -> None:
        self.session, self.systems = session, systems

    async def get(self, path: str, *, status: int = 200, headers: dict[str, str] | None = None, **query: str) -> Any:
        access = self.systems.access
        own = {"Authorization": access.authorisation, "groupId": access.group_id}
        sent = own if headers is None else headers
        async with self.session.get(self.systems.opencps_url + path, params=query, headers=sent) as response:
            assert response.status == status
            return await response.json()


@pytest.fixture
async def city(systems: Systems) -> AsyncIterator[Asker]:
    async with aiohttp.ClientSession() as session:
        yield Asker(session, systems)


async def test_without_an_end_everything_is_listed(city: Asker) -> None:
    everything = await city.get("/serviceinfos")

    assert everything["total"] == len(everything["data"]) == len(city.systems.catalogue.city)
    assert await city.get("/serviceinfos", start="0", end="0") == everything


async def test_start_and_end_cut_a_page_out_of_the_list(city: Asker) -> None:
    everything = (await city.get("/serviceinfos"))["data"]
    page = await city.get("/serviceinfos", start="10", end="30")

    assert page["data"] == everything[10:30]
    assert page["total"] == len(everything)


async def test_the_list_can_be_searched_and_narrowed_to_active_ones(city: Asker) -> None:
    row = city.systems.catalogue.city[0]

    assert row.local_code in {
        one["serviceCode"] for one in (await city.get("/serviceinfos", keyword=row.local_code))["data"]
    }
    assert {one["active"] for one in (await city.get("/serviceinfos", active="false"))["data"]} == {"false"}


async def test_nobody_reads_without_user_and_group(city: Asker) -> None:
    authorisation = {"Authorization": city.systems.access.authorisation}

    await city.get("/serviceinfos", status=401, headers={"groupId": city.systems.access.group_id})
    await city.get("/serviceinfos", status=401, headers={"Authorization": "Basic bm86bm8=", "groupId": "35166"})
    await city.get("/serviceinfos", status=403, headers=authorisation)


async def test_a_record_is_found_by_id_and_by_code(city: Asker) -> None:
    row = city.systems.catalogue.city[5]

    by_id = await city.get(f"/serviceinfos/{row.number}")

    assert by_id["serviceCode"] == row.local_code
    assert await city.get(f"/serviceinfos/{row.local_code}") == by_id


async def test_an_unknown_record_is_not_found(city: Asker) -> None:
    assert (await city.get("/serviceinfos/9.999999", status=404))["code"] == 404


async def test_details_show_twelve_hours_and_lists_show_digits(city: Asker) -> None:
    listed = (await city.get("/serviceinfos"))["data"]
    detail = await city.get(f"/serviceinfos/{listed[0]['serviceInfoId']}")

    assert all(row["modifiedDate"].isdigit() and len(row["modifiedDate"]) == 14 for row in listed)
    assert len(detail["modifiedDate"]) == len("01-07-2025 08:15:30")
    assert int(detail["modifiedDate"][11:13]) <= 12


async def test_texts_are_html_escaped_and_flags_are_words(city: Asker) -> None:
    listed = (await city.get("/serviceinfos"))["data"]
    quoted = [row for row in listed if isinstance(row["serviceName"], str) and "&#34;" in row["serviceName"]]

    assert quoted
    assert '"một cửa liên thông"' in html.unescape(quoted[0]["serviceName"])
    assert {row["active"] for row in listed} == {"true", "false"}


async def test_poisoned_rows_have_a_number_for_a_name(city: Asker) -> None:
    listed = (await city.get("/serviceinfos"))["data"]

    assert sum(isinstance(row["serviceName"], int) for row in listed) == 2


async def test_the_list_lags_behind_the_database_until_it_is_indexed(city: Asker) -> None:
    row = city.systems.catalogue.city[0]
    city.systems.opencps.put(replace(row, name="Tên mới"))
    city.systems.opencps.remove(city.systems.catalogue.city[1].number)

    listed = (await city.get("/serviceinfos", start="0", end="2"))["data"]
    assert listed[0]["serviceName"] != "Tên mới"
    assert (await city.get(f"/serviceinfos/{row.number}"))["serviceName"] == "Tên mới"

    city.systems.opencps.reindex()

    listed = (await city.get("/serviceinfos", start="0", end="2"))["data"]
    assert listed[0]["serviceName"] == "Tên mới"
    assert listed[1]["serviceInfoId"] == city.systems.catalogue.city[2].number


async def test_the_mapping_table_pairs_codes_and_is_never_marked_synced(city: Asker) -> None:
    table = await city.get("/nps/serviceinfodvcqg")
    mapped = {row["serviceCode"]: row["serviceCodeDVCQG"] for row in table["data"]}

    assert table["total"] == len(table["data"])
    assert {row["synced"] for row in table["data"]} == {0}
    assert city.systems.catalogue.equivalences.items() <= mapped.items()
    assert "" in mapped.values()
    local = next(iter(city.systems.catalogue.equivalences))
    assert (await city.get(f"/nps/serviceinfodvcqg/{local}"))["serviceCodeDVCQG"] == mapped[local]
    await city.get("/nps/serviceinfodvcqg/nobody", status=404)


async def test_the_same_faults_strike_here(city: Asker) -> None:
    city.systems.opencps_faults.add("shrinking_total", path="/serviceinfos")
    total = len(city.systems.catalogue.city)

    assert (await city.get("/serviceinfos", start="0", end="5"))["total"] == total - 25
    assert (await city.get("/serviceinfos", start="0", end="5"))["total"] == total

"""The loopback document system: the same book for the same seed, with everything planted that it says."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from loopback.catalogue import Catalogue
from loopback.documents import AxisState, Book, LinkState, Plan, axis_app, book, link_app, write_folder
from loopback.documents.book import known_decisions
from loopback.run import running


@pytest.fixture(scope="module")
def written(catalogue: Catalogue) -> Book:
    return book(catalogue)


def test_a_seed_gives_the_same_book(catalogue: Catalogue, written: Book) -> None:
    assert book(catalogue) == written


def test_every_plan_is_planted_even_in_the_smallest_catalogue(written: Book) -> None:
    assert {one.plan for one in written.planted} == set(Plan)


def test_what_is_planted_names_decisions_of_the_portal_or_none(catalogue: Catalogue, written: Book) -> None:
    shown = {(one.whole, one.issuer[0]): one for one in known_decisions(catalogue)}
    for one in written.planted:
        known = shown.get((one.number, one.issuer))
        assert (known is None) is (one.plan is Plan.NOT_ON_PORTAL)
        if known is not None:
            assert (one.portal_signed, one.portal_codes) == (known.day, known.codes)


def test_each_difference_is_the_one_that_its_plan_says(written: Book) -> None:
    for one in written.planted:
        assert bool(one.key) is (one.plan is not Plan.NOT_IN_DOCUMENTS)
        assert (one.signed != one.portal_signed) is (
            one.plan in (Plan.OTHER_DATE, Plan.NOT_ON_PORTAL, Plan.NOT_IN_DOCUMENTS)
        )
        assert (one.codes != one.portal_codes) is (
            one.plan in (Plan.OTHER_CODES, Plan.NOT_ON_PORTAL, Plan.NOT_IN_DOCUMENTS)
        )
        assert bool(one.successor) is (one.plan is Plan.REPLACED)


def test_test_records_have_no_decision(catalogue: Catalogue) -> None:
    assert all(one.number.isdigit() for one in known_decisions(catalogue))


def test_the_folder_holds_files_and_one_archive(written: Book, tmp_path: Path) -> None:
    write_folder(written, tmp_path)
    names = {one.name for one in tmp_path.iterdir()}
    assert "older.zip" in names
    assert len(names) - 1 + len(written.sent[::5]) == len(written.sent)


async def test_the_axis_refuses_who_does_not_sign(written: Book) -> None:
    async with (
        running(axis_app(AxisState(written))) as url,
        aiohttp.ClientSession() as session,
        session.post(f"{url}/vxp/getSentEdocList") as answer,
    ):
        assert (answer.status, (await answer.json())["status"]) == (200, "FAIL")


async def test_an_acknowledged_package_is_never_listed_again(written: Book) -> None:
    """What the reader must never do to anybody."""
    state = LinkState(written)
    headers = {"Authorization": f"TD {state.token}"}
    async with running(link_app(state)) as url, aiohttp.ClientSession(headers=headers) as session:
        before = await _codes(session, url)
        body = {"MaVanBan": before[0], "TrangThai": "04"}
        async with session.post(f"{url}/qlvb/CapNhatTrangThaiVanBan", json=body) as answer:
            assert answer.status == 200
        assert await _codes(session, url) == before[1:]


async def _codes(session: aiohttp.ClientSession, url: str) -> list[str]:
    async with session.get(f"{url}/qlvb/LayDanhSachGoiTinVanBan", params={"maDonViCha": "H26", "top": "99"}) as answer:
        found: list[str] = (await answer.json())["data"]
        return found

"""What the desk shows of the document system: its side of a mismatch, and a signed decision that no side cites."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.ledger.accounts import add_user
from syncd.records.roles import Role
from tests.desk.conftest import Build, House
from tests.desk.furnished import furnished
from tests.passes.archives import NAME, Book, Registry

PATH = "/decisions/4001%2FQ%C4%90-UBND"


@pytest.fixture
async def office(build: Build, tmp_path: Path) -> House:
    """An office whose document system has signed a decision that the portal lacks, and shows another day of one."""
    house = await furnished(build, decisions=(NAME,))
    portal, documents = Book(tmp_path / "cong.csv"), Book(tmp_path / "van-ban-di.csv")
    portal.sign("3511/QĐ-UBND", "02/11/2026")
    documents.sign("3511/QĐ-UBND", "03/11/2026")
    documents.sign("4001/QĐ-UBND", "10/11/2026", "1.000001; 1.000002")
    registry = Registry(house.ledger, documents, portal, now=house.clock.now)
    await registry.run()
    house.clock.now = registry.now
    return house


def ids(house: House) -> dict[str, str]:
    registry = Registry(house.ledger, Book(Path("nowhere.csv")))
    return {one.kind: one.id for one in registry.known()}


async def test_a_mismatch_of_a_decision_names_the_document_system_and_the_last_day_by_law(office: House) -> None:
    browser = await office.signed_in(Role.AUDITOR)
    page = await browser.get(f"/mismatches/{ids(office)['decision_not_entered']}")
    assert page.status == 200
    assert "A publication decision is signed and not entered on the portal" in page.words
    assert "Document system" in page.words
    assert "has no record" in page.words
    assert "4001/QĐ-UBND (10/11/2026)" in page.words
    assert "by law public by 17/11/2026" in page.words
    assert 'href="/decisions/4001' in page.text


async def test_in_vietnamese_both_sides_have_their_names(office: House) -> None:
    user = await office.ledger.write(
        add_user,
        login="chi.lan",
        name="Nguyễn Thị Lan",
        role=Role.AUDITOR,
        unit="",
        language="vi",
        password_hash=None,
        now=office.clock(),
        actor="test",
    )
    page = await (await office.signed_in_as(user, "chi.lan")).get(f"/mismatches/{ids(office)['decision_differs']}")
    assert "Cổng DVCQG" in page.words
    assert "Hệ thống quản lý văn bản" in page.words
    assert "Ngày ký quyết định" in page.words
    assert "Quyết định công bố trên Cổng DVCQG khác với văn bản đã ký ban hành" in page.words


async def test_the_queue_shows_which_field_differs_and_whose_value_it_is(office: House) -> None:
    page = await (await office.signed_in(Role.AUDITOR)).get("/queue?kind=decision_differs")
    assert page.status == 200
    assert "Decision differs" in page.words
    assert "Day of signing" in page.words
    assert "Document system:" in page.words


async def test_a_signed_decision_that_nobody_cites_has_a_page(office: House) -> None:
    browser = await office.signed_in(Role.AUDITOR)
    page = await browser.get(PATH)
    assert page.status == 200
    assert "In the document system" in page.words
    assert "Nguyễn Văn Bình" in page.words
    assert "Issued" in page.words
    cited = await browser.get("/decisions/3511%2FQ%C4%90-UBND")
    assert "In the document system" in cited.words
    assert "67 days late" in cited.words


async def test_a_unit_is_not_shown_what_only_the_document_system_has(office: House) -> None:
    browser = await office.signed_in(Role.UNIT, unit="H26.17")
    assert (await browser.get(PATH)).status == 404

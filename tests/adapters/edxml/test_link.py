"""The city's link of Tân Dân: waiting documents are read and never acknowledged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from adapters.edxml.link import Outgoing, Sent, package_of
from adapters.edxml.opening import Caps
from adapters.edxml.package import Package
from loopback.documents import LinkState, Plan, link_app
from loopback.documents.link import BASE
from loopback.faults import FaultPlan
from loopback.run import running
from syncd.records.publication_decision import DecisionState
from syncd.sides.reading import Ground, ReadingVerdict
from tests.adapters.edxml.worlds import QUICK, Said, around, listed, reader, small_book


@dataclass(slots=True)
class Link:
    url: str
    state: LinkState
    faults: FaultPlan = field(default_factory=FaultPlan)


@pytest.fixture
async def link() -> AsyncIterator[Link]:
    state, faults = LinkState(small_book()), FaultPlan()
    async with running(link_app(state, faults), faults) as url:
        yield Link(f"{url}{BASE}", state, faults)


async def read(link: Link, token: str = "", **place: Any) -> Said:
    table = {"base_url": link.url, "unit": "H26", "secret_headers": {"Authorization": "qlvb"}, **QUICK, **place}
    surroundings = around(secrets={"qlvb": f"TD {token or link.state.token}"})
    async with reader(surroundings, link=table) as made:
        return await listed(made)


async def test_issued_decisions_are_read_with_days_written_day_first(link: Link) -> None:
    said = await read(link)
    planted = small_book().plan(Plan.OTHER_DATE)
    found = next(one for one in said.decisions if one.number == planted.number)
    assert said.proof.verdict is ReadingVerdict.WHOLE
    assert (found.signed, found.codes, found.issuer_code) == (planted.signed, planted.codes, "000.00.00.H26")
    assert found.key.startswith("vb-")
    assert [len(one.sha256) for one in found.attachments] == [64]


async def test_nothing_is_ever_acknowledged(link: Link) -> None:
    await read(link)
    await read(link)
    assert link.state.acknowledged == []


async def test_only_what_was_issued_is_a_decision(link: Link) -> None:
    link.state.results = {"VB-0001": "02", "VB-0002": "03", "VB-0003": "04"}
    said = await read(link)
    assert {one.kind: one.count for one in said.proof.findings} == {
        "signed_not_issued": 1,
        "refused_by_signer": 1,
        "trace_only": 1,
    }
    assert not {"vb-0001", "vb-0002", "vb-0003"} & {one.key for one in said.decisions}
    assert said.proof.whole


async def test_the_link_knows_no_recalls(link: Link) -> None:
    said = await read(link)
    assert {one.state for one in said.decisions} == {DecisionState.ISSUED}
    async with reader(around(), link={"base_url": link.url, "unit": "H26"}) as made:
        assert "successor" not in made.carries


async def test_a_list_as_long_as_was_asked_for_may_be_cut(link: Link) -> None:
    said = await read(link, top=3)
    assert (said.proof.counted, said.proof.verdict) == (3, ReadingVerdict.PARTIAL)
    assert "as many as top = 3 allows" in said.proof.reasons[0]


async def test_a_link_that_others_empty_proves_nothing(link: Link) -> None:
    said = await read(link, shared=True)
    assert said.proof.verdict is ReadingVerdict.PARTIAL
    assert len(said.decisions) > 3


async def test_a_package_that_the_link_does_not_show_is_named(link: Link) -> None:
    link.state.silent = {"VB-0001"}
    said = await read(link)
    assert (said.finding("unreadable"), said.proof.verdict) == (1, ReadingVerdict.PARTIAL)
    assert "VB-0001: the link lists it and shows no document" in said.proof.reasons[0]


async def test_an_impossible_day_is_unknown_and_told(link: Link) -> None:
    """The letter of 2014/02/30 is no decision; a decision with such a day keeps it unknown."""
    found = package_of(Sent(Outgoing(NgayKy="30/02/2014", SoKyHieu="1/QĐ-UBND")), "VB", Caps())
    assert isinstance(found, Package)
    assert (found.signed, [one.kind for one in found.oddities]) == (None, ["impossible_date"])
    issued = package_of(Sent(Outgoing(NgayBanHanh="08/09/2026")), "VB", Caps())
    assert isinstance(issued, Package)
    assert issued.signed == date(2026, 9, 8)


async def test_a_wrong_token_is_told_without_the_token(link: Link) -> None:
    said = await read(link, token="sai-roi")
    assert "the link answers error '401': 'Không có quyền'" in said.proof.reasons[0]
    assert "sai-roi" not in str(said.proof)


@pytest.mark.parametrize("fault", ["block_page_200", "cut_json", "reset"])
async def test_a_list_that_does_not_come_is_no_reading(link: Link, fault: str) -> None:
    link.faults.add(fault, path="LayDanhSach", times=None)
    said = await read(link)
    assert (said.decisions, said.proof.whole) == ((), False)


async def test_trouble_with_one_document_is_a_failure_of_the_reading_and_no_fault_of_the_adapter(link: Link) -> None:
    link.faults.add("unavailable", path="LayGoiTin", times=None)
    said = await read(link)
    assert said.proof.grounds[0] is Ground.FAILURE
    assert "503" in said.proof.reasons[0]

"""The document axis: signed questions, lists that prove themselves, documents one by one, nothing acknowledged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.edxml import EdxmlDecisions
from adapters.edxml.axis import AxisSource
from adapters.edxml.axis_lists import is_candidate
from adapters.edxml.axis_wire import Row
from adapters.edxml.choosing import Words
from adapters.edxml.signing import signed_headers, timestamp
from loopback.documents import AxisState, axis_app
from loopback.documents.axis import BASE, keyed_hash
from loopback.faults import FaultPlan
from loopback.run import running
from syncd.sides.errors import UnreachableError
from syncd.sides.reading import Ground, ReadingVerdict
from tests.adapters.edxml.worlds import QUICK, Said, around, listed, settings, small_book

NOON = datetime(2026, 9, 8, 5, 0, 0, 123_000, tzinfo=UTC)


@dataclass(slots=True)
class Axis:
    url: str
    state: AxisState
    faults: FaultPlan = field(default_factory=FaultPlan)


@pytest.fixture
async def axis() -> AsyncIterator[Axis]:
    state, faults = AxisState(small_book(), now=NOON), FaultPlan()
    async with running(axis_app(state, faults), faults) as url:
        yield Axis(f"{url}{BASE}", state, faults)


@asynccontextmanager
async def reading(
    axis: Axis, *, secret: str | None = None, now: datetime = NOON, **place: Any
) -> AsyncIterator[EdxmlDecisions]:
    chosen = settings(
        axis={"base_url": axis.url, "system_id": "vxp.saas.26", "key_secret": "vxp-key", **QUICK, **place}
        | {"unpaged": place.get("unpaged", "page_size" not in place)}
    )
    assert chosen.axis is not None
    known = {"vxp-key": axis.state.secret if secret is None else secret}
    made = EdxmlDecisions(chosen, AxisSource(chosen.axis, chosen, around(secrets=known), now=lambda: now))
    try:
        yield made
    finally:
        await made.close()


async def read(axis: Axis, **place: Any) -> Said:
    async with reading(axis, **place) as made:
        return await listed(made)


def test_the_moment_is_local_with_milliseconds_in_four_digits() -> None:
    assert timestamp(NOON) == "08092026T120000+0123"


def test_headers_are_signed_as_the_definition_of_hmac_says() -> None:
    """The loopback axis computes it by RFC 2104 on its own; here both are laid side by side, for long secrets too."""
    for secret in ("k", "đ" * 100):
        headers = signed_headers({"docId": "1"}, system_id="s", secret=secret, moment=NOON, version="3.0.201608")
        assert headers["XroadVnpt-hash-header"] == keyed_hash(secret, headers["XroadVnpt-sign-header"])
        assert headers["XroadVnpt-sign-header-key"] == "systemid;timestamp;Content-Type;docId"
        assert headers["XroadVnpt-version"] == "3.0.201608"


async def test_the_sent_list_gives_the_decisions_of_the_book(axis: Axis) -> None:
    said = await read(axis)
    assert said.proof.verdict is ReadingVerdict.WHOLE
    assert [one.key for one in said.decisions] == sorted(small_book().decisions)


async def test_nothing_is_ever_acknowledged(axis: Axis) -> None:
    """An acknowledged document is taken from its receiver."""
    await read(axis, lists=["sent", "answers"], open="all")
    assert axis.state.acknowledged == []
    assert {said["messagetype"] for said in axis.state.asked} == {"edoc", "status"}


async def test_only_documents_that_may_matter_are_opened(axis: Axis) -> None:
    await read(axis)
    opened = {said["docId"] for said in axis.state.asked if "docId" in said}
    titles = {f"vxp-{one.name[:4]}": one.paper.subject for one in small_book().sent}
    assert opened
    assert not {title for at, title in titles.items() if at in opened and "công văn" in title.lower()}
    assert len(opened) < len(titles)
    axis.state.asked.clear()
    await read(axis, open="all")
    assert len({said["docId"] for said in axis.state.asked if "docId" in said}) > len(opened)


async def test_a_document_for_many_receivers_is_opened_once(axis: Axis) -> None:
    await read(axis)
    opened = [said["docId"] for said in axis.state.asked if "docId" in said]
    assert len(opened) == len(set(opened))


async def test_answers_of_receivers_come_with_their_own_list(axis: Axis) -> None:
    """Status messages about documents that nobody opened are no findings."""
    said = await read(axis, lists=["sent", "answers"])
    assert (said.proof.whole, said.proof.findings) == (True, ())
    assert said.proof.counted > (await read(axis)).proof.counted


async def test_totals_of_several_lists_add_up(axis: Axis) -> None:
    axis.state.declares = True
    said = await read(axis, lists=["sent", "answers"])
    assert (said.proof.whole, said.proof.declared_total) == (True, said.proof.counted)


async def test_a_total_that_changes_between_pages_is_a_doubt(axis: Axis) -> None:
    axis.state.declares = True
    axis.state.drifts = 1
    said = await read(axis, page_size=10)
    assert "declared total of the list of sent documents changed" in said.proof.reasons[0]


async def test_a_row_without_an_id_is_one_document_that_cannot_be_read(axis: Axis) -> None:
    said = await read(axis, sent_id="khongCo")
    assert "not one of" in said.proof.reasons[0]
    assert "a row of the list has no usable khongCo" in said.proof.reasons[0]


async def test_a_wrong_secret_is_told_without_the_secret(axis: Axis) -> None:
    said = await read(axis, secret="sai-khoa-bi-mat")
    assert "ErrorCode '401': 'Sai chữ ký'" in said.proof.reasons[0]
    assert "check system_id and its secret, and that the clock is right" in said.proof.reasons[0]
    assert "sai-khoa" not in str(said.proof)


async def test_a_clock_that_is_off_is_refused_by_the_axis(axis: Axis) -> None:
    assert (await read(axis, now=NOON + timedelta(minutes=4))).proof.whole
    assert not (await read(axis, now=NOON + timedelta(minutes=6))).proof.whole


async def test_the_declared_total_must_be_what_was_listed(axis: Axis) -> None:
    axis.state.declares = True
    said = await read(axis)
    assert (said.proof.whole, said.proof.declared_total) == (True, said.proof.counted)
    axis.state.total_off = 1
    assert Ground.TOTAL_DIFFERS in (await read(axis)).proof.grounds


@pytest.mark.parametrize("size", [10, 17, 1000])
async def test_pages_are_read_until_one_is_empty(axis: Axis, size: int) -> None:
    said = await read(axis, page_size=size)
    assert (said.proof.whole, len(said.decisions)) == (True, len(small_book().decisions))


async def test_an_axis_that_does_not_turn_pages_is_caught(axis: Axis) -> None:
    """Where paging is not heard, the whole list comes again and again."""
    axis.state.turns_pages = False
    said = await read(axis, page_size=10)
    assert "repeats an earlier page" in said.proof.reasons[0]


async def test_a_document_that_is_listed_and_not_shown_makes_the_reading_partial(axis: Axis) -> None:
    axis.state.lost = {"vxp-0001"}
    said = await read(axis)
    assert (said.finding("unreadable"), said.proof.verdict) == (1, ReadingVerdict.PARTIAL)
    assert "vxp-0001: POST /getEdoc: the axis answers FAIL" in said.proof.reasons[0]


async def test_documents_may_come_as_xml_instead_of_base64(axis: Axis) -> None:
    axis.state.raw = True
    assert [one.key for one in (await read(axis)).decisions] == sorted(small_book().decisions)


async def test_a_list_that_changes_while_it_is_read_is_partial(axis: Axis) -> None:
    axis.faults.add("short_page", path="getSentEdocList", nth=2)
    said = await read(axis)
    assert Ground.SIDE_CHANGED in said.proof.grounds


@pytest.mark.parametrize("fault", ["block_page_200", "cut_json", "reset", "unauthorised", "truncated_body"])
async def test_a_list_that_does_not_come_is_no_reading(axis: Axis, fault: str) -> None:
    axis.faults.add(fault, path="getSentEdocList", times=None)
    said = await read(axis)
    assert (said.decisions, said.proof.whole) == ((), False)


async def test_passing_trouble_with_one_document_is_passed(axis: Axis) -> None:
    axis.faults.add("unavailable", path="getEdoc", times=1)
    assert (await read(axis)).proof.whole


async def test_a_check_says_how_long_the_list_is(axis: Axis) -> None:
    async with reading(axis) as made:
        assert "the list of sent documents has" in await made.check()
    axis.faults.add("unavailable", times=None)
    async with reading(axis) as made:
        with pytest.raises(Exception, match="503") as caught:
            await made.check()
    assert not isinstance(caught.value, UnreachableError)


@pytest.mark.parametrize(
    ("row", "is_one"),
    [
        (Row("Về việc công bố TTHC", "12/QĐ-UBND", "edoc"), True),
        (Row("Về việc công bố TTHC", None, "edoc"), True),
        (Row("Về việc công bố TTHC", "12/UBND-KSTTHC", "edoc"), False),
        (Row("Thu hồi văn bản", "12/UBND-KSTTHC", "edoc"), True),
        (Row("", "", "edoc"), True),
        (Row("Thư mời", "3/GM-UBND", "edoc"), False),
        (Row("Thư mời", "3/GM-UBND", "status"), True),
    ],
)
def test_candidates_are_told_by_title_and_notation(row: Row, is_one: bool) -> None:
    assert is_candidate(row, Words()) is is_one

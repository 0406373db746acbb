"""What a reading of the axis proves: a list ends where the axis says so, and no list stands in for another."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.edxml.settings import ListName
from adapters.edxml.source import BATCH
from loopback.documents import AxisState, Book, Sent, package
from loopback.documents.papers import Paper
from syncd.errors import ConfigurationError
from syncd.records.publication_decision import DecisionState
from syncd.sides.reading import Evidence, Ground
from tests.adapters.edxml.test_axis import Axis, axis, read, reading
from tests.adapters.edxml.worlds import CITY, paper, settings, small_book

__all__ = ["axis"]

MANY = 33


def book_of(*papers: Paper) -> Book:
    sent = (Sent(f"{at:04}.edxml", one, package(one)) for at, one in enumerate(papers, 1))
    return Book(tuple(sent), (), ())


def many() -> Book:
    return book_of(*(paper(number=str(100 + at), document_id=f"D{at}") for at in range(MANY)))


@pytest.mark.parametrize("declares", [False, True])
async def test_a_server_that_caps_pages_is_read_to_its_end(axis: Axis, declares: bool) -> None:
    """A page that is shorter than was asked for says nothing about the end."""
    axis.state.book, axis.state.page_cap, axis.state.declares = many(), 10, declares
    said = await read(axis, page_size=1000)
    assert (len(said.decisions), said.proof.whole) == (MANY, True), said.proof.reasons


async def test_where_the_declared_total_is_met_no_further_page_is_asked_for(axis: Axis) -> None:
    axis.state.book, axis.state.declares = many(), True
    await read(axis, page_size=MANY)
    assert {said["pageIndex"] for said in axis.state.asked if "pageIndex" in said} == {"1"}


async def test_a_list_without_pages_and_without_a_total_may_have_been_cut(axis: Axis) -> None:
    said = await read(axis, unpaged=False)
    assert Ground.OPEN_END in said.proof.grounds
    assert "nothing says that the list of sent documents came whole" in said.proof.reasons[0]
    assert (await read(axis, unpaged=True)).proof.whole
    axis.state.declares = True
    assert (await read(axis, unpaged=False)).proof.whole


async def test_each_list_is_held_against_its_own_total(axis: Axis) -> None:
    """One row too many here and one too few there would else add up."""
    axis.state.declares, axis.state.totals_off = True, {"edoc": 1, "status": -1}
    said = await read(axis, lists=["sent", "answers"])
    assert not said.proof.whole
    assert "the list of sent documents declares" in said.proof.reasons[0]


async def test_a_message_with_the_id_of_a_document_is_another_one(axis: Axis) -> None:
    """Each list numbers its own: the recall that has the number of the decision is not the decision."""
    decision = paper()
    recall = Paper(sender=CITY, at="2026/10/01 08:00:00", status="13", about=(decision.document_id,), answers=(CITY,))
    for own_ids in (False, True):
        axis.state.book, axis.state.own_ids = book_of(decision, recall), own_ids
        said = await read(axis, lists=["sent", "answers"])
        assert [one.state for one in said.decisions] == [DecisionState.RECALLED], f"own ids: {own_ids}"


async def test_trouble_with_one_document_is_a_failure_of_the_reading_and_no_fault_of_the_adapter(axis: Axis) -> None:
    axis.faults.add("unavailable", path="getEdoc", times=None)
    said = await read(axis)
    assert said.proof.grounds[0] is Ground.FAILURE
    assert "503" in said.proof.reasons[0]


@pytest.mark.parametrize(("lists", "empty"), [(["sent", "answers"], "sent"), (["answers", "received"], "received")])
async def test_a_list_of_documents_that_is_empty_is_not_believed(axis: Axis, lists: list[str], empty: str) -> None:
    """The answers that came beside it must not make the reading whole."""
    statuses = tuple(one for one in small_book().sent if one.paper.status)
    axis.state.book = Book(statuses, (), ())
    said = await read(axis, lists=lists)
    assert said.proof.counted
    assert f"the list of {empty} documents is empty" in str(said.proof.reasons)


async def test_nobody_may_have_answered(axis: Axis) -> None:
    axis.state.book = many()
    assert (await read(axis, lists=[ListName.SENT, ListName.ANSWERS])).proof.whole


async def test_each_page_of_a_list_is_a_sign_of_life(axis: Axis) -> None:
    """A long list is read twice before anything is decided."""
    axis.state.book = many()
    async with reading(axis, page_size=11) as made:
        pages = [len(page) async for page in made.list_decisions(Evidence())]
    batches = -(-MANY // BATCH)
    assert pages == [0] * (3 + batches + 3) + [MANY]


def test_a_list_is_paged_or_not() -> None:
    table: dict[str, Any] = {"base_url": "https://vxp.example", "system_id": "s", "key_secret": "k"}
    with pytest.raises(ConfigurationError, match="set page_size or unpaged, not both"):
        settings(axis=table | {"page_size": 10, "unpaged": True})


async def test_a_kind_of_message_that_is_no_word_is_one_row_that_cannot_be_read(axis: Axis) -> None:
    """It is sent on in a header."""
    assert isinstance(axis.state, AxisState)
    axis.state.message = "edoc\r\nX-Evil: 1"
    said = await read(axis)
    assert "a row of the list has no usable messageType" in said.proof.reasons[0]

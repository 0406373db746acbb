"""Point reads, decisions with what they do, agencies and fields of the older gateway."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.national_gateway.agencies import codes_by_name
from adapters.national_gateway.api import NEW, PROCEDURES
from loopback.catalogue.drafts import WITHDRAWN
from loopback.catalogue.portal_side import PortalRecord
from loopback.gateway import REST
from loopback.rest_gateway import decision_number, number_of
from syncd.sides.adapter import Record, Wanted
from syncd.sides.errors import PermanentError, ShapeError, StaleError
from tests.adapters.national_gateway.worlds import Older, older_gateway, read, reading


@pytest.fixture
async def older() -> AsyncIterator[Older]:
    async with older_gateway() as running:
        yield running


async def test_a_point_read_gives_the_same_bytes_as_the_listing(older: Older) -> None:
    async with reading(older) as side:
        found, _ = await read(side)
        asked = [Wanted(one.key, side.canonical(Record(*one)).code) for one in found[:3]]
        answers = await side.read_again(asked)
    assert [(one.records[0].key, one.records[0].raw) for one in answers] == [(one.key, one.raw) for one in found[:3]]


async def test_the_search_is_fuzzy_and_only_the_very_code_is_an_answer(older: Older) -> None:
    """``1.014325`` is part of ``" 1.014325"``, which is another procedure."""
    spaced = next(one for one in older.book.shown() if one.code.startswith(" "))
    async with reading(older) as side:
        (answer, twin) = await side.read_again([Wanted(None, spaced.code), Wanted(None, spaced.code.strip())])
    assert [side.canonical(one).code for one in answer.records] == [spaced.code]
    assert [side.canonical(one).code for one in twin.records] == [spaced.code.strip()]


async def test_a_code_that_is_not_there_is_answered_with_none(older: Older) -> None:
    async with reading(older) as side:
        (answer,) = await side.read_again([Wanted(None, "1.999999")])
    assert (answer.records, answer.error) == ((), None)


async def test_a_search_that_is_not_whole_proves_no_absence(older: Older) -> None:
    older.book.amount_off = 1
    async with reading(older, decisions=False, export=False) as side:
        (answer,) = await side.read_again([Wanted("1", older.book.shown()[0].code)])
    assert isinstance(answer.error, StaleError)


async def test_a_decision_that_changed_since_the_listing_is_seen(older: Older) -> None:
    """The point read searches for the decision anew; one that is not found as it was is no answer."""
    shown = _with_own_decision(older)
    async with reading(older) as side:
        await read(side)
        older.book.portal.put(_redated(shown))
        (answer,) = await side.read_again([Wanted(None, shown.code)])
    assert answer.error is None
    assert side.canonical(answer.records[0]).decision_number is None


async def test_a_decision_is_known_by_its_number_in_the_gateway_and_not_by_its_text(older: Older) -> None:
    """Two decisions may bear one text; the search shows both, and the other one first."""
    shown = _shadowed(older)
    async with reading(older) as side:
        found, _ = await read(side)
        listed = next(one for one in found if one.key == number_of(shown.id))
        (answer,) = await side.read_again([Wanted(listed.key, shown.code)])
    assert [record.raw for record in answer.records] == [listed.raw]


async def test_trouble_while_asking_again_is_an_answer_and_no_exception(older: Older) -> None:
    code = older.book.shown()[0].code
    older.faults.add("block_page_200", path=REST, asked=PROCEDURES, times=None)
    async with reading(older) as side:
        one, nameless = await side.read_again([Wanted(None, code), Wanted(None, " ")])
        assert await side.read_again([]) == []
    assert one.error is not None
    assert isinstance(nameless.error, PermanentError)


async def test_a_decision_tells_what_is_new_amended_and_rescinded_and_its_rows_have_no_code(older: Older) -> None:
    """Codes are found by the numbers that the last listing showed; a rescinded procedure is in no listing."""
    number = _busiest(older)
    async with reading(older) as side:
        await read(side)
        contents = await side.read_decision(number)
        decision = next(one for one in await side.list_decisions() if one.id == number)
    lists = {"ACTIVE": contents.new, "UPDATED": contents.amended, WITHDRAWN: contents.rescinded}
    mine = [one for one in older.book.portal.records.values() if decision_number(one) == number]
    for state, told in lists.items():
        assert Counter(one.id for one in told) == Counter(
            number_of(one.id) for one in mine if one.detail["state"] == state
        )
    codes = {number_of(one.id): one.code for one in older.book.shown()}
    assert all(one.code == codes.get(one.id) for told in lists.values() for one in told)
    assert {one.code for one in contents.rescinded} == {None}
    assert decision.signed is not None
    assert contents.fields


async def test_a_decision_whose_list_stops_early_is_an_error(older: Older) -> None:
    number = _busiest(older)
    older.faults.add("short_page", path=REST, asked=NEW)
    async with reading(older) as side:
        with pytest.raises(StaleError, match="the list is not whole"):
            await side.read_decision(number)
        with pytest.raises(ShapeError, match="not the number of a decision"):
            await side.read_decision("1; DROP")


async def test_agencies_have_one_generation_of_codes_and_each_once(older: Older) -> None:
    """The list shows ``000.00.00.G01`` beside ``G03``, and one name with stray spaces."""
    async with reading(older) as side:
        agencies = {one.code: one for one in await side.list_agencies()}
    assert agencies["G01"].name == "Bộ Công an"
    assert agencies["G06"].name == "Bộ Khoa học và Công nghệ"
    assert agencies["H26"].portal_id == "389181"
    assert not any(code.startswith("000.") for code in agencies)


async def test_a_name_that_two_agencies_bear_stands_for_no_code(older: Older) -> None:
    async with reading(older) as side:
        codes = codes_by_name(await side.list_agencies())
    assert codes["văn phòng chính phủ"] == ""
    assert codes["bộ công an"] == "G01"


async def test_fields_come_with_their_ministry_in_brackets(older: Older) -> None:
    async with reading(older) as side:
        fields = await side.list_fields()
    assert ("Đường bộ", "Bộ Xây dựng") in {(one.name, one.ministry) for one in fields}


def _with_own_decision(older: Older) -> PortalRecord:
    """A record whose decision no other record shows."""
    counts = Counter(map(decision_number, older.book.portal.records.values()))
    return next(one for one in older.book.shown() if counts[decision_number(one)] == 1)


def _shadowed(older: Older) -> PortalRecord:
    """A record whose decision shares its text with a later one, which the gateway therefore lists first."""
    shown = _with_own_decision(older)
    later = shown.detail["procedureProposal"] | {"decisionDate": 1_790_000_000_000}
    other = next(one for one in older.book.shown() if one.id != shown.id)
    older.book.portal.put(PortalRecord(other.detail | {"procedureProposal": later}, other.applied))
    return shown


def _redated(record: PortalRecord) -> PortalRecord:
    changed = record.detail["procedureProposal"] | {"decisionDate": 1_565_481_600_000}
    return PortalRecord(record.detail | {"procedureProposal": changed}, record.applied)


def _busiest(older: Older) -> str:
    """A decision that publishes, amends and rescinds."""
    by_decision: dict[str, Counter[str]] = {}
    for one in older.book.portal.records.values():
        by_decision.setdefault(decision_number(one), Counter())[str(one.detail["state"])] += 1
    return max(by_decision, key=lambda number: (len(by_decision[number]), by_decision[number]["ACTIVE"]))


async def test_a_search_that_answers_about_another_code_proves_no_absence(older: Older) -> None:
    """The workbook bears witness: a code that it has is not absent, whatever the search found."""
    shown = older.book.shown()
    lost, other = shown[0], shown[1]
    async with reading(older, decisions=False) as side:
        api = side._api
        search = api.procedures

        async def mixed_up(page: int, size: int, keyword: str = "") -> Any:
            return await search(page, size, other.code if keyword else "")

        api.procedures = mixed_up
        (answer,) = await side.read_again([Wanted(None, lost.code)])
    assert isinstance(answer.error, StaleError)

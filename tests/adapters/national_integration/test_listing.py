"""The integration API's records: what proves a list without pages or total, and when a procedure is absent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from loopback.integration import INTEGRATION, KNOWN_DOSSIER
from loopback.integration_records import procedure as api_record
from syncd.records.procedure import State
from syncd.sides.adapter import Listed, Record, Wanted
from syncd.sides.errors import PermanentError, ShapeError, StaleError
from syncd.sides.reading import Evidence, ReadingVerdict, prove
from tests.adapters.national_gateway.worlds import read
from tests.adapters.national_integration.worlds import Axis, integration_api, reading

LIST = "LayDanhSachTTHC"


@pytest.fixture
async def axis() -> AsyncIterator[Axis]:
    async with integration_api() as running:
        yield running


async def test_a_list_that_comes_twice_the_same_is_whole(axis: Axis) -> None:
    async with reading(axis, witness="H26") as side:
        found, proof = await read(side)
    assert proof.whole, proof.reasons
    assert proof.declared_total is None
    assert {one.key for one in found} == {record.code for record in axis.state.public()}
    assert [asked["service"] for asked in axis.state.asked] == [LIST, "LayDanhSachTTHCDonVi", LIST]


async def test_a_list_that_changes_while_it_is_read_is_partial(axis: Axis) -> None:
    """The second list has one procedure more: a list that came once proves nothing of what is not in it."""
    axis.state.lost = {axis.state.public()[0].code}
    evidence = Evidence()
    async with reading(axis) as side:
        async for _page in side.list_records(evidence):
            axis.state.lost = set()
    proof = prove(evidence)
    assert proof.verdict is ReadingVerdict.PARTIAL
    assert proof.reasons == ("the side changed while it was read",)


async def test_a_partial_list_that_is_the_same_twice_is_betrayed_by_the_witness(axis: Axis) -> None:
    """Thanh Hóa's import retired whole catalogues on such a list."""
    carried = [row["MATTHC"] for row in axis.state.rows("H26")]
    axis.state.lost = set(carried[:3])
    async with reading(axis, witness="H26") as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL
    assert "the list lacks 3 procedures that the list of H26 has" in proof.reasons[0]


async def test_an_empty_list_is_never_believed(axis: Axis) -> None:
    axis.state.without_result = True
    axis.state.lost = {record.code for record in axis.state.public()}
    async with reading(axis) as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL
    assert "nothing at all was listed: an empty side is not believed" in proof.reasons


async def test_the_list_of_one_agency_can_be_the_list(axis: Axis) -> None:
    async with reading(axis, agency="H26") as side:
        found, proof = await read(side)
    assert proof.whole
    assert {one.key for one in found} == {row["MATTHC"] for row in axis.state.rows("H26")}


@pytest.mark.parametrize("zero", [0, "0", "00"])
async def test_success_is_a_number_or_a_text(axis: Axis, zero: int | str) -> None:
    axis.state.zero = zero
    async with reading(axis) as side:
        _, proof = await read(side)
    assert proof.whole


async def test_a_single_record_may_come_as_an_object(axis: Axis) -> None:
    axis.state.as_object = True
    code = axis.state.public()[0].code
    async with reading(axis) as side:
        (answer,) = await side.read_again([Wanted(code, code)])
    assert side.canonical(answer.records[0]).code == code


async def test_a_detail_holds_the_record_its_decision_and_its_publishers_name(axis: Axis) -> None:
    record = next(one for one in axis.state.public() if one.detail["departmentPromulgateCode"] == "G17")
    async with reading(axis) as side:
        detail = await side.fetch_detail(Listed(record.code, b""))
    kept = json.loads(detail)
    assert kept["procedure"] == api_record(record)
    assert kept["decision"]["SOQUYETDINH"] == record.detail["procedureProposal"]["proposalNumber"]
    assert kept["publisher"] == "Bộ Xây dựng"


async def test_a_decision_of_many_records_is_asked_for_once_a_reading(axis: Axis) -> None:
    async with reading(axis) as side:
        found, _ = await read(side)
        for one in found[:40]:
            await side.fetch_detail(one)
    asked = [one["idQDCB"] for one in axis.state.asked if one["service"] == "LayQDCB"]
    assert len(asked) == len(set(asked))


async def test_a_decision_that_cannot_be_read_is_an_error_and_never_no_decision(axis: Axis) -> None:
    """Thanh Hóa's import stored "" in its place."""
    axis.faults.add("unavailable", path=INTEGRATION, asked="LayQDCB", times=None)
    code = axis.state.public()[0].code
    async with reading(axis) as side:
        (answer,) = await side.read_again([Wanted(code, code)])
    assert answer.error is not None


async def test_a_withdrawn_procedure_that_is_no_longer_listed_is_shown_as_not_public(axis: Axis) -> None:
    """It is not in the list; the record itself says so."""
    withdrawn = next(one for one in axis.state.portal.records.values() if not one.public and len(one.code) == 8)
    async with reading(axis) as side:
        (answer,) = await side.read_again([Wanted(None, withdrawn.code)])
        assert side.canonical(answer.records[0]).state is State.UNPUBLISHED
    async with reading(axis, states={"2": "withdrawn"}) as side:
        assert side.canonical(answer.records[0]).state is State.WITHDRAWN


async def test_absence_needs_two_lists_that_agree_and_no_record(axis: Axis) -> None:
    async with reading(axis) as side:
        (answer,) = await side.read_again([Wanted(None, "1.999999")])
    assert (answer.records, answer.error) == ((), None)
    assert [asked["service"] for asked in axis.state.asked] == ["LayThuTuc", LIST, LIST]


async def test_an_empty_result_for_a_listed_procedure_is_unknown_and_never_withdrawn(axis: Axis) -> None:
    code = axis.state.public()[0].code
    axis.state.silent = {code}
    async with reading(axis) as side:
        (answer,) = await side.read_again([Wanted(code, code)])
        with pytest.raises(StaleError, match=r"lists .* and shows nothing of it"):
            await side.fetch_detail(Listed(code, b""))
    assert isinstance(answer.error, StaleError)


async def test_an_empty_result_and_an_empty_list_are_unknown(axis: Axis) -> None:
    axis.state.lost = {record.code for record in axis.state.public()}
    axis.state.silent = set(axis.state.lost)
    code = axis.state.public()[0].code
    async with reading(axis) as side:
        (answer,) = await side.read_again([Wanted(code, code)])
    assert isinstance(answer.error, StaleError)


async def test_another_record_than_the_one_asked_for_is_an_error(axis: Axis) -> None:
    first, second = axis.state.public()[:2]
    portal = axis.state.portal
    portal.records[first.id] = type(first)(first.detail | {"code": "9.000001"}, first.applied)
    async with reading(axis) as side:
        raw = json.dumps({"MATTHC": second.code, "TENTTHC": ""}).encode()
        detail = await side.fetch_detail(Listed("9.000001", b""))
        with pytest.raises(ShapeError, match="came for") as raised:
            side.canonical(Record(second.code, raw, detail))
    assert raised.value.code == second.code


async def test_a_question_without_a_code_is_an_answer(axis: Axis) -> None:
    async with reading(axis) as side:
        (answer,) = await side.read_again([Wanted(None, " ")])
        assert await side.read_again([]) == []
    assert isinstance(answer.error, PermanentError)


async def test_catalogues_and_dossiers_can_be_asked_for(axis: Axis) -> None:
    async with reading(axis) as side:
        assert {one.code for one in await side.list_agencies()} >= {"G01", "H26", "H26.101"}
        assert ("G17-GT02", "Đường bộ", "G17") in {(one.code, one.name, one.branch) for one in await side.list_fields()}
        assert await side.knows_dossier(KNOWN_DOSSIER)
        assert not await side.knows_dossier("H26-260701-9999")


async def test_what_it_cannot_carry_is_declared(axis: Axis) -> None:
    async with reading(axis) as side, reading(axis, kinds={}, catalogues=False) as bare:
        carried, less = side.capabilities, bare.capabilities
    assert carried.details
    assert not {"local_code", "published_at", "online_level", "applied_departments"} & carried.carries
    assert carried.carries - less.carries == {"kind", "publisher_name"}
    assert carried.translation != less.translation

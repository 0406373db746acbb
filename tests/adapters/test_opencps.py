"""The OpenCPS adapter against the loopback system: whole readings, doubts, and point reads that confirm."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import pytest
from aiohttp import web
from pydantic import ValidationError

from adapters.opencps import OpenCpsAdapter, OpenCpsSettings, definition
from adapters.opencps.adapter import TRANSLATION
from loopback.catalogue import OPENCPS_CARRIES, Catalogue, CityRow, generate
from loopback.run import Systems, running, serve
from syncd.records.procedure import Procedure, State
from syncd.sides.adapter import Answer, Listed, Record, Surroundings, Wanted
from syncd.sides.errors import (
    BlockedError,
    PermanentError,
    ShapeError,
    SideError,
    StaleError,
    TransientError,
    UnauthorisedError,
)
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.reading import Evidence, Proof, ReadingVerdict, prove

QUICK = {"requests_per_second": 100_000, "attempts": 1, "breaker_failures": 1_000}


@lru_cache(maxsize=1)
def small_catalogue() -> Catalogue:
    made = generate(seed=7, size=600)
    gc.freeze()
    return made


@pytest.fixture
async def systems() -> AsyncIterator[Systems]:
    async with serve(small_catalogue()) as running:
        yield running


def settings(systems: Systems, **changes: Any) -> OpenCpsSettings:
    return OpenCpsSettings(
        **{
            "adapter": "opencps",
            "base_url": systems.opencps_url,
            "group_id": systems.access.group_id,
            "basic_user": systems.access.username,
            "basic_password_secret": "opencps-password",
            "page_size": 100,
            **QUICK,
            **changes,
        }
    )


def built(systems: Systems, *, password: str | None = None, **changes: Any) -> OpenCpsAdapter:
    def secret(name: str) -> str:
        assert name == "opencps-password"
        return password if password is not None else systems.access.password

    def http(side: str, own: HttpSettings) -> HttpClient:
        return HttpClient(side, own, secret=secret)

    surroundings = Surroundings(side="city", folder=Path(), secret=secret, http=http)
    adapter = definition.build(settings(systems, **changes), surroundings)
    assert isinstance(adapter, OpenCpsAdapter)
    return adapter


@pytest.fixture
async def adapter(systems: Systems) -> AsyncIterator[OpenCpsAdapter]:
    made = built(systems)
    yield made
    await made.close()


async def listed(adapter: OpenCpsAdapter, evidence: Evidence | None = None) -> list[Listed]:
    return [one async for page in adapter.list_records(evidence or Evidence()) for one in page]


async def proven(adapter: OpenCpsAdapter) -> Proof:
    """Read as the daemon reads: an error that ends the listing is a reason."""
    evidence, failure, keys = Evidence(), None, []
    try:
        keys = [one.key for one in await listed(adapter, evidence)]
    except SideError as error:
        failure = str(error)
    return prove(evidence, failure=failure, duplicates=len(keys) - len(set(keys)))


async def again(adapter: OpenCpsAdapter, wanted: Wanted) -> Answer:
    (answer,) = await adapter.read_again([wanted])
    return answer


def canonical(adapter: OpenCpsAdapter, one: Listed) -> Procedure:
    return adapter.canonical(Record(one.key, one.raw))


class Made(Protocol):
    """Makes an adapter of a system that lists these rows, and shows those that have an id."""

    async def __call__(self, rows: list[dict[str, Any]], total: int | None = None) -> OpenCpsAdapter: ...


@pytest.fixture
async def opencps_of(systems: Systems) -> AsyncIterator[Made]:
    async with AsyncExitStack() as stack:

        async def make(rows: list[dict[str, Any]], total: int | None = None) -> OpenCpsAdapter:
            async def handler(request: web.Request) -> web.Response:
                if request.path == "/serviceinfos":
                    start = int(request.query["start"])
                    return web.json_response({"total": len(rows) if total is None else total, "data": rows[start:]})
                found = [row for row in rows if str(row.get("serviceInfoId")) == request.path.rpartition("/")[2]]
                return web.json_response(found[0] if found else {}, status=200 if found else 404)

            app = web.Application()
            app.router.add_get("/{path:.*}", handler)
            adapter = built(systems, base_url=await stack.enter_async_context(running(app)), mapping=False)
            stack.push_async_callback(adapter.close)
            return adapter

        yield make


def a_row(systems: Systems, **wanted: Any) -> CityRow:
    return next(
        row
        for row in systems.catalogue.city
        if not row.poisoned and all(getattr(row, name) == value for name, value in wanted.items())
    )


async def test_a_whole_reading_lists_every_row_once(systems: Systems, adapter: OpenCpsAdapter) -> None:
    evidence = Evidence()
    rows = await listed(adapter, evidence)
    proof = prove(evidence)

    assert proof.reasons == ()
    assert proof.counted == proof.declared_total == len(systems.catalogue.city)
    assert [one.key for one in rows] == [str(row.number) for row in systems.catalogue.city]


async def test_a_second_reading_of_the_same_rows_gives_the_same_bytes(adapter: OpenCpsAdapter) -> None:
    assert await listed(adapter) == await listed(adapter)


async def test_every_sound_row_is_translated_as_the_city_means_it(systems: Systems, adapter: OpenCpsAdapter) -> None:
    assert adapter.capabilities.carries == OPENCPS_CARRIES
    assert not adapter.capabilities.details

    for row, one in zip(systems.catalogue.city, await listed(adapter), strict=True):
        if row.poisoned:
            continue
        assert canonical(adapter, one) == Procedure(
            code=row.mapped_code or row.local_code,
            local_code=row.local_code,
            name=row.name,
            state=State.PUBLIC if row.active else State.UNPUBLISHED,
            field_code=row.field_code,
            field_name=row.field_name,
            publisher_code=row.publisher_code,
            publisher_name=row.publisher_name,
            executing_agencies=tuple(name.strip() for name in row.executors),
        )


async def test_a_poisoned_row_is_listed_and_refused_with_its_path(systems: Systems, adapter: OpenCpsAdapter) -> None:
    poisoned = {str(row.number) for row in systems.catalogue.city if row.poisoned}
    rows = [one for one in await listed(adapter) if one.key in poisoned]

    assert len(rows) == 2
    with pytest.raises(ShapeError, match="Expected `str") as refused:
        canonical(adapter, rows[0])
    assert refused.value.path == "$.row.serviceName"


async def test_without_the_mapping_table_local_codes_stand_alone(systems: Systems) -> None:
    adapter = built(systems, mapping=False)
    rows = await listed(adapter)
    await adapter.close()

    assert all(canonical(adapter, one).code == canonical(adapter, one).local_code for one in rows[:50])


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("lost_page", "records were listed, the side declared"),
        ("empty_list", "records were listed, the side declared|declared total changed"),
        ("shrinking_total", "the declared total changed while reading"),
        ("duplicate_key", "where 100 were asked for|listed more than once"),
        ("repeated_page", "repeats an earlier page"),
        ("cycling_cursor", "repeats an earlier page"),
        ("cut_json", "shape|truncated"),
        ("truncated_body", "ended|broke|incomplete|payload|connection"),
        ("reset", "reset|disconnect|connection"),
        ("block_page_200", "a web page came"),
        ("block_page_403", "web page|403"),
        ("throttled_seconds", "429|slow"),
        ("unavailable", "503"),
    ],
)
async def test_no_fault_lets_a_reading_pass_for_whole(
    systems: Systems, adapter: OpenCpsAdapter, fault: str, reason: str
) -> None:
    systems.opencps_faults.add(fault, path="/serviceinfos", nth=2, times=None)

    proof = await proven(adapter)

    assert not proof.whole
    assert any(_matches(reason, said) for said in proof.reasons), proof.reasons


def _matches(reason: str, said: str) -> bool:
    return any(one.lower() in said.lower() for one in reason.split("|"))


async def test_a_short_page_is_followed_by_what_it_lacked(systems: Systems, adapter: OpenCpsAdapter) -> None:
    systems.opencps_faults.add("short_page", path="/serviceinfos", nth=2)

    assert (await proven(adapter)).whole


async def test_an_empty_system_is_doubted(systems: Systems, adapter: OpenCpsAdapter) -> None:
    systems.opencps_faults.add("empty_list", path="/serviceinfos")

    assert (await proven(adapter)).verdict is ReadingVerdict.PARTIAL


async def test_a_broken_mapping_table_makes_the_reading_partial(systems: Systems, adapter: OpenCpsAdapter) -> None:
    systems.opencps_faults.add("lost_page", path="/nps/", nth=2)

    proof = await proven(adapter)

    assert proof.verdict is ReadingVerdict.PARTIAL
    assert any(reason.startswith("the mapping table: ") for reason in proof.reasons)


async def test_an_empty_mapping_table_is_doubted(systems: Systems, adapter: OpenCpsAdapter) -> None:
    systems.opencps.mappings.clear()

    assert any("mapping = false" in reason for reason in (await proven(adapter)).reasons)


async def test_an_unreadable_mapping_makes_its_own_record_invalid(systems: Systems, adapter: OpenCpsAdapter) -> None:
    """Without its mapping the record would be taken for another procedure's."""
    row = systems.opencps.mappings[0]
    row["serviceCodeDVCQG"] = 7

    proof = await proven(adapter)

    assert proof.whole
    assert [(finding.kind, finding.count) for finding in proof.findings] == [("unreadable_mapping", 1)]
    broken = [one for one in await listed(adapter) if row["serviceCode"].encode() in one.raw]
    assert broken
    with pytest.raises(ShapeError, match="mapping table cannot be read"):
        canonical(adapter, broken[0])


async def test_a_mapping_that_names_nobody_is_a_doubt(systems: Systems, adapter: OpenCpsAdapter) -> None:
    """Any record may be the one whose portal code is lost."""
    systems.opencps.mappings[0]["serviceCode"] = 7

    assert any("do not even tell whose they are" in reason for reason in (await proven(adapter)).reasons)


async def test_decomposed_text_changes_no_key_and_no_meaning(systems: Systems, adapter: OpenCpsAdapter) -> None:
    before = await listed(adapter)
    systems.opencps_faults.add("nfd_text", times=None)

    assert [one.key for one in await listed(adapter)] == [one.key for one in before]


async def test_a_record_is_read_again_from_the_database_not_the_index(
    systems: Systems, adapter: OpenCpsAdapter
) -> None:
    row = a_row(systems, active=True)
    systems.opencps.put(replace(row, name="Tên đã sửa"))

    answer = await again(adapter, Wanted(str(row.number), ""))

    assert answer.error is None
    assert adapter.canonical(answer.records[0]).name == "Tên đã sửa"


async def test_what_is_read_again_means_what_was_listed(systems: Systems, adapter: OpenCpsAdapter) -> None:
    sound = {str(row.number) for row in systems.catalogue.city if not row.poisoned}
    rows = [one for one in await listed(adapter) if one.key in sound][:5]
    answers = await adapter.read_again([Wanted(one.key, "") for one in rows])

    assert [adapter.canonical(answer.records[0]) for answer in answers] == [canonical(adapter, one) for one in rows]


async def test_a_deleted_record_is_absent_in_so_many_words(systems: Systems, adapter: OpenCpsAdapter) -> None:
    row = a_row(systems)
    systems.opencps.remove(row.number)

    answer = await again(adapter, Wanted(str(row.number), ""))

    assert (answer.records, answer.error) == ((), None)


async def test_a_portal_code_is_found_through_the_mapping_table(systems: Systems, adapter: OpenCpsAdapter) -> None:
    local, code = next(iter(systems.catalogue.equivalences.items()))

    answer = await again(adapter, Wanted(None, code))

    assert [adapter.canonical(record).local_code for record in answer.records] == [local]


async def test_a_code_without_mapping_is_asked_for_as_it_stands_and_in_no_other_form(
    systems: Systems, adapter: OpenCpsAdapter
) -> None:
    """In which forms a city writes codes is the core's to know: it asks for each of them."""
    row = next(
        row for row in systems.catalogue.city if row.local_code.endswith(".000.00.00.H26") and not row.mapped_code
    )
    code = row.local_code.removesuffix(".000.00.00.H26")
    await listed(adapter)
    asked = systems.opencps_faults.add("unavailable", path="/serviceinfos/", nth=1_000, times=None)

    bare, local = await adapter.read_again([Wanted(None, code), Wanted(None, row.local_code)])

    assert (bare.records, bare.error) == ((), None)
    assert [record.key for record in local.records] == [str(row.number)]
    assert asked.seen == 2


async def test_a_record_without_a_code_cannot_be_asked_for_by_code(adapter: OpenCpsAdapter) -> None:
    (answer,) = await adapter.read_again([Wanted(None, " ")])

    assert isinstance(answer.error, PermanentError)


async def test_point_reads_on_a_mapping_table_that_is_not_whole_are_unsure(
    systems: Systems, adapter: OpenCpsAdapter
) -> None:
    systems.opencps_faults.add("lost_page", path="/nps/", nth=2)

    answer = await again(adapter, Wanted(None, "9.999999"))

    assert isinstance(answer.error, StaleError)


async def test_a_record_without_an_id_is_answered_from_the_list(opencps_of: Made) -> None:
    """By its key alone it is there, and refused when it is translated; a key that is gone is gone."""
    adapter = await opencps_of([{"serviceCode": "1.000001.H26"}, {"serviceInfoId": 2, "serviceCode": "1.000002.H26"}])
    first, second = await listed(adapter)

    there, gone, sound = await adapter.read_again(
        [Wanted(first.key, ""), Wanted("unreadable-0", ""), Wanted(second.key, "")]
    )

    assert (there.records, there.error) == ((Record(*first),), None)
    assert (gone.records, gone.error) == ((), None)
    assert [record.key for record in sound.records] == ["2"]
    with pytest.raises(ShapeError) as refused:
        adapter.canonical(there.records[0])
    assert (refused.value.code, refused.value.local_code) == ("1.000001.H26", "1.000001.H26")


async def test_an_id_that_is_gone_from_a_list_that_is_cut_proves_nothing(opencps_of: Made) -> None:
    adapter = await opencps_of([{"serviceInfoId": 2, "serviceCode": "1.000002.H26"}], total=3)

    assert isinstance((await again(adapter, Wanted("unreadable-0", ""))).error, SideError)


async def test_the_mark_of_the_translation_follows_version_and_separator(systems: Systems) -> None:
    marks = []
    for separator in (";", "|"):
        adapter = built(systems, agency_separator=separator)
        marks.append(adapter.capabilities.translation)
        await adapter.close()

    assert all(mark.startswith(f"{TRANSLATION} ") for mark in marks)
    assert marks[0] != marks[1]


async def test_answers_come_in_the_order_of_the_questions(systems: Systems, adapter: OpenCpsAdapter) -> None:
    wanted = [Wanted(str(row.number), "") for row in systems.catalogue.city[:20]]

    answers = await adapter.read_again(wanted)

    assert [answer.wanted for answer in answers] == wanted
    assert [answer.records[0].key for answer in answers] == [one.key for one in wanted]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("wrong_record", ShapeError),
        ("block_page_200", BlockedError),
        ("unavailable", TransientError),
        ("cut_json", ShapeError),
        ("unauthorised", UnauthorisedError),
    ],
)
async def test_a_point_read_that_fails_is_an_answer_with_an_error(
    systems: Systems, adapter: OpenCpsAdapter, fault: str, error: type[SideError]
) -> None:
    """One failure spoils its own answer, never the others, and is never taken for an absence."""
    first, second = systems.catalogue.city[:2]
    systems.opencps_faults.add(fault, path=f"/serviceinfos/{first.number}", times=None)

    spoiled, sound = await adapter.read_again([Wanted(str(first.number), ""), Wanted(str(second.number), "")])

    assert isinstance(spoiled.error, error)
    assert spoiled.records == ()
    assert sound.error is None
    assert [record.key for record in sound.records] == [str(second.number)]


async def test_a_404_that_is_not_the_systems_own_is_no_absence(systems: Systems) -> None:
    """A wrong base address answers 404 in words of its own: nothing may be concluded from it."""
    adapter = built(systems, base_url=systems.opencps_url + "/nowhere", mapping=False)
    answer = await again(adapter, Wanted("1", ""))
    await adapter.close()

    assert isinstance(answer.error, SideError)


async def test_a_mapping_table_that_fails_fails_every_answer(systems: Systems, adapter: OpenCpsAdapter) -> None:
    systems.opencps_faults.add("unavailable", path="/nps/")

    answers = await adapter.read_again([Wanted("1", ""), Wanted(None, "1.000001")])

    assert all(isinstance(answer.error, TransientError) for answer in answers)


async def test_nothing_is_asked_when_nothing_is_wanted(systems: Systems, adapter: OpenCpsAdapter) -> None:
    rule = systems.opencps_faults.add("unavailable", times=None)

    assert await adapter.read_again([]) == []
    assert rule.seen == 0


async def test_a_wrong_password_is_named_as_such_without_showing_it(systems: Systems) -> None:
    adapter = built(systems, password="sai-mat-khau")
    with pytest.raises(UnauthorisedError) as refused:
        await listed(adapter)
    await adapter.close()

    assert "sai-mat-khau" not in str(refused.value)


async def test_a_cycle_ends_the_listing_at_once(systems: Systems, adapter: OpenCpsAdapter) -> None:
    systems.opencps_faults.add("repeated_page", path="/serviceinfos", nth=2)

    with pytest.raises(StaleError, match="repeats an earlier page"):
        await listed(adapter)


async def test_a_check_says_what_was_found(systems: Systems, adapter: OpenCpsAdapter) -> None:
    said = await adapter.check()

    assert said == (
        f"OpenCPS: {len(systems.catalogue.city)} service infos, {len(systems.opencps.mappings)} mapped codes"
    )


async def test_closing_twice_is_no_error(systems: Systems) -> None:
    adapter = built(systems)
    await adapter.check()

    await adapter.close()
    await adapter.close()


async def test_a_listing_that_is_left_early_leaves_nothing_behind(adapter: OpenCpsAdapter) -> None:
    listing = adapter.list_records(Evidence())
    await anext(listing)

    await listing.aclose()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"headers": {"groupid": "1"}}, "set by group_id"),
        ({"secret_headers": {"groupId": "group"}}, "set by group_id"),
        ({"basic_user": None}, "valid string"),
        ({"basic_password_secret": ""}, "at least 1 character"),
        ({"bearer_secret": "token"}, "exclude each other"),
        ({"base_url": "ftp://127.0.0.1"}, "must be an address"),
        ({"group_id": "1\r\nx"}, "pattern"),
        ({"page_size": 0}, "greater than or equal to 1"),
        ({"password": "x"}, "Extra inputs"),
        ({"attempt": 3}, "Extra inputs"),
    ],
)
async def test_settings_that_cannot_work_are_refused(systems: Systems, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        settings(systems, **changes)

"""The national portal's adapter against the loopback portal: listing, proof, details and point reads."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.national_portal import definition
from adapters.national_portal.side import PortalSide
from loopback.catalogue import Catalogue, generate
from loopback.catalogue.agencies import HANOI_ID
from loopback.portal import DETAIL, FORMALITIES, PUBLIC_LIST
from loopback.run import Systems, serve
from syncd.records.procedure import State
from syncd.sides.adapter import Listed, Record, Surroundings, Wanted
from syncd.sides.errors import BlockedError, PermanentError, ShapeError, SideError, StaleError, UnauthorisedError
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.reading import Evidence, Proof, prove
from syncd.sides.registry import settings_for

QUICK = {"requests_per_second": 10_000, "attempts": 2, "breaker_failures": 1000, "page_size": 100}


@cache
def small_catalogue() -> Catalogue:
    return generate(seed=7, size=600)


@pytest.fixture
async def systems() -> AsyncIterator[Systems]:
    """The portal, fresh."""
    async with serve(small_catalogue()) as running:
        yield running


async def no_wait(_seconds: float) -> None: ...


def no_secret(name: str) -> str:
    raise KeyError(name)


def portal_side(url: str, **settings: Any) -> PortalSide:
    def http(side: str, chosen: HttpSettings) -> HttpClient:
        return HttpClient(side, chosen, secret=no_secret, sleep=no_wait)

    table = {"adapter": "national-portal", "base_url": url, **QUICK, **settings}
    surroundings = Surroundings("portal", Path(), no_secret, http, frozenset({HANOI_ID}))
    built = definition.build(settings_for(definition, table, "portal"), surroundings)
    assert isinstance(built, PortalSide)
    return built


@asynccontextmanager
async def reading(systems: Systems, **settings: Any) -> AsyncIterator[PortalSide]:
    side = portal_side(systems.portal_url, **settings)
    try:
        yield side
    finally:
        await side.close()


async def read(side: PortalSide) -> tuple[list[Listed], Proof, Evidence]:
    """List as a pass does: the first error ends it and is part of the proof."""
    evidence, found, failure = Evidence(), list[Listed](), None
    try:
        async for page in side.list_records(evidence):
            found += page
    except SideError as error:
        failure = error.message
    keys = [one.key for one in found]
    return found, prove(evidence, failure=failure, duplicates=len(keys) - len(set(keys))), evidence


async def test_both_inventories_are_read_whole_and_every_record_is_listed_once(systems: Systems) -> None:
    """The declared total is met, and nothing is missing or doubled."""
    async with reading(systems) as side:
        found, proof, _ = await read(side)
    assert proof.whole, proof.reasons
    assert sorted(one.key for one in found) == sorted(systems.portal.records)
    assert proof.declared_total == proof.counted == len(found)
    assert proof.findings == ()


async def test_a_listed_record_is_small_and_says_scope_state_and_who_sees_it(systems: Systems) -> None:
    """Of all the departments that carry it only those of the pair are kept, with the number of all."""
    async with reading(systems) as side:
        found, _, _ = await read(side)
    widest = max(systems.portal.records.values(), key=lambda record: len(record.applied))
    raws = {one.key: one.raw for one in found}
    kept = json.loads(raws[widest.id])
    assert kept == {
        "id": widest.id,
        "code": widest.code,
        "name": widest.detail["name"],
        "state": widest.detail["state"],
        "departmentId": widest.detail["departmentPromulgateId"],
        "publishing": [widest.detail["departmentPromulgateId"]],
        "applied": [HANOI_ID],
        "appliedCount": len(widest.applied),
        "public": True,
    }
    withdrawn = next(record for record in systems.portal.records.values() if not record.public)
    assert json.loads(raws[withdrawn.id])["public"] is False
    assert max(len(raw) for raw in raws.values()) < 3000


async def test_listing_again_gives_the_same_bytes(systems: Systems) -> None:
    """Bytes change only where something changed, so that a hash says "nothing to do"."""
    async with reading(systems) as side:
        first, _, _ = await read(side)
        again, _, _ = await read(side)
        assert first == again
        changed = systems.portal.records[first[0].key]
        changed_name = {**changed.detail, "name": "Tên mới"}
        systems.portal.put(type(changed)(changed_name, changed.applied))
        third, _, _ = await read(side)
    assert [one.key for one in third if one not in first] == [first[0].key]


@pytest.mark.parametrize("inventory", ["catalogue", "citizen"])
async def test_one_inventory_alone_is_enough_where_it_is_chosen(systems: Systems, inventory: str) -> None:
    """The catalogue shows withdrawn records and scope, the citizen list neither."""
    async with reading(systems, inventory=inventory) as side:
        found, proof, _ = await read(side)
        procedures = [side.canonical(Record(one.key, one.raw)) for one in found]
    asked = set(systems.portal.requests)
    is_catalogue = inventory == "catalogue"
    assert proof.whole, proof.reasons
    assert asked == ({FORMALITIES} if is_catalogue else {PUBLIC_LIST})
    assert any(one.state is State.WITHDRAWN for one in procedures) is is_catalogue
    assert all((one.applied_departments is not None) is is_catalogue for one in procedures)
    assert side.capabilities.scope is is_catalogue
    assert ("applied_departments" in side.capabilities.carries) is is_catalogue


LIES = [
    ("lost_page", FORMALITIES, 2),
    ("short_page", FORMALITIES, 2),
    ("repeated_page", FORMALITIES, 3),
    ("cycling_cursor", FORMALITIES, 3),
    ("shrinking_total", FORMALITIES, 2),
    ("duplicate_key", FORMALITIES, 2),
    ("empty_list", FORMALITIES, 1),
    ("cut_json", FORMALITIES, 2),
    ("error_envelope", FORMALITIES, 2),
    ("unauthorised", FORMALITIES, 2),
    ("lost_page", PUBLIC_LIST, 2),
    ("short_page", PUBLIC_LIST, 2),
    ("repeated_page", PUBLIC_LIST, 3),
    ("cycling_cursor", PUBLIC_LIST, 3),
    ("shrinking_total", PUBLIC_LIST, 2),
    ("duplicate_key", PUBLIC_LIST, 2),
    ("empty_list", PUBLIC_LIST, 1),
    ("cut_json", PUBLIC_LIST, 2),
]


@pytest.mark.parametrize(("fault", "path", "nth"), LIES)
async def test_no_lie_of_a_listing_passes_for_a_whole_reading(
    systems: Systems, fault: str, path: str, nth: int
) -> None:
    """Pages that are lost, cut, repeated or cycle, totals that move, refusals: never whole, always with a reason."""
    systems.portal_faults.add(fault, path=path, nth=nth, times=None)
    async with reading(systems) as side:
        _, proof, _ = await read(side)
    assert not proof.whole
    assert proof.reasons


@pytest.mark.parametrize(
    "fault",
    [
        "block_page_200",
        "block_page_201",
        "block_page_403",
        "throttled_seconds",
        "unavailable",
        "reset",
        "truncated_body",
    ],
)
async def test_passing_trouble_in_the_middle_is_outlived(systems: Systems, fault: str) -> None:
    """One bad answer on either chain costs one more question, nothing else."""
    systems.portal_faults.add(fault, path=FORMALITIES, nth=2)
    systems.portal_faults.add(fault, path=PUBLIC_LIST, nth=2)
    async with reading(systems) as side:
        _, proof, _ = await read(side)
    assert proof.whole, proof.reasons


async def test_every_detail_translates_with_its_listing(systems: Systems) -> None:
    """All that the loopback portal shows becomes canonical, verbatim; withdrawn ones have their listing alone."""
    async with reading(systems, inventory="catalogue") as side:
        found, _, _ = await read(side)
        for one in found[::10]:
            sent = systems.portal.records[one.key]
            detail = await side.fetch_detail(one)
            procedure = side.canonical(Record(one.key, one.raw, detail))
            assert (procedure.portal_id, procedure.code, procedure.name) == (sent.id, sent.code, sent.detail["name"])
            assert (procedure.steps is None) is (detail == b"") is not sent.public
            assert procedure.state is (State.PUBLIC if sent.public else State.WITHDRAWN)


async def test_a_withdrawn_record_is_not_asked_for_its_detail(systems: Systems) -> None:
    """The portal shows none to the public; its detail is empty."""
    async with reading(systems, inventory="catalogue") as side:
        found, _, _ = await read(side)
        withdrawn = next(one for one in found if not systems.portal.records[one.key].public)
        assert await side.fetch_detail(withdrawn) == b""
    assert DETAIL not in systems.portal.requests


async def test_another_record_than_the_one_asked_for_is_refused(systems: Systems) -> None:
    """The answer's own id and code are what counts."""
    systems.portal_faults.add("wrong_record", path=DETAIL)
    async with reading(systems, inventory="catalogue") as side:
        found, _, _ = await read(side)
        public = next(one for one in found if systems.portal.records[one.key].public)
        with pytest.raises(StaleError, match="was asked for"):
            await side.fetch_detail(public)
        systems.portal.remove(public.key)
        with pytest.raises(PermanentError):
            await side.fetch_detail(public)


async def test_a_point_read_by_key_shows_what_a_listing_would(systems: Systems) -> None:
    """Same bytes, with the detail; a record that is gone is no record; one failure is one answer."""
    async with reading(systems) as side:
        found, _, _ = await read(side)
        one, gone, failing = [one for one in found if systems.portal.records[one.key].public][:3]
        codes = {listed.key: json.loads(listed.raw)["code"] for listed in found}
        systems.portal.remove(gone.key)
        systems.portal_faults.add("unauthorised", path=FORMALITIES, times=None, asked=codes[failing.key])
        wanted = [Wanted(listed.key, codes[listed.key]) for listed in (one, gone, failing)]
        there, absent, failed = await side.read_again(wanted)
    assert [answer.wanted for answer in (there, absent, failed)] == wanted
    assert (there.records[0].key, there.records[0].raw) == one
    assert there.records[0].detail
    assert (absent.records, absent.error) == ((), None)
    assert isinstance(failed.error, UnauthorisedError)


async def test_a_point_read_by_code_matches_verbatim(systems: Systems) -> None:
    """The portal searches by part of a code; a space in front makes another procedure."""
    plain, spaced = "1.014325", " 1.014325"
    template, other = [record for record in systems.portal.records.values() if record.public][:2]
    for record, code in ((template, plain), (other, spaced)):
        systems.portal.put(type(record)({**record.detail, "code": code, "codeNotation": code}, record.applied))
    async with reading(systems) as side:
        answers = await side.read_again([Wanted(None, plain), Wanted(None, spaced), Wanted(None, "9.999999")])
    assert [
        [record.key for record in answer.records if record.key in (template.id, other.id)] for answer in answers
    ] == [
        [template.id],
        [other.id],
        [],
    ]
    assert answers[2].error is None


async def test_point_reads_fall_back_to_the_citizen_list(systems: Systems) -> None:
    """Where only that is chosen, only that is asked."""
    record = next(record for record in systems.portal.records.values() if record.public)
    async with reading(systems, inventory="citizen") as side:
        [answer] = await side.read_again([Wanted(record.id, record.code)])
    assert [one.key for one in answer.records] == [record.id]
    assert FORMALITIES not in systems.portal.requests


async def test_a_search_that_is_cut_short_proves_no_absence(systems: Systems) -> None:
    """A lost page in a point read is an error, not "not there"."""
    record = next(iter(systems.portal.records.values()))
    systems.portal_faults.add("lost_page", path=FORMALITIES, times=None)
    async with reading(systems, inventory="catalogue") as side:
        [answer] = await side.read_again([Wanted(record.id, record.code)])
    assert isinstance(answer.error, StaleError)


async def test_a_check_says_what_was_found(systems: Systems) -> None:
    """One line with both declared totals; a firewall is an error of its own."""
    public = sum(record.public for record in systems.portal.records.values())
    async with reading(systems) as side:
        said = await side.check()
        systems.portal_faults.add("block_page_200", times=None)
        with pytest.raises(BlockedError):
            await side.check()
    assert f"declares {len(systems.portal.records)} records" in said
    assert f"citizen list declares {public} records" in said


async def test_closing_twice_is_no_harm(systems: Systems) -> None:
    """Never raises."""
    side = portal_side(systems.portal_url)
    await side.check()
    await side.close()
    await side.close()


def test_the_base_address_may_be_written_with_the_path_of_the_interface() -> None:
    """Both ways of writing it mean the portal."""
    table = {"adapter": "national-portal", "base_url": "https://portal.example/api/v1/"}
    settings = settings_for(definition, table, "portal")
    assert settings.model_dump()["base_url"] == "https://portal.example"


def test_foreign_bytes_are_no_entry() -> None:
    """The translation trusts nothing that it is handed."""
    side = portal_side("http://127.0.0.1:1")
    for raw in (b"", b"{}", b"[]", b"\xff", b'{"type":"broken"}'):
        with pytest.raises(ShapeError):
            side.canonical(Record("k", raw))

"""The iGate adapter against the loopback site: whole readings, and lies that end as partial or refused."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.igate import definition
from adapters.igate.paging import proven
from adapters.igate.side import CARRIES
from loopback.igate import EVERY_WRONG, PROCEDURES
from loopback.igate_state import object_id
from syncd.records.procedure import Procedure, State
from syncd.sides.adapter import Listed, Record
from syncd.sides.errors import PermanentError, ShapeError, StaleError
from syncd.sides.reading import Evidence, Ground, ReadingVerdict, prove
from tests.adapters.igate.worlds import Site, answering, igate, reading, records
from tests.adapters.national_gateway.worlds import read


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with igate() as running:
        yield running


@pytest.mark.parametrize("slices", [False, True])
async def test_everything_that_can_be_applied_for_is_listed_once(site: Site, slices: bool) -> None:
    """As pages with a total, and as slices without one."""
    site.state.slices = slices
    async with reading(site) as side:
        found, proof = await read(side)
    assert proof.whole, proof.reasons
    assert [one.key for one in found] == [object_id(row.number) for row in site.state.shown()]
    assert proof.declared_total == (None if slices else len(found))


async def test_listing_again_gives_the_same_bytes(site: Site) -> None:
    async with reading(site) as side:
        first, _ = await read(side)
        again, _ = await read(side)
        assert first == again
        number = site.state.shown()[0].number
        site.state.rows[number] = replace(site.state.rows[number], name="Tên mới")
        third, _ = await read(side)
    assert [one.key for one in third if one not in first] == [object_id(number)]


async def test_every_sound_row_is_translated_as_the_city_means_it(site: Site) -> None:
    async with reading(site) as side:
        found, _ = await read(side)
        whole = await records(side, found)
        for row in site.state.shown():
            if row.poisoned:
                continue
            assert side.canonical(whole[object_id(row.number)]) == Procedure(
                code=row.mapped_code or row.local_code,
                local_code=row.local_code,
                name=row.name,
                state=State.PUBLIC,
                field_name=row.field_name,
                executing_agencies=row.executors,
            )


async def test_without_its_details_a_row_leaves_unsaid_what_only_they_say(site: Site) -> None:
    async with reading(site) as side:
        found, _ = await read(side)
        number = next(row.number for row in site.state.shown() if row.mapped_code and not row.poisoned)
        listed = next(one for one in found if one.key == object_id(number))
        alone = side.canonical(Record(*listed))
        full = side.canonical(Record(*listed, await side.fetch_detail(listed)))
    assert alone.executing_agencies is None
    assert full.executing_agencies == site.state.rows[number].executors
    assert (alone.code, alone.local_code, alone.name) == (full.code, full.local_code, full.name)


async def test_names_are_per_language_lists_in_the_list_and_texts_in_details(site: Site) -> None:
    """The English name may stand first, and may be empty."""
    async with reading(site) as side:
        found, _ = await read(side)
        row = next(row for row in site.state.shown() if row.number % 6 == 3 and not row.poisoned)
        listed = next(one for one in found if one.key == object_id(row.number))
        detail = json.loads(await side.fetch_detail(listed))
        assert [one["languageId"] for one in json.loads(listed.raw)["name"]] == [46, 228]
        assert json.loads(listed.raw)["name"][0]["name"] == "(English)"
        assert detail["name"] == row.name
        assert side.canonical(Record(*listed)).name == row.name


async def test_a_code_with_the_suffix_of_the_province_is_the_portals_and_told_as_odd(site: Site) -> None:
    async with reading(site) as side:
        found, proof = await read(side)
        typed = [row for row in site.state.shown() if row.number % EVERY_WRONG == 0 and row.mapped_code.strip()]
        listed = next(one for one in found if one.key == object_id(typed[0].number))
        assert json.loads(listed.raw)["nationCode"].endswith(".000.00.00.H26")
        assert side.canonical(Record(*listed)).code == typed[0].mapped_code
    (odd,) = proof.findings
    assert odd.kind == "odd_nation_codes"
    assert odd.count >= len([row for row in typed if not row.mapped_code.startswith(" ")])


@pytest.mark.parametrize("nothing", [None, "", "  ", "\u00a0"])
async def test_an_empty_portal_code_lets_the_local_code_speak(site: Site, nothing: Any) -> None:
    number = next(row.number for row in site.state.shown() if row.mapped_code and not row.poisoned)
    site.state.nation_codes[number] = nothing
    async with reading(site) as side:
        found, _ = await read(side)
        listed = next(one for one in found if one.key == object_id(number))
        record = side.canonical(Record(*listed, await side.fetch_detail(listed)))
    assert record.code == record.local_code == site.state.rows[number].local_code


@pytest.mark.parametrize("typed", [" 1.014325", "1.014325 ", "TTHC-01", "1.014325; 1.014326", "1,014325"])
async def test_a_portal_code_that_was_typed_wrong_stays_as_it_is(site: Site, typed: str) -> None:
    """It is what the city sends to the portal; blanks included, for ``" 1.014325"`` is a procedure of its own."""
    number = site.state.shown()[0].number
    site.state.nation_codes[number] = typed
    async with reading(site) as side:
        found, proof = await read(side)
        listed = next(one for one in found if one.key == object_id(number))
        assert side.canonical(Record(*listed)).code == typed
    assert typed in proof.findings[0].examples


async def test_a_poisoned_row_is_listed_and_refused_with_its_path_and_codes(site: Site) -> None:
    row = next(row for row in site.state.shown() if row.poisoned)
    async with reading(site) as side:
        found, proof = await read(side)
        listed = next(one for one in found if one.key == object_id(row.number))
        with pytest.raises(ShapeError) as raised:
            side.canonical(Record(*listed, await side.fetch_detail(listed)))
    assert proof.whole
    assert raised.value.path == "$.name"
    assert (raised.value.code, raised.value.local_code) == (row.mapped_code or row.local_code, row.local_code)


@pytest.mark.parametrize("slices", [False, True])
@pytest.mark.parametrize(
    "fault",
    ["lost_page", "short_page", "repeated_page", "cycling_cursor", "duplicate_key", "cut_json", "block_page_200"],
)
async def test_no_lie_about_a_page_passes_for_whole(site: Site, fault: str, slices: bool) -> None:
    site.state.slices = slices
    rule = site.faults.add(fault, path=PROCEDURES, nth=2, times=None)
    async with reading(site) as side:
        _, proof = await read(side)
    assert rule.hits
    assert not proof.whole


async def test_a_slice_that_always_loses_rows_is_betrayed_by_their_number(site: Site) -> None:
    """Both walks lose the same ones: only the page itself says how many it should have (``numberOfElements``)."""
    site.state.slices = True
    site.faults.add("short_page", path=PROCEDURES, times=None)
    async with reading(site) as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL
    assert "a page says that it has 100 rows, and has 50" in proof.reasons[0]


@pytest.mark.parametrize(
    ("rows", "last", "words"),
    [
        ([1, 0], [False, True], "was not the last, and 0 rows follow"),
        ([1, 1, 0], [True, True, True], "was the last, and 1 rows follow"),
    ],
)
async def test_a_slice_whose_last_page_is_not_what_it_said_is_partial(
    rows: list[int], last: list[bool], words: str
) -> None:
    answers = [
        {"content": [{"id": f"a{number}"}] * count, "number": number, "last": is_last}
        for number, (count, is_last) in enumerate(zip(rows, last, strict=True))
    ]
    async with answering() as make, reading(await make({PROCEDURES: answers})) as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL
    assert proof.reasons[0].endswith(words)


@pytest.mark.parametrize("fault", ["shrinking_total", "empty_list"])
async def test_no_lie_about_a_total_passes_for_whole(site: Site, fault: str) -> None:
    site.faults.add(fault, path=PROCEDURES, nth=2, times=None)
    async with reading(site) as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL


async def test_a_record_that_comes_twice_is_refused(site: Site) -> None:
    """A row that moved while pages were turned: another was lost on the way."""
    site.faults.add("duplicate_key", path=PROCEDURES, nth=2)
    async with reading(site, page_size=len(site.state.shown()) // 2 + 10) as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.REFUSED
    assert Ground.DUPLICATES in proof.grounds


async def test_a_system_that_does_not_turn_pages_is_partial(site: Site) -> None:
    site.state.turns_pages = False
    async with reading(site) as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL
    assert any("page 1 was asked for, page 0 came" in reason for reason in proof.reasons)


async def test_a_system_that_turns_no_pages_and_does_not_count_them_repeats_itself(site: Site) -> None:
    site.state.turns_pages, site.state.hides = False, frozenset({"number"})
    async with reading(site) as side:
        _, proof = await read(side)
    assert any("repeats an earlier page" in reason for reason in proof.reasons)


async def test_smaller_pages_than_asked_for_are_turned_all_the_same(site: Site) -> None:
    """Sites limit the size; pages are counted in what they make of it."""
    site.state.largest_page = 50
    async with reading(site) as side:
        found, proof = await read(side)
    assert proof.whole
    assert len(found) == len(site.state.shown())


async def test_a_size_that_changes_between_pages_is_partial(site: Site) -> None:
    """Page 1 of 50 rows is not what follows page 0 of 100."""

    def shrink() -> None:
        site.state.largest_page = 50 if len(site.state.asked) > 1 else 100

    site.state.before = shrink
    async with reading(site) as side:
        _, proof = await read(side)
    assert any("rows are lost" in reason for reason in proof.reasons)


@pytest.mark.parametrize("slices", [False, True])
@pytest.mark.parametrize("hides", [{"last"}, {"last", "number", "size", "numberOfElements"}])
async def test_a_list_that_does_not_say_its_last_page_is_read_to_its_end(
    site: Site, slices: bool, hides: set[str]
) -> None:
    site.state.slices, site.state.hides = slices, frozenset(hides)
    async with reading(site) as side:
        found, proof = await read(side)
    assert proof.whole, proof.reasons
    assert len(found) == len(site.state.shown())


@pytest.mark.parametrize(("slices", "ground"), [(True, Ground.SIDE_CHANGED), (False, Ground.TOTAL_CHANGED)])
async def test_a_list_that_lost_a_row_while_it_was_walked_is_partial(site: Site, slices: bool, ground: Ground) -> None:
    """A row of the first page is deleted, and one of the second slips through. Of slices no total betrays it: the
    second walk does.
    """
    site.state.slices = slices
    gone = site.state.shown()[0].number
    site.state.before = lambda: site.state.rows.pop(gone, None) and None if len(site.state.asked) == 1 else None
    async with reading(site) as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.PARTIAL
    assert ground in proof.grounds


async def test_a_list_that_lost_a_row_and_won_one_while_it_was_walked_is_partial() -> None:
    """As many rows come as are declared, and one that is there all the time is not among them."""
    rows, asked = [f'{{"id":"{number:03}"}}' for number in range(250)], list[int]()

    async def ask(number: int, size: int) -> bytes:
        asked.append(number)
        if len(asked) == 2:
            rows.pop(5)
            rows.append('{"id":"250"}')
        some, last = rows[number * size : (number + 1) * size], (number + 1) * size >= len(rows)
        said = f'"number":{number},"totalElements":{len(rows)},"last":{str(last).lower()}'
        return f'{{"content":[{",".join(some)}],{said}}}'.encode()

    evidence = Evidence()
    found = [row async for page in proven(ask, 100, evidence, where="here") for row in page]
    assert (len(found), b'{"id":"100"}' in [bytes(row) for row in found]) == (250, False)
    assert prove(evidence).grounds == (Ground.SIDE_CHANGED,)


async def test_an_example_of_an_odd_code_is_cut(site: Site) -> None:
    number = site.state.shown()[0].number
    site.state.nation_codes[number] = "9.000000-H01" + "x" * 500
    evidence = Evidence()
    async with reading(site) as side:
        async for _ in side.list_records(evidence):
            pass
    examples = [one for finding in evidence.findings for one in finding.examples]
    assert examples
    assert max(map(len, examples)) == 80


async def test_pages_are_turned_in_one_order_since_a_sort_is_asked_for(site: Site) -> None:
    """Without one the database's order may change from page to page, and rows are doubled and lost."""
    site.state.restless = True
    async with reading(site) as side:
        _, proof = await read(side)
    assert proof.whole
    async with reading(site, sort="") as side:
        _, proof = await read(side)
    assert proof.verdict is ReadingVerdict.REFUSED


async def test_an_empty_site_is_never_believed(site: Site) -> None:
    site.state.rows.clear()
    for slices in (False, True):
        site.state.slices = slices
        async with reading(site) as side:
            _, proof = await read(side)
        assert proof.grounds == (Ground.EMPTY,)


async def test_details_that_are_not_there_or_are_anothers_are_no_answer(site: Site) -> None:
    row, other = site.state.shown()[:2]
    site.state.silent = {row.number}
    async with reading(site) as side:
        with pytest.raises(PermanentError, match="status 404"):
            await side.fetch_detail(Listed(object_id(row.number), b""))
        site.faults.add("wrong_record", path="/bd/procedure/6243")
        with pytest.raises(StaleError, match="was asked for"):
            await side.fetch_detail(Listed(object_id(other.number), b""))


async def test_details_can_be_left_out(site: Site) -> None:
    async with reading(site, details=False) as side:
        found, proof = await read(side)
        assert proof.whole
        assert not side.capabilities.details
        assert side.canonical(Record(*found[0])).executing_agencies is None


async def test_codes_of_fields_and_levels_are_carried_where_their_meaning_is_told(site: Site) -> None:
    """Abbreviations and ids of levels are the site's own."""
    told = {"sector_codes": {own: code for code, own in site.state.abbreviations.items()}}
    levels = {"online_levels": {"62b529f524023d508ef38fc0": "full", "Mức độ 3": "partial"}}
    async with reading(site, **told, **levels) as side:
        assert side.capabilities.carries == CARRIES | {"field_code", "online_level"}
        found, _ = await read(side)
        by_key = {one.key: one for one in found}
        for row in site.state.shown()[:30]:
            if row.poisoned:
                continue
            record = side.canonical(Record(*by_key[object_id(row.number)]))
            assert record.field_code == row.field_code
            assert record.online_level == (None, "partial", "full")[row.number % 3]
        marks = {side.capabilities.translation}
    async with reading(site) as side:
        assert side.capabilities.carries == CARRIES
        found, _ = await read(side)
        assert side.canonical(Record(*found[0])).field_code is None
        assert side.capabilities.translation not in marks


async def test_pages_are_let_go_one_by_one(site: Site) -> None:
    """A reader that stops after one page has asked for one page; what it holds is the rows, not the page."""
    async with reading(site, page_size=50) as side:
        pages = side.list_records(Evidence())
        first = await anext(pages)
        await pages.aclose()  # type: ignore[attr-defined]
    assert len(first) == 50
    assert site.state.asked.count(PROCEDURES) == 1
    assert all(type(one.raw) is bytes for one in first)


async def test_a_list_takes_no_more_memory_than_its_largest_page() -> None:
    """Sixty pages of a hundred kilobytes, walked twice: what is held at once is a few of them."""
    rows = [{"id": f"{number:024x}", "code": "c", "name": "x" * 100_000} for number in range(60)]
    answers = [{"content": [row], "number": number, "last": number == 59} for number, row in enumerate(rows)]
    answers.append({"content": [], "number": 60, "last": True})
    async with answering() as make, reading(await make({PROCEDURES: answers}), page_size=1) as side:
        tracemalloc.start()
        evidence = Evidence()
        async for _ in side.list_records(evidence):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert prove(evidence).whole
    assert evidence.listed == 60
    assert peak < 3_000_000


async def test_the_check_says_what_is_declared(site: Site) -> None:
    async with reading(site) as side:
        assert str(len(site.state.shown())) in await side.check()
        site.state.slices = True
        assert "slices" in await side.check()


def test_what_it_cannot_carry_is_declared() -> None:
    never = {"kind", "publisher_code", "decision_number", "levels", "methods", "documents", "field_code", "portal_id"}
    assert not never & CARRIES
    assert definition.name == "igate"
    assert definition.build is not None
    assert definition.dossiers is not None

"""No input crashes iGate's parsers: whatever comes is a value or a `ShapeError`; no lying page passes for whole."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from adapters.igate.dossier_words import dossier, dossier_key, instant, statistics, tally
from adapters.igate.names import Spoken, is_odd, portal_code, vietnamese
from adapters.igate.paging import pages, proven, read_page, whole
from adapters.igate.records import UNREADABLE, Meanings, identity, procedure
from adapters.igate.tokens import Granted, TokenAnswer, _read_answer
from adapters.igate.units import agencies, sectors
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError, SideError, StaleError
from syncd.sides.reading import Evidence, prove

KEYS = [
    *("id", "code", "nationCode", "name", "translate", "sector", "agency", "level", "languageId", "parent"),
    *("content", "number", "size", "last", "numberOfElements", "totalElements"),
    *("received", "resolved", "resolvedOverdue", "receivedOnline", "procedure", "dossierStatus"),
    *("appliedDate", "appointmentDate", "completedDate", "access_token", "refresh_token", "expires_in"),
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["", " ", "vi", "228", "1.014325", " 1.014325", "1.000001.000.00.00.H26", "\x00", "9" * 400, "a/../b"]
    )
    | st.sampled_from(["2026-10-01T01:30:00.000+0000", "2026-02-31T00:00:00Z", "9999-12-31T23:59:59-23:59"])
)
THINGS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=25,
)
MEANT = Meanings({"TLHDH": "G12-KD07"}, {"Mức độ 4": "full"})


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


BODIES = THINGS.map(encoded) | st.binary(max_size=300)


def tallied(body: bytes) -> None:
    for row in statistics(body, where="here"):
        tally(row, "root", where="here")


PARSERS = {
    "a page": lambda body: read_page(body, 0, 3, where="here"),
    "a record": lambda body: procedure(Record("k", body), MEANT, where="here"),
    "details": lambda body: procedure(Record("k", b'{"id":"a","code":"b"}', body), MEANT, where="here"),
    "units": lambda body: agencies([Raw(body)], where="here"),
    "sectors": lambda body: sectors([Raw(body)], where="here"),
    "statistics": tallied,
    "a dossier": lambda body: dossier(Raw(body), "here"),
    "a dossier's key": lambda body: dossier_key(Raw(body)),
    "a token": _read_answer,
}
EMPTY_IS_STALE = {"units"}


@pytest.mark.parametrize("parser", PARSERS)
@settings(max_examples=150)
@given(body=BODIES)
def test_no_answer_crashes_a_parser(parser: str, body: bytes) -> None:
    with suppress(ShapeError, *((StaleError,) if parser in EMPTY_IS_STALE else ())):
        PARSERS[parser](body)


@pytest.mark.parametrize("parser", PARSERS)
def test_deep_nesting_crashes_no_parser(parser: str) -> None:
    for body in (b"[" * 100_000, b'{"name":' * 100_000, b'{"content":[' * 50_000 + b"]}" * 50_000):
        with pytest.raises(ShapeError):
            PARSERS[parser](body)


@given(BODIES)
def test_every_row_has_a_key_that_can_stand_in_an_address(body: bytes) -> None:
    key = identity(body).key
    assert key
    assert "/" not in key
    assert key.isprintable()
    assert key.startswith(UNREADABLE) or len(key) <= 60


@given(st.text(max_size=30) | st.sampled_from([" 1.014325", "1.014325.H26", "1.014325"]))
def test_a_portal_code_is_empty_odd_or_the_text_itself(typed: str) -> None:
    code = portal_code(typed)
    assert bool(code) is bool(typed.strip())
    assert is_odd(typed) is (bool(code) and code != typed) or code == typed
    assert portal_code(code) == code


@given(st.lists(st.builds(Spoken, st.none() | st.text(max_size=5), st.sampled_from([228, 46, "vi", "en", None]))))
def test_a_name_is_one_of_the_vietnamese_ones(several: list[Spoken]) -> None:
    told = [one.name for one in several if one.language_id in (228, "vi", None) and one.name is not None]
    name = vietnamese(several)
    assert (name is None) is not bool(told)
    assert name is None or name in told
    assert not name or name.strip() or not any(one.strip() for one in told)


@given(st.none() | st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)"))
def test_no_text_crashes_the_reading_of_instants(text: str | None) -> None:
    with suppress(ShapeError):
        found = instant(text, "here", "$")
        assert found is None or found.utcoffset() is not None


@given(st.none() | st.floats(), st.none() | st.floats(), st.floats(0, 1e9))
def test_no_life_of_a_token_is_negative_or_endlessly_long(
    expires: float | None, other: float | None, at: float
) -> None:
    granted = Granted(TokenAnswer("a", "b", expires, other), at)
    assert granted.ends >= at
    assert granted.refresh_ends >= at


@settings(max_examples=200)
@given(st.lists(BODIES, max_size=6))
def test_no_answers_hang_or_crash_the_turning_of_pages(bodies: list[bytes]) -> None:
    async def ask(number: int, _size: int) -> bytes:
        return bodies[number] if number < len(bodies) else b'{"content":[]}'

    async def walk() -> None:
        with suppress(SideError):
            async for _ in pages(ask, 3, Evidence(), where="here"):
                pass
        with suppress(SideError):
            await whole(ask, 3, where="here")

    asyncio.run(walk())


LIES = {
    "a row is missing": lambda rows: rows[1:],
    "the end is missing": lambda rows: rows[: len(rows) // 2],
    "the page is empty": lambda _rows: [],
    "a row stands twice": lambda rows: rows + rows[-1:],
    "another row stands there": lambda rows: [*rows[1:], 10_000],
}


@pytest.mark.parametrize("lie", LIES)
@settings(max_examples=60)
@given(
    count=st.integers(1, 30),
    size=st.integers(1, 7),
    lies_at=st.integers(0, 12),
    is_slice=st.booleans(),
    hides=st.sets(st.sampled_from(["last", "number", "numberOfElements"])),
)
def test_what_passes_for_whole_is_whole(
    lie: str, count: int, size: int, lies_at: int, is_slice: bool, hides: set[str]
) -> None:
    """One answer lies, whichever it is; where the proof says whole, every row is there once."""
    answered = 0

    async def ask(number: int, _size: int) -> bytes:
        nonlocal answered
        rows = list(range(number * size, min(count, (number + 1) * size)))
        shown = LIES[lie](rows) if answered == lies_at else rows
        answered += 1
        page = {
            "content": shown,
            "number": number,
            "last": (number + 1) * size >= count,
            "numberOfElements": len(shown),
        }
        page |= {} if is_slice else {"totalElements": count}
        return encoded({name: told for name, told in page.items() if name not in hides})

    async def walk() -> tuple[list[bytes], bool]:
        evidence, found = Evidence(), list[bytes]()
        try:
            async for rows in proven(ask, size, evidence, where="here"):
                found += [bytes(row) for row in rows]
        except SideError:
            return found, False
        return found, prove(evidence, duplicates=len(found) - len(set(found))).whole

    found, is_whole = asyncio.run(walk())
    replaced = lie == "another row stands there" and not is_slice
    assert not is_whole or replaced or sorted(map(int, found)) == list(range(count))

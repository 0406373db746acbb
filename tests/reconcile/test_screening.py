"""Screening: what needs a closer look, and what is in sync; the quick half says what the careful half would say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.reconcile import screening as module
from syncd.reconcile.scope import Facts, Flag
from syncd.reconcile.screening import Candidate, Screening, Suspicion, screen
from syncd.reconcile.sweep import Entry, SideIndex
from syncd.records.codes import CODES_APART

PUBLIC, IN_SCOPE = Flag.PUBLIC, Flag.PUBLIC | Flag.IN_SCOPE
A, B = b"a" * 16, b"b" * 16


def index(*records: tuple[str, str, int] | tuple[str, str, int, bytes] | tuple[str, str, int, bytes, str]) -> SideIndex:
    """An index of (key, code, flags, comparison, link)."""
    made = SideIndex()
    for key, code, flags, *rest in records:
        compared = rest[0] if rest else A
        link = rest[1] if len(rest) > 1 else ""
        made.put(key, Entry(A, compared, compared, Facts(code, int(flags), link), 1))
    return made


def found(portal: SideIndex, city: SideIndex) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    return sorted((one.suspicion, one.code, one.portal_keys, one.city_keys) for one in screen(portal, city).candidates)


def test_equal_records_are_in_sync():
    """And cost no candidate."""
    screening = screen(index(("p1", "1", IN_SCOPE)), index(("c1", "1", PUBLIC)))
    assert (screening.candidates, screening.in_sync, screening.matched, screening.in_scope) == ([], 1, 1, 1)


def test_records_that_differ_in_form_alone_are_counted():
    """In sync, and counted."""
    city = index(("c1", "1", PUBLIC))
    city.put("c1", Entry(A, A, B, Facts("1", int(PUBLIC)), 1))
    screening = screen(index(("p1", "1", IN_SCOPE)), city)
    assert (screening.in_sync, screening.form_only) == (1, 1)


WORLDS = {
    "an unequal pair": (
        [("p1", "1", IN_SCOPE)],
        [("c1", "1", PUBLIC, B)],
        [("unequal", "1", ("p1",), ("c1",))],
    ),
    "a public record in scope that the city lacks": (
        [("p1", "1", IN_SCOPE)],
        [],
        [("missing_in_city", "1", ("p1",), ())],
    ),
    "a record out of scope is nobody's to miss": ([("p1", "1", PUBLIC)], [], []),
    "a city record that the portal lacks": ([], [("c1", "1", PUBLIC)], [("missing_on_portal", "1", (), ("c1",))]),
    "a closed city record that the portal lacks": ([], [("c1", "1", Flag.WITHDRAWN)], []),
    "a withdrawn record that the city still offers": (
        [("p1", "1", Flag.WITHDRAWN)],
        [("c1", "1", PUBLIC)],
        [("withdrawn", "1", ("p1",), ("c1",))],
    ),
    "a public record that the city has closed": (
        [("p1", "1", IN_SCOPE)],
        [("c1", "1", Flag.WITHDRAWN)],
        [("closed", "1", ("p1",), ("c1",))],
    ),
    "both have closed it": ([("p1", "1", Flag.WITHDRAWN)], [("c1", "1", Flag.WITHDRAWN)], []),
    "two city records of one code": (
        [("p1", "1", IN_SCOPE)],
        [("c1", "1", PUBLIC), ("c2", "1", PUBLIC)],
        [("ambiguous", "1", ("p1",), ("c1", "c2"))],
    ),
    "one open and one closed city record of one code": (
        [("p1", "1", IN_SCOPE)],
        [("c1", "1", PUBLIC), ("c2", "1", Flag.WITHDRAWN)],
        [],
    ),
    "one local code that means two procedures carries both": (
        [("p1", "1", IN_SCOPE), ("p2", "2", IN_SCOPE)],
        [("c1", f"1{CODES_APART}2", PUBLIC | Flag.AMBIGUOUS)],
        [("ambiguous", "1", ("p1", "p2"), ("c1",))],
    ),
    "a code lives on after a withdrawn record of the same code": (
        [("p0", "1", Flag.WITHDRAWN), ("p1", "1", IN_SCOPE)],
        [("c1", "1", PUBLIC)],
        [],
    ),
    "two public records of one code": (
        [("p0", "1", IN_SCOPE), ("p1", "1", IN_SCOPE)],
        [("c1", "1", PUBLIC)],
        [("ambiguous", "1", ("p0", "p1"), ("c1",))],
    ),
    "a link to another procedure": (
        [("p1", "1", IN_SCOPE)],
        [("c1", "1", PUBLIC, A, "p9")],
        [("wrong_link", "1", ("p1",), ("c1",))],
    ),
    "a hand-made code that maps to nothing": (
        [],
        [("c1", "HN-1", PUBLIC | Flag.UNMAPPED)],
        [("unmapped", "", (), ("c1",))],
    ),
    "a hand-made code that the portal has verbatim": (
        [("p1", "HN-1", IN_SCOPE)],
        [("c1", "HN-1", PUBLIC | Flag.UNMAPPED)],
        [],
    ),
    "a record that cannot be read is never missing": (
        [("p1", "1", IN_SCOPE)],
        [("c1", "1", Flag.INVALID)],
        [("invalid", "1", ("p1",), ("c1",))],
    ),
    "a test record is nothing but a test record": (
        [("p1", "1", IN_SCOPE | Flag.TEST)],
        [],
        [("test", "1", ("p1",), ())],
    ),
    "a pending decision on a record of the city": (
        [("p1", "1", IN_SCOPE | Flag.PENDING_DECISION)],
        [("c1", "1", PUBLIC)],
        [("pending", "1", ("p1",), ())],
    ),
    "a pending decision that does not concern the city": ([("p1", "1", PUBLIC | Flag.PENDING_DECISION)], [], []),
    "what could not be read says nothing": (
        [("p1", "1", IN_SCOPE | Flag.UNREAD), ("p2", "2", IN_SCOPE)],
        [("c1", "1", PUBLIC, B), ("c2", "2", PUBLIC | Flag.UNREAD, B)],
        [],
    ),
}


@pytest.mark.parametrize("world", WORLDS)
def test_every_suspicion_has_its_world(world):
    """The table above: portal, city, candidates."""
    portal, city, expected = WORLDS[world]
    assert found(index(*portal), index(*city)) == expected


def test_every_suspicion_is_in_the_table():
    """A suspicion without a world would be one that nobody has tried."""
    assert {one[0] for _, _, expected in WORLDS.values() for one in expected} == set(Suspicion)


def carefully(portal: SideIndex, city: SideIndex) -> Screening:
    """The careful half alone, over everything."""
    screening = Screening()
    by_code = module._by_code(portal.facts())
    carried: dict[str, list[str]] = {}
    for key, code, flags in city.facts():
        module._city_record(screening, by_code, carried, key, code, flags)
    for code, keys in carried.items():
        if keys:
            module._carried(screening, portal, city, code, by_code[code], sorted(keys))
    for key, code, flags in portal.facts():
        module._portal_record(screening, by_code, carried, key, code, flags)
    return screening


CODES = st.sampled_from(["1", "2", "3", ""])
FLAGS = st.sampled_from([PUBLIC, IN_SCOPE, IN_SCOPE, PUBLIC, *map(int, Flag), IN_SCOPE | Flag.PENDING_DECISION])
RECORDS = st.tuples(CODES, FLAGS, st.sampled_from([A, B]), st.sampled_from(["", "p0", "p1"]))
CITY_CODES = st.one_of(CODES, st.just(f"1{CODES_APART}2"))


def ordered(candidates: list[Candidate]) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    return sorted((one.suspicion, one.code, one.portal_keys, one.city_keys) for one in candidates)


@settings(max_examples=500)
@given(st.lists(RECORDS, max_size=6), st.lists(st.tuples(CITY_CODES, RECORDS), max_size=6))
def test_the_quick_half_says_what_the_careful_half_would(portal, city):
    """For every mixture of flags, codes that stand for several records, links and values."""
    ours = index(*((f"p{number}", code, flags, compared) for number, (code, flags, compared, _) in enumerate(portal)))
    theirs = index(
        *((f"c{number}", code, flags, compared, link) for number, (code, (_, flags, compared, link)) in enumerate(city))
    )
    quick, careful = screen(ours, theirs), carefully(ours, theirs)
    assert ordered(quick.candidates) == ordered(careful.candidates)
    for count in ("matched", "in_sync", "form_only", "in_scope"):
        assert getattr(quick, count) == getattr(careful, count)

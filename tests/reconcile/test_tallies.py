"""Tallies compared: which counts, how far apart, and what the portal's "overdue" is made of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from syncd.reconcile.mismatches import KINDS, MismatchKind, Severity
from syncd.reconcile.remainders import decompose
from syncd.reconcile.steadying import steadied
from syncd.reconcile.tallies import (
    COMPARED,
    END_STATE,
    NOT_COMPARED,
    TallyRules,
    compare_tallies,
    period_words,
    unit_code,
    with_overdue,
)
from syncd.reconcile.tolerances import Tolerance
from syncd.records.dossiers import Dossier, Tallies, Tally
from syncd.records.periods import Period

MONTH = Period.parse("2026-10")
EXACT = TallyRules(tolerance=Tolerance(absolute=0, share=0))
COUNTS = st.integers(0, 10_000)


def tallies(*units: Tally, period: Period = MONTH) -> Tallies:
    return Tallies(period=period, tallies=units)


def portal(code: str = "H26.17", **counts: int) -> Tally:
    return Tally(unit_code=code, unit_name="Sở Văn hóa và Thể thao", **counts)


def city(code: str = "000.00.17.H26", **counts: int) -> Tally:
    return Tally(unit_code=code, unit_name="Sở VHTT", **counts)


def fields(one: Tallies, other: Tallies, rules: TallyRules = EXACT) -> set[str]:
    return {observation.field for observation in compare_tallies(one, other, rules).observations}


def test_every_count_is_compared_or_says_why_not() -> None:
    """A count added to the record must get its row, or its reason."""
    counts = set(Tally.__struct_fields__) - {"unit_code", "unit_name"}

    assert {row.name for row in COMPARED} | set(NOT_COMPARED) == counts
    assert not {row.name for row in COMPARED} & set(NOT_COMPARED)


def test_both_kinds_have_words_in_both_languages() -> None:
    assert KINDS[MismatchKind.TALLY_DIFFERS].severity is Severity.MAJOR
    assert KINDS[MismatchKind.END_DATE_REWRITTEN].severity is Severity.CRITICAL


def test_a_difference_names_unit_period_count_and_both_values() -> None:
    found = compare_tallies(tallies(portal(received=90)), tallies(city(received=100)), EXACT)

    (one,) = found.observations
    assert (one.kind, one.code, one.local_code, one.field) == ("tally_differs", "H26.17", "2026-10", "received")
    assert (one.portal_value, one.city_value) == ("90 (2026-10)", "100 (2026-10)")
    assert (one.name, one.agency_name) == ("tháng 10/2026", "Sở Văn hóa và Thể thao")


def test_what_one_side_does_not_count_is_not_compared() -> None:
    found = compare_tallies(tallies(portal(received=9, online=3)), tallies(city(received=9, finished_late=2)), EXACT)

    assert found.observations == []
    assert found.said == {("H26.17", "2026-10", "received")}


def test_a_remainder_is_never_compared_with_late_dossiers() -> None:
    """The portal's 40 hold running ones: 12 late ones in the city contradict nothing."""
    assert fields(tallies(portal(not_on_time=40)), tallies(city(finished_late=5, running_late=7))) == set()


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [(100, 105, set()), (100, 106, {"received"}), (10_000, 10_100, set()), (10_000, 10_102, {"received"})],
)
def test_a_difference_must_pass_both_limits(ours: int, theirs: int, expected: set[str]) -> None:
    """Five dossiers, or one in a hundred, whichever is more."""
    rules = TallyRules(tolerance=Tolerance(absolute=5, share=0.01))

    assert fields(tallies(portal(received=ours)), tallies(city(received=theirs)), rules) == expected


def test_months_and_years_of_one_unit_are_two_mismatches() -> None:
    month = compare_tallies(tallies(portal(received=1)), tallies(city(received=2)), EXACT).observations[0]
    year = Period.parse("2026")
    whole = compare_tallies(
        tallies(portal(received=1), period=year), tallies(city(received=2), period=year), EXACT
    ).observations[0]

    assert month.subject != whole.subject


def test_tallies_of_two_periods_are_refused() -> None:
    with pytest.raises(ValueError, match="2026-10 and of 2026"):
        compare_tallies(tallies(), tallies(period=Period.parse("2026")), EXACT)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("000.00.17.H26", "H26.17"),
        ("000.00.04.H26", "H26.4"),
        ("000.00.00.H26", "H26"),
        (" H26.17 ", "H26.17"),
        ("001.02.17.H26", "001.02.17.H26"),
        ("SVHTT", "H26.17"),
        ("", ""),
    ],
)
def test_units_are_matched_by_the_code_of_decision_20(code: str, expected: str) -> None:
    """Deeper old codes were numbered anew: they are not guessed, a table tells them."""
    assert unit_code(code, {"SVHTT": "H26.17"}) == expected


def test_a_city_tally_without_a_unit_is_that_of_the_whole() -> None:
    found = compare_tallies(tallies(portal("H26", received=5)), tallies(city("", received=7)), EXACT)

    assert [one.code for one in found.observations] == ["H26"]


def test_units_of_one_side_alone_are_counted_and_not_accused() -> None:
    found = compare_tallies(tallies(portal("H26.1", received=5)), tallies(city("H26.2", received=5)), EXACT)

    assert (found.observations, found.portal_only, found.city_only) == ([], 1, 1)


def test_two_tallies_of_one_unit_name_nobody() -> None:
    found = compare_tallies(tallies(portal(received=5)), tallies(city(received=1), city("H26.17", received=2)), EXACT)

    assert found.observations == []


SOUND = city(received=100, finished_on_time=70, finished_late=5, running_late=7, running_in_time=18)


def test_the_portals_overdue_falls_into_late_running_and_undelivered() -> None:
    """Phú Thọ in small: of 40 "overdue", 12 are late, 18 run in time, and 10 ended without the portal's knowing."""
    remainder = decompose(portal(received=100, finished_on_time=60, not_on_time=40), SOUND, Tolerance())

    assert (remainder.undelivered, remainder.explained, remainder.why) == (10, 30, None)
    assert remainder.english == (
        "the portal shows 40 as overdue: 5 finished late, 7 running late, 18 running in time,"
        " 10 whose end never reached the portal"
    )
    assert "10 chưa gửi trạng thái kết thúc lên Cổng" in remainder.vietnamese


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (portal(received=100, not_on_time=40), structs.replace(SOUND, running_in_time=None), "does not count"),
        (portal(received=100, not_on_time=40), structs.replace(SOUND, running_in_time=60), "do not add up"),
        (portal(received=150, not_on_time=40), SOUND, "received differently"),
        (portal(received=100), SOUND, "does not say"),
    ],
)
def test_where_the_counts_do_not_tell_the_undelivered_are_unknown(one: Tally, other: Tally, why: str) -> None:
    remainder = decompose(one, other, Tolerance())

    assert remainder.undelivered is None
    assert why in remainder.english


def test_undelivered_end_states_are_a_mismatch_of_their_own() -> None:
    found = compare_tallies(tallies(portal(received=100, not_on_time=40)), tallies(SOUND), EXACT)

    (one,) = found.observations
    assert (one.field, one.portal_value, one.city_value) == (END_STATE, "40 (2026-10)", "30 (2026-10)")


def test_no_end_state_is_accused_while_the_city_cannot_say_who_runs_in_time() -> None:
    silent = structs.replace(SOUND, running_in_time=None)

    assert END_STATE not in fields(tallies(portal(received=100, not_on_time=40)), tallies(silent))


@given(on_time=COUNTS, late=COUNTS, running_late=COUNTS, in_time=COUNTS, lost=COUNTS)
def test_whatever_was_lost_is_what_is_found(
    on_time: int, late: int, running_late: int, in_time: int, lost: int
) -> None:
    """A portal that missed so many ends of dossiers in time shows just that many as undelivered."""
    missed = min(lost, on_time)
    received = on_time + late + running_late + in_time
    ours = portal(received=received, finished_on_time=on_time - missed, not_on_time=received - on_time + missed)
    theirs = city(
        received=received,
        finished_on_time=on_time,
        finished_late=late,
        running_late=running_late,
        running_in_time=in_time,
    )

    assert decompose(ours, theirs, Tolerance(absolute=0, share=0)).undelivered == missed
    assert (END_STATE in fields(tallies(ours), tallies(theirs))) == (missed > 0)


@given(ours=COUNTS, theirs=COUNTS, absolute=st.integers(0, 50), share=st.floats(0, 1))
def test_a_wider_tolerance_never_finds_more(ours: int, theirs: int, absolute: int, share: float) -> None:
    narrow, wide = Tolerance(absolute=absolute, share=share), Tolerance(absolute=absolute + 1, share=share)

    assert narrow.admits(ours, theirs) <= wide.admits(ours, theirs)
    assert narrow.admits(ours, theirs) == narrow.admits(theirs, ours)


def test_a_gap_that_moves_a_little_is_the_same_finding() -> None:
    """Counts move daily: the finding keeps its values, else it would never be confirmed, and no waiver would hold."""
    first = compare_tallies(tallies(portal(received=90)), tallies(city(received=100)), EXACT).observations[0]
    later = compare_tallies(tallies(portal(received=95)), tallies(city(received=108)), EXACT).observations

    assert [one.values for one in steadied(later, [first])] == [first.values]


@pytest.mark.parametrize(("ours", "theirs"), [(90, 110), (98, 103), (100, 90)])
def test_a_gap_that_doubles_halves_or_turns_is_another_finding(ours: int, theirs: int) -> None:
    first = compare_tallies(tallies(portal(received=90)), tallies(city(received=100)), EXACT).observations[0]
    later = compare_tallies(tallies(portal(received=ours)), tallies(city(received=theirs)), EXACT).observations

    assert steadied(later, [first]) == later


def test_overdue_ever_is_counted_from_the_list_whatever_the_period() -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    due = datetime(2025, 1, 1, tzinfo=UTC)
    late = [Dossier(number=str(number), unit_code="000.00.17.H26", due=due) for number in range(3)]
    ended = Dossier(number="x", unit_code="000.00.17.H26", due=due, finished=now)

    counted = with_overdue(tallies(city("H26"), city(), city("000.00.19.H26")), [*late, ended], now, "H26")

    assert [one.overdue_ever for one in counted.tallies] == [3, 3, 0]


@pytest.mark.parametrize(
    ("period", "words"), [("2026-10", "tháng 10/2026"), ("2026-Q3", "quý 3/2026"), ("2026", "năm 2026")]
)
def test_a_period_is_told_in_vietnamese(period: str, words: str) -> None:
    assert period_words(Period.parse(period)) == words

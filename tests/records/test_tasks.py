"""Tallies of tasks: what follows from them, what in them cannot be true, and whose they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.records.periods import Period
from syncd.records.tasks import (
    COUNTS,
    PARTS,
    FindingKind,
    TaskReading,
    TaskTally,
    TwiceError,
    attributed,
    completed,
    contradictions,
    require_once,
    summed,
)

AT = datetime(2026, 10, 10, 3, tzinfo=UTC)
YEAR = Period.parse("2026")
FULL = dict.fromkeys(PARTS, 10)
SPARSE = st.fixed_dictionaries({name: st.none() | st.integers(0, 50) for name in COUNTS})


def odd(**counts: int) -> list[tuple[str, int | None, int | None]]:
    return [(one.count, one.said, one.counted) for one in contradictions(TaskTally(unit_name="x", **counts))]


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {"assigned": 50, **FULL},
        {"assigned": 50},
        {"assigned": 50, "done": 20, "running": 30},
        {"assigned": 50, "done": 20, "running": 20, "no_time_limit": 10},
        {"assigned": 50, "done": 20, "running": 20},
        {"assigned": 50, "done_on_time": 20, "running_late": 5},
        {"done": 3, "done_on_time": 1, "done_late": 2},
        {"running": 30, "running_in_time": 10, "running_late": 10, "no_time_limit": 10},
        {"running": 20, "running_in_time": 10, "running_late": 10, "no_time_limit": 10},
        {"overdue": 3, "done_late": 2, "running_late": 1},
        {"overdue": 3, "done_late": 2},
    ],
)
def test_numbers_that_can_be_true_contradict_nothing(counts: dict[str, int]) -> None:
    assert odd(**counts) == []


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({"assigned": 51, **FULL}, [("assigned", 51, 50)]),
        ({"assigned": 49, **FULL}, [("assigned", 49, 50)]),
        ({"assigned": 5, "done_on_time": 6}, [("assigned", 5, 6)]),
        ({"assigned": 5, "done": 4, "running": 3}, [("assigned", 5, 7)]),
        ({"assigned": 9, "done": 4, "running": 3, "no_time_limit": 1}, [("assigned", 9, 7)]),
        ({"done": 4, "done_on_time": 1, "done_late": 2}, [("done", 4, 3)]),
        ({"done": 1, "done_late": 2}, [("done", 1, 2)]),
        ({"running": 9, "running_in_time": 4, "running_late": 4, "no_time_limit": 0}, [("running", 9, 8)]),
        ({"overdue": 1, "running_late": 2}, [("overdue", 1, 2)]),
    ],
)
def test_a_sum_that_its_parts_do_not_make_is_named_with_both_numbers(
    counts: dict[str, int], found: list[tuple[str, int, int]]
) -> None:
    assert odd(**counts) == found


def test_what_a_system_leaves_out_follows_where_it_must() -> None:
    """The four sums and the totals of the two public forms of monitors."""
    totals = completed(
        TaskTally(unit_name="x", assigned=100, done=60, done_late=10, running_in_time=25, running_late=15)
    )
    assert (totals.done_on_time, totals.overdue, totals.no_time_limit, totals.running) == (50, 25, None, None)
    sums = completed(TaskTally(unit_name="x", assigned=100, done=60, running=40, overdue=25))
    assert (sums.done_on_time, sums.done_late, sums.running_late) == (None, None, None)
    assert completed(TaskTally(unit_name="x", **FULL)).assigned == 50


def test_nothing_below_zero_and_no_part_of_a_total_is_made_up() -> None:
    """A total that does not fit would become tasks that nobody has."""
    assert completed(TaskTally(unit_name="x", done=1, done_late=2)).done_on_time is None
    four = {name: 10 for name in PARTS if name != "no_time_limit"}
    assert completed(TaskTally(unit_name="x", assigned=47, **four)).no_time_limit is None


@given(SPARSE)
def test_what_follows_changes_nothing_that_was_said_and_follows_once(counts: dict[str, Any]) -> None:
    tally = TaskTally(unit_name="x", **counts)
    whole = completed(tally)
    assert all(getattr(whole, name) == said for name, said in counts.items() if said is not None)
    assert completed(whole) == whole
    assert all((getattr(whole, name) or 0) >= 0 for name in COUNTS)


@given(st.lists(st.integers(0, 50), min_size=5, max_size=5))
def test_parts_and_their_sums_never_contradict_each_other(numbers: list[int]) -> None:
    counts = dict(zip(PARTS, numbers, strict=True))
    assert list(contradictions(completed(TaskTally(unit_name="x", **counts)))) == []


def test_all_units_together_say_what_each_of_them_says() -> None:
    """A count that one unit leaves out is not known of all."""
    total = summed([TaskTally(unit_name="a", assigned=1, done=1), TaskTally(unit_name="b", assigned=2)])
    assert (total.assigned, total.done, total.unit_name) == (3, None, "")
    assert summed([]) == TaskTally()


def test_a_unit_with_two_tallies_is_refused_by_code_and_by_any_writing_of_its_name() -> None:
    require_once([TaskTally(unit_code="H26.1"), TaskTally(unit_code="H26.2", unit_name="a"), TaskTally(unit_name="a")])
    with pytest.raises(TwiceError, match=r"'H26\.1' has two tallies"):
        require_once([TaskTally(unit_code="H26.1"), TaskTally(unit_code="H26.1")])
    with pytest.raises(TwiceError, match="'Sở Hòa' and 'SỞ HOÀ'"):
        require_once([TaskTally(unit_name="Sở Hòa"), TaskTally(unit_name="SỞ HOÀ")])


def test_names_get_codes_and_what_has_none_is_named() -> None:
    """A code that the system gave itself stays; what is odd is found after that."""
    tallies = (
        TaskTally(unit_code="H26.1", unit_name="a", assigned=1, done=2),
        TaskTally(unit_name="b"),
        TaskTally(unit_name="c"),
    )
    found = attributed(TaskReading(period=YEAR, at=AT, tallies=tallies), {"b": "H26.2", "c": ""}.__getitem__)
    assert [one.unit_code for one in found.tallies] == ["H26.1", "H26.2", ""]
    assert [(one.kind, one.unit_code, one.unit_name) for one in found.findings] == [
        (FindingKind.PARTS_DIFFER, "H26.1", "a"),
        (FindingKind.UNATTRIBUTED, "", "c"),
    ]

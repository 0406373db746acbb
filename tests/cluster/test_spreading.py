"""Courses are spread by what they cost, evenly, and few of them move when members come and go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from syncd.cluster.spreading import SLACK, UNKNOWN_SECONDS, loads, spread

SECONDS = st.floats(min_value=0.01, max_value=3600)
LOADS = st.dictionaries(st.text(min_size=1, max_size=8), st.floats(min_value=0.001, max_value=10), max_size=50)
MEMBERS = st.sets(st.integers(min_value=1, max_value=10_000), min_size=1, max_size=8)
COUNTRY = {f"tinh-{number:02}": 1.0 + number % 7 for number in range(1, 35)}


def carried(homes: dict[str, int], costs: dict[str, float], members: set[int]) -> dict[int, float]:
    return {member: sum(costs[one] for one, home in homes.items() if home == member) for member in members}


@given(LOADS, MEMBERS)
def test_every_course_has_one_member_and_none_carries_too_much(costs: dict[str, float], members: set[int]) -> None:
    """No more than its fair share, the slack and one course."""
    homes = spread(costs, members)
    assert homes.keys() == costs.keys()
    share = sum(costs.values()) / len(members) * (1 + SLACK)
    dearest = max(costs.values(), default=0.0)
    assert all(load <= share + dearest + 1e-9 for load in carried(homes, costs, members).values())


@given(LOADS, MEMBERS)
def test_all_members_come_to_the_same_end(costs: dict[str, float], members: set[int]) -> None:
    """In whatever order they hear of each other."""
    assert spread(costs, sorted(members)) == spread(dict(reversed(costs.items())), sorted(members, reverse=True))


def test_34_provinces_are_spread_over_three_members_by_cost() -> None:
    """Not by number: each carries a third of what all cost, give or take a tenth."""
    homes = spread(COUNTRY, {1, 2, 3})
    whole = sum(COUNTRY.values())
    assert all(0.8 < load / (whole / 3) < 1.2 for load in carried(homes, COUNTRY, {1, 2, 3}).values())


def test_a_member_that_leaves_moves_its_own_courses_and_few_others() -> None:
    before, after = spread(COUNTRY, {1, 2, 3, 4}), spread(COUNTRY, {1, 2, 3})
    moved = [one for one in COUNTRY if before[one] != after[one] and before[one] != 4]
    assert all(home != 4 for home in after.values())
    assert len(moved) <= len(COUNTRY) / 3


def test_one_dear_course_stands_against_many_cheap_ones() -> None:
    costs = {"ministry": 8.0} | {f"commune-{number}": 1.0 for number in range(8)}
    homes = spread(costs, {1, 2})
    assert carried(homes, costs, {1, 2}) == {1: 8.0, 2: 8.0}


def test_no_members_no_homes() -> None:
    assert spread(COUNTRY, set()) == {}


@given(SECONDS)
def test_a_pass_that_took_a_little_longer_moves_nothing(seconds: float) -> None:
    """Costs are rounded: by more than a step only when the time itself moved by more than a tenth."""
    once, again = (loads({"a": one}, {"a": 60.0})["a"] for one in (seconds, seconds * 1.01))
    assert again / once < 1.42


def test_what_is_not_known_yet_counts_as_something() -> None:
    assert loads({}, {"a": UNKNOWN_SECONDS}) == {"a": 1.0}

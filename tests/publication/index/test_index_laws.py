"""Laws of the index: monotone in the numerator, bounded, pooled counts, gains that add up."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from syncd.publication.index.indicators import GROUPS, SCORED
from syncd.publication.index.scoring import Basis, Count, score, score_counts
from syncd.records.figures import Group, Indicator

INDICATORS = st.sampled_from(list(SCORED))
CENT = Decimal("0.01")


@st.composite
def counts_of_one(draw: st.DrawFn, most: int = 2_000_000) -> Count:
    denominator = draw(st.integers(1, most))
    return Count(draw(st.integers(0, denominator)), denominator)


def worlds() -> st.SearchStrategy[dict[Indicator, Count]]:
    """Counts of some indicators, now and then impossible ones."""
    odd = st.builds(Count, st.integers(-1, 3), st.integers(-1, 0))
    return st.dictionaries(INDICATORS, counts_of_one() | odd)


def whole_worlds() -> st.SearchStrategy[dict[Indicator, Count]]:
    """Counts of every indicator."""
    return st.fixed_dictionaries({one: counts_of_one() for one in SCORED})


def scored(one: Indicator, count: Count) -> Decimal:
    points = score(one, *count)
    assert points is not None
    return points


@given(INDICATORS, counts_of_one(), st.integers(0, 2_000_000))
def test_more_on_time_never_scores_less(one: Indicator, count: Count, more: int) -> None:
    """Monotone in the numerator, up to all of them and beyond."""
    assert scored(one, Count(count.numerator + more, count.denominator)) >= scored(one, count)


@given(INDICATORS, counts_of_one())
def test_a_score_lies_between_nothing_and_its_maximum_in_whole_hundredths(one: Indicator, count: Count) -> None:
    """And all of them is the maximum."""
    points = scored(one, count)
    assert 0 <= points <= SCORED[one].maximum
    assert points == points.quantize(CENT)
    assert scored(one, Count(count.denominator, count.denominator)) == SCORED[one].maximum


@given(INDICATORS, counts_of_one())
def test_a_score_is_the_exact_quotient_to_the_hundredth(one: Indicator, count: Count) -> None:
    """The doubles decide ties alone."""
    rule = SCORED[one]
    exact = min(rule.maximum, Decimal(count.numerator) / count.denominator * rule.maximum / rule.threshold)
    assert abs(scored(one, count) - exact) <= CENT / 2 + Decimal("1e-12")


@given(INDICATORS, st.lists(counts_of_one(), min_size=1, max_size=6))
def test_a_parent_scores_its_pooled_counts_between_the_best_and_the_worst_child(
    one: Indicator, children: list[Count]
) -> None:
    """Not the mean of the children's scores: a large child weighs more."""
    pooled = Count(sum(child.numerator for child in children), sum(child.denominator for child in children))
    scores = [scored(one, child) for child in children]
    assert min(scores) <= scored(one, pooled) <= max(scores)


def test_a_parent_is_not_the_mean_of_its_children() -> None:
    """9 of 10 and 10 of 90 pool to 19 of 100: 3.80 points, the mean of the scores would be 10.11."""
    assert scored(Indicator.PROCESSED_ON_TIME, Count(19, 100)) == Decimal("3.80")


@given(whole_worlds())
def test_a_whole_world_is_known_and_every_group_is_within_its_maximum(world: dict[Indicator, Count]) -> None:
    """The total is the sum of the groups, and nothing is missing."""
    scores = score_counts(world)
    assert not scores.missing
    assert scores.total == sum(points for points in scores.groups.values() if points is not None)
    assert all((points := scores.groups[group]) is not None and points <= row.maximum for group, row in GROUPS.items())


@given(worlds())
def test_a_group_is_known_exactly_when_nothing_of_it_is_missing(world: dict[Indicator, Count]) -> None:
    """And the total exactly when every group is."""
    scores = score_counts(world)
    assert {group for group, points in scores.groups.items() if points is None} == scores.missing.keys()
    assert (scores.total is None) is bool(scores.missing)


@given(whole_worlds(), whole_worlds(), st.sets(INDICATORS))
def test_what_mending_gains_is_what_the_index_moves_by(
    now: dict[Indicator, Count], other: dict[Indicator, Count], mended: set[Indicator]
) -> None:
    """Exactly, for indicators, groups and the total; and mending back takes it away again."""
    then = {**now, **{one: other[one] for one in mended}}
    before, after = score_counts(now), score_counts(then)
    gain = after - before
    assert before.total is not None
    assert gain.total is not None
    assert before.total + gain.total == after.total
    assert gain.total == sum(points for points in gain.indicators.values() if points is not None)
    assert (before - after).total == -gain.total


@given(worlds(), whole_worlds(), st.sets(INDICATORS))
def test_what_is_not_counted_gains_nothing(
    now: dict[Indicator, Count], other: dict[Indicator, Count], mended: set[Indicator]
) -> None:
    """Mending what is counted gives the same gain, whatever else is unknown."""
    known = {one: count for one, count in now.items() if score(one, *count) is not None}
    changes = {one: other[one] for one in mended if one in known}
    gain = score_counts({**known, **changes}) - score_counts(known)
    expected = sum((scored(one, count) - scored(one, known[one]) for one, count in changes.items()), Decimal(0))
    assert gain.total == expected


@given(whole_worlds())
def test_the_two_ways_of_totalling_differ_by_a_few_hundredths_in_transparency_alone(
    world: dict[Indicator, Count],
) -> None:
    """Each of its four indicators may move by a hundredth, no more."""
    basis = Basis(counts=world, given={}, rest={})
    gain = basis.table_scores() - basis.scores()
    assert {group for group, points in gain.groups.items() if points} <= {Group.TRANSPARENCY}
    assert gain.total is not None
    assert abs(gain.total) <= 4 * CENT

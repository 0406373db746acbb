"""The grace time is learnt from the pair's own lag."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncd.reconcile.grace import ENOUGH_LAGS, GracePolicy, grace, percentile

POLICY = GracePolicy()
LAGS = st.lists(st.floats(0, 10_000_000), min_size=ENOUGH_LAGS, max_size=200)


def test_a_fixed_grace_wins():
    """What the operator writes is what counts."""
    assert grace(GracePolicy(fixed=timedelta(0)), [3600.0] * 50) == timedelta(0)


def test_too_few_lags_teach_nothing():
    """Until enough is known, the default holds."""
    assert grace(POLICY, [1.0] * (ENOUGH_LAGS - 1)) == POLICY.default


def test_the_grace_covers_nearly_every_lag():
    """99 of 100 equal steps: the 99th percentile."""
    assert grace(POLICY, [float(60 * minute) for minute in range(1, 101)]) == timedelta(minutes=99)


@given(LAGS)
def test_the_grace_stays_between_its_limits(lags):
    """Whatever was measured."""
    assert POLICY.minimum <= grace(POLICY, lags) <= POLICY.maximum


@given(LAGS, st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_a_percentile_is_not_passed_by_its_share(values, share):
    """At least ``share`` of the values are not larger, and it is one of them."""
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)

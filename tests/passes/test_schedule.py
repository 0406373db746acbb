"""When the next pass begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.passes.schedule import BACK_OFF, Rhythm, back_off, first_delay, next_start

HALF = 0.5


def test_the_first_passes_of_many_pairs_are_spread_but_nobody_waits_longer_than_half_a_minute() -> None:
    rhythm = Rhythm(interval=3600, jitter=0.5)
    assert [first_delay(rhythm, lambda share=share: share) for share in (0.0, 0.5, 0.99)] == [0.0, 15.0, 29.7]


def test_without_jitter_the_first_pass_begins_at_once() -> None:
    assert first_delay(Rhythm(interval=900, jitter=0), lambda: 0.9) == 0


def test_beats_stand_on_a_grid_however_long_passes_take() -> None:
    rhythm = Rhythm(interval=100, jitter=0)
    assert [next_start(rhythm, 1000, now, lambda: HALF) for now in (1000, 1001, 1099.9, 1100)] == [
        1100,
        1100,
        1100,
        1200,
    ]


def test_beats_that_a_long_pass_has_run_over_are_left_out() -> None:
    assert next_start(Rhythm(interval=100, jitter=0), 0, 350, lambda: HALF) == 400


@given(
    interval=st.floats(1, 1e5),
    jitter=st.floats(0, 0.5),
    elapsed=st.floats(0, 1e6),
    share=st.floats(0, 1, exclude_max=True),
)
def test_the_next_start_is_never_past_and_never_further_than_one_and_a_half_intervals(
    interval: float, jitter: float, elapsed: float, share: float
) -> None:
    start = next_start(Rhythm(interval, jitter), 0.0, elapsed, lambda: share)
    assert elapsed <= start <= elapsed + 1.5 * interval + 1e-6


def test_back_off_grows_step_by_step_and_then_stays() -> None:
    waits = [back_off(failures, lambda: HALF) for failures in range(1, len(BACK_OFF) + 3)]
    assert waits == [*BACK_OFF, BACK_OFF[-1], BACK_OFF[-1]]


def test_back_off_is_spread_by_a_quarter_to_either_side() -> None:
    assert back_off(3, lambda: 0.0) == pytest.approx(45)
    assert back_off(3, lambda: 1.0) == pytest.approx(75)


def test_a_side_that_asks_for_more_patience_gets_it_and_one_that_asks_for_less_does_not() -> None:
    assert back_off(1, lambda: HALF, retry_after=500) == 500
    assert back_off(1, lambda: HALF, retry_after=1) == BACK_OFF[0]

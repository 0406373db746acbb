"""When a pair's next pass begins.

In: the rhythm of a pair, the clock's reading, a source of randomness. Out: delays in seconds. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor

Random = Callable[[], float]
"""A number from [0, 1), like ``random.random``."""

LATEST_START = 30.0

BACK_OFF = (
    15.0,  # one lost connection: try again soon
    30.0,
    60.0,
    120.0,  # a restart of the other system takes minutes
    300.0,
    600.0,
    900.0,  # an outage of hours: four tries an hour are enough to see its end
)
"""Seconds to wait after the first, second, … failure in a row; the last one for all that follow."""

BACK_OFF_SPREAD = 0.25


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a pair runs. Seconds; ``jitter`` is a share of the interval.

    ``stall_after``: a pass without any progress for this long is cancelled.
    """

    interval: float
    jitter: float = 0.1
    stall_after: float = 900.0


def first_delay(rhythm: Rhythm, random: Random) -> float:
    """Spread the first passes of many pairs, over half a minute at most."""
    return min(rhythm.interval * rhythm.jitter, LATEST_START) * random()


def next_start(rhythm: Rhythm, origin: float, now: float, random: Random) -> float:
    """The first beat after ``now`` on the grid that begins at ``origin``, moved by the jitter to either side.

    Beats that a long pass has run over are left out, not caught up, and jitter never adds up: the grid stands still.
    """
    beats = floor((now - origin) / rhythm.interval) + 1
    moved = origin + beats * rhythm.interval + rhythm.interval * rhythm.jitter * (random() - 0.5)
    return max(moved, now)


def back_off(failures: int, random: Random, retry_after: float | None = None) -> float:
    """Seconds to wait after ``failures`` failures in a row (at least one); never less than the side asked for."""
    step = BACK_OFF[min(failures, len(BACK_OFF)) - 1]
    spread = step * (1 - BACK_OFF_SPREAD + 2 * BACK_OFF_SPREAD * random())
    return max(spread, retry_after or 0.0)

"""How long to wait before a suspected mismatch is read again: learnt from the pair's own propagation lag.

In: how long the city took to follow the portal's changes (seconds). Out: the grace time. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import ceil

from msgspec import Struct

ENOUGH_LAGS = 20


class GracePolicy(Struct, frozen=True):
    """``fixed`` wins when it is given; else the 99th percentile of the lags, between the limits.

    Until ``ENOUGH_LAGS`` lags are known, ``default`` is used.
    """

    fixed: timedelta | None = None
    default: timedelta = timedelta(minutes=30)
    minimum: timedelta = timedelta(minutes=2)
    maximum: timedelta = timedelta(hours=24)


def grace(policy: GracePolicy, lags: Sequence[float]) -> timedelta:
    """The grace time under ``policy`` with the pair's recent ``lags`` in seconds."""
    if policy.fixed is not None:
        return policy.fixed
    if len(lags) < ENOUGH_LAGS:
        return policy.default
    return min(max(timedelta(seconds=percentile(lags, 0.99)), policy.minimum), policy.maximum)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that at least ``share`` of them do not pass (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, ceil(share * len(ordered)))
    return ordered[min(rank, len(ordered)) - 1]

"""Which member each course belongs to: spread by cost, and moved as little as possible when members join and leave.

In: what each course costs, who the members are. Out: a member for each course, the same wherever it is worked out from
the same numbers. Pure. (Consistent hashing with bounded loads, Mirrokni et al. 2016, over rendezvous hashing.)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import blake2b
from math import log2

SLACK = 0.1
"""A member may carry this much more than its fair share before a course goes elsewhere."""

UNKNOWN_SECONDS = 10.0
"""What a pass is taken to cost before any has ended."""

STEPS = 2
"""Costs are rounded to this many steps for each doubling, so that a pass that took a little longer moves nothing."""


def loads(seconds: Mapping[str, float], intervals: Mapping[str, float]) -> dict[str, float]:
    """How much of a member's time each course takes: expected seconds of a pass by seconds between two, rounded."""
    return {
        course: _rounded(max(seconds.get(course, UNKNOWN_SECONDS), 0.001) / max(interval, 0.001))
        for course, interval in intervals.items()
    }


def spread(loads: Mapping[str, float], members: Collection[int]) -> dict[str, int]:
    """A member for each course; none where there are no members.

    The dearest course chooses first. Each goes to the member that it likes best of those whose share is not used up,
    else to the one that carries least: no member carries more than its fair share, `SLACK`, and one course.
    """
    if not members:
        return {}
    most = sum(loads.values()) / len(members) * (1 + SLACK)
    carried = dict.fromkeys(sorted(members), 0.0)
    homes: dict[str, int] = {}
    for course in sorted(loads, key=lambda one: (-loads[one], one)):
        home = _home(course, loads[course], carried, most)
        carried[home] += loads[course]
        homes[course] = home
    return homes


def _home(course: str, load: float, carried: Mapping[int, float], most: float) -> int:
    liked = sorted(carried, key=lambda member: _liking(course, member), reverse=True)
    fitting = (member for member in liked if carried[member] + load <= most)
    return next(fitting, min(liked, key=carried.__getitem__))


def _liking(course: str, member: int) -> bytes:
    return blake2b(f"{member}/{course}".encode(), digest_size=8).digest()


def _rounded(load: float) -> float:
    return float(2 ** (round(log2(load) * STEPS) / STEPS))

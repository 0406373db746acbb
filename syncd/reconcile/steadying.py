"""Counts that move with every pass, held still: a gap that is still the same is the same finding.

In: what a pass observed, what is known already. Out: the observations, under the values by which they are known. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import structs

from syncd.reconcile.mismatches import MismatchKind, Observation


class Known(Protocol):
    """What is asked of a mismatch that is open."""

    @property
    def subject(self) -> str: ...
    @property
    def portal_value(self) -> str: ...
    @property
    def city_value(self) -> str: ...


def steadied(observations: Sequence[Observation], known: Iterable[Known]) -> list[Observation]:
    """Observations whose gap is still the one that is known keep the values under which it is known.

    Counts move with every pass: were each new number another finding, none would ever be seen twice, and no waiver
    would hold for a day. A gap that changes its sign, doubles or halves is another finding.
    """
    before = {one.subject: one for one in known}
    return [_steadied(observation, before.get(observation.subject)) for observation in observations]


def _steadied(observation: Observation, known: Known | None) -> Observation:
    if known is None or observation.kind is not MismatchKind.TALLY_DIFFERS:
        return observation
    gap, then = _gap(observation), _gap(known)
    is_same = gap * then > 0 and abs(gap) < 2 * abs(then) and abs(then) < 2 * abs(gap)
    if not is_same:
        return observation
    return structs.replace(observation, portal_value=known.portal_value, city_value=known.city_value)


def _gap(values: Observation | Known) -> int:
    """The portal's count less the city's, out of the texts."""
    return _count(values.portal_value) - _count(values.city_value)


def _count(text: str) -> int:
    number = text.partition(" ")[0].removeprefix("-")
    return int(text.partition(" ")[0]) if number.isdecimal() and number.isascii() else 0

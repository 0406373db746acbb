"""Points of indicators, groups and the whole index, from counts, as the portal gives them.

In: counts by indicator; what is published where counts are not. Out: points to the second decimal, and what is unknown.
Unknown is never zero: it stays None and is named. Only 0 of 0 counts as what the rule's `Empty` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple, Self

from msgspec import Struct
from msgspec.structs import replace

from syncd.publication.index.arithmetic import percentage, points, points_of_ratio
from syncd.publication.index.indicators import GROUPS, MEMBERS, SCORED, Empty, Rule
from syncd.records.figures import Group, Indicator

LARGEST = 10**12
"""No count of dossiers or procedures is larger; what is, is an error of the source."""

_SHARE: dict[Empty, int] = {Empty.NULL: 0, Empty.ZERO: 0, Empty.FULL: 1}
_ZERO = Decimal("0.00")


class Count(NamedTuple):
    """How many there are that meet the indicator, of how many."""

    numerator: int
    denominator: int


class Gain(Struct, frozen=True, kw_only=True):
    """The points that one state of things has more than another; None where only one of the two is known.

    What neither state counts is the same in both, and gains nothing.
    """

    indicators: Mapping[Indicator, Decimal | None]
    groups: Mapping[Group, Decimal | None]
    total: Decimal | None


class Scores(Struct, frozen=True, kw_only=True):
    """The index of one state of things. ``missing`` says, by group, what is unknown and why.

    ``borrowed``: groups that some indicators are unknown of, and whose score rests on a published one.
    """

    indicators: Mapping[Indicator, Decimal | None]
    groups: Mapping[Group, Decimal | None]
    total: Decimal | None
    missing: Mapping[Group, str]
    borrowed: frozenset[Group]

    def __sub__(self, other: Self) -> Gain:
        indicators = {one: _gain(now, other.indicators[one]) for one, now in self.indicators.items()}
        groups = {group: self._group_gain(other, group, indicators) for group in self.groups}
        return Gain(indicators=indicators, groups=groups, total=_sum(groups.values()))

    def _group_gain(self, other: Self, group: Group, gains: Mapping[Indicator, Decimal | None]) -> Decimal | None:
        if self.groups[group] is None and other.groups[group] is None:
            return _sum(gains[one] for one in MEMBERS[group])
        return _gain(self.groups[group], other.groups[group])


class Basis(Struct, frozen=True, kw_only=True):
    """Everything that one unit's index rests on in one period.

    ``counts``: by indicator. ``given``: points known without counts. ``rest``: by group, the points of all its
    indicators that are in neither, taken from the group's published score.
    """

    counts: Mapping[Indicator, Count]
    given: Mapping[Indicator, Decimal]
    rest: Mapping[Group, Decimal]

    def with_counts(self, counts: Mapping[Indicator, Count]) -> Self:
        """The same unit with other counts. A rest that held one of them is no longer known, and is dropped."""
        held = {SCORED[one].group for one in SCORED.keys() & counts if one not in {**self.counts, **self.given}}
        rest = {group: score for group, score in self.rest.items() if group not in held}
        return replace(self, counts={**self.counts, **counts}, rest=rest)

    def scores(self) -> Scores:
        """The index as the sum of rounded scores (what the group's own interface says)."""
        return score_counts(self.counts, self.given, self.rest)

    def table_scores(self) -> Scores:
        """The index as the national table has it: one group is scored from its displayed ratios."""
        shown = {one: score for one, count in self.counts.items() if (score := _shown_score(one, count)) is not None}
        counts = {one: count for one, count in self.counts.items() if one not in shown}
        return score_counts(counts, {**self.given, **shown}, self.rest)


def fault(rule: Rule, numerator: int | None, denominator: int | None, ratio: Decimal | None = None) -> str:
    """Why these inputs give no score, in words; empty where they do."""
    if not rule.is_scored:
        return "shown only, never scored"
    if numerator is None and denominator is None:
        return _ratio_fault(ratio) if rule.by_ratio else "no counts"
    if numerator is None or denominator is None:
        return "no numerator" if numerator is None else "no denominator"
    is_possible = 0 <= numerator <= LARGEST and 0 <= denominator <= LARGEST and (denominator or not numerator)
    return "" if is_possible else f"impossible counts: {_short(numerator)} of {_short(denominator)}"


def score(
    indicator: Indicator, numerator: int | None, denominator: int | None, ratio: Decimal | None = None
) -> Decimal | None:
    """The points that count towards the group; None where an input is missing or impossible (`fault` says which).

    ``ratio`` (per cent, as displayed) serves only where the portal gives no counts (electronic certified copies).
    """
    rule = SCORED.get(indicator)
    if rule is None or fault(rule, numerator, denominator, ratio):
        return None
    if numerator is None or denominator is None:
        return None if ratio is None else points_of_ratio(ratio, rule.maximum, rule.threshold)
    if denominator == 0:
        return _ZERO + rule.maximum * _SHARE[rule.empty]
    return points(numerator, denominator, rule.maximum, rule.threshold)


def score_counts(
    counts: Mapping[Indicator, Count],
    given: Mapping[Indicator, Decimal] | None = None,
    rest: Mapping[Group, Decimal] | None = None,
) -> Scores:
    """The index of these counts. What mending something brings is ``score_counts(mended) - score_counts(now)``.

    ``given``: points of indicators that are known without counts; a count goes before them. ``rest``: by group, the
    points of all its indicators that are in neither (for a group without any: its published score).
    A group that still lacks something is unknown and named, and so is the total then.
    """
    given, rest = given or {}, rest or {}
    indicators = {one: _known(one, counts, given) for one in SCORED}
    unknown = {group: [one for one in MEMBERS[group] if indicators[one] is None] for group in GROUPS}
    borrowed = frozenset(
        group for group, lacking in unknown.items() if lacking and group in rest and counts.keys().isdisjoint(lacking)
    )
    groups = {group: _group(indicators, group, rest[group] if group in borrowed else None) for group in GROUPS}
    missing = {group: _lack(lacking, counts, group in borrowed) for group, lacking in unknown.items() if lacking}
    total = _sum(groups.values())
    return Scores(indicators=indicators, groups=groups, total=total, missing=missing, borrowed=borrowed)


def _known(one: Indicator, counts: Mapping[Indicator, Count], given: Mapping[Indicator, Decimal]) -> Decimal | None:
    return score(one, *counts[one]) if one in counts else given.get(one)


def _group(indicators: Mapping[Indicator, Decimal | None], group: Group, rest: Decimal | None) -> Decimal | None:
    scores = [indicators[one] for one in MEMBERS[group]]
    return _sum(scores) if rest is None else _sum([rest, *(one for one in scores if one is not None)])


def _lack(lacking: Iterable[Indicator], counts: Mapping[Indicator, Count], is_borrowed: bool) -> str:
    named = ", ".join(f"{SCORED[one].label} ({_why(one, counts)})" for one in lacking)
    return f"{named}; " + ("taken from the published score" if is_borrowed else "no published score to take")


def _why(one: Indicator, counts: Mapping[Indicator, Count]) -> str:
    return fault(SCORED[one], *counts[one]) if one in counts else "no counts"


def _shown_score(one: Indicator, count: Count) -> Decimal | None:
    rule = SCORED.get(one)
    if rule is None or not GROUPS[rule.group].table_from_ratios or fault(rule, *count) or not count.denominator:
        return None
    return points_of_ratio(percentage(*count), rule.maximum, rule.threshold)


def _ratio_fault(ratio: Decimal | None) -> str:
    if ratio is None:
        return "no counts and no ratio"
    return "" if ratio.is_finite() and 0 <= ratio <= 100 else f"impossible ratio: {str(ratio)[:20]}"


def _short(count: int) -> str:
    return str(count) if abs(count) <= LARGEST else f"more than {LARGEST}"


def _gain(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    if now is None and before is None:
        return _ZERO
    return None if now is None or before is None else now - before


def _sum(scores: Iterable[Decimal | None]) -> Decimal | None:
    total = _ZERO
    for one in scores:
        if one is None:
            return None
        total += one
    return total

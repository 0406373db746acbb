"""The portal's published figures computed again from the counts that it publishes with them.

In: figures of any units, of one period and one instant. Out: by unit, every score beside the portal's, both totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from syncd.publication.index.indicators import GROUPS, MEMBERS, SCORED, Empty, Rule, rule_of
from syncd.publication.index.scoring import Basis, Count, Scores, fault, score
from syncd.records.figures import Figure, Group, Indicator


class Line(Struct, frozen=True, kw_only=True):
    """One published indicator and what its own counts give. ``rule`` is None for a code that the table does not know.

    ``missing`` says why there is no score. ``is_null``: 0 of 0, where the portal shows no score and counts 0.
    """

    figure: Figure
    rule: Rule | None
    score: Decimal | None
    missing: str = ""
    is_null: bool = False

    @property
    def portal(self) -> Decimal | None:
        """The portal's points as they count towards its group."""
        return Decimal(0) if self.figure.score is None and self.is_null else self.figure.score


class Recomputed(Struct, frozen=True, kw_only=True):
    """One unit. ``published``: the portal's scores of groups and total; ``basis``: what the scores rest on.

    ``scores``: groups as sums of rounded scores; ``table``: as the national table totals them. A group in their
    ``borrowed`` lacks counts, and stands with its published score. ``misfits``: groups whose published score
    contradicts those of their indicators. ``missing`` names everything that is unknown.
    """

    unit: str
    lines: tuple[Line, ...]
    published: Mapping[Group, Decimal]
    basis: Basis
    scores: Scores
    table: Scores
    misfits: Mapping[Group, str]
    missing: tuple[str, ...]


def recompute(figures: Iterable[Figure]) -> dict[str, Recomputed]:
    """Compute every unit's index again. Of two figures of one indicator, or of one group, the first one counts."""
    units: dict[str, list[Figure]] = {}
    for figure in figures:
        units.setdefault(figure.unit, []).append(figure)
    return {unit: recompute_unit(unit, of_unit) for unit, of_unit in units.items()}


def recompute_unit(unit: str, figures: Iterable[Figure]) -> Recomputed:
    """Compute one unit's index again; all ``figures`` are its own. Without any, everything is unknown."""
    published: dict[Group, Decimal] = {}
    lines: dict[tuple[Group, str], Line] = {}
    for figure in figures:
        if figure.code:
            lines.setdefault((figure.group, figure.code), line_of(figure))
        elif figure.score is not None and figure.score.is_finite():
            published.setdefault(figure.group, figure.score)
    basis, misfits = _basis(lines.values(), published)
    scores = basis.scores()
    faults = [f"{line.rule.label}: {line.missing}" for line in lines.values() if line.rule and _is_lack(line)]
    lacks = [f"{group}: {lack}" for named in (misfits, scores.missing) for group, lack in named.items()]
    return Recomputed(
        unit=unit,
        lines=tuple(lines.values()),
        published=published,
        basis=basis,
        scores=scores,
        table=basis.table_scores(),
        misfits=misfits,
        missing=(*faults, *lacks),
    )


def line_of(figure: Figure) -> Line:
    """One published indicator, scored from its own counts."""
    rule = rule_of(figure.code)
    missing = _fault(rule, figure)
    if missing or rule is None:
        return Line(figure=figure, rule=rule, score=None, missing=missing)
    points = score(Indicator(rule.code), figure.numerator, figure.denominator, figure.ratio)
    is_null = figure.denominator == 0 and rule.empty is Empty.NULL
    return Line(figure=figure, rule=rule, score=points, is_null=is_null)


def _fault(rule: Rule | None, figure: Figure) -> str:
    if rule is None:
        return "a code that the project knows no formula of"
    if rule.is_scored and figure.maximum is not None and figure.maximum != rule.maximum:
        return f"the portal's maximum is {figure.maximum}, the formula's {rule.maximum}"
    return fault(rule, figure.numerator, figure.denominator, figure.ratio)


def _is_lack(line: Line) -> bool:
    return line.rule is not None and line.rule.is_scored and bool(line.missing)


def _basis(lines: Iterable[Line], published: Mapping[Group, Decimal]) -> tuple[Basis, dict[Group, str]]:
    counts: dict[Indicator, Count] = {}
    given: dict[Indicator, Decimal] = {}
    for line in lines:
        if line.score is None or line.rule is None:
            continue
        if line.figure.numerator is None or line.figure.denominator is None:
            given[Indicator(line.rule.code)] = line.score
        else:
            counts[Indicator(line.rule.code)] = Count(line.figure.numerator, line.figure.denominator)
    rest, misfits = _rests(Basis(counts=counts, given=given, rest={}).scores().indicators, published)
    return Basis(counts=counts, given=given, rest=rest), misfits


def _rests(
    scores: Mapping[Indicator, Decimal | None], published: Mapping[Group, Decimal]
) -> tuple[dict[Group, Decimal], dict[Group, str]]:
    """What each published score leaves to the indicators that are not counted; and where it leaves what cannot be."""
    rests: dict[Group, Decimal] = {}
    misfits: dict[Group, str] = {}
    for group in (one for one in GROUPS if one in published):
        known = [score for one in MEMBERS[group] if (score := scores[one]) is not None]
        most = sum(SCORED[one].maximum for one in MEMBERS[group] if scores[one] is None)
        rest = published[group] - sum(known)
        if 0 <= rest <= most:
            rests[group] = rest
        elif most:
            misfits[group] = f"its published score {published[group]} does not fit those of its indicators"
    return rests, misfits

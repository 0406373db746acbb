"""Rates and scores of a unit: so many of so many, and whose count that is.

In: tallies of dossiers, what was judged. Out: rates, and the score of publication by our own counts, named so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from syncd.answers.publications import Judged
from syncd.publication.counts import count_by_unit
from syncd.publication.facts import Judgement, Mode
from syncd.publication.index.indicators import SCORED
from syncd.publication.index.scoring import Count, score
from syncd.records.dossiers import Tally
from syncd.records.figures import Indicator
from syncd.records.periods import Period

OURS = "ours"
"""Where the score of a unit comes from: our own counts, by the portal's formula."""
SCORED_HERE = (Indicator.PUBLISH_ON_TIME, Indicator.PUBLIC_UPDATE_ON_TIME, Indicator.PUBLIC_CONTENT_FULL)


Tallied = tuple[Tally, str]


class Rate(Struct, frozen=True):
    """So many of so many. ``source``: whose count it is (``city``, ``portal``); ``percent`` to one decimal place."""

    numerator: int
    denominator: int
    source: str

    @property
    def percent(self) -> Decimal | None:
        if not self.denominator:
            return None
        share = Decimal(100) * self.numerator / self.denominator
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


class OwnScore(Struct, frozen=True):
    """Points of publication (indicators 1.1 to 1.3) as we count them for a unit, of the most that there are."""

    points: Decimal | None
    maximum: Decimal
    source: str = OURS


def on_time(tallied: Tallied | None) -> Rate | None:
    """Finished in time of all finished; of all received, where the side counts no finished ones."""
    return _rate(tallied, "finished_on_time", ("finished", "received"))


def online(tallied: Tallied | None) -> Rate | None:
    """Handed in online, of all received."""
    return _rate(tallied, "online", ("received",))


def _rate(tallied: Tallied | None, part: str, wholes: Sequence[str]) -> Rate | None:
    if tallied is None:
        return None
    tally, source = tallied
    known = getattr(tally, part)
    whole = next((count for name in wholes if (count := getattr(tally, name)) is not None), None)
    return None if known is None or whole is None else Rate(known, whole, source)


def own_scores(found: Judged | None, period: Period) -> Mapping[str, OwnScore]:
    """The points of publication of each unit in a period, by our counts; none where the portal was not read."""
    if found is None or not found.is_read:
        return {}
    return found.told.once(("own scores", str(period)), lambda: _own_scores(found, period))


def _own_scores(found: Judged, period: Period) -> Mapping[str, OwnScore]:
    by = {id(one): to.unit_code for one, to in zip(found.judgements, found.attributions, strict=True)}

    def unit_of(one: Judgement) -> str:
        return by[id(one)]

    counted = count_by_unit(found.judgements, unit_of, mode=Mode.PORTAL, period=period, today=found.today)
    return {unit: own_score(counts.counts) for unit, counts in counted.items()}


def own_score(counts: Mapping[Indicator, Count]) -> OwnScore:
    """Points of the indicators that something was counted for, of the most that those give."""
    told = [one for one in SCORED_HERE if counts.get(one, Count(0, 0)).denominator]
    points = [score(one, *counts[one]) for one in told]
    maximum = sum((SCORED[one].maximum for one in told), Decimal(0))
    known = [one for one in points if one is not None]
    return OwnScore(sum(known, Decimal(0)) if known else None, maximum)

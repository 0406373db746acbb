"""Statistics of the loopback OpenCPS that agree with the portal's evaluation, but for what is planted.

In: what the portal's index shows now. Out: rows of statistics for every unit and for the site. Both systems count the
same dossiers then, however the portal's figures drift; whoever compares them finds `PLANTED` and nothing else.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from loopback.catalogue import Json
from loopback.catalogue.index_figures import HANOI, Counts, Unit, units_below
from loopback.evaluation_state import EvaluationState, Span
from loopback.opencps_book import Reports, city_code
from loopback.opencps_dossiers import Standing, statistic_row


class Apart(NamedTuple):
    """How the city's count differs, in hundredths of what the portal received.

    ``unsent``: ended on time, and the portal was never told. ``unknown``: received, and the portal knows nothing of it.
    """

    unsent: int = 0
    unknown: int = 0


PLANTED: Final[Mapping[str, Apart]] = {
    "H26.19": Apart(unsent=7),
    "H26.20": Apart(unknown=4),
    "H26.203": Apart(unknown=9),
}
"""By the portal's code of the unit: a department that forgets end states, one and a ward that do not send all."""


def agreeing(evaluation: EvaluationState, planted: Mapping[str, Apart] = PLANTED) -> Reports:
    """The reports for a `DossierBook`: what the portal counts, as the city would count it."""

    def rows(month: int, year: int) -> Iterable[Json]:
        span = span_of(month, year)
        found = [
            (unit, standing(evaluation.counts(unit, span), planted.get(unit.code, Apart())))
            for unit in units_below(HANOI)
        ]
        yield statistic_row(_sum([one for _, one in found]), month, year)
        for unit, one in found:
            yield statistic_row(one, month, year, _named(unit))

    return rows


def span_of(month: int, year: int) -> Span:
    """The days of a month, or of a whole year for the month 0."""
    first, last = month or 1, month or 12
    return Span(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def standing(counts: Counts, apart: Apart) -> Standing:
    """Where the dossiers stand that the portal counts so: what it says of none of them is divided as cities do."""
    unsent, unknown = (counts.received * part // 100 for part in apart)
    running = counts.received - counts.completed
    return Standing(
        received=counts.received + unknown,
        online=counts.online,
        early=counts.on_time * 2 // 3,
        on_time=counts.on_time + min(unsent, running * 4 // 5),
        late=counts.completed - counts.on_time,
        overdue=running // 5,
    )


def _named(unit: Unit) -> tuple[str, str]:
    return city_code(unit.code), unit.name


def _sum(several: Iterable[Standing]) -> Standing:
    return Standing(*(sum(column) for column in zip(*several, strict=True)))

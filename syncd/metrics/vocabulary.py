"""The words of our metrics: what a `Metric` is, and the whole set of values that each label may take.

In: the vocabulary of kinds, errors and deadlines. Out: `Metric`, `VALUES`, the buckets of histograms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from syncd.publication.facts import Mode, Status, Step
from syncd.reconcile.mismatches import MismatchKind
from syncd.records.figures import Group
from syncd.records.periods import PeriodKind
from syncd.records.tasks import COUNTS
from syncd.sides import errors
from syncd.sides.reading import Ground

Type = Literal["gauge", "counter", "histogram"]

OTHER = "other"
SIDES = ("portal", "city")
EVERY_SIDE = (*SIDES, "documents")
OPEN_STATES = ("suspected", "confirmed", "waived")
CHANGES = ("suspected", "confirmed", "resolved", "vanished", "waived")
VERDICTS = ("in_sync", "mismatched", "unknown")
OPERATIONS = ("list", "detail", "confirm", "check", OTHER)
REQUEST_OUTCOMES = ("ok", "failed")
PASS_OUTCOMES = ("complete", "partial", "failed", "interrupted", OTHER)
RELOADS = ("applied", "refused")
INDEX_SOURCES = ("portal", "recomputed")
CERTIFICATES = ("server", "client")
CHANNELS = ("mail", "webhook")
NOTICE_OUTCOMES = ("sent", "failed", "given_up")
WITHIN = (1, 3, 5)
"""Working days within which what is due is counted."""


def _slugs(family: type[errors.SideError]) -> set[str]:
    return {family.slug}.union(
        *(_slugs(child) for child in family.__subclasses__() if child.__module__ == errors.__name__)
    )


ERROR_CLASSES = (*sorted(_slugs(errors.SideError)), "fault", OTHER)

VALUES: dict[str, tuple[str, ...]] = {
    "side": EVERY_SIDE,
    "kind": tuple(MismatchKind),
    "state": OPEN_STATES,
    "change": CHANGES,
    "verdict": VERDICTS,
    "class": ERROR_CLASSES,
    "operation": OPERATIONS,
    "step": tuple(Step),
    "mode": tuple(Mode),
    "status": tuple(Status),
    "within": tuple(str(days) for days in WITHIN),
    "group": tuple(Group),
    "source": INDEX_SOURCES,
    "period": tuple(PeriodKind),
    "count": COUNTS,
    "reason": tuple(Ground),
    "certificate": CERTIFICATES,
    "channel": CHANNELS,
}
"""Label → its values. ``pair`` takes the names of the configured courses; ``outcome`` differs by metric; ``unit`` takes
the codes of units that answer for something, ``none`` for what nobody answers for, at most `MOST_UNITS` of them."""

MOST_UNITS = 400

REQUEST_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""A loopback answer takes milliseconds, a public portal seconds; 60 s is the default time-out of one attempt."""
PASS_SECONDS = (1, 5, 15, 30, 60, 120, 300, 900, 1800, 3600, 7200)
"""An unchanged pass takes seconds, a first pass with every detail an hour or two."""
LAG_SECONDS = (60, 300, 900, 1800, 3600, 14_400, 43_200, 86_400, 259_200, 604_800)
"""From one pass to one week: how long a publication takes to arrive in the city."""
LOOP_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
"""Under 10 ms is healthy; over 100 ms other pairs feel it."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. ``outcomes``: the values of its ``outcome`` label; ``buckets``: upper bounds of a histogram.

    ``appears_when_known``: no series until there is a value, because zero would be a statement.
    """

    name: str
    type: Type
    help: str
    labels: tuple[str, ...] = ()
    unit: str = ""
    buckets: tuple[float, ...] = ()
    outcomes: tuple[str, ...] = ()
    appears_when_known: bool = False

    def values(self, label: str) -> tuple[str, ...]:
        return self.outcomes if label == "outcome" else VALUES.get(label, ())


PER_SIDE = ("pair", "side")

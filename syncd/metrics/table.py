"""Every metric of ours: name, type, labels, meaning. Both the collectors and ``docs/metrics.md`` are built from here.

In: the vocabulary of kinds and errors. Out: `METRICS`, and `VALUES`, the whole set of values that each label may take.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from syncd.publication.facts import Mode, Status, Step
from syncd.reconcile.mismatches import MismatchKind
from syncd.records.figures import Group
from syncd.records.periods import PeriodKind
from syncd.sides import errors

Type = Literal["gauge", "counter", "histogram"]

OTHER = "other"
SIDES = ("portal", "city")
OPEN_STATES = ("suspected", "confirmed", "waived")
CHANGES = ("suspected", "confirmed", "resolved", "vanished", "waived")
VERDICTS = ("in_sync", "mismatched", "unknown")
OPERATIONS = ("list", "detail", "confirm", "check", OTHER)
REQUEST_OUTCOMES = ("ok", "failed")
PASS_OUTCOMES = ("complete", "partial", "failed", "interrupted", OTHER)
RELOADS = ("applied", "refused")
INDEX_SOURCES = ("portal", "recomputed")
WITHIN = (1, 3, 5)
"""Working days within which what is due is counted."""


def _slugs(family: type[errors.SideError]) -> set[str]:
    return {family.slug}.union(
        *(_slugs(child) for child in family.__subclasses__() if child.__module__ == errors.__name__)
    )


ERROR_CLASSES = (*sorted(_slugs(errors.SideError)), "fault", OTHER)

VALUES: dict[str, tuple[str, ...]] = {
    "side": SIDES,
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

METRICS: tuple[Metric, ...] = (
    Metric("syncd_build_info", "gauge", "Always 1; says which version runs.", ("version", "python")),
    Metric(
        "syncd_side_last_attempt_timestamp_seconds",
        "gauge",
        "When a reading of this side last began; 0 for never.",
        PER_SIDE,
        "Unix time",
    ),
    Metric(
        "syncd_side_last_success_timestamp_seconds",
        "gauge",
        "When this side last answered to the end of a reading, whole or not; 0 for never.",
        PER_SIDE,
        "Unix time",
    ),
    Metric(
        "syncd_side_last_whole_timestamp_seconds",
        "gauge",
        "When a reading of this side was last proven whole; 0 for never. The freshness of every verdict.",
        PER_SIDE,
        "Unix time",
    ),
    Metric("syncd_records", "gauge", "Records in the last whole reading of this side.", PER_SIDE, "records"),
    Metric(
        "syncd_procedures", "gauge", "Procedures of the pair by present verdict.", ("pair", "verdict"), "procedures"
    ),
    Metric(
        "syncd_mismatches_open",
        "gauge",
        "Mismatches open now, by kind and state.",
        ("pair", "kind", "state"),
        "mismatches",
    ),
    Metric(
        "syncd_mismatch_changes_total",
        "counter",
        "Changes of a mismatch's state that were recorded.",
        ("pair", "kind", "change"),
        "changes",
    ),
    Metric(
        "syncd_mismatch_oldest_age_seconds",
        "gauge",
        "Age of the oldest open mismatch in this state, at the time of the scrape; 0 where there is none.",
        ("pair", "state"),
        "seconds",
    ),
    Metric(
        "syncd_read_errors_total",
        "counter",
        "Failed reads of a side, by class of error.",
        ("pair", "side", "class"),
        "errors",
    ),
    Metric(
        "syncd_request_duration_seconds",
        "histogram",
        "Time of one request to a side, all its attempts and waits together.",
        ("pair", "side", "operation", "outcome"),
        "seconds",
        REQUEST_SECONDS,
        REQUEST_OUTCOMES,
    ),
    Metric(
        "syncd_pass_duration_seconds",
        "histogram",
        "Time of one pass from its first read to its last record.",
        ("pair", "outcome"),
        "seconds",
        PASS_SECONDS,
        PASS_OUTCOMES,
    ),
    Metric(
        "syncd_propagation_lag_seconds",
        "histogram",
        "Time from the first sight of a change on the portal until the city showed it.",
        ("pair",),
        "seconds",
        LAG_SECONDS,
    ),
    Metric(
        "syncd_grace_seconds",
        "gauge",
        "Grace that a suspected mismatch has before it is confirmed.",
        ("pair",),
        "seconds",
    ),
    Metric(
        "syncd_pair_failures",
        "gauge",
        "Passes of the pair that have failed in a row; 0 while it succeeds.",
        ("pair",),
        "passes",
    ),
    Metric("syncd_pair_stalled", "gauge", "1 while a pass of the pair makes no progress, else 0.", ("pair",)),
    Metric(
        "syncd_event_loop_lag_seconds",
        "histogram",
        "How late the event loop woke a sleeper.",
        (),
        "seconds",
        LOOP_SECONDS,
    ),
    Metric(
        "syncd_configuration_reloads_total",
        "counter",
        "Reloads asked for by SIGHUP, by outcome.",
        ("outcome",),
        "reloads",
        outcomes=RELOADS,
    ),
    Metric(
        "syncd_configuration_last_reload_successful",
        "gauge",
        "1 while the configuration in force is the one last given, 0 after a refused reload.",
    ),
    Metric(
        "syncd_configuration_last_reload_timestamp_seconds",
        "gauge",
        "When the configuration in force was read.",
        (),
        "Unix time",
    ),
    Metric(
        "syncd_publications",
        "gauge",
        "Publications by unit, step (sign, publish), reading (legal, portal) and status against the deadline.",
        ("unit", "step", "mode", "status"),
        "publications",
        appears_when_known=True,
    ),
    Metric(
        "syncd_publications_due",
        "gauge",
        "Publications whose deadline is not met yet and ends within so many working days, today included.",
        ("unit", "step", "mode", "within"),
        "publications",
        appears_when_known=True,
    ),
    Metric(
        "syncd_publications_judged_timestamp_seconds",
        "gauge",
        "When the publications were last judged.",
        (),
        "Unix time",
        appears_when_known=True,
    ),
    Metric(
        "syncd_index_score",
        "gauge",
        "Points of a group of the Service Index in the newest period of this kind: as shown, and as recomputed.",
        ("period", "group", "source"),
        "points",
        appears_when_known=True,
    ),
    Metric(
        "syncd_index_maximum", "gauge", "The most points of a group.", ("group",), "points", appears_when_known=True
    ),
    Metric(
        "syncd_index_rank",
        "gauge",
        "Place among the provinces by total points, 1 for the best.",
        ("period",),
        appears_when_known=True,
    ),
    Metric(
        "syncd_index_last_reading_timestamp_seconds",
        "gauge",
        "When the index was last read from its source.",
        (),
        "Unix time",
        appears_when_known=True,
    ),
)

COURSE_METRICS = ("syncd_pair_failures", "syncd_pair_stalled", "syncd_pass_duration_seconds")
"""What every course of the daemon has, also one that compares nothing (``publication``, ``index``)."""

CARRIED = {
    "process_*": "the process: memory, CPU, open files, start time (Linux)",
    "python_gc_*": "Python's garbage collector",
    "python_info": "the Python that runs",
}
"""Metrics that prometheus-client brings, with what they are."""

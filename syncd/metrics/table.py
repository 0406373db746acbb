"""Every metric of ours: name, type, labels, meaning. Both the collectors and ``docs/metrics.md`` are built from here.

In: the words of `syncd.metrics.vocabulary`. Out: `METRICS`; those of upkeep stand in `syncd.metrics.upkeep`.
"""

from __future__ import annotations

from syncd.metrics.sharing import SHARING
from syncd.metrics.upkeep import UPKEEP
from syncd.metrics.vocabulary import (
    LAG_SECONDS,
    LOOP_SECONDS,
    PASS_OUTCOMES,
    PASS_SECONDS,
    PER_SIDE,
    RELOADS,
    REQUEST_OUTCOMES,
    REQUEST_SECONDS,
    Metric,
)

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
        "syncd_pair_without_progress_seconds",
        "gauge",
        "How long the pass under way has not got on, some seconds ago; 0 while none is under way.",
        ("pair",),
        "seconds",
    ),
    Metric(
        "syncd_event_loop_lag_seconds",
        "histogram",
        "How late the event loop woke a sleeper.",
        (),
        "seconds",
        LOOP_SECONDS,
    ),
    Metric(
        "syncd_event_loop_tasks",
        "gauge",
        "Tasks of the event loop that are alive; a number that only ever grows is a leak.",
        (),
        "tasks",
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
    Metric(
        "syncd_tasks",
        "gauge",
        "Tasks given by directives and documents, all units together, in the running period of this kind.",
        ("pair", "period", "count"),
        "tasks",
        appears_when_known=True,
    ),
    Metric(
        "syncd_tasks_last_reading_timestamp_seconds",
        "gauge",
        "When the tasks of this source were last read whole.",
        ("pair",),
        "Unix time",
        appears_when_known=True,
    ),
    *UPKEEP,
    *SHARING,
)

COURSE_METRICS = (
    "syncd_interval_seconds",
    "syncd_pair_failures",
    "syncd_pair_stalled",
    "syncd_pair_without_progress_seconds",
    "syncd_pass_duration_seconds",
)
"""What every course of the daemon has, also one that compares nothing (``publication``, ``index``)."""

CARRIED = {
    "process_*": "the process: memory, CPU, open files, start time (Linux)",
    "python_gc_*": "Python's garbage collector",
    "python_info": "the Python that runs",
}
"""Metrics that prometheus-client brings, with what they are."""

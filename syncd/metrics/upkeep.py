"""The metrics of upkeep: how fresh the verdicts are, what a guard withheld, certificates, clocks, ledger, desk.

In: the words of `syncd.metrics.vocabulary`. Out: `UPKEEP`, a part of `syncd.metrics.table.METRICS`.
"""

from __future__ import annotations

from syncd.metrics.vocabulary import NOTICE_OUTCOMES, PER_SIDE, Metric

UPKEEP: tuple[Metric, ...] = (
    Metric(
        "syncd_interval_seconds",
        "gauge",
        "Configured time between two passes.",
        ("pair",),
        "seconds",
    ),
    Metric(
        "syncd_verified_timestamp_seconds",
        "gauge",
        "When the last pass began that read both sides whole and left no record unread; 0 for never."
        " No record of the pair was verified longer ago.",
        ("pair",),
        "Unix time",
    ),
    Metric(
        "syncd_readings_withheld_total",
        "counter",
        "Readings of which nothing was believed, by the first reason.",
        (*PER_SIDE, "reason"),
        "readings",
    ),
    Metric(
        "syncd_mismatches_flapping",
        "gauge",
        "Subjects of which three mismatches or more began within the last 24 hours.",
        ("pair",),
        "subjects",
    ),
    Metric(
        "syncd_certificate_expiry_timestamp_seconds",
        "gauge",
        "When the certificate ends that the side showed in the last handshake (server), or that we show it (client).",
        (*PER_SIDE, "certificate"),
        "Unix time",
        appears_when_known=True,
    ),
    Metric(
        "syncd_clock_skew_seconds",
        "gauge",
        "How far the daemon's clock is ahead of the side's, by the Date of its last answer; true to about a second.",
        PER_SIDE,
        "seconds",
        appears_when_known=True,
    ),
    Metric(
        "syncd_database_bytes",
        "gauge",
        "What the ledger takes.",
        (),
        "bytes",
        appears_when_known=True,
    ),
    Metric(
        "syncd_database_free_bytes",
        "gauge",
        "By how much the ledger may still grow: what is free on its disk (SQLite), what `[database] most_gigabytes`"
        " leaves, whichever is less. Absent where neither is known.",
        (),
        "bytes",
        appears_when_known=True,
    ),
    Metric(
        "syncd_publications_next_deadline_working_days",
        "gauge",
        "Working days until the nearest deadline that is not met yet and has not passed; 0 is today.",
        ("step", "mode"),
        "working days",
        appears_when_known=True,
    ),
    Metric(
        "syncd_desk_failures_total",
        "counter",
        "Pages and answers of the desk that could not be made.",
        (),
        "answers",
    ),
    Metric(
        "syncd_notices_waiting",
        "gauge",
        "Digests that wait although they have been tried: their mail server or webhook does not take them.",
        ("channel",),
        "digests",
    ),
    Metric(
        "syncd_notices_total",
        "counter",
        "Tries to hand over a digest, by how they ended; given_up is a digest that will never be sent.",
        ("channel", "outcome"),
        "tries",
        outcomes=NOTICE_OUTCOMES,
    ),
)

"""The metrics of several daemons that share the courses; all of them 0 where a daemon is alone.

In: nothing. Out: their part of `syncd.metrics.table.METRICS`.
"""

from __future__ import annotations

from syncd.metrics.vocabulary import Metric

SHARING: tuple[Metric, ...] = (
    Metric(
        "syncd_cluster_members",
        "gauge",
        "Daemons that share the courses and were heard within the lease, this one included; 0 for one alone.",
        (),
        "daemons",
    ),
    Metric(
        "syncd_cluster_leases_held",
        "gauge",
        "Courses whose pass runs at this daemon now.",
        (),
        "leases",
    ),
    Metric(
        "syncd_cluster_takeovers_total",
        "counter",
        "Passes of silent daemons that this one has given to others.",
        (),
        "passes",
    ),
    Metric(
        "syncd_cluster_fenced_writes_total",
        "counter",
        "Writes of this daemon that the ledger refused because the lease had moved on.",
        (),
        "writes",
    ),
)

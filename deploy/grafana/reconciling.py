"""The panels about reconciliation: how things stand, freshness and readings, mismatches.

In: metrics of ``docs/metrics.md`` and the recording rules. Out: rows. A new panel is one entry here.
"""

from __future__ import annotations

from deploy.grafana.panel import Panel, Query
from deploy.grafana.words import JOB, OVERDUE, PAIR, Row, counts, of, one

GLANCE = Row(
    "At a glance",
    (
        Panel(
            "Alerts firing",
            "Alerts of syncd that fire now; each has a runbook.",
            "none",
            one('count(ALERTS{alertname=~"Syncd.*", alertstate="firing"}) or vector(0)', "alerts"),
            "stat",
            4,
            4,
            (1, 5),
        ),
        Panel(
            "Unverified for",
            "Age of the oldest verification of any record of the pair. The objective is 30 minutes.",
            "s",
            one(f"pair:syncd_verified:age_seconds{{{PAIR}}}", "{{pair}}"),
            "stat",
            4,
            4,
            (1500, 1800),
        ),
        Panel(
            "Objective kept, 7 days",
            "Share of the time in which every record had been verified within 30 minutes. The objective is 99 %.",
            "percentunit",
            one(f"1 - avg_over_time(pair:syncd_verified:is_late{{{PAIR}}}[7d])", "{{pair}}"),
            "stat",
            4,
            4,
        ),
        Panel(
            "Confirmed mismatches",
            "Open mismatches that a second look has confirmed.",
            "none",
            one(f"pair:syncd_mismatches_confirmed:sum{{{PAIR}}}", "{{pair}}"),
            "stat",
            4,
            4,
            (1, 50),
        ),
        Panel(
            "Publications overdue",
            "Publications that were not signed or not published in time, and still are not, by the law's reading.",
            "none",
            one(
                f"sum({of('syncd_publications', 'unit', 'step', where=OVERDUE)}) or vector(0)",
                "all",
            ),
            "stat",
            4,
            4,
            (1, 10),
        ),
        Panel(
            "Service Index",
            "Total points that the portal shows for the newest period of each length.",
            "none",
            one(of("syncd_index_score", "period", where=JOB + ', group="total", source="portal"'), "{{period}}"),
            "stat",
            4,
            4,
        ),
    ),
)

FRESHNESS = Row(
    "Freshness and readings",
    (
        Panel(
            "Age of the oldest verification",
            "How long ago the last pass began that read both sides whole and left no record unread.",
            "s",
            one(f"pair:syncd_verified:age_seconds{{{PAIR}}}", "{{pair}}"),
            limits=(1500, 1800),
        ),
        Panel(
            "Age of the newest whole reading",
            "By side. A reading that did not prove whole changes nothing.",
            "s",
            one(f"side:syncd_whole_reading:age_seconds{{{PAIR}}}", "{{pair}} {{side}}"),
        ),
        Panel(
            "Allowance used",
            "Share of the last hour, and of the last day, in which the objective was not kept.",
            "percentunit",
            (
                Query(f"pair:syncd_verified_late:ratio1h{{{PAIR}}}", "{{pair}} 1 h"),
                Query(f"pair:syncd_verified_late:ratio1d{{{PAIR}}}", "{{pair}} 1 d"),
            ),
        ),
        Panel(
            "Records",
            "Records of the last whole reading. A sudden fall is withheld by a guard.",
            "none",
            one(of("syncd_records", "pair", "side"), "{{pair}} {{side}}"),
        ),
        Panel(
            "Readings withheld",
            "Readings of which nothing was believed, by reason.",
            "none",
            one(counts("syncd_readings_withheld_total", "pair", "side", "reason"), "{{pair}} {{side}} {{reason}}"),
            is_stacked=True,
        ),
        Panel(
            "Failed reads",
            "Reads of a side that failed after all attempts, by class of error.",
            "none",
            one(counts("syncd_read_errors_total", "pair", "side", "class"), "{{pair}} {{side}} {{class}}"),
            is_stacked=True,
        ),
    ),
)

MISMATCHES = Row(
    "Mismatches",
    (
        Panel(
            "Verdicts",
            "Procedures by present verdict; unknown are those that could not be read.",
            "none",
            one(of("syncd_procedures", "pair", "verdict"), "{{pair}} {{verdict}}"),
        ),
        Panel(
            "Open by kind",
            "Confirmed mismatches by kind.",
            "none",
            one(of("syncd_mismatches_open", "pair", "kind", where=PAIR + ', state="confirmed"'), "{{pair}} {{kind}}"),
            is_stacked=True,
        ),
        Panel(
            "Changes",
            "Mismatches that were suspected, confirmed, resolved, waived or vanished.",
            "none",
            one(counts("syncd_mismatch_changes_total", "pair", "change"), "{{pair}} {{change}}"),
            is_stacked=True,
        ),
        Panel(
            "Oldest open",
            "Age of the oldest open mismatch, by state.",
            "s",
            one(of("syncd_mismatch_oldest_age_seconds", "pair", "state"), "{{pair}} {{state}}"),
        ),
        Panel(
            "Flapping",
            "Subjects of which three mismatches or more began within 24 hours.",
            "none",
            one(of("syncd_mismatches_flapping", "pair"), "{{pair}}"),
        ),
        Panel(
            "From portal to city",
            "How long changes of the portal took to show in the city.",
            "none",
            one(counts("syncd_propagation_lag_seconds_bucket", "le"), "{{le}}"),
            "heatmap",
        ),
    ),
)

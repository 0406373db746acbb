"""The panels about what runs: sides and passes, publications and index, the daemon itself.

In: metrics of ``docs/metrics.md`` and the recording rules. Out: rows. A new panel is one entry here.
"""

from __future__ import annotations

from deploy.grafana.panel import Panel, Query
from deploy.grafana.words import JOB, LEGAL, PAIR, RATE, Row, counts, of, one, quantile, rates

SIDES = Row(
    "Sides and passes",
    (
        Panel(
            "Requests",
            "Requests to each side, attempts that were repeated counted once.",
            "reqps",
            one(
                rates("syncd_request_duration_seconds_count", "pair", "side", "outcome"),
                "{{pair}} {{side}} {{outcome}}",
            ),
        ),
        Panel(
            "Requests failed",
            "Share of requests that failed after all attempts.",
            "percentunit",
            one(f"side:syncd_request_failures:ratio_rate5m{{{PAIR}}}", "{{pair}} {{side}}"),
        ),
        Panel(
            "Time of a request",
            "Nine in ten requests take no longer, waits and repeated attempts included.",
            "s",
            one(quantile(0.9, "syncd_request_duration_seconds", "pair", "side"), "{{pair}} {{side}}"),
        ),
        Panel(
            "Time of a pass",
            "Nine in ten passes take no longer.",
            "s",
            one(quantile(0.9, "syncd_pass_duration_seconds", "pair"), "{{pair}}"),
        ),
        Panel(
            "Certificates",
            "Time until the certificates end: the side's own, and the one that we show.",
            "s",
            one(
                f"{of('syncd_certificate_expiry_timestamp_seconds', 'pair', 'side', 'certificate', op='min')} - time()",
                "{{pair}} {{side}} {{certificate}}",
            ),
        ),
        Panel(
            "Clocks apart",
            "How far the daemon's clock is ahead of each side's.",
            "s",
            one(of("syncd_clock_skew_seconds", "pair", "side"), "{{pair}} {{side}}"),
        ),
    ),
)

OFFICE = Row(
    "Publications and index",
    (
        Panel(
            "Publications by status",
            "By the law's reading: done in time, done late, due, overdue, unmeetable, unknown.",
            "none",
            one(
                f"sum by (step, status) ({of('syncd_publications', 'unit', 'step', 'status', where=LEGAL)})",
                "{{step}} {{status}}",
            ),
            is_stacked=True,
        ),
        Panel(
            "Working days to the next deadline",
            "Until the nearest deadline that is not met yet; 0 is today.",
            "none",
            one(
                of("syncd_publications_next_deadline_working_days", "step", "mode", where=JOB, op="min"),
                "{{step}} {{mode}}",
            ),
        ),
        Panel(
            "Points by group",
            "Points that the portal shows for the running year.",
            "none",
            one(
                of("syncd_index_score", "group", where=JOB + ', period="year", source="portal", group!="total"'),
                "{{group}}",
            ),
            is_stacked=True,
        ),
        Panel(
            "Total, shown and recomputed",
            "The total of the running year: as the portal shows it, and as it follows from the indicators.",
            "none",
            one(of("syncd_index_score", "source", where=JOB + ', period="year", group="total"'), "{{source}}"),
        ),
        Panel(
            "Rank",
            "Place among the provinces, 1 for the best.",
            "none",
            one(of("syncd_index_rank", "period", where=JOB, op="min"), "{{period}}"),
        ),
        Panel(
            "Digests",
            "Tries to hand over a digest, and digests that wait after a try.",
            "none",
            (
                Query(counts("syncd_notices_total", "channel", "outcome", where=JOB), "{{channel}} {{outcome}}"),
                Query(of("syncd_notices_waiting", "channel", where=JOB), "{{channel}} waiting"),
            ),
        ),
    ),
)

DAEMON = Row(
    "Daemon",
    (
        Panel(
            "Passes failing in a row",
            "By course; 0 while it succeeds.",
            "none",
            one(of("syncd_pair_failures", "pair"), "{{pair}}"),
            limits=(1, 5),
        ),
        Panel(
            "Pass without progress",
            "How long the pass under way has not got on; the watchdog waits for `stall_after`.",
            "s",
            one(of("syncd_pair_without_progress_seconds", "instance", "pair"), "{{instance}} {{pair}}"),
        ),
        Panel(
            "Event loop late",
            "99 in 100 wake-ups come no later.",
            "s",
            one(quantile(0.99, "syncd_event_loop_lag_seconds", "instance", where=JOB), "{{instance}}"),
            limits=(0.1, 0.25),
        ),
        Panel(
            "Tasks",
            "Tasks of the event loop that are alive. Flat in the long run; a number that only ever grows is a leak.",
            "none",
            one(f"syncd_event_loop_tasks{{{JOB}}}", "{{instance}}"),
        ),
        Panel(
            "Memory",
            "Resident memory of the daemon.",
            "bytes",
            one(f"process_resident_memory_bytes{{{JOB}}}", "{{instance}}"),
        ),
        Panel(
            "Processor",
            "Share of one processor.",
            "percentunit",
            one(f"rate(process_cpu_seconds_total{{{JOB}}}[{RATE}])", "{{instance}}"),
        ),
        Panel(
            "Open files",
            "File descriptors in use. They must not grow.",
            "none",
            one(f"process_open_fds{{{JOB}}}", "{{instance}}"),
        ),
        Panel(
            "Ledger",
            "What the ledger takes, and by how much it may still grow.",
            "bytes",
            (
                Query(of("syncd_database_bytes", "instance", where=JOB), "{{instance}} taken"),
                Query(of("syncd_database_free_bytes", "instance", where=JOB), "{{instance}} left"),
            ),
        ),
        Panel(
            "Desk failures",
            "Pages and answers of the desk that could not be made.",
            "none",
            one(counts("syncd_desk_failures_total", "instance", where=JOB), "{{instance}}"),
        ),
        Panel(
            "Configuration",
            "1 while the configuration in force is the one last given; 0 after a refused reload.",
            "bool",
            one(of("syncd_configuration_last_reload_successful", "instance", where=JOB, op="min"), "{{instance}}"),
        ),
    ),
)

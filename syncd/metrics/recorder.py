"""What rooms call when something happened: one method for each fact, with bounded labels only.

In: facts from passes, the supervisor and the daemon. Out: series in a registry of our own, all present from the start.
Every method is quick, never raises for an unknown label value (it counts as ``other``), and may be called from any
thread.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from itertools import product

from syncd.metrics.collectors import Collectors
from syncd.metrics.table import COURSE_METRICS, METRICS
from syncd.metrics.vocabulary import CHANNELS, MOST_UNITS, OPEN_STATES, OTHER, SIDES, VERDICTS
from syncd.reconcile.mismatches import MismatchKind

PublicationCounts = Mapping[tuple[str, str, str, str], int]
"""(unit, step, mode, status or working days) → how many."""


class Metrics(Collectors):
    """The daemon's metrics. ``clock`` gives Unix time; ages are taken when they are scraped."""

    def __init__(self, *, clock: Callable[[], float] = time.time, version: str = "") -> None:
        super().__init__(METRICS)
        self._clock = clock
        self._oldest: dict[tuple[str, str], float] = {}
        self._gauge("syncd_build_info", version, platform.python_version()).set(1)
        for metric in METRICS:
            if "pair" not in metric.labels and "version" not in metric.labels and not metric.appears_when_known:
                self._create(metric, {})

    def initialise(self, pairs: Iterable[str], sides: tuple[str, ...] = SIDES) -> None:
        """Make every series of these pairs and sides appear, at zero, so that the first failure is seen as a rise."""
        for pair in pairs:
            for metric in METRICS:
                if "pair" in metric.labels and not metric.appears_when_known:
                    self._create(metric, {"pair": (pair,), "side": sides})
            for state in OPEN_STATES:
                age = self._gauge("syncd_mismatch_oldest_age_seconds", pair, state)
                age.set_function(partial(self._age, pair, state))

    def initialise_courses(self, names: Iterable[str]) -> None:
        """The same for courses that compare nothing: only whether they run shows."""
        for name in names:
            for metric in COURSE_METRICS:
                self._create(self._table[metric], {"pair": (name,)})

    def forget(self, pair: str) -> None:
        """Remove every series of a pair that is no longer configured."""
        for metric in METRICS:
            if "pair" in metric.labels:
                self._collectors[metric.name].remove_by_labels({"pair": pair})
        for state in OPEN_STATES:
            self._oldest.pop((pair, state), None)

    def read_attempted(self, pair: str, side: str, at: datetime) -> None:
        """A reading of a side begins."""
        self._gauge("syncd_side_last_attempt_timestamp_seconds", pair, side).set(at.timestamp())

    def read_succeeded(self, pair: str, side: str, at: datetime) -> None:
        """A side answered to the end of a reading, whole or not."""
        self._gauge("syncd_side_last_success_timestamp_seconds", pair, side).set(at.timestamp())

    def read_whole(self, pair: str, side: str, at: datetime, records: int) -> None:
        """A reading was proven whole. Call it too with what the ledger remembers when the daemon starts."""
        self._gauge("syncd_side_last_whole_timestamp_seconds", pair, side).set(at.timestamp())
        self._gauge("syncd_records", pair, side).set(records)

    def read_failed(self, pair: str, side: str, slug: str, count: int = 1) -> None:
        """A read of a side failed with an error of this class (`SyncdError.slug`)."""
        self._counter("syncd_read_errors_total", pair, side, slug).inc(count)

    def read_withheld(self, pair: str, side: str, reason: str) -> None:
        """A reading was not whole, for this reason above all (`syncd.sides.reading.Ground`)."""
        self._counter("syncd_readings_withheld_total", pair, side, reason).inc()

    def verified(self, pair: str, at: datetime) -> None:
        """A pass that began at ``at`` read every record of both sides. Call it too with what the ledger remembers."""
        self._gauge("syncd_verified_timestamp_seconds", pair).set(at.timestamp())

    def interval(self, pair: str, seconds: float) -> None:
        """The configured time between two passes."""
        self._gauge("syncd_interval_seconds", pair).set(seconds)

    def verdicts(self, pair: str, *, in_sync: int, mismatched: int, unknown: int) -> None:
        """The present verdicts of a pair's procedures."""
        for verdict, count in zip(VERDICTS, (in_sync, mismatched, unknown), strict=True):
            self._gauge("syncd_procedures", pair, verdict).set(count)

    def mismatches_open(self, pair: str, counts: Mapping[tuple[str, str], int]) -> None:
        """All open mismatches of a pair by (kind, state); what is not named is zero."""
        for kind, state in product(MismatchKind, OPEN_STATES):
            self._gauge("syncd_mismatches_open", pair, kind, state).set(counts.get((kind, state), 0))

    def flapping(self, pair: str, subjects: int) -> None:
        """Subjects whose mismatches begin and end again and again."""
        self._gauge("syncd_mismatches_flapping", pair).set(subjects)

    def oldest_open(self, pair: str, state: str, since: datetime | None) -> None:
        """Since when the oldest open mismatch in this state has been open; None: there is none."""
        if since is None:
            self._oldest.pop((pair, state), None)
        else:
            self._oldest[pair, state] = since.timestamp()

    def mismatch_changed(self, pair: str, kind: str, change: str, count: int = 1) -> None:
        """Changes of state were recorded."""
        self._counter("syncd_mismatch_changes_total", pair, kind, change).inc(count)

    def request(self, pair: str, side: str, operation: str, seconds: float, *, ok: bool) -> None:
        """One request to a side ended, after all its attempts."""
        outcome = "ok" if ok else "failed"
        self._histogram("syncd_request_duration_seconds", pair, side, operation, outcome).observe(seconds)

    def clock_skew(self, pair: str, side: str, seconds: float) -> None:
        """The daemon's clock is this far ahead of the side's."""
        self._gauge("syncd_clock_skew_seconds", pair, side).set(seconds)

    def certificate(self, pair: str, side: str, certificate: str, until: float) -> None:
        """A certificate (server, client) that a connection to this side rests on ends then, in Unix time."""
        self._gauge("syncd_certificate_expiry_timestamp_seconds", pair, side, certificate).set(until)

    def pass_ended(self, pair: str, outcome: str, seconds: float) -> None:
        """One pass ended."""
        self._histogram("syncd_pass_duration_seconds", pair, outcome).observe(seconds)

    def propagated(self, pair: str, seconds: float) -> None:
        """The city now shows what changed on the portal this long ago."""
        self._histogram("syncd_propagation_lag_seconds", pair).observe(seconds)

    def grace(self, pair: str, seconds: float) -> None:
        """The grace in force."""
        self._gauge("syncd_grace_seconds", pair).set(seconds)

    def failures(self, pair: str, in_a_row: int) -> None:
        """How many passes have failed in a row."""
        self._gauge("syncd_pair_failures", pair).set(in_a_row)

    def stalled(self, pair: str, *, is_stalled: bool) -> None:
        """Whether a pass of the pair hangs."""
        self._gauge("syncd_pair_stalled", pair).set(is_stalled)

    def without_progress(self, pair: str, seconds: float) -> None:
        """How long the pass under way has not got on; 0 while none is."""
        self._gauge("syncd_pair_without_progress_seconds", pair).set(seconds)

    def publications(self, counts: PublicationCounts, due: PublicationCounts, at: datetime) -> None:
        """Publications as judged now: by (unit, step, mode, status), and by (unit, step, mode, working days)."""
        for name, numbers in (("syncd_publications", counts), ("syncd_publications_due", due)):
            self._collectors[name].clear()
            for labels, number in self._of_few_units(numbers).items():
                self._gauge(name, *labels).set(number)
        self._gauge("syncd_publications_judged_timestamp_seconds").set(at.timestamp())

    def next_deadlines(self, days: Mapping[tuple[str, str], int]) -> None:
        """Working days until the nearest deadline by (step, mode); what is not named has none ahead."""
        name = "syncd_publications_next_deadline_working_days"
        self._collectors[name].clear()
        for labels, number in days.items():
            self._gauge(name, *labels).set(number)

    def index_score(self, period: str, group: str, source: str, points: float | None) -> None:
        """Points of one group; None where they are not known: then there is no series."""
        if points is None:
            self._collectors["syncd_index_score"].remove_by_labels({"period": period, "group": group, "source": source})
        else:
            self._gauge("syncd_index_score", period, group, source).set(points)

    def index_maximum(self, group: str, points: float) -> None:
        """The most points of a group."""
        self._gauge("syncd_index_maximum", group).set(points)

    def index_rank(self, period: str, rank: int | None) -> None:
        """The city's place; None where it is not known."""
        if rank is None:
            self._collectors["syncd_index_rank"].remove_by_labels({"period": period})
        else:
            self._gauge("syncd_index_rank", period).set(rank)

    def index_read(self, at: datetime) -> None:
        """The source of the index gave figures."""
        self._gauge("syncd_index_last_reading_timestamp_seconds").set(at.timestamp())

    def tasks_read(self, course: str, at: datetime) -> None:
        """A source of tasks gave whole tallies. Call it too with what the ledger remembers."""
        self._gauge("syncd_tasks_last_reading_timestamp_seconds", course).set(at.timestamp())

    def tasks_counted(self, course: str, period: str, count: str, number: int | None) -> None:
        """Tasks of all units in the running period of a kind; None where some unit's are not known: no series."""
        if number is None:
            labels = {"pair": course, "period": period, "count": count}
            self._collectors["syncd_tasks"].remove_by_labels(labels)
        else:
            self._gauge("syncd_tasks", course, period, count).set(number)

    @staticmethod
    def _of_few_units(numbers: PublicationCounts) -> dict[tuple[str, ...], int]:
        """The numbers with all units beyond the first `MOST_UNITS` taken together."""
        kept = set(sorted({labels[0] for labels in numbers})[:MOST_UNITS])
        found: dict[tuple[str, ...], int] = {}
        for (unit, *rest), number in numbers.items():
            labels = (unit if unit in kept else OTHER, *rest)
            found[labels] = found.get(labels, 0) + number
        return found

    def database(self, size: int, free: int | None) -> None:
        """Bytes that the ledger takes, and by how many it may grow; None where that is not known."""
        self._gauge("syncd_database_bytes").set(size)
        if free is not None:
            self._gauge("syncd_database_free_bytes").set(free)

    def desk_failed(self) -> None:
        """A page or an answer of the desk could not be made."""
        self._counter("syncd_desk_failures_total").inc()

    def notice(self, channel: str, outcome: str) -> None:
        """A try to hand over a digest ended: sent, failed or given_up."""
        self._counter("syncd_notices_total", channel, outcome).inc()

    def cluster(self, members: int, held: int) -> None:
        """How many daemons share the courses, and how many passes run here."""
        self._gauge("syncd_cluster_members").set(members)
        self._gauge("syncd_cluster_leases_held").set(held)

    def taken_over(self) -> None:
        """A silent daemon's pass was given to others."""
        self._counter("syncd_cluster_takeovers_total").inc()

    def write_fenced(self) -> None:
        """The ledger refused a write because the lease had moved on."""
        self._counter("syncd_cluster_fenced_writes_total").inc()

    def notices_waiting(self, counts: Mapping[str, int]) -> None:
        """Digests that wait although they have been tried, by channel; what is not named has none."""
        for channel in CHANNELS:
            self._gauge("syncd_notices_waiting", channel).set(counts.get(channel, 0))

    def loop_lag(self, seconds: float) -> None:
        """The event loop woke a sleeper this much too late."""
        self._histogram("syncd_event_loop_lag_seconds").observe(seconds)

    def tasks(self, count: int) -> None:
        """So many tasks of the event loop are alive."""
        self._gauge("syncd_event_loop_tasks").set(count)

    def configuration_read(self, at: datetime) -> None:
        """A configuration is in force: the first, or a reloaded one."""
        self._gauge("syncd_configuration_last_reload_successful").set(1)
        self._gauge("syncd_configuration_last_reload_timestamp_seconds").set(at.timestamp())

    def reloaded(self, at: datetime, *, applied: bool) -> None:
        """A reload was applied or refused."""
        self._counter("syncd_configuration_reloads_total", "applied" if applied else "refused").inc()
        if applied:
            self.configuration_read(at)
        else:
            self._gauge("syncd_configuration_last_reload_successful").set(0)

    def _age(self, pair: str, state: str) -> float:
        since = self._oldest.get((pair, state))
        return 0.0 if since is None else max(0.0, self._clock() - since)

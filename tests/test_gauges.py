"""What passes, clients, digests and publications say of themselves reaches the metric that it belongs to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from syncd.gauges import Gauges
from syncd.metrics import Metrics
from syncd.passes.outcome import PassOutcome
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.publications import nearest
from syncd.passes.staged import SideReading
from syncd.publication.calendar import WorkingCalendar
from syncd.publication.facts import Deadline, Mode, Status, Step
from syncd.sides.http.words import Attempt
from syncd.sides.reading import Evidence, Proof, prove
from tests.test_metrics import series

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def gauges() -> Gauges:
    metrics = Metrics(clock=AT.timestamp)
    metrics.initialise(["a"])
    return Gauges(metrics)


def reading(proof: Proof) -> Any:
    side: Any = SimpleNamespace(name="city")
    return SideReading(side=side, started_at=AT, ended_at=AT, proof=proof)


def listed(records: int, **more: Any) -> Proof:
    return prove(Evidence(pages=1, listed=records, closed=True), **more)


def test_a_reading_that_shrank_counts_once_by_its_gravest_reason() -> None:
    """Nothing else of it shows: the last whole reading stays the one before."""
    watch = gauges()
    watch.side_read("a", reading(listed(0, last_whole=900)))
    found = series(watch.metrics)
    families = text_string_to_metric_families(_text(watch.metrics))
    (sample,) = (
        one
        for family in families
        for one in family.samples
        if one.name == "syncd_readings_withheld_total" and one.value
    )
    assert sample.labels == {"pair": "a", "side": "city", "reason": "shrinkage"}
    assert found["syncd_side_last_whole_timestamp_seconds{pair=a,side=city}"] == 0


def _text(metrics: Metrics) -> str:
    return generate_latest(metrics.registry).decode()


def outcome(proof: Proof, unread: int = 0) -> PassOutcome:
    begun, ended = AT - timedelta(minutes=5), AT
    return PassOutcome("a", 1, PassVerdict.IN_SYNC, begun, ended, {"city": proof}, {}, unread=unread)


def test_a_pair_is_verified_from_the_beginning_of_a_pass_that_left_nothing_unread() -> None:
    watch, key = gauges(), "syncd_verified_timestamp_seconds{pair=a}"
    watch.pass_ended(outcome(listed(9), unread=1), 300)
    watch.pass_ended(outcome(listed(0)), 300)
    assert series(watch.metrics)[key] == 0
    watch.pass_ended(outcome(listed(9)), 300)
    assert series(watch.metrics)[key] == AT.timestamp() - 300


def test_certificates_and_clocks_have_no_series_until_they_are_known() -> None:
    watch = gauges()
    watch.attempted("a", Attempt("portal", "list", "ok", 0.1, 1))
    assert "syncd_clock_skew_seconds" not in "".join(series(watch.metrics))
    watch.attempted("a", Attempt("portal", "list", "ok", 0.1, 1, ahead=-3.5, server_until=7e9, client_until=8e9))
    found = [
        (one.name, one.labels, one.value)
        for family in text_string_to_metric_families(_text(watch.metrics))
        for one in family.samples
        if one.name in ("syncd_clock_skew_seconds", "syncd_certificate_expiry_timestamp_seconds")
    ]
    place = {"pair": "a", "side": "portal"}
    assert found == [
        ("syncd_certificate_expiry_timestamp_seconds", {**place, "certificate": "server"}, 7e9),
        ("syncd_certificate_expiry_timestamp_seconds", {**place, "certificate": "client"}, 8e9),
        ("syncd_clock_skew_seconds", place, -3.5),
    ]


def test_the_nearest_deadline_is_counted_in_working_days_and_only_where_there_is_time() -> None:
    """24 November 2026 is a holiday that is a Tuesday: from the Monday before it, Wednesday is one working day away."""

    def due(day: date, status: Status = Status.DUE, step: Step = Step.SIGN) -> Deadline:
        return Deadline(step=step, mode=Mode.LEGAL, status=status, day=day)

    deadlines = (
        due(date(2026, 11, 27)),
        due(date(2026, 11, 25)),
        due(date(2026, 11, 20), Status.OVERDUE),
        due(date(2026, 11, 23), step=Step.PUBLISH),
    )
    found: Any = SimpleNamespace(
        judgements=[SimpleNamespace(deadlines=deadlines)], calendar=WorkingCalendar(), today=date(2026, 11, 23)
    )
    assert nearest(found) == {("sign", "legal"): 1, ("publish", "legal"): 0}


def test_what_is_no_longer_due_leaves_no_series() -> None:
    metrics = gauges().metrics
    metrics.next_deadlines({("sign", "legal"): 3, ("publish", "portal"): 0})
    metrics.next_deadlines({("sign", "legal"): 2})
    found = {key: value for key, value in series(metrics).items() if "next_deadline" in key}
    assert list(found.values()) == [2]

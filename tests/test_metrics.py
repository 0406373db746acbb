"""Metrics: bounded, present from the start, true at the time of the scrape, clean by Prometheus's own checker."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from prometheus_client import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from syncd.metrics import METRICS, VALUES, Metrics
from syncd.reconcile.mismatches import MismatchKind
from syncd.sides import errors

ORDER = (
    "le",
    "pair",
    "side",
    "kind",
    "operation",
    "class",
    "state",
    "change",
    "verdict",
    "outcome",
    "version",
    "python",
)
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Clock:
    now = AT.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def metrics(clock: Clock) -> Metrics:
    metrics = Metrics(clock=clock, version="1.2.3")
    metrics.initialise(["a", "b"])
    return metrics


def series(metrics: Metrics) -> dict[str, float]:
    """Every sample of ours, as ``name{label=value,…}`` with the labels in `ORDER`."""
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    samples = [sample for family in families for sample in family.samples if sample.name.startswith("syncd_")]
    return {f"{sample.name}{{{written(sample.labels)}}}": sample.value for sample in samples}


def written(labels: dict[str, str]) -> str:
    return ",".join(f"{label}={labels[label]}" for label in ORDER if label in labels)


def test_every_series_is_there_at_zero_before_anything_happens(metrics: Metrics) -> None:
    found = series(metrics)
    assert found["syncd_read_errors_total{pair=a,side=portal,class=unreachable}"] == 0
    assert found["syncd_mismatches_open{pair=b,kind=field_differs,state=confirmed}"] == 0
    assert found["syncd_pass_duration_seconds_count{pair=a,outcome=failed}"] == 0
    assert found["syncd_configuration_reloads_total{outcome=refused}"] == 0
    assert {value for key, value in found.items() if not key.startswith("syncd_build_info")} == {0}


def test_every_metric_of_the_table_has_series_and_no_other_metric_is_ours(metrics: Metrics) -> None:
    text = generate_latest(metrics.registry).decode()
    families = {family.name for family in text_string_to_metric_families(text) if family.name.startswith("syncd_")}
    assert families == {metric.name.removesuffix("_total") for metric in METRICS}


def test_the_three_times_of_a_side_are_told_apart(metrics: Metrics) -> None:
    metrics.read_attempted("a", "city", AT)
    metrics.read_succeeded("a", "city", AT.replace(hour=11))
    metrics.read_whole("a", "city", AT.replace(hour=10), 3000)
    found = series(metrics)
    attempt, success, whole = (
        found[f"syncd_side_last_{what}_timestamp_seconds{{pair=a,side=city}}"]
        for what in ("attempt", "success", "whole")
    )
    assert (attempt - success, success - whole) == (3600, 3600)
    assert found["syncd_records{pair=a,side=city}"] == 3000
    assert found["syncd_side_last_whole_timestamp_seconds{pair=a,side=portal}"] == 0


def test_ages_grow_until_the_scrape_without_anybody_calling(metrics: Metrics, clock: Clock) -> None:
    metrics.oldest_open("a", "confirmed", AT)
    clock.now += 90
    assert series(metrics)["syncd_mismatch_oldest_age_seconds{pair=a,state=confirmed}"] == 90
    metrics.oldest_open("a", "confirmed", None)
    assert series(metrics)["syncd_mismatch_oldest_age_seconds{pair=a,state=confirmed}"] == 0


def test_an_age_is_never_negative_when_clocks_disagree(metrics: Metrics, clock: Clock) -> None:
    metrics.oldest_open("a", "suspected", AT)
    clock.now -= 60
    assert series(metrics)["syncd_mismatch_oldest_age_seconds{pair=a,state=suspected}"] == 0


def test_open_mismatches_that_are_gone_return_to_zero(metrics: Metrics) -> None:
    metrics.mismatches_open("a", {("field_differs", "suspected"): 4, ("republished", "waived"): 1})
    metrics.mismatches_open("a", {("field_differs", "confirmed"): 3})
    found = series(metrics)
    assert found["syncd_mismatches_open{pair=a,kind=field_differs,state=suspected}"] == 0
    assert found["syncd_mismatches_open{pair=a,kind=field_differs,state=confirmed}"] == 3
    assert found["syncd_mismatches_open{pair=a,kind=republished,state=waived}"] == 0


def test_what_rooms_report_is_counted_where_it_belongs(metrics: Metrics) -> None:
    metrics.read_failed("a", "portal", "blocked", 2)
    metrics.verdicts("a", in_sync=10, mismatched=2, unknown=1)
    metrics.mismatch_changed("a", MismatchKind.REPUBLISHED, "resolved")
    metrics.request("a", "city", "detail", 0.2, ok=False)
    metrics.pass_ended("a", "partial", 12)
    metrics.propagated("a", 700)
    metrics.grace("a", 1800)
    metrics.failures("a", 3)
    metrics.stalled("a", is_stalled=True)
    metrics.loop_lag(0.02)
    metrics.tasks(17)
    found = series(metrics)
    assert found["syncd_read_errors_total{pair=a,side=portal,class=blocked}"] == 2
    assert [found[f"syncd_procedures{{pair=a,verdict={verdict}}}"] for verdict in VALUES["verdict"]] == [10, 2, 1]
    assert found["syncd_mismatch_changes_total{pair=a,kind=republished,change=resolved}"] == 1
    assert found["syncd_request_duration_seconds_count{pair=a,side=city,operation=detail,outcome=failed}"] == 1
    assert found["syncd_pass_duration_seconds_sum{pair=a,outcome=partial}"] == 12
    assert found["syncd_propagation_lag_seconds_bucket{le=900.0,pair=a}"] == 1
    assert found["syncd_propagation_lag_seconds_bucket{le=300.0,pair=a}"] == 0
    assert found["syncd_grace_seconds{pair=a}"] == 1800
    assert found["syncd_pair_failures{pair=a}"] == 3
    assert found["syncd_pair_stalled{pair=a}"] == 1
    assert found["syncd_event_loop_lag_seconds_count{}"] == 1
    assert found["syncd_event_loop_tasks{}"] == 17


def test_a_refused_reload_shows_until_one_is_applied(metrics: Metrics) -> None:
    metrics.configuration_read(AT)
    metrics.reloaded(AT.replace(hour=13), applied=False)
    refused = series(metrics)
    metrics.reloaded(AT.replace(hour=14), applied=True)
    applied = series(metrics)
    assert refused["syncd_configuration_last_reload_successful{}"] == 0
    assert refused["syncd_configuration_last_reload_timestamp_seconds{}"] == AT.timestamp()
    assert applied["syncd_configuration_last_reload_successful{}"] == 1
    assert applied["syncd_configuration_reloads_total{outcome=refused}"] == 1
    assert applied["syncd_configuration_reloads_total{outcome=applied}"] == 1


def test_a_value_that_nobody_foresaw_is_counted_as_other(metrics: Metrics) -> None:
    before = len(series(metrics))
    metrics.read_failed("a", "portal", "an exception's text with the id 4711")
    metrics.pass_ended("a", "strange", 1)
    metrics.request("a", "portal", "/api/records/4711", 1, ok=True)
    found = series(metrics)
    assert found["syncd_read_errors_total{pair=a,side=portal,class=other}"] == 1
    assert found["syncd_pass_duration_seconds_count{pair=a,outcome=other}"] == 1
    assert found["syncd_request_duration_seconds_count{pair=a,side=portal,operation=other,outcome=ok}"] == 1
    assert len(found) == before


def test_every_class_of_side_error_has_its_series() -> None:
    slugs = {one.slug for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.SideError)}
    assert slugs <= set(VALUES["class"])


def test_a_pair_that_is_gone_leaves_no_series_and_the_other_stays(metrics: Metrics) -> None:
    metrics.forget("a")
    keys = series(metrics)
    assert not [key for key in keys if "pair=a" in key]
    assert [key for key in keys if "pair=b" in key]


def test_initialising_twice_keeps_what_was_counted(metrics: Metrics) -> None:
    metrics.read_failed("a", "portal", "blocked")
    metrics.initialise(["a"])
    assert series(metrics)["syncd_read_errors_total{pair=a,side=portal,class=blocked}"] == 1


def test_one_pair_costs_a_bounded_number_of_series(metrics: Metrics) -> None:
    assert len([key for key in series(metrics) if "pair=a" in key]) < 600


def test_there_are_no_created_series_and_the_process_is_there(metrics: Metrics) -> None:
    text = generate_latest(metrics.registry).decode()
    assert "_created" not in text
    assert "process_resident_memory_bytes" in text
    assert 'syncd_build_info{python="' in text


def test_open_metrics_can_be_read_as_well(metrics: Metrics) -> None:
    families = list(parse_openmetrics(generate_openmetrics(metrics.registry).decode()))
    assert any(family.name == "syncd_read_errors" for family in families)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_each_metric_keeps_the_rules_of_naming(metric) -> None:
    assert metric.name.startswith("syncd_")
    assert (metric.type == "counter") == metric.name.endswith("_total")
    assert metric.help.endswith(".")
    assert all(
        label.islower() and (label in VALUES or label in ("pair", "unit", "outcome", "version", "python"))
        for label in metric.labels
    )
    assert (metric.type == "histogram") == bool(metric.buckets)
    assert list(metric.buckets) == sorted(metric.buckets)
    assert ("outcome" in metric.labels) == bool(metric.outcomes)


def test_promtool_finds_nothing_to_say(metrics: Metrics) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed (Debian package prometheus)")
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=generate_latest(metrics.registry), capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")

"""The collectors of a table of metrics, in a registry of their own; what no table knows is bounded.

In: `Metric` rows. Out: gauges, counters and histograms by name and label values, safe from any thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import cast

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

from syncd.metrics.vocabulary import OTHER, Metric

Collector = Gauge | Counter | Histogram


def _build(metric: Metric, registry: CollectorRegistry) -> Collector:
    if metric.type == "histogram":
        return Histogram(metric.name, metric.help, metric.labels, registry=registry, buckets=metric.buckets)
    kind = Gauge if metric.type == "gauge" else Counter
    return kind(metric.name, metric.help, metric.labels, registry=registry)


class Collectors:
    """What `syncd.metrics.Metrics` writes into. ``registry`` also has what the process and Python say of themselves."""

    def __init__(self, table: Sequence[Metric]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._table = {metric.name: metric for metric in table}
        self._collectors = {metric.name: _build(metric, self.registry) for metric in table}
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)

    def _create(self, metric: Metric, fixed: Mapping[str, tuple[str, ...]]) -> None:
        for values in product(*(fixed.get(label) or metric.values(label) for label in metric.labels)):
            if values:
                self._collectors[metric.name].labels(*values)

    def _child(self, name: str, values: tuple[str, ...]) -> Collector:
        """The series with these label values, in the table's order; a value that the table does not know is bounded."""
        labels = self._table[name].labels
        collector = self._collectors[name]
        bounded = (self._bounded(name, label, value) for label, value in zip(labels, values, strict=True))
        return collector.labels(*bounded) if labels else collector

    def _bounded(self, name: str, label: str, value: str) -> str:
        allowed = self._table[name].values(label)
        return value if not allowed or value in allowed else OTHER

    def _gauge(self, name: str, *values: str) -> Gauge:
        return cast("Gauge", self._child(name, values))

    def _counter(self, name: str, *values: str) -> Counter:
        return cast("Counter", self._child(name, values))

    def _histogram(self, name: str, *values: str) -> Histogram:
        return cast("Histogram", self._child(name, values))

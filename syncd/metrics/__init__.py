"""The daemon's metrics: one table of what there is, one recorder of what happens.

In: facts. Out: a Prometheus registry with bounded labels, every series present from the start.
"""

from syncd.metrics.recorder import Metrics
from syncd.metrics.table import CARRIED, METRICS
from syncd.metrics.vocabulary import VALUES, Metric

__all__ = ["CARRIED", "METRICS", "VALUES", "Metric", "Metrics"]

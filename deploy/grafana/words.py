"""The words in which panels ask: which series, over which daemons, at which rate.

In: a metric's name, labels. Out: PromQL with the dashboard's variables; `Row`, panels under one heading.
"""

from __future__ import annotations

from dataclasses import dataclass

from deploy.grafana.panel import Panel, Query

PAIR = 'job="$job", pair=~"$pair"'
JOB = 'job="$job"'
LEGAL = JOB + ', mode="legal"'
OVERDUE = LEGAL + ', status="overdue"'
RATE = "$__rate_interval"


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


def of(metric: str, *by: str, where: str = PAIR, op: str = "max") -> str:
    """A gauge over all daemons that show it."""
    return f"{op} by ({', '.join(by)}) ({metric}{{{where}}})"


def rates(metric: str, *by: str, where: str = PAIR) -> str:
    return f"sum by ({', '.join(by)}) (rate({metric}{{{where}}}[{RATE}]))"


def counts(metric: str, *by: str, where: str = PAIR) -> str:
    return f"sum by ({', '.join(by)}) (increase({metric}{{{where}}}[{RATE}]))"


def quantile(share: float, metric: str, *by: str, where: str = PAIR) -> str:
    return f"histogram_quantile({share}, {rates(f'{metric}_bucket', *by, 'le', where=where)})"


def one(expr: str, legend: str) -> tuple[Query, ...]:
    return (Query(expr, legend),)

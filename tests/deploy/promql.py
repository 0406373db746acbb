"""What a PromQL expression names: metrics and labels, as a real parser sees them.

In: expressions of rules, panels and runbooks. Out: every metric with the labels that it is asked for, and what is
wrong with them by the table of metrics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import yaml

from syncd.metrics import METRICS

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "rules"
RUNBOOKS = ROOT / "docs" / "runbooks"
TARGET = frozenset({"job", "instance"})
CHILDREN = ("lhs", "rhs", "expr", "param", "vector_selector")
PARTS = {"histogram": ("_bucket", "_sum", "_count")}
LEVELS = {"pair": {"job", "pair"}, "side": {"job", "pair", "side"}}
"""The labels that a recorded series has, by the first word of its name."""

FOREIGN: dict[str, frozenset[str]] = {
    "up": TARGET,
    "ALERTS": TARGET | {"alertname", "alertstate", "severity", "audience"},
    "process_start_time_seconds": TARGET,
    "process_resident_memory_bytes": TARGET,
    "process_cpu_seconds_total": TARGET,
    "process_open_fds": TARGET,
    "python_gc_collections_total": TARGET | {"generation"},
}
"""What Prometheus itself and prometheus-client bring."""


def known_series() -> dict[str, frozenset[str]]:
    """Every series that there is → its labels."""
    known = dict(FOREIGN)
    for metric in METRICS:
        labels = TARGET | set(metric.labels)
        for part in PARTS.get(metric.type, ("",)):
            known[metric.name + part] = labels | ({"le"} if part == "_bucket" else set())
    for rule in rules("record"):
        known[rule["record"]] = frozenset(LEVELS[rule["record"].partition(":")[0]])
    return known


def rules(kind: str) -> list[dict[str, Any]]:
    """Every ``alert`` or every ``record`` rule that is shipped."""
    files = sorted(RULES.glob("*.yml"))
    groups = [group for file in files for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]]
    return [rule for group in groups for rule in group["rules"] if kind in rule]


def asked(expression: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Each metric in it, with the labels that are matched, grouped or joined by. Raises ValueError for no PromQL."""
    yield from _asked(promql_parser.parse(expression), frozenset())


def _asked(node: Any, around: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(node, promql_parser.VectorSelector):
        yield node.name, around | {matcher.name for matcher in node.matchers.matchers}
        return
    inside = around
    matching = getattr(getattr(node, "modifier", None), "matching", None)
    if isinstance(node, promql_parser.BinaryExpr) and matching is not None:
        joined = frozenset(matching.labels)
        yield from _asked(node.lhs, around | joined)
        yield from _asked(node.rhs, joined)
        return
    if isinstance(node, promql_parser.AggregateExpr):
        inside = frozenset(node.modifier.labels) if node.modifier is not None else frozenset()
    for name in CHILDREN:
        child = getattr(node, name, None)
        if child is not None:
            yield from _asked(child, inside)
    for child in getattr(node, "args", ()):
        yield from _asked(child, inside)


def faults(expression: str) -> list[str]:
    """What is wrong: metrics that there are not, and labels that they have not."""
    known = known_series()
    found = []
    for name, labels in asked(expression):
        if name not in known:
            found.append(f"there is no {name}")
        elif not labels <= known[name]:
            found.append(f"{name} has no {', '.join(sorted(labels - known[name]))}")
    return found


def blocks(page: str, language: str) -> list[str]:
    """The lines of a Markdown page's code blocks in this language."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [line for block in found for line in block.splitlines() if line]

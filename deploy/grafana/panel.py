"""What a panel is, and how it becomes Grafana's JSON.

In: title, description, unit, queries. Out: plain dictionaries; ids and places are given by `deploy.grafana.dashboard`.
Plain values of our own and no SDK: the fields that we use have not changed since Grafana 8, and that of Grafana Labs
carries the build's time as its version, so that no range of versions can be named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
LETTERS = "ABCDEFGH"
Kind = Literal["timeseries", "stat", "heatmap"]


@dataclass(frozen=True, slots=True)
class Query:
    """One PromQL expression, and the name of its series (``{{label}}`` takes a label's value)."""

    expr: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. ``unit``: Grafana's id of the unit; ``limits``: values from which on it turns orange, and red."""

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    kind: Kind = "timeseries"
    width: int = 8
    height: int = 8
    limits: tuple[float, float] | None = None
    is_stacked: bool = False

    def drawn(self, number: int, x: int, y: int) -> dict[str, Any]:
        """The panel in Grafana's words, at this place of a grid that is 24 wide."""
        return {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": SOURCE,
            "gridPos": {"h": self.height, "w": self.width, "x": x, "y": y},
            "fieldConfig": {"defaults": self._defaults(), "overrides": []},
            "options": _OPTIONS[self.kind],
            "targets": [self._target(letter, query) for letter, query in zip(LETTERS, self.queries, strict=False)],
        }

    def _defaults(self) -> dict[str, Any]:
        steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
        if self.limits is not None:
            steps += [{"color": color, "value": at} for color, at in zip(("orange", "red"), self.limits, strict=True)]
        defaults: dict[str, Any] = {"unit": self.unit, "thresholds": {"mode": "absolute", "steps": steps}}
        if self.kind == "timeseries":
            stacking = {"mode": "normal" if self.is_stacked else "none", "group": "A"}
            fill = 30 if self.is_stacked else 5
            defaults["custom"] = {"fillOpacity": fill, "lineWidth": 1, "showPoints": "never", "stacking": stacking}
        return defaults

    def _target(self, letter: str, query: Query) -> dict[str, Any]:
        return {
            "refId": letter,
            "datasource": SOURCE,
            "expr": query.expr,
            "legendFormat": "{{le}}" if self.kind == "heatmap" else query.legend,
            "format": "heatmap" if self.kind == "heatmap" else "time_series",
            "instant": self.kind == "stat",
            "range": self.kind != "stat",
        }


_OPTIONS: dict[Kind, dict[str, Any]] = {
    "timeseries": {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "stat": {
        "colorMode": "value",
        "graphMode": "none",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "textMode": "auto",
    },
    "heatmap": {"calculate": False, "color": {"mode": "scheme", "scheme": "Blues"}, "yAxis": {"unit": "s"}},
}

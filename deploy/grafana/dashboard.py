"""The dashboard as a whole: variables, rows, places, and the file that is committed.

In: `ROWS`. Out: the text of ``syncd.json``, always the same for the same panels.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.grafana.panel import SOURCE
from deploy.grafana.panels import ROWS
from deploy.grafana.words import Row

UID = "syncd-overview"
FILE = Path(__file__).with_name("syncd.json")
WIDTH = 24


def _variable(name: str, label: str, query: str, *, is_several: bool) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        "multi": is_several,
        "includeAll": is_several,
        "allValue": ".*" if is_several else None,
        "current": {"text": "All", "value": "$__all"} if is_several else {},
    }


VARIABLES = [
    {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "current": {}},
    _variable("job", "Job", "label_values(syncd_build_info, job)", is_several=False),
    _variable("pair", "Pair", 'label_values(syncd_pair_failures{job="$job"}, pair)', is_several=True),
]
FIRING = {
    "name": "Alerts",
    "datasource": SOURCE,
    "enable": True,
    "iconColor": "red",
    "expr": 'ALERTS{alertname=~"Syncd.*", alertstate="firing"}',
    "titleFormat": "{{alertname}}",
    "textFormat": "{{pair}} {{side}} {{instance}}",
}


def _placed(rows: tuple[Row, ...]) -> Iterator[dict[str, Any]]:
    """Every row's heading and panels, from left to right and from top to bottom."""
    number = y = 0
    for row in rows:
        number += 1
        heading = {"h": 1, "w": WIDTH, "x": 0, "y": y}
        yield {"id": number, "type": "row", "title": row.title, "collapsed": False, "gridPos": heading, "panels": []}
        y, x = y + 1, 0
        for panel in row.panels:
            number += 1
            if x + panel.width > WIDTH:
                x, y = 0, y + panel.height
            yield panel.drawn(number, x, y)
            x += panel.width
        y += row.panels[-1].height


def dashboard() -> dict[str, Any]:
    """The dashboard in Grafana's words."""
    return {
        "uid": UID,
        "title": "syncd",
        "description": "Reconciliation of administrative procedures between the national portal and the city.",
        "tags": ["syncd"],
        "schemaVersion": 36,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": VARIABLES},
        "annotations": {"list": [FIRING]},
        "panels": list(_placed(ROWS)),
    }


def text() -> str:
    return json.dumps(dashboard(), ensure_ascii=False, indent=2) + "\n"

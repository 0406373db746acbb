"""The dashboard: fresh, stable, explained on every panel, and about metrics that there are.

That each question has an answer is shown in ``tests/end_to_end/test_alerting.py``, against a real Prometheus.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from deploy.grafana.dashboard import FILE, UID, VARIABLES, text
from tests.deploy.promql import faults

DASHBOARD: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
UNITS = {"none", "s", "bytes", "percentunit", "reqps", "bool"}
"""The units that we use, by Grafana's ids."""


def filled(expression: str) -> str:
    """The expression with values in place of the dashboard's variables."""
    return expression.replace("$__rate_interval", "1m").replace("$job", "syncd").replace("$pair", ".*")


def test_the_committed_file_is_what_the_code_makes() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run python -m deploy.grafana"


def test_the_dashboard_keeps_its_address_and_takes_any_data_source() -> None:
    assert (DASHBOARD["uid"], DASHBOARD["editable"]) == (UID, False)
    assert [variable["name"] for variable in VARIABLES] == ["datasource", "job", "pair"]
    assert VARIABLES[0]["type"] == "datasource"
    sources = {json.dumps(one["datasource"]) for panel in PANELS for one in (panel, *panel["targets"])}
    assert sources == {json.dumps({"type": "prometheus", "uid": "${datasource}"})}


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_each_panel_is_explained_has_a_unit_and_asks_for_what_there_is(panel: dict[str, Any]) -> None:
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    assert panel["targets"]
    for target in panel["targets"]:
        assert faults(filled(target["expr"])) == []
        assert target["legendFormat"]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_each_rate_follows_the_scrape_interval_and_each_name_a_label(panel: dict[str, Any]) -> None:
    """Only a window that means something by itself (7d) is fixed; a legend names labels that the answer has."""
    for target in panel["targets"]:
        expression = target["expr"]
        assert set(re.findall(r"\[([^]]+)\]", expression)) <= {"$__rate_interval", "7d"}
        assert "[$__rate_interval]" in expression or not re.search(r"\b(rate|increase)\(", expression)
        grouped = {label for found in re.findall(r"by \(([^)]*)\)", expression) for label in found.split(", ")}
        named = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        assert named <= grouped | {"instance", "pair", "side"}


def test_panels_have_places_of_their_own() -> None:
    """No two overlap, none reaches beyond the grid, ids and titles are distinct."""
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert len({panel["title"] for panel in PANELS}) == len(PANELS)

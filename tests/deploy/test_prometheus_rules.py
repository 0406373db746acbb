"""The rules as they are shipped: sound for Prometheus's own tools, tested for each alert, and about what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.deploy.promql import ROOT, RULES, faults, rules

FOLDER = ROOT / "deploy" / "prometheus"
TESTS = sorted((FOLDER / "tests").glob("*.yml"))
ALERTS = {rule["alert"]: rule for rule in rules("alert")}
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịọỏốồổỗộớờởỡợụủứừửữự]", re.IGNORECASE)


def tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian package {package})")
    return found


def run(*command: str) -> str:
    """Run a checker; it must find nothing."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=FOLDER)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def cases() -> list[tuple[str, list[bool]]]:
    """Each case of the unit tests: the alert, and whether it fires at each instant that is looked at."""
    loaded = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in TESTS]
    looked = [case["alert_rule_test"] for file in loaded for case in file["tests"]]
    return [(looks[0]["alertname"], [bool(look["exp_alerts"]) for look in looks]) for looks in looked]


def test_promtool_finds_nothing_wrong_with_the_rules() -> None:
    files = [str(file) for file in sorted(RULES.glob("*.yml"))]
    run(tool("promtool", "prometheus"), "check", "rules", "--lint=all", "--lint-fatal", *files)


def test_promtool_finds_nothing_wrong_with_the_example() -> None:
    assert "2 rule files found" in run(tool("promtool", "prometheus"), "check", "config", "prometheus.example.yml")


def test_amtool_finds_nothing_wrong_with_the_example() -> None:
    said = run(tool("amtool", "prometheus-alertmanager"), "check-config", "alertmanager.example.yml")
    assert "1 templates" in said


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.stem)
def test_the_unit_tests_of_the_rules_pass(file: Path) -> None:
    run(tool("promtool", "prometheus"), "test", "rules", str(file))


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_is_tested_to_keep_silent_to_fire_and_to_resolve(alert: str) -> None:
    assert any((fires[0], any(fires), fires[-1]) == (False, True, False) for name, fires in cases() if name == alert), (
        f"{alert} needs a case that is silent first, then fires, and is silent at the end"
    )


@pytest.mark.parametrize(
    "rule", [*rules("alert"), *rules("record")], ids=lambda rule: rule.get("alert") or rule["record"]
)
def test_each_rule_asks_for_metrics_and_labels_that_there_are(rule: dict[str, str]) -> None:
    assert faults(rule["expr"]) == []


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_says_for_whom_it_is_how_bad_in_both_languages_and_where_to_read_on(alert: str) -> None:
    labels, annotations = ALERTS[alert]["labels"], ALERTS[alert]["annotations"]
    assert labels["severity"] in ("critical", "warning")
    assert labels["audience"] in ("operators", "office")
    assert annotations["runbook_url"] == f"{alert}.md"
    assert VIETNAMESE.search(annotations["summary_vi"])
    assert not VIETNAMESE.search(annotations["summary"])
    assert annotations["description"].endswith(".")


@pytest.mark.parametrize("alert", ALERTS)
def test_each_summary_reads_right_when_the_alert_is_resolved(alert: str) -> None:
    """It names a condition and a subject, without a verb and without a value: values of a resolved alert mislead."""
    for name in ("summary", "summary_vi"):
        summary = ALERTS[alert]["annotations"][name]
        assert "$value" not in summary
        assert not summary.endswith(".")
        assert not re.search(r"\b(is|are|has|have|cannot|đang)\b", summary)


@pytest.mark.parametrize("alert", ALERTS)
def test_both_summaries_name_the_same_labels(alert: str) -> None:
    annotations = ALERTS[alert]["annotations"]
    english, vietnamese = (set(re.findall(r"\$labels\.(\w+)", annotations[key])) for key in ("summary", "summary_vi"))
    assert english == vietnamese


def test_every_audience_and_severity_is_routed_somewhere() -> None:
    """Amtool tells the receiver of every combination of labels that the rules have."""
    amtool = tool("amtool", "prometheus-alertmanager")
    found = {}
    for rule in ALERTS.values():
        labels = [f"{name}={rule['labels'][name]}" for name in ("audience", "severity")]
        found[tuple(labels)] = run(
            amtool, "config", "routes", "test", "--config.file", "alertmanager.example.yml", *labels
        ).strip()
    assert found == {
        ("audience=office", "severity=critical"): "office",
        ("audience=office", "severity=warning"): "office",
        ("audience=operators", "severity=critical"): "operators-now",
        ("audience=operators", "severity=warning"): "operators",
    }


def test_the_template_tells_both_states_and_leads_to_the_runbook() -> None:
    amtool = tool("amtool", "prometheus-alertmanager")
    text = '{{ template "syncd.subject" . }}|{{ template "syncd.text" . }}'
    said = run(amtool, "template", "render", "--template.glob=syncd.tmpl", f"--template.text={text}")
    assert "ĐÃ HẾT" in said
    assert "https://docs.example.vn/syncd/runbooks/" in said

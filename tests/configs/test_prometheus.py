"""The alert rules and the Grafana board: they mean what is measured, and Prometheus understands them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployments.telemetry import INSTRUMENTS, PREFIX, Kind
from tests.helpers.service import ROOT

ALERTS = ROOT / "configs/prometheus/alerts.yaml"
BOARD = ROOT / "configs/grafana/visage.json"
_PARTS = ("_bucket", "_sum", "_count")

promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (apt: prometheus) is not installed")


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def board() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(BOARD.read_text())
    return found


def expressions() -> list[str]:
    panels = [target["expr"] for panel in board()["panels"] for target in panel["targets"]]
    return [*(rule["expr"] for rule in rules()), *panels]


def tool(*arguments: str | Path) -> None:
    run = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("expression", expressions())
def test_alerts_and_board_ask_only_for_what_is_measured(expression: str) -> None:
    """Every name is an instrument's, whole or a part of a histogram, and every label is one that it has."""
    known = {
        instrument.exported: {*instrument.labels} for instrument in INSTRUMENTS if instrument.kind != Kind.HISTOGRAM
    }
    for histogram in (instrument for instrument in INSTRUMENTS if instrument.kind == Kind.HISTOGRAM):
        known |= {histogram.exported + part: {*histogram.labels, "le"} for part in _PARTS}
    names = re.findall(rf"{PREFIX}\w+", expression)
    assert names and set(names) <= known.keys()
    asked = re.findall(r"(\w+)\s*(?:=~|!=|=)\s*\"", expression)
    for labels in re.findall(r"by \(([^)]*)\)", expression):
        asked += [label.strip() for label in labels.split(",")]
    assert set(asked) <= set().union(*(known[name] for name in names))


def test_every_instrument_is_on_the_board() -> None:
    shown = " ".join(expressions())
    assert [instrument.name for instrument in INSTRUMENTS if instrument.exported not in shown] == []


def test_the_board_is_what_the_script_writes() -> None:
    subprocess.run([sys.executable, ROOT / "configs/grafana/generate.py", "--check"], check=True, timeout=60)


def test_the_boards_panels_are_complete_and_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    panels = board()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        assert panel["title"] and panel["description"].endswith(".") and panel["targets"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        assert all(target["legendFormat"] for target in panel["targets"])
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken and max(x for x, _ in cells) < 24
        taken |= cells


def test_every_alert_has_a_severity_a_summary_and_advice() -> None:
    advice = (ROOT / "docs/monitoring.md").read_text()
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket") and rule["annotations"]["summary"].endswith(".")
        assert f"`{rule['alert']}`" in advice


def test_every_alert_is_seen_to_fire_and_to_stay_silent() -> None:
    """What promtool is asked below; an alert that nobody asks for would pass it."""
    tests = yaml.safe_load((ALERTS.parent / "alerts_test.yaml").read_text())["tests"]
    asked = [(each["alertname"], bool(each.get("exp_alerts"))) for test in tests for each in test["alert_rule_test"]]
    assert set(asked) == {(rule["alert"], fires) for rule in rules() for fires in (True, False)}


@promtool
def test_prometheus_accepts_the_rules_and_its_configuration() -> None:
    tool("check", "rules", "--lint-fatal", ALERTS)
    tool("check", "config", ALERTS.parent / "prometheus.yml")


@promtool
def test_the_alerts_fire_when_they_should_and_only_then() -> None:
    tool("test", "rules", ALERTS.parent / "alerts_test.yaml")


@promtool
def test_prometheus_can_read_every_line_of_the_board(tmp_path: Path) -> None:
    lines = [expression.replace("$__rate_interval", "5m") for expression in expressions()]
    recorded = [{"record": f"line:{index}", "expr": line} for index, line in enumerate(lines)]
    file = tmp_path / "lines.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": recorded}]}))
    tool("check", "rules", file)

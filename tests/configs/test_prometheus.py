"""The alert rules and the Grafana board: they mean what is measured, and Prometheus understands them."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from deployments.telemetry import INSTRUMENTS, PREFIX, Kind
from load.service import ROOT, free_port
from tests.helpers.waiting import wait_until

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


@contextlib.contextmanager
def exporter() -> Iterator[int]:
    """The port of an exporter that tells of every instrument, as Ray's does."""
    lines = []
    for instrument in INSTRUMENTS:
        labels = ",".join(f'{label}="x"' for label in instrument.labels)
        parts = _PARTS if instrument.kind == Kind.HISTOGRAM else ("",)
        for part in parts:
            bucket = f'{labels},le="+Inf"'.lstrip(",") if part == "_bucket" else labels
            lines.append(f"{instrument.exported}{part}{{{bucket}}} 1")
    told = "\n".join([*lines, ""]).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def result_of(client: httpx.Client, query: str) -> list[dict[str, Any]]:
    """What Prometheus answers to a query now."""
    found: list[dict[str, Any]] = client.get("/query", params={"query": query}).json()["data"]["result"]
    return found


def rules_of(client: httpx.Client) -> dict[str, str]:
    """How each rule fared when it was evaluated last."""
    (group,) = client.get("/rules").json()["data"]["groups"]
    return {rule["name"]: rule["health"] for rule in group["rules"]}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus is not installed")
def test_prometheus_finds_the_service_and_answers_every_line_of_the_board(tmp_path: Path) -> None:
    """The real one, by the configuration of the repository; only the place of Ray's list, and the pace, are others."""
    shutil.copy(ALERTS, tmp_path)
    found = tmp_path / "discovery.json"
    config = (ALERTS.parent / "prometheus.yml").read_text()
    assert "[/tmp/ray/prom_metrics_service_discovery.json]" in config, "where Ray writes it"
    config = config.replace("/tmp/ray/prom_metrics_service_discovery.json", str(found)).replace("15s", "1s")
    (tmp_path / "prometheus.yml").write_text(config)
    address = f"127.0.0.1:{free_port()}"
    command = ["prometheus", f"--config.file={tmp_path / 'prometheus.yml'}", f"--web.listen-address={address}"]
    with (
        exporter() as port,
        subprocess.Popen([*command, f"--storage.tsdb.path={tmp_path / 'data'}"], stderr=subprocess.DEVNULL) as process,
        httpx.Client(base_url=f"http://{address}/api/v1", transport=httpx.HTTPTransport(retries=8)) as client,
    ):
        # Ray's form of the list: ray/_private/metrics_agent.py, PrometheusServiceDiscoveryWriter.
        found.write_text(json.dumps([{"labels": {"job": "ray"}, "targets": [f"127.0.0.1:{port}"]}]))
        try:
            # It answers before it is ready.
            wait_until(lambda: client.get(f"http://{address}/-/ready").status_code == httpx.codes.OK, pause_s=0.2)
            wait_until(lambda: result_of(client, "up == 1"), lambda: "nothing was scraped", pause_s=0.2)
            scraped = [each["metric"]["instance"] for each in result_of(client, "up == 1")]
            assert scraped == [f"127.0.0.1:{port}"]
            for instrument in INSTRUMENTS:
                name = instrument.exported + ("_count" if instrument.kind == Kind.HISTOGRAM else "")
                assert result_of(client, name), name
            for line in expressions():
                answer = client.get("/query", params={"query": line.replace("$__rate_interval", "5m")}).json()
                assert answer["status"] == "success", line
            # At first they have not been evaluated yet.
            wait_until(lambda: "unknown" not in rules_of(client).values(), lambda: rules_of(client), pause_s=0.2)
            assert rules_of(client) == {rule["alert"]: "ok" for rule in rules()}
        finally:
            process.terminate()

"""A second real cluster: the service's own deployments over stages without models, watched from all sides."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deployments.stages import StageName
from tests.helpers.collector import Collector, collecting
from tests.helpers.service import Service, running

WATCHED = "visage"
MIN_REPLICAS, MAX_REPLICAS = 2, 4
RESTORER_S = 1.2


@dataclass
class Watched:
    """The service, where its traces go, and the folder of Ray's files."""

    service: Service
    collector: Collector
    folder: Path

    def metrics(self) -> str:
        """What Ray's exporters say now, found as Prometheus finds them; empty until they run."""
        listed = self.folder / "ray/prom_metrics_service_discovery.json"
        targets = json.loads(listed.read_text())[0]["targets"] if listed.exists() else []
        found = ""
        for target in targets:
            with contextlib.suppress(httpx.TransportError):  # not up yet, or of a part that another cluster here has
                found += httpx.get(f"http://{target}/metrics", timeout=10).raise_for_status().text
        return found

    def replica_logs(self) -> list[Path]:
        """The logs of the ingresses and the stages."""
        return sorted(self.folder.glob("ray/session_2*/logs/serve/replica_*.log"))


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Two ingresses, and a restorer of two to four replicas, which takes long for a face."""
    scale = {
        "ingress_replicas": 2,
        str(StageName.RESTORER): {
            "replicas": MIN_REPLICAS,
            "max_replicas": MAX_REPLICAS,
            "scale_up_after_s": 1,
            "scale_down_after_s": 4,
            "max_ongoing_requests": 2,
        },
    }
    application = {
        "name": WATCHED,
        "route_prefix": "/api",
        "import_path": "tests.helpers.stage_stand_ins:build",
        "args": {
            "settings": {"scale": scale, "limits": {"max_concurrent": 16, "max_waiting": 64}},
            "seconds": {str(StageName.RESTORER): RESTORER_S},
        },
    }
    config = {"proxy_location": "HeadOnly", "logging_config": {"encoding": "JSON"}, "applications": [application]}
    # A folder of its own for Ray, or `serve run` would join the other cluster; sockets' paths have to be short.
    with collecting() as collector, tempfile.TemporaryDirectory(dir="/tmp", prefix="v") as folder:
        environment = {
            "RAY_TMPDIR": folder,
            "RAY_metrics_report_interval_ms": "500",
            "RAY_SERVE_TRACING_EXPORTER_IMPORT_PATH": "serve_app.tracing:span_processors",
            "RAY_SERVE_TRACING_SAMPLING_RATIO": "1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        with running(config, tmp_path_factory.mktemp("watched"), environment) as service:
            yield Watched(service, collector, Path(folder))

"""A second real cluster: the service's own deployments over stages without models, watched from all sides."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from deployments.stages import StageName
from load.service import Service, free_port, running
from tests.helpers.collector import Collector, collecting
from tests.helpers.instance import HOST
from tests.helpers.redis_server import redis_server

WATCHED = "visage"
MIN_REPLICAS, MAX_REPLICAS = 2, 4
RESTORER_S = 1.2


@dataclass
class Watched:
    """The service, where its traces go, the folder of Ray's files, and the port of Ray's exporter."""

    service: Service
    collector: Collector
    folder: Path
    metrics_port: int
    has_jobs: bool
    """Whether there is a redis-server on this machine."""

    def metrics(self) -> str:
        """What is exported now; empty until the exporter runs."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=10).raise_for_status().text
        except httpx.TransportError:
            return ""

    def logs(self) -> list[Path]:
        """The logs of Serve's HTTP proxy, the ingresses and the stages."""
        found = self.folder.glob("ray/session_2*/logs/serve/*.log")
        return sorted(log for log in found if log.name.startswith(("proxy_", "replica_")))


@pytest.fixture(scope="module")
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
    settings: dict[str, Any] = {
        "scale": scale,
        "limits": {"max_concurrent": 16, "max_waiting": 64},
        "allowed_hosts": ["127.0.0.1", HOST],
    }
    application = {
        "name": WATCHED,
        "route_prefix": "/api",
        "import_path": "tests.helpers.stand_in_graphs:build_stages",
        "args": {"settings": settings, "seconds": {str(StageName.RESTORER): RESTORER_S}},
    }
    config = {
        "proxy_location": "HeadOnly",
        "logging_config": {"encoding": "JSON"},
        "tracing_config": {
            "enabled": True,
            "exporter_import_path": "serve_app.tracing:span_processors",
            "sampling_ratio": 1.0,
        },
        "applications": [application],
    }
    # A folder of its own for Ray; its sockets' paths have to be short.
    with (
        tempfile.TemporaryDirectory(dir="/tmp", prefix="v") as folder,
        collecting() as collector,
        contextlib.ExitStack() as stack,
    ):
        if has_jobs := shutil.which("redis-server") is not None:
            redis = stack.enter_context(redis_server(tmp_path_factory.mktemp("redis")))
            settings["jobs"] = {"redis": redis.address}
        environment = {
            "RAY_TMPDIR": folder,
            "RAY_metrics_report_interval_ms": "500",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        port = free_port()
        command = (sys.executable, "-m", "serve_app", "--metrics-port", str(port))
        with running(config, tmp_path_factory.mktemp("watched"), environment, command) as service:
            yield Watched(service, collector, Path(folder), port, has_jobs)

"""The service as `make serve` starts it, on a port of its own, and what it holds and needs before any request."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

ROOT = Path(__file__).parents[2]
_START_TIMEOUT_S = 300.0
_STOP_TIMEOUT_S = 90.0
_POLL_S = 0.1


@dataclass
class Served:
    """A running service."""

    url: str
    process: subprocess.Popen[bytes]
    ready_s: float
    """From its start until `readyz` answered 200."""

    def family(self) -> list[psutil.Process]:
        """All of its processes, Ray's among them."""
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def memory_gb(self) -> float:
        """The sum of the proportional set sizes: what is shared is counted once."""
        total = 0
        for process in self.family():
            try:
                total += process.memory_full_info().pss
            except psutil.Error:  # ended meanwhile
                continue
        return total / 1e9

    def lose(self, deployment: str) -> float:
        """Kill a stage's replica; seconds until another one answers in its place."""
        before = set(self.replicas(deployment))
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        while not (set(self.replicas(deployment)) - before and self._is_ready()):
            if time.monotonic() - began > _START_TIMEOUT_S:
                raise SystemExit(f"no other replica of {deployment} came up")
            time.sleep(_POLL_S)
        return time.monotonic() - began

    def replicas(self, deployment: str) -> list[int]:
        """Process ids of a deployment's replicas."""
        found = []
        for process in self.family():
            try:
                title = next(iter(process.cmdline()), "")
            except psutil.Error:
                continue
            if title.startswith(f"ray::ServeReplica:visage:{deployment}"):
                found.append(process.pid)
        return found

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v1/readyz", timeout=10).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


@contextmanager
def served(config: Path) -> Iterator[Served]:
    """Start the service with a configuration's applications, and stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings: dict[str, Any] = yaml.safe_load(config.read_text())
    settings["http_options"] = {"host": "127.0.0.1", "port": port}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "serve.yaml"
        file.write_text(yaml.safe_dump(settings))
        log = (Path(folder) / "log").open("w+b")
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "serve_app", str(file)], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
        )
        found = Served(f"http://127.0.0.1:{port}", process, 0.0)
        try:
            while not found._is_ready():
                if process.poll() is not None or time.monotonic() - began > _START_TIMEOUT_S:
                    log.seek(0)
                    raise SystemExit(f"the service did not start:\n{log.read().decode(errors='replace')[-3000:]}")
                time.sleep(_POLL_S)
            found.ready_s = time.monotonic() - began
            yield found
        finally:
            process.terminate()
            process.wait(_STOP_TIMEOUT_S)
            log.close()

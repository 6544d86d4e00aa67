"""A running service, for tests and benchmark: started as an operator would, waited for, and stopped with Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import psutil
import yaml

from serve_app.ray_variables import VARIABLES

ROOT = Path(__file__).parents[1]
START_TIMEOUT_S = 400.0
STOP_TIMEOUT_S = 200.0
GONE_TIMEOUT_S = 60.0
"""Until the processes of a command that has ended have followed it. All three are far beyond what it takes: a machine
may have a quarter of its usual speed for an hour."""
_POLL_S = 0.25
SERVE = Path(sys.executable).with_name("serve")


@dataclass
class Service:
    """A running service."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    spill: Path
    config: dict[str, Any]
    """What `serve run` was given."""
    ready_s: float = 0.0
    """From its start until every `readyz` answered 200."""

    def client(self, prefix: str = "/api") -> httpx.Client:
        """A client whose paths begin after `prefix`, for example `/v1/enhance`."""
        return httpx.Client(base_url=self.url + prefix, timeout=START_TIMEOUT_S)

    def deploy(self, config: dict[str, Any]) -> None:
        """`serve deploy`, as an operator redeploys: it returns before the new replicas run."""
        file = self.spill / "deploy.yaml"
        file.write_text(yaml.safe_dump(config))
        dashboard = re.search(r"dashboard at.*?(127\.0\.0\.1:\d+)", self.log.read_text())
        assert dashboard is not None, "Ray did not say where its dashboard is"
        address = f"http://{dashboard[1]}"
        token = os.environ | {"RAY_AUTH_MODE": "token"}  # which Ray made when it started, and put into ~/.ray
        subprocess.run(
            [SERVE, "deploy", str(file), "--address", address], check=True, cwd=ROOT, env=token, timeout=START_TIMEOUT_S
        )

    @property
    def address(self) -> str:
        """Of its Ray cluster, `HOST:PORT`: on a machine with several Ray's commands have to be told which one."""
        return self._given("--gcs-address=")

    @property
    def logs(self) -> Path:
        """Where its Ray cluster writes its logs."""
        return Path(self._given("--logs-dir="))

    def _given(self, option: str) -> str:
        """What one of Ray's processes was started with."""
        words = [word for process in self.ray_processes() for word in _words_of(process)]
        return next(word.removeprefix(option) for word in words if word.startswith(option))

    def ray_processes(self) -> list[psutil.Process]:
        """Every process of the service: the command's children and theirs."""
        return [self_ for self_ in psutil.Process(self.process.pid).children(recursive=True) if self_.is_running()]

    def replicas(self, deployment: str, app: str = "visage") -> list[int]:
        """Process ids of a deployment's replicas."""
        title = f"ray::ServeReplica:{app}:{deployment}"
        return [process.pid for process in self.ray_processes() if title in _title_of(process)]

    def memory_gb(self) -> float:
        """The sum of all processes' proportional set sizes: what is shared is counted once."""
        total = 0
        for process in (psutil.Process(self.process.pid), *self.ray_processes()):
            try:
                total += process.memory_full_info().pss
            except psutil.Error:  # ended meanwhile
                continue
        return total / 1e9

    def is_ready(self, prefix: str = "/api") -> bool:
        """Whether `readyz` of the application at `prefix` answers 200."""
        try:
            return httpx.get(f"{self.url}{prefix}/v1/readyz", timeout=10).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def wait(self, prefixes: Iterable[str]) -> None:
        """Return once every application at one of `prefixes` is ready; raises RuntimeError with the log's end else."""
        until = time.monotonic() + START_TIMEOUT_S
        missing = list(prefixes)
        while missing:
            if self.process.poll() is not None or time.monotonic() > until:
                tail = self.log.read_text(errors="replace")[-4000:]
                raise RuntimeError(f"the service did not become ready ({missing}); its log ends with:\n{tail}")
            if self.is_ready(missing[0]):
                missing.pop(0)
            else:
                time.sleep(_POLL_S)

    def lose(self, deployment: str) -> float:
        """Kill the replicas of a stage of the service itself; seconds until another one answers in their place."""
        before = set(self.replicas(deployment))
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        while not (set(self.replicas(deployment)) - before and self.is_ready()):
            if time.monotonic() - began > START_TIMEOUT_S:
                raise RuntimeError(f"no other replica of {deployment} came up")
            time.sleep(_POLL_S)
        return time.monotonic() - began


def _words_of(process: psutil.Process) -> list[str]:
    """Its command line; empty for a process that has ended meanwhile."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _title_of(process: psutil.Process) -> str:
    return next(iter(_words_of(process)), "")


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    config: dict[str, Any],
    folder: Path,
    environment: Mapping[str, str] = MappingProxyType({}),
    command: Sequence[str | Path] = (SERVE, "run"),
) -> Iterator[Service]:
    """Run the service with `config`, which gets a port of its own, and these variables beside the usual ones.

    `command` is what the name of the configuration's file is put behind.

    Fails with the log's end if it does not come up.
    """
    port = free_port()
    config = config | {"http_options": {"host": "127.0.0.1", "port": port}}
    log = ROOT / "artifacts" / f"serve-{port}.log"  # kept, for whoever has to find out why a test failed
    log.parent.mkdir(exist_ok=True)
    file, spill = folder / "serve.yaml", Path(f"/dev/shm/visage-test-{os.getpid()}-{port}")
    file.write_text(yaml.safe_dump(config))
    spill.mkdir(parents=True, exist_ok=True)
    variables = {
        **VARIABLES,
        **os.environ,
        "RAY_object_spilling_directory": str(spill),
        "PYTHONPATH": str(ROOT),
        **environment,
    }
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, str(file)],
            cwd=ROOT,
            env=variables,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A background job of a shell ignores Ctrl-C; the service must not inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    service = Service(f"http://127.0.0.1:{port}", process, log, spill, config)
    try:
        prefixes = [str(app["route_prefix"]) for app in config["applications"]]
        service.wait(prefix for prefix in prefixes if prefix != "/")  # the page has no readyz
        service.ready_s = time.monotonic() - began
        yield service
    finally:
        left = stop(service)
    assert not left, f"Ctrl-C left {left} running"


def stop(service: Service) -> list[str]:
    """Ctrl-C; returns what that did not end in time, and kills it."""
    process = service.process
    family = service.ray_processes() if process.poll() is None else []
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            family.append(psutil.Process(process.pid))
    _, alive = psutil.wait_procs(family, GONE_TIMEOUT_S)
    left = []
    for survivor in alive:
        if words := _words_of(survivor):  # none: it has ended, and its parent has not looked yet
            left.append(" ".join(words)[:100])
            survivor.kill()
    for file in service.spill.rglob("*"):
        if file.is_file():
            file.unlink()
    return left

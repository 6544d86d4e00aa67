"""`python -m serve_app`, the command behind `make serve`: when it refuses to start, and how it ends."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
import yaml

from load.service import GONE_TIMEOUT_S, ROOT, free_port
from serve_app.memory_check import SPILL_VARIABLE
from serve_app.ray_variables import VARIABLES
from tests.conftest import stand_in
from tests.helpers.api import enhance
from tests.helpers.own_cluster import on_own_cluster
from tests.helpers.stand_ins import NORMAL, SLOW, photo_that_asks_for
from tests.helpers.waiting import PATIENCE_S, wait_until

COMMAND = [sys.executable, "-m", "serve_app"]
DISK = ROOT / "artifacts"  # /tmp may be in memory

# A second raylet on this machine is a second node to Ray.
CLUSTER = """
import sys
from ray.cluster_utils import Cluster
from serve_app.app import build
from serve_app.settings import Settings

good, bad = sys.argv[1:]
head = {"num_cpus": 1, "object_spilling_directory": good, "include_dashboard": False}
cluster = Cluster(True, head_node_args=head, connect=True)
build(Settings())
print("the head alone is accepted", flush=True)
cluster.add_node(num_cpus=1, object_spilling_directory=bad)
cluster.wait_for_nodes()
build(Settings())
"""


@pytest.fixture
def spill() -> Iterator[Path]:
    """A folder in memory that others may read, as `mkdir` makes it."""
    folder = Path(f"/dev/shm/visage-start-{os.getpid()}")
    folder.mkdir(0o755)
    yield folder
    subprocess.run(["rm", "-r", str(folder)], check=True)


def ended(command: list[str], spill: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command of ours that is expected to end by itself."""
    environment = os.environ | {SPILL_VARIABLE: str(spill), "PYTHONPATH": str(ROOT), **variables}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


def test_ray_that_spills_to_a_disk_is_refused() -> None:
    found = ended(COMMAND, DISK / "spill")
    assert found.returncode == 1
    assert f"Ray spills objects to {DISK / 'spill'}, which is on a disk" in found.stderr
    assert f"export {SPILL_VARIABLE}=/dev/shm/" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a process a /dev/shm of its own")
def test_a_container_with_dockers_default_shared_memory_is_refused() -> None:
    inside = f"mount -t tmpfs -o size=64m tmpfs /dev/shm && exec {' '.join(COMMAND)}"
    found = ended(["unshare", "--mount", "sh", "-c", inside], Path("/dev/shm/visage/spill"))
    assert found.returncode == 1
    assert "--shm-size" in found.stderr.strip().rpartition("\n\n")[2]
    assert "Traceback" not in found.stderr


def test_the_builder_refuses_a_cluster_with_one_node_that_spills_to_a_disk() -> None:
    found = on_own_cluster(CLUSTER, str(DISK / "spill"))
    assert "the head alone is accepted" in found.stdout, found.stderr
    assert found.returncode == 1
    assert f"Ray spills objects to {DISK / 'spill'}, which is on a disk" in found.stderr


def test_missing_weights_end_the_start_with_the_reason(spill: Path, tmp_path: Path) -> None:
    config = tmp_path / "serve.yaml"
    application: dict[str, object] = {
        "name": "visage",
        "route_prefix": "/api",
        "import_path": "tests.helpers.stand_in_graphs:build_detector",
        "args": {},
    }
    config.write_text(yaml.safe_dump(_served(application)))
    found = ended([*COMMAND, str(config)], spill, VISAGE_CACHE=str(tmp_path))
    assert found.returncode == 1
    assert "is not on this machine. Run: make weights" in found.stderr.rpartition("does not start.")[2]


def test_sigterm_lets_requests_in_flight_be_answered_and_leaves_no_process(spill: Path, tmp_path: Path) -> None:
    config = tmp_path / "serve.yaml"
    served = _served(stand_in("calm", {"max_concurrent": 4}))
    config.write_text(yaml.safe_dump(served))
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    # It comes up all the same.
    slow = {"RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH": "tests.helpers.slow_proxy:middleware"}
    environment |= {SPILL_VARIABLE: str(spill), "PYTHONPATH": str(ROOT), **slow}
    DISK.mkdir(exist_ok=True)
    log = DISK / "start.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*COMMAND, str(config)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_as_in_a_shell,
        )
    try:
        port = served["http_options"]["port"]  # type: ignore[index]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/calm", timeout=PATIENCE_S) as client:
            wait_until(
                lambda: _ready(client),
                lambda: f"the service is not ready; its log ends with:\n{log.read_text()[-3000:]}",
                alive=lambda: process.poll() is None,
                pause_s=0.3,
            )
            assert enhance(client, photo_that_asks_for(NORMAL)).status_code == 200
            family = psutil.Process(process.pid).children(recursive=True)
            _nothing_is_left_on_a_disk(family, spill)
            (controller,) = [each for each in family if "ServeController" in each.cmdline()[0]]
            assert (VARIABLES | slow).items() <= controller.environ().items()
            listening = [each for process in family for each in process.net_connections() if each.laddr.port == port]
            assert {each.laddr.ip for each in listening if each.status == psutil.CONN_LISTEN} == {"127.0.0.1"}
            with _begun(client) as first, _begun(client) as second:  # which waits for the first
                process.terminate()
                assert all("event: result" in list(lines) for lines in (first, second))
        assert process.wait(PATIENCE_S) == 0
        _, alive = psutil.wait_procs(family, GONE_TIMEOUT_S)
        assert alive == []
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE_S)


def _nothing_is_left_on_a_disk(family: list[psutil.Process], spill: Path) -> None:
    """No process of the service may write a core dump, and nobody else may read what Ray spills."""
    replicas = [process for process in family if "ServeReplica" in " ".join(process.cmdline())]
    assert len(replicas) >= 2
    assert {process.rlimit(psutil.RLIMIT_CORE)[0] for process in family} == {0}
    assert spill.stat().st_mode & 0o777 == 0o700


def _served(application: dict[str, object]) -> dict[str, object]:
    return {
        "proxy_location": "HeadOnly",
        "http_options": {"port": free_port()},
        "applications": [application],
    }


def _as_in_a_shell() -> None:
    """Ctrl-C is not ignored, as it is in a background job, and core dumps are on, as in a container."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


@contextmanager
def _begun(client: httpx.Client) -> Iterator[Iterator[str]]:
    """A request of which the service has told that it works on it: the lines that follow."""
    files, headers = {"file": ("photo", photo_that_asks_for(SLOW))}, {"Accept": "text/event-stream"}
    with client.stream("POST", "/v1/enhance", files=files, headers=headers) as answer:
        lines = answer.iter_lines()
        assert next(lines).startswith("event: ")
        yield lines


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/v1/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False

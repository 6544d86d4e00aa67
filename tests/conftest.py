"""What all tests share: one real Ray cluster with the service as configured, its page, and stand-ins beside it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from typing import Any

# Before torch, NumPy and SciPy are imported, here and in what the tests start: their idle threads would spin, and
# another run of tests beside this one take far longer. OpenBLAS takes it as a power of two; 4 is its least.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")

import pytest
import yaml

from load.service import ROOT, Service, running
from serve_app.ray_variables import set_variables

set_variables()  # for every cluster of the tests

FOLDER_MARKS = {
    "graph": ("cluster",),
    "e2e": ("cluster", "browser"),
    "parity": ("parity", "weights"),
    "training": ("training",),
}
"""Marks that every test below a folder has; `make check` runs what has none."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        for mark in FOLDER_MARKS.get(folder, ()):
            item.add_marker(mark)


def pytest_collection_finish() -> None:
    """What was imported stays. That the garbage collector looks through it no more saves 8% of the quick tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def no_application_outlives_its_tests() -> Iterator[None]:
    """FastAPI remembers the last thousands of endpoints. Each of ours holds its application: gigabytes in the end."""
    yield
    models = sys.modules.get("fastapi.dependencies.models")
    for remembered in vars(models).values() if models else ():
        if hasattr(remembered, "cache_clear"):
            remembered.cache_clear()


TIGHT_LIMITS = {
    "max_concurrent": 6,
    "max_waiting": 1,
    "deadline_s": 4.0,
    "upload_timeout_s": 1.0,
    "max_upload_bytes": 100_000,
    "max_input_megapixels": 0.05,
    "retry_after_s": 7,
}


NARROW_LIMITS = {"max_concurrent": 6, "requests_per_minute": 9}


def stand_in(name: str, limits: dict[str, Any], **stage: int) -> dict[str, Any]:
    """An application of stand-ins under /`name`."""
    return {
        "name": name,
        "route_prefix": f"/{name}",
        "import_path": "tests.helpers.stand_in_graphs:build",
        "args": {"settings": {"limits": limits}, **stage},
    }


STAND_INS = [
    stand_in("tight", TIGHT_LIMITS),
    stand_in("narrow", NARROW_LIMITS, max_ongoing_requests=1, max_queued_requests=1),
    stand_in("left", {"max_concurrent": 6}),
]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The repository's serve_config.yaml on a free port. It takes a while to start."""
    config = yaml.safe_load((ROOT / "serve_config.yaml").read_text())
    # A slow machine may let nobody wait, as it should; the tests that are about waiting have the application "tight".
    config["applications"][0]["args"] = {"limits": {"max_wait_s": 300.0}}
    with running(config, tmp_path_factory.mktemp("service")) as found:
        yield found


@pytest.fixture(scope="session")
def stand_ins(service: Service) -> Service:
    """The service with STAND_INS beside it, from the first test on that needs them: their processes are never idle."""
    service.config["applications"] += STAND_INS
    service.deploy(service.config)
    service.wait(app["route_prefix"] for app in STAND_INS)
    return service

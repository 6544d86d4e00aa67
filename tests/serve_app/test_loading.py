"""What a replica waits out while it loads, and what it raises at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from deployments.config import StageConfig
from deployments.errors import ModelUnavailable, OutOfMemory
from deployments.stages import StageName
from serve_app import loading
from serve_app.app import build, shutdown_options, stage_options
from serve_app.loading import load_in_replica
from serve_app.memory_check import ImagesCouldReachDisk
from serve_app.settings import LimitSettings, Settings

NO_WAIT = (0.0, 0.0)


@pytest.fixture(autouse=True)
def _protected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "protect_this_node", lambda: None)
    monkeypatch.setattr(loading.gc, "collect", lambda: 0)  # takes a second once the other tests' libraries are loaded


def failing(error: Exception, times: int) -> tuple[list[StageConfig], Callable[[StageConfig], str]]:
    """A `load` that raises `error` so many times, and the calls it gets."""
    calls: list[StageConfig] = []

    def load(config: StageConfig) -> str:
        calls.append(config)
        if len(calls) <= times:
            raise error
        return "stage"

    return calls, load


@pytest.mark.parametrize(
    "error",
    [
        OutOfMemory(StageName.UPSCALER, "the GPU has no memory left"),
        MemoryError(),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)"),
    ],
)
def test_a_replica_waits_where_memory_is_short(error: Exception) -> None:
    calls, load = failing(error, times=2)
    assert load_in_replica(load, StageConfig(), NO_WAIT) == "stage"
    assert len(calls) == 3


def test_memory_that_stays_short_is_raised_in_the_end() -> None:
    calls, load = failing(OutOfMemory(StageName.UPSCALER, "no memory left"), times=99)
    with pytest.raises(OutOfMemory):
        load_in_replica(load, StageConfig(), NO_WAIT)
    assert len(calls) == 3


@pytest.mark.parametrize(
    "error",
    [
        ModelUnavailable(StageName.RESTORER, "gfpgan-v1.4 is not on this machine"),
        RuntimeError("device is set to cuda, but this process sees no GPU"),
    ],
)
def test_what_does_not_pass_is_raised_at_once(error: Exception) -> None:
    calls, load = failing(error, times=99)
    with pytest.raises(type(error)):
        load_in_replica(load, StageConfig(), NO_WAIT)
    assert len(calls) == 1


def test_nothing_is_loaded_where_images_could_reach_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise ImagesCouldReachDisk("a disk")

    monkeypatch.setattr(loading, "protect_this_node", refuse)
    calls, load = failing(MemoryError(), times=0)
    with pytest.raises(ImagesCouldReachDisk):
        load_in_replica(load, StageConfig(), NO_WAIT)
    assert calls == []


def test_a_replica_that_goes_has_the_time_of_a_whole_request() -> None:
    limits = LimitSettings(deadline_s=60, upload_timeout_s=20)
    assert shutdown_options(limits)["graceful_shutdown_timeout_s"] >= 80


def test_the_builder_protects_the_cluster_and_every_deployment_gets_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[bool] = []
    monkeypatch.setattr("serve_app.app.protect_every_node", lambda: checked.append(True))
    monkeypatch.setattr("ray.cluster_resources", dict)
    deployments = deployments_of(build(Settings(limits=LimitSettings(deadline_s=1000))))
    assert checked == [True]
    assert {"Ingress", "Restorer"} <= deployments.keys()
    assert all(found >= 1000 for found in deployments.values()), deployments


def deployments_of(application: object) -> dict[str, float]:
    """Each deployment's time to finish, by its name."""
    from ray.serve._private.build_app import build_app
    from ray.serve.deployment import deployment_to_schema

    built = build_app(application, name="test")  # type: ignore[arg-type]
    return {each.name: deployment_to_schema(each).graceful_shutdown_timeout_s for each in built.deployments}


def test_serve_itself_tries_each_replica_three_times() -> None:
    """Replicas that die while they load are all that is left to it."""
    assert "max_constructor_retry_count" not in stage_options(Settings().scale_of(StageName.DETECTOR), 0)


@pytest.mark.parametrize("module", ["serve_app.video.flow", "deployments.imaging.geometry"])
def test_opencvs_idle_threads_sleep_however_the_service_was_started(module: str) -> None:
    """OpenCV reads it when it is loaded."""
    asked = f"""
import os, sys
class Watch:
    def find_spec(self, name, *_):
        if name == "cv2":
            sys.exit(0 if os.environ.get("OPENCV_THREAD_POOL_ACTIVE_WAIT_WORKER") == "0" else 3)
sys.meta_path.insert(0, Watch())
import {module}
sys.exit("cv2 was not loaded")
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENCV_")}
    assert subprocess.run([sys.executable, "-c", asked], env=environment, check=False).returncode == 0

"""Device, precision, and what becomes of the errors that models raise."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
import torch
from torch import nn

from deployments.config import UpscalerConfig
from deployments.errors import Cancelled, InferenceFailed, OutOfMemory, StageError
from deployments.models.network import Network
from deployments.models.registry import architecture_of
from deployments.runtime.cpus import set_threads
from deployments.runtime.device import dtype_name, resolve_device, resolve_precision
from deployments.runtime.gpu_grant import GPUS_VARIABLE, grant_gpus
from deployments.runtime.inference import inference
from deployments.runtime.torch_enlarger import TorchEnlarger
from deployments.stages import StageName


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an operator nor Ray has said which GPUs there are."""
    for variable in (GPUS_VARIABLE, "CUDA_VISIBLE_DEVICES"):
        monkeypatch.delenv(variable, raising=False)


CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize(
    ("choice", "has_gpu", "device"), [("auto", False, "cpu"), ("auto", True, "cuda"), ("cpu", True, "cpu")]
)
def test_auto_is_the_gpu_where_there_is_one(
    choice: str, has_gpu: bool, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_gpu)
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", True)
    assert resolve_device(choice).type == device  # type: ignore[arg-type]
    assert torch.backends.cudnn.allow_tf32 == (device == "cpu"), "float32 has 23 bits of mantissa, TF32 10"


@pytest.mark.parametrize("hidden", ["", "-1", "NoDevFiles", "-1,0"])
def test_auto_takes_no_gpu_that_is_hidden(hidden: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert resolve_device("auto").type == "cpu"
    with pytest.raises(RuntimeError, match="hides every GPU"):
        resolve_device("cuda")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert resolve_device("auto").type == "cuda"


def test_auto_takes_no_gpu_that_ray_gave_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv(GPUS_VARIABLE, "anything, so that the variable is restored")
    grant_gpus([])
    assert resolve_device("auto").type == "cpu"
    with pytest.raises(RuntimeError, match="no share of a GPU"):
        resolve_device("cuda")
    grant_gpus([0])
    assert resolve_device("auto").type == "cuda" and resolve_device("cpu").type == "cpu"


@pytest.mark.parametrize("choice", ["auto", "cuda"])
@pytest.mark.parametrize("driver", [True, False])
def test_a_gpu_that_is_there_but_does_not_work_is_an_error_that_says_why(
    choice: str, driver: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Seen by its driver, or because Ray gave it."""

    def fails() -> None:
        raise RuntimeError("The NVIDIA driver on your system is too old (found version 11040).\nPlease update")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "init", fails)
    monkeypatch.setattr(torch.backends.cuda, "is_built", lambda: True)
    monkeypatch.setattr("deployments.runtime.device.DRIVER", tmp_path if driver else tmp_path / "none")
    monkeypatch.setenv(GPUS_VARIABLE, "0")
    if driver:
        monkeypatch.delenv(GPUS_VARIABLE)
    with pytest.raises(RuntimeError, match="CUDA cannot use it: The NVIDIA driver on your system is too old"):
        resolve_device(choice)  # type: ignore[arg-type]
    assert resolve_device("cpu").type == "cpu"


def test_a_gpu_that_was_asked_for_and_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(RuntimeError, match="sees no GPU"):
        resolve_device("cuda")


def test_auto_takes_the_stages_own_choice_for_the_device() -> None:
    assert resolve_precision("auto", CPU, on_cpu="float32", on_gpu="float16") == torch.float32
    assert resolve_precision("auto", CUDA, on_cpu="float32", on_gpu="float16") == torch.float16
    assert resolve_precision("float32", CUDA, on_cpu="float32", on_gpu="float16") == torch.float32
    with pytest.raises(RuntimeError, match="not supported on the CPU"):
        resolve_precision("float16", CPU, on_cpu="float32", on_gpu="float32")
    assert dtype_name(torch.bfloat16) == "bfloat16"


@pytest.mark.parametrize(
    ("raised", "becomes"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), OutOfMemory),
        (MemoryError(), OutOfMemory),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), OutOfMemory),
        (RuntimeError("not enough memory: you tried to allocate 8 bytes"), OutOfMemory),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), OutOfMemory),
        (RuntimeError("CUDA error: out of memory"), OutOfMemory),
        (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), OutOfMemory),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), InferenceFailed),
        (Cancelled(StageName.METRICS, "left"), Cancelled),
    ],
)
def test_what_a_model_raises_becomes_an_error_of_the_stage(raised: Exception, becomes: type[StageError]) -> None:
    with pytest.raises(becomes) as found, inference(StageName.METRICS):
        raise raised
    assert found.value.stage == "metrics"
    if becomes is InferenceFailed:
        assert "CUDA error" in found.value.message


def test_no_gradients_are_kept() -> None:
    weight = torch.ones(1, requires_grad=True)
    with inference(StageName.METRICS):
        assert not (weight * 2).requires_grad


def test_memory_is_released_before_it_is_returned_to_the_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[weakref.ref[torch.Tensor]] = []
    returned: list[bool] = []

    def forward() -> None:
        activations = torch.zeros(8)
        held.append(weakref.ref(activations))
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: returned.append(held[0]() is None))
    gc.disable()
    try:
        with pytest.raises(OutOfMemory), inference(StageName.METRICS):
            forward()
    finally:
        gc.enable()
    assert returned == [True]


def test_a_stage_on_the_cpu_has_nothing_to_probe_and_one_on_a_gpu_asks_its_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Lost:
        def query(self) -> bool:
            raise RuntimeError("CUDA error: unspecified launch failure")

    network = Network("realesr-general-x4v3", nn.Identity(), architecture_of("realesr-general-x4v3"))
    stage = TorchEnlarger(network, UpscalerConfig(device="cpu"))
    stage.probe()
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: Lost())
    for name, given in (("resolve_device", lambda choice: CUDA), ("free_gpu_memory", lambda: 1 << 30)):
        monkeypatch.setattr(f"deployments.runtime.torch_enlarger.{name}", given)
    stage = TorchEnlarger(network, UpscalerConfig(device="cuda"))
    with pytest.raises(RuntimeError, match="launch failure"):
        stage.probe()


def test_threads_are_as_many_as_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    monkeypatch.setattr("deployments.runtime.cpus.available_cpus", lambda: 3)
    try:
        assert set_threads(0) == torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_the_number_of_threads_is_set() -> None:
    before = torch.get_num_threads()
    try:
        assert set_threads(1) == torch.get_num_threads() == 1
        assert set_threads(0) == torch.get_num_threads() >= 1
    finally:
        torch.set_num_threads(before)

"""Device, precision, and what becomes of the errors that models raise."""

from __future__ import annotations

import pytest
import torch

from deployments.errors import Cancelled, InferenceFailed, OutOfMemory, StageError
from deployments.runtime.device import dtype_name, inference, resolve_device, resolve_precision, set_threads
from deployments.stages import StageName

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize(
    ("choice", "has_gpu", "device"), [("auto", False, "cpu"), ("auto", True, "cuda"), ("cpu", True, "cpu")]
)
def test_auto_is_the_gpu_where_there_is_one(
    choice: str, has_gpu: bool, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_gpu)
    assert resolve_device(choice).type == device  # type: ignore[arg-type]


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


def test_the_number_of_threads_is_set() -> None:
    before = torch.get_num_threads()
    try:
        assert set_threads(1) == torch.get_num_threads() == 1
        assert set_threads(0) == torch.get_num_threads() >= 1
    finally:
        torch.set_num_threads(before)

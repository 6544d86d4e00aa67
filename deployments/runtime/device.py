"""What the torch stages run on (device, precision, threads), and the translation of errors that models raise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import cv2
import torch

from deployments.config import DeviceChoice, PrecisionChoice
from deployments.errors import InferenceFailed, OutOfMemory, StageError

_DTYPES: dict[str, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


def resolve_device(choice: DeviceChoice) -> torch.device:
    """`auto` is the GPU that Ray made visible to this process, else the CPU; `cuda` without one is an error."""
    available = torch.cuda.is_available()
    if choice == "cuda" and not available:
        raise RuntimeError("device is set to cuda, but this process sees no GPU")
    return torch.device("cuda" if available and choice != "cpu" else "cpu")


def resolve_precision(
    choice: PrecisionChoice, device: torch.device, *, on_cpu: PrecisionChoice, on_gpu: PrecisionChoice
) -> torch.dtype:
    """The dtype to compute in; `auto` takes the stage's own choice for the device.

    bfloat16 falls back to float32 on a CPU without instructions for it, where it would be both slower and less exact.
    """
    name = (on_gpu if device.type == "cuda" else on_cpu) if choice == "auto" else choice
    if name == "float16" and device.type == "cpu":
        raise RuntimeError("float16 is not supported on the CPU: choose float32 or bfloat16")
    if name == "bfloat16" and device.type == "cpu" and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        name = "float32"
    return _DTYPES[name]


def dtype_name(dtype: torch.dtype) -> str:
    """`float32` for torch.float32."""
    return str(dtype).removeprefix("torch.")


def set_threads(count: int) -> int:
    """Let torch and OpenCV use `count` threads (0: every core) when called from this thread; returns the number.

    Ray starts replicas with OMP_NUM_THREADS=1, whatever CPUs they ask for.
    """
    threads = count or os.cpu_count() or 1
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    return threads


@contextmanager
def inference(stage: StrEnum) -> Iterator[None]:
    """Run without gradients; errors that a model raises become OutOfMemory or InferenceFailed of `stage`."""
    try:
        with torch.inference_mode():
            yield
    except StageError:
        raise
    except torch.OutOfMemoryError as error:
        torch.cuda.empty_cache()
        raise OutOfMemory(stage, "the GPU has no memory left") from error
    except MemoryError as error:
        raise OutOfMemory(stage, "no memory left") from error
    except RuntimeError as error:
        if "not enough memory" in str(error) or "can't allocate memory" in str(error):  # torch's CPU allocator
            raise OutOfMemory(stage, "no memory left") from error
        raise InferenceFailed(stage, f"{type(error).__name__}: {error}") from error

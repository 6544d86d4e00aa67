"""What torch runs on: device and precision."""

from __future__ import annotations

from pathlib import Path

import torch

from deployments.config import DeviceChoice, PrecisionChoice
from deployments.runtime.gpu_grant import gpu_denied, gpu_granted

_DTYPES: dict[str, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
DRIVER = Path("/dev/nvidiactl")


def resolve_device(choice: DeviceChoice) -> torch.device:
    """`auto` is the GPU that this process was given, else the CPU.

    On a GPU float32 then means that, and not TensorFloat-32, whose 10 bits of mantissa torch lets convolutions use: the
    result of general-x4v3 would differ by up to 1.1/255 with the tiles it is computed in. Raises RuntimeError where
    `cuda` was asked for without a GPU, and where a GPU is there but CUDA cannot use it: the CPU in its place would take
    minutes for what was planned as seconds, and nobody would know why.
    """
    if choice == "cpu":
        return torch.device("cpu")
    denied = gpu_denied()
    if denied is None and torch.cuda.is_available():
        torch.backends.cudnn.allow_tf32 = False
        return torch.device("cuda")
    if denied is None and (gpu_granted() or _driver_is_there()):
        raise RuntimeError(
            f"there is a GPU, but CUDA cannot use it: {_reason()}. Without it: set device to cpu, or "
            "CUDA_VISIBLE_DEVICES to nothing"
        )
    if choice == "cuda":
        raise RuntimeError(f"device is set to cuda, but this process sees no GPU: {denied or _reason()}")
    return torch.device("cpu")


def _driver_is_there() -> bool:
    return torch.backends.cuda.is_built() and DRIVER.exists()


def _reason() -> str:
    """What torch says when it starts CUDA."""
    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:  # torch without CUDA asserts
        return str(error).strip().splitlines()[0].rstrip(".")
    return "torch found no device"


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


def free_gpu_memory() -> int:
    """Bytes of GPU memory that this process could allocate now: free ones, and those in its own cache."""
    return torch.cuda.mem_get_info()[0] + torch.cuda.memory_reserved() - torch.cuda.memory_allocated()

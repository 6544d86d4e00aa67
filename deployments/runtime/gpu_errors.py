"""What the messages of CUDA's libraries mean. Imports no torch.

torch, cuBLAS, cuDNN, the driver and ONNX Runtime report through exceptions without a common type, so their messages
are all there is to go by.
"""

from __future__ import annotations

import re
import traceback

# Memory: the call may succeed with less to do, or later.
_OUT_OF_MEMORY = re.compile(
    r"out of memory|out_of_memory|ALLOC(?:ATION)?_FAILED|cudaErrorMemoryAllocation|bad_alloc"
    r"|not enough memory|can't allocate memory|failed to allocate memory|BFCArena",
    re.IGNORECASE,
)
# Everything else from these libraries: after most of them each later call in the process fails. A replica that is
# replaced for nothing costs seconds; one that is not fails until somebody looks.
_CONTEXT_LOST = re.compile(
    r"CUDA error|cuDNN error|CUDA driver error|CUDA failure|CUDNN failure|CUBLAS failure"
    r"|CUDNN_STATUS_\w*(?:EXECUTION_FAILED|INTERNAL_ERROR|MAPPING_ERROR)"
    r"|CUBLAS_STATUS_(?:EXECUTION_FAILED|INTERNAL_ERROR|MAPPING_ERROR)"
    r"|cudaError\w+|CUDA_ERROR_\w+|device-side assert|unspecified launch failure|illegal memory access",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"(?:CUBLAS|CUDNN)_STATUS_(?:INVALID_VALUE|BAD_PARAM\w*|NOT_SUPPORTED\w*)", re.IGNORECASE)


def is_out_of_memory(message: str) -> bool:
    """Whether an allocation failed, on the GPU or on the CPU."""
    return _OUT_OF_MEMORY.search(message) is not None


def is_context_lost(message: str) -> bool:
    """Whether this process can no longer use its GPU, so that only a new process helps."""
    if is_out_of_memory(message) or _HARMLESS.search(message):
        return False
    return _CONTEXT_LOST.search(message) is not None


def release_frames(error: BaseException | None) -> None:
    """Drop the local variables of all finished frames that `error`, its cause and its context hold.

    Among them are the tensors of the forward pass that failed: gigabytes that would stay as long as the error does.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__

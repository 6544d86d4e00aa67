"""What messages of CUDA's libraries mean, and that an error lets go of what failed."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from deployments.runtime.gpu_errors import is_context_lost, is_out_of_memory, release_frames

MEMORY = [
    "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 7.79 GiB",
    "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported",
    "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
    "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
    "CUDA driver error: out of memory",
    "CUDA failure 2: out of memory ; GPU=0 ; hostname=one",
    "onnxruntime::BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 1024",
    "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes",
    "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes",
]
LOST = [
    "CUDA error: an illegal memory access was encountered",
    "AcceleratorError: CUDA error: unspecified launch failure",
    "CUDA error: device-side assert triggered",
    "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm( handle, opa, opb)`",
    "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
    "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR",
    "CUDA driver error: an illegal memory access was encountered",
    "CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=one",
    "CUDNN failure 8: CUDNN_STATUS_EXECUTION_FAILED ; GPU=0",
    "CUBLAS failure 13: CUBLAS_STATUS_EXECUTION_FAILED ; GPU=0",
    "upscaler: AcceleratorError: CUDA error: the launch timed out and was terminated",
]
NEITHER = [
    "shapes differ",
    "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)",
    "cuDNN error: CUDNN_STATUS_NOT_SUPPORTED. This error may appear if you passed in a non-contiguous input.",
    "cuDNN error: CUDNN_STATUS_BAD_PARAM",
    "CUDA error: CUBLAS_STATUS_INVALID_VALUE when calling `cublasSgemm`",
    "visage-face returned values that are no image, in float32 too",
    "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!",
]


@pytest.mark.parametrize("message", MEMORY)
def test_failed_allocations_are_out_of_memory_and_not_the_end_of_the_gpu(message: str) -> None:
    assert is_out_of_memory(message) and not is_context_lost(message)


@pytest.mark.parametrize("message", LOST)
def test_a_lost_context_is_recognized_whichever_library_says_so(message: str) -> None:
    assert is_context_lost(message) and not is_out_of_memory(message)


@pytest.mark.parametrize("message", NEITHER)
def test_other_failures_are_neither(message: str) -> None:
    assert not is_context_lost(message) and not is_out_of_memory(message)


def test_an_error_lets_go_of_what_its_finished_frames_held() -> None:
    held: list[weakref.ref] = []

    def inner() -> None:
        activations = np.zeros(3)
        held.append(weakref.ref(activations))
        raise KeyError("inner")

    def outer() -> None:
        other = np.zeros(3)
        held.append(weakref.ref(other))
        try:
            inner()
        except KeyError as error:
            raise ValueError("outer") from error

    gc.disable()
    try:
        with pytest.raises(ValueError) as raised:
            outer()
        assert [one() is None for one in held] == [False, False]
        release_frames(raised.value)
        assert [one() is None for one in held] == [True, True]
    finally:
        gc.enable()
    release_frames(None)

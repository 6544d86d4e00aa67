"""A convolution as the machine code takes it: its function, and its weights as they lie in memory."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from deployments.models.compact_weights import Layer as Weights
from deployments.runtime.kernels.convolution import Shape
from deployments.runtime.kernels.cpu import MachineCode
from deployments.runtime.kernels.winograd import kernel_frequencies, paired_bfloat16

_CONVOLVE = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 7, *[ctypes.c_int64] * 3)


def aligned(*shape: int) -> NDArray[np.float32]:
    """Zeros that begin on a cache line, so that no vector lies across two."""
    numbers = np.zeros(math.prod(shape) + 16, np.float32)
    offset = -numbers.ctypes.data % 64 // numbers.itemsize
    return numbers[offset : offset + math.prod(shape)].reshape(shape)


@dataclass(frozen=True)
class Layer:
    """One convolution with its PReLU."""

    convolve: Callable[..., None]
    inputs: int
    outputs: int
    kernels: NDArray[Any]
    bias: NDArray[np.float32]
    slope: NDArray[np.float32]

    @classmethod
    def of(cls, code: MachineCode, shape: Shape, weights: Weights) -> Self:
        """`code` has the function of `shape`, which `weights` fit."""
        kernel, bias, slope = weights
        kernels = kernel_frequencies(kernel)
        packed = paired_bfloat16(kernels).view(np.float32) if shape.bf16 else kernels
        convolve = code.function(shape.name, _CONVOLVE)
        return cls(convolve, shape.inputs, shape.outputs, *map(_moved, (packed, bias, slope)))


def _moved(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """A copy that begins on a cache line."""
    copy = aligned(*array.shape)
    copy.view(np.uint32)[:] = array.view(np.uint32)
    return copy

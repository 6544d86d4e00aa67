"""A convolution as the machine code takes it: its function, and its weights as they lie in memory."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from deployments.models.compact_weights import Layer as Weights
from deployments.runtime.kernels.cpu import MachineCode
from deployments.runtime.kernels.packing import packed
from deployments.runtime.kernels.shape import Shape

_CONVOLVE = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 8, *[ctypes.c_int64] * 3)


def aligned(*shape: int) -> NDArray[np.float32]:
    """Zeros that begin on a cache line, so that no vector lies across two."""
    numbers = np.zeros(math.prod(shape) + 16, np.float32)
    offset = -numbers.ctypes.data % 64 // numbers.itemsize
    return numbers[offset : offset + math.prod(shape)].reshape(shape)


@dataclass(frozen=True)
class Layer:
    """One convolution with its PReLU."""

    convolve: Callable[..., None]
    shape: Shape
    kernels: NDArray[np.float32]
    worth: NDArray[np.float32]
    bias: NDArray[np.float32]
    slope: NDArray[np.float32]

    @classmethod
    def of(cls, code: MachineCode, shape: Shape, weights: Weights) -> Self:
        """`code` has the function of `shape`, which `weights` fit."""
        kernel, bias, slope = weights
        kernels, worth = packed(shape.formulas.kernel_frequencies(kernel), shape.numbers)
        convolve = code.function(shape.name, _CONVOLVE)
        return cls(convolve, shape, *map(_moved, (kernels, worth, bias, slope)))

    @property
    def words(self) -> int:
        """Of 32 bits, in a pixel that it writes."""
        return self.shape.outputs // (2 if self.shape.writes_half else 1)


def _moved(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """A copy that begins on a cache line."""
    copy = aligned(*array.shape)
    copy.view(np.uint32)[:] = array.view(np.uint32)
    return copy

"""A convolution as the machine code takes it: its function, and its weights as they lie in memory."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from deployments.models.compact_weights import Layer as Weights
from deployments.runtime.kernels.cpu import MachineCode
from deployments.runtime.kernels.direct import DirectShape
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
    shape: Shape | DirectShape
    kernels: NDArray[np.float32]
    worth: NDArray[np.float32]
    bias: NDArray[np.float32]
    slope: NDArray[np.float32]

    @classmethod
    def of(cls, code: MachineCode, shape: Shape | DirectShape, weights: Weights) -> Self:
        """`code` has the function of `shape`, which `weights` fit."""
        kernel, bias, slope = weights
        kernels, worth = shape.packed(kernel)
        convolve = code.function(shape.name, _CONVOLVE)
        return cls(convolve, shape, *map(_moved, (kernels, worth, bias, slope)))

    @cached_property
    def addresses(self) -> tuple[int, ...]:
        """Of its weights, in the order of the function's arguments."""
        return tuple(each.ctypes.data for each in (self.kernels, self.worth, self.bias, self.slope))


def _moved(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """A copy that begins on a cache line."""
    copy = aligned(*array.shape)
    copy.view(np.uint32)[:] = array.view(np.uint32)
    return copy

"""A chain of 3x3 convolutions of 64 channels on our own machine code, as it stands in the middle of a network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from llvmlite import ir
from numpy.typing import NDArray

from deployments.models.compact_weights import CHANNELS
from deployments.models.compact_weights import Layer as Weights
from deployments.runtime.kernels.convolution import Convolution
from deployments.runtime.kernels.cpu import Cpu, MachineCode, cpu_with, host_features
from deployments.runtime.kernels.layer import Layer
from deployments.runtime.kernels.shape import Shape
from deployments.runtime.kernels.strips import Strips


class ChainCode:
    """The machine code that all chains of a process share, with products in float32."""

    def __init__(self) -> None:
        """Raises KernelUnavailable where no code can be made."""
        self.cpu: Cpu = cpu_with(host_features())
        self.name = f"winograd {self.cpu.vectors} f32"
        self._shape = Shape(CHANNELS, CHANNELS, "f32")
        text = ir.Module()
        Convolution(text, self.cpu, self._shape)
        self._code = MachineCode(str(text), self.cpu)

    def layer(self, weights: Weights) -> Layer:
        """Those of one convolution."""
        return Layer.of(self._code, self._shape, weights)


chain_code = cache(ChainCode)


class Chain:
    """Convolutions behind one another, each with its PReLU. Beyond its edges a picture is zero for each."""

    def __init__(self, code: ChainCode, weights: Sequence[Weights], threads: int) -> None:
        self._code, self._threads = code, threads  # the functions are gone with the code
        self._layers = [code.layer(each) for each in weights]
        self._in_place = code.cpu.in_place

    def __call__(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(H, W, 64) to the same; W is at most MAX_WIDTH."""
        output = np.empty_like(features)

        def put(row: int, rows: NDArray[np.float32]) -> None:
            output[row : row + len(rows)] = rows[:, : output.shape[1]]

        for _ in Strips(self._layers, features, put, self._threads, self._in_place).run():
            pass
        return output

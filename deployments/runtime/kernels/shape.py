"""What a convolution is like, and how its tiles lie in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deployments.models.compact_weights import CHANNELS
from deployments.runtime.kernels.cpu import Cpu, Numbers
from deployments.runtime.kernels.packing import packed
from deployments.runtime.kernels.winograd import FOUR, Formulas
from deployments.runtime.kernels.writer import FLOAT, INTEGER, SHORT, Writer

ROWS = 6
"""Tiles whose products are summed in registers at a time."""
_BLOCKS = {4: 5 * ROWS, 6: 3 * ROWS}  # by pixels of a tile: their planes and the kernels stay in the second-level cache


@dataclass(frozen=True)
class Shape:
    """Channels in and out, multiples of the CPU's lanes and at most 64, and how they are calculated."""

    inputs: int
    outputs: int
    numbers: Numbers
    """What is multiplied."""
    formulas: Formulas = FOUR
    reads_half: bool = False
    """Whether the numbers of the pixels are float16 instead of float32. That is exact enough, and memory is slow."""
    writes_half: bool = False

    @property
    def name(self) -> str:
        pixels = "_".join("f16" if half else "f32" for half in (self.reads_half, self.writes_half))
        return f"convolve_{self.inputs}_{self.outputs}_{self.numbers}_{self.formulas.tile}_{pixels}"

    @property
    def tile(self) -> tuple[int, int]:
        """Rows and columns of pixels that are calculated together."""
        return self.formulas.tile, self.formulas.tile

    @property
    def reads(self) -> int:
        """Words of 32 bits in a pixel."""
        return self.inputs // (2 if self.reads_half else 1)

    @property
    def writes(self) -> int:
        return self.outputs // (2 if self.writes_half else 1)

    def packed(self, kernel: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """See packing.py; `kernel` is (outputs, inputs, 3, 3)."""
        return packed(self.formulas.kernel_frequencies(kernel), self.numbers)

    @property
    def scratch(self) -> int:
        """float32 numbers in `frequencies` and in `products`."""
        return _BLOCKS[self.formulas.tile] * (self.formulas.planes + 1) * CHANNELS


class Tiles:
    """Where the frequencies of some tiles are, or the products that take their place."""

    def __init__(self, w: Writer, cpu: Cpu, shape: Shape) -> None:
        self._w, self._lanes, self._shape = w, cpu.lanes, shape
        self.count = _BLOCKS[shape.formulas.tile]
        """Of the tiles."""

    def words(self, array: Any, tile: Any, plane: Any, group: Any) -> Any:
        """Where as many words of 32 bits as the CPU has lanes are; a tile has `group`s of them for 64 channels.

        All groups of a tile lie beside one another, in each of them all planes, and one to spare, or the tiles would
        fall onto the same lines of the cache.
        """
        w, lanes = self._w, self._lanes
        return w.place(array, FLOAT, [CHANNELS // lanes, self._shape.formulas.planes + 1, lanes], tile, group, plane, 0)

    def numbers(self, array: Any, tile: Any, plane: Any, channel: Any) -> Any:
        """Where the number of one channel is in words of its own."""
        return self.words(array, tile, plane, self._w.builder.udiv(channel, INTEGER(self._lanes)))

    def shorts(self, array: Any, tile: Any, plane: Any, channel: Any) -> Any:
        """Where the number of one channel is in words that two share."""
        pairs = INTEGER(2 * self._lanes)
        words = self.words(array, tile, plane, self._w.builder.udiv(channel, pairs))
        return self._w.place(words, SHORT, [], self._w.builder.urem(channel, pairs))

"""What a convolution is like, and how its tiles lie in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deployments.models.compact_weights import CHANNELS
from deployments.runtime.kernels import amx
from deployments.runtime.kernels.cpu import Cpu, Numbers
from deployments.runtime.kernels.winograd import FOUR, Formulas
from deployments.runtime.kernels.writer import FLOAT, INTEGER, SHORT, Writer

ROWS = 6
"""Tiles whose products are summed in registers at a time, without AMX."""
_BLOCKS = {4: 5 * ROWS, 6: 3 * ROWS}  # by pixels of a tile: their planes and the kernels stay in the second-level cache
_AMX_BLOCK = 2 * amx.ROWS


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
    def scratch(self) -> int:
        """float32 numbers in `frequencies` and in `products`."""
        planes, block = self.formulas.planes, _BLOCKS[self.formulas.tile]
        return max(block * (planes + 1), planes * (_AMX_BLOCK + 1)) * CHANNELS


class Tiles:
    """Where the frequencies of some tiles are, or the products that take their place."""

    def __init__(self, w: Writer, cpu: Cpu, shape: Shape) -> None:
        self._w, self._lanes, self._shape = w, cpu.lanes, shape
        self.by_amx = shape.numbers == "bf16" and cpu.amx
        self.count = _AMX_BLOCK if self.by_amx else _BLOCKS[shape.formulas.tile]
        """Of the tiles."""

    def words(self, array: Any, tile: Any, plane: Any, group: Any, *, short: bool = False) -> Any:
        """Where as many words of 32 bits as the CPU has lanes are; a tile has `group`s of them for 64 channels.

        All groups of a tile lie beside one another, in each of them all planes, and one to spare, or the tiles would
        fall onto the same lines of the cache. For AMX it is tiles that lie beside one another. `short`: they are pairs.
        """
        w, lanes = self._w, self._lanes
        if self.by_amx:
            group = w.builder.mul(group, group.type(lanes)) if hasattr(group, "type") else INTEGER(group * lanes)
            return w.place(array, FLOAT, [self.count + 1, CHANNELS // (2 if short else 1)], plane, tile, group)
        return w.place(array, FLOAT, [CHANNELS // lanes, self._shape.formulas.planes + 1, lanes], tile, group, plane, 0)

    def numbers(self, array: Any, tile: Any, plane: Any, channel: Any) -> Any:
        """Where the number of one channel is in words of its own."""
        return self.words(array, tile, plane, self._w.builder.udiv(channel, INTEGER(self._lanes)))

    def shorts(self, array: Any, tile: Any, plane: Any, channel: Any) -> Any:
        """Where the number of one channel is in words that two share."""
        pairs = INTEGER(2 * self._lanes)
        words = self.words(array, tile, plane, self._w.builder.udiv(channel, pairs), short=True)
        return self._w.place(words, SHORT, [], self._w.builder.urem(channel, pairs))

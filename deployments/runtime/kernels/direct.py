"""The machine code of a 3x3 convolution with bias and PReLU by AMX: nine products of matrices, one for each neighbor.

AMX multiplies so fast that Winograd's formulas would take longer than the products they save. Pixels of bfloat16 lie
beside one another as the rows of a matrix; those of a neighbor begin one pixel, or one row of the picture, further on.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from llvmlite import ir
from numpy.typing import NDArray

from deployments.models.compact_weights import CHANNELS
from deployments.runtime.kernels import amx
from deployments.runtime.kernels.packing import packed
from deployments.runtime.kernels.writer import FLOAT, INTEGER, POINTER, WORD, BFloat16, Lanes, Writer

_BLOCK = 2 * amx.ROWS  # pixels
_NEIGHBORS = [(down, across) for down in range(3) for across in range(3)]
# Registers: sums of 2 x 16 pixels by 2 x 16 outputs, so that each of the others is multiplied twice.
_SUMS, _PIXELS, _KERNELS = ((0, 1), (2, 3)), (4, 5), (6, 7)
_OUTPUTS = len(_KERNELS) * amx.ROWS


@dataclass(frozen=True)
class DirectShape:
    """Channels in and out, multiples of 32 and of 16, at most 64. Pixels are bfloat16."""

    inputs: int
    outputs: int
    writes_float: bool = False
    """Whether the pixels that come out are float32."""

    tile = 1, _BLOCK
    """See Shape for all that follows."""
    scratch = 3 * _BLOCK * CHANNELS

    @property
    def name(self) -> str:
        return f"convolve_{self.inputs}_{self.outputs}_direct_{'f32' if self.writes_float else 'bf16'}"

    @property
    def reads(self) -> int:
        return self.inputs // 2

    @property
    def writes(self) -> int:
        return self.outputs // (1 if self.writes_float else 2)

    @property
    def steps(self) -> int:
        """Registers full of channels, those of all neighbors."""
        return len(_NEIGHBORS) * self.reads // amx.ROWS

    def packed(self, kernel: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(steps, outputs / 16, 16, 16): registers full of words, in the order in which they are multiplied."""
        planes = kernel.transpose(2, 3, 1, 0).reshape(len(_NEIGHBORS), self.inputs, self.outputs)
        words, worth = packed(planes, "bf16")
        cut = words.reshape(self.steps, amx.ROWS, self.outputs // amx.ROWS, amx.ROWS)
        return np.ascontiguousarray(cut.swapaxes(1, 2)), worth


class DirectConvolution:
    """Writes the function `shape.name`; its arguments are Convolution's, but `worth` and `products` are not used.

    While a block is multiplied, the sums of the block to its left become pixels: AMX works beside the vectors' units.
    """

    def __init__(self, module: ir.Module, shape: DirectShape) -> None:
        self._shape = shape
        self._w = w = Writer(module, shape.name, pointers=8, integers=3)
        above, below, self._weights, _, self._bias, self._slope, self._sums, _, rows, across, width = w.arguments
        self._registers = amx.Registers(module, w)
        self._registers.begin()
        nowhere, one = w.place(self._sums, FLOAT, [_BLOCK, shape.outputs], 2, 0, 0), INTEGER(1)
        with w.loop(rows) as row:
            sources = [w.load(w.place(above, POINTER, [1], row, down), POINTER, align=8).value for down in range(3)]
            target = w.load(w.place(below, POINTER, [], row), POINTER, align=8).value
            with w.loop(across) as block:
                before = w.builder.sub(block, one)
                left = w.place(target, WORD, [_BLOCK, shape.writes], before, 0, 0)
                left = w.builder.select(w.builder.icmp_signed("<", before, INTEGER(0)), nowhere, left)
                self._multiply(sources, block, left)
            last = w.builder.sub(across, one)
            left = w.place(target, WORD, [_BLOCK, shape.writes], last, 0, 0)
            with w.loop(_BLOCK) as pixel:
                self._leave(last, pixel, left)
            nothing = Lanes(w.builder, ir.Constant(ir.VectorType(WORD, shape.writes), None))
            with w.loop(w.builder.sub(w.builder.mul(across, INTEGER(_BLOCK)), width)) as beyond:
                w.store(nothing, w.place(target, WORD, [shape.writes], w.builder.add(width, beyond), 0))
        self._registers.end()
        w.builder.ret_void()

    def _multiply(self, sources: list[Any], block: Any, left: Any) -> None:
        """The sums of a block, from the bias on; meanwhile those of the one before become the pixels at `left`."""
        w, shape, registers = self._w, self._shape, self._registers
        before, pixels = w.builder.sub(block, INTEGER(1)), iter(range(_BLOCK))
        at_once = -(-_BLOCK // (shape.steps * -(-shape.outputs // _OUTPUTS)))
        for first in range(0, shape.outputs, _OUTPUTS):
            outputs = range(first, min(first + _OUTPUTS, shape.outputs), amx.ROWS)
            for sums in _SUMS:
                for register, output in zip(sums, outputs, strict=False):
                    registers.load(register, w.place(self._bias, FLOAT, [], output), 0)  # the same row for each pixel
            for step in range(shape.steps):
                self._step(sources, block, step, outputs)
                for pixel in islice(pixels, at_once):
                    self._leave(before, INTEGER(pixel), left)
            for half, sums in enumerate(_SUMS):
                for register, output in zip(sums, outputs, strict=False):
                    registers.store(register, self._sum(block, half * amx.ROWS, output), shape.outputs * 4)

    def _step(self, sources: list[Any], block: Any, step: int, outputs: range) -> None:
        """Add to the sums what one neighbor's channels, as many as a register takes, make of them."""
        w, shape, registers = self._w, self._shape, self._registers
        neighbor, group = divmod(step, shape.reads // amx.ROWS)
        down, across = _NEIGHBORS[neighbor]
        for half, sums in enumerate(_SUMS):
            column = w.builder.add(w.builder.mul(block, INTEGER(_BLOCK)), INTEGER(half * amx.ROWS + across))
            place = w.place(sources[down], WORD, [shape.reads], column, group * amx.ROWS)
            registers.load(_PIXELS[half], place, shape.reads * 4)
            for register, kernel, output in zip(sums, _KERNELS, outputs, strict=False):
                if half == 0:  # the other half finds it in its register
                    sizes = [shape.outputs // amx.ROWS, amx.ROWS, amx.ROWS]
                    registers.stream(kernel, w.place(self._weights, WORD, sizes, step, output // amx.ROWS, 0, 0), 64)
                registers.add_products(register, _PIXELS[half], kernel)

    def _sum(self, block: Any, pixel: Any, output: int) -> Any:
        """Where it is: a block's sums take the place of the last but one's."""
        w = self._w
        place = w.builder.and_(block, INTEGER(1))
        return w.place(self._sums, FLOAT, [_BLOCK, self._shape.outputs], place, pixel, output)

    def _leave(self, block: Any, pixel: Any, target: Any) -> None:
        """The sums of one of a block's pixels to those at `target`, with PReLU."""
        w, shape = self._w, self._shape
        vector = ir.VectorType(FLOAT, amx.ROWS)
        for output in range(0, shape.outputs, amx.ROWS):
            found = w.load(self._sum(block, pixel, output), vector)
            found = found.where("<", 0.0, found * w.load(w.place(self._slope, FLOAT, [], output), vector))
            if not shape.writes_float:
                found = Lanes(w.builder, w.builder.fptrunc(found.value, ir.VectorType(BFloat16(), amx.ROWS)))
            place = w.place(target, WORD, [shape.writes], pixel, output * shape.writes // shape.outputs)
            w.store(found, place)

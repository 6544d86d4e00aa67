"""The machine code that multiplies the frequencies of some tiles by a kernel's and sums over the channels."""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from deployments.runtime.kernels.cpu import Cpu
from deployments.runtime.kernels.shape import ROWS, Shape, Tiles
from deployments.runtime.kernels.writer import FLOAT, INTEGER, WORD, BFloat16, Lanes, Writer


class Products:
    """Writes it."""

    def __init__(self, w: Writer, cpu: Cpu, shape: Shape, tiles: Tiles) -> None:
        self._w, self._lanes, self._shape, self._tiles = w, cpu.lanes, shape, tiles
        self._columns = min(cpu.columns, shape.outputs // cpu.lanes)
        self.kind = ir.VectorType(WORD if shape.numbers == "int16" else FLOAT, cpu.lanes)
        """Of sums."""

    def multiply(self, frequencies: Any, kernels: Any, products: Any, plane: Any, tile: Any) -> None:
        """The sum over the channels of frequency times kernel: ROWS tiles by all outputs."""
        for column in range(0, self._shape.outputs, self._lanes * self._columns):
            self._multiply_some(frequencies, kernels, products, plane, tile, column)

    def _multiply_some(self, frequencies: Any, kernels: Any, products: Any, plane: Any, tile: Any, column: int) -> None:
        """See multiply: as many outputs as registers hold."""
        w, shape, lanes = self._w, self._shape, self._lanes
        # Of 16 bits a word holds the numbers of two channels.
        word, inputs = (FLOAT, shape.inputs) if shape.numbers == "f32" else (WORD, shape.inputs // 2)
        cells = [(r, c) for r in range(ROWS) for c in range(self._columns)]
        sums = {cell: w.memory(self.kind) for cell in cells}  # LLVM makes them registers
        for place in sums.values():
            w.store(Lanes(w.builder, ir.Constant(self.kind, None)), place)
        with w.loop(inputs // lanes) as group, w.loop(lanes) as lane:
            k = w.builder.add(w.builder.mul(group, INTEGER(lanes)), lane)
            across = [
                w.load(
                    w.place(kernels, word, [inputs, shape.outputs], plane, k, column + c * lanes),
                    ir.VectorType(word, lanes),
                )
                for c in range(self._columns)
            ]
            for r in range(ROWS):
                row = w.builder.add(tile, INTEGER(r))
                place = w.place(self._tiles.words(frequencies, row, plane, group), word, [], lane)
                down = w.load(place, ir.VectorType(word, 1)).pick([0] * lanes)
                for c in range(self._columns):
                    total = w.load(sums[r, c], self.kind)
                    w.store(self._multiplied(total, down, across[c]), sums[r, c])
        for r, c in cells:
            row = w.builder.add(tile, INTEGER(r))
            place = self._tiles.words(products, row, plane, column // lanes + c)
            w.store(w.load(sums[r, c], self.kind), place)

    def _multiplied(self, total: Lanes, a: Lanes, b: Lanes) -> Lanes:
        """`total` + `a` * `b`; of 16 bits the products of both channels of a pair, each exact (VDPBF16PS, VPDPWSSD)."""
        w, bits = self._w, 32 * self._lanes
        if self._shape.numbers == "f32":
            return total + a * b
        if self._shape.numbers == "int16":
            return Lanes(
                w.builder, w.intrinsic(f"x86.avx512.vpdpwssd.{bits}", self.kind, total.value, a.value, b.value)
            )
        kind = ir.VectorType(BFloat16(), 2 * self._lanes)
        pairs = [w.builder.bitcast(each.value, kind) for each in (a, b)]
        return Lanes(w.builder, w.intrinsic(f"x86.avx512bf16.dpbf16ps.{bits}", self.kind, total.value, *pairs))

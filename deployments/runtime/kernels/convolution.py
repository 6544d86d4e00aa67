"""The machine code of a 3x3 convolution with bias and PReLU, by Winograd's F(4x4, 3x3) of winograd.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from deployments.models.compact_weights import CHANNELS
from deployments.runtime.kernels import amx
from deployments.runtime.kernels.cpu import Cpu
from deployments.runtime.kernels.winograd import TILE, WINDOW, to_frequencies, to_pixels
from deployments.runtime.kernels.writer import FLOAT, INTEGER, POINTER, WORD, BFloat16, Lanes, Writer

PLANES = WINDOW**2
_BLOCK = 30  # tiles at a time: their 36 planes and the kernels stay in the second-level cache
_ROWS = 6  # tiles whose products are summed in registers at a time; divides _BLOCK
_AMX_BLOCK = 2 * amx.ROWS
_PLANE = _AMX_BLOCK + 1  # or all planes would fall onto the same lines of the cache
SCRATCH = PLANES * _PLANE * CHANNELS
"""float32 numbers in `frequencies` and in `products`."""


@dataclass(frozen=True)
class Shape:
    """Channels in and out, multiples of the CPU's lanes and at most 64, and whether products are bfloat16."""

    inputs: int
    outputs: int
    bf16: bool

    @property
    def name(self) -> str:
        return f"convolve_{self.inputs}_{self.outputs}_{'bf16' if self.bf16 else 'f32'}"


class Convolution:
    """Writes the function `shape.name(above, below, kernels, bias, slope, frequencies, products, rows, across, width)`.

    `above` are the addresses of 4 * `rows` + 2 rows of pixels, each of 4 * `across` + 2 pixels of `inputs` float32
    numbers; `below` those of 4 * `rows` rows of 4 * `across` pixels of `outputs` numbers. Pixels from `width` on become
    zeros: the frame that the next convolution reads. `kernels` are what winograd.py makes of them.
    """

    def __init__(self, module: ir.Module, cpu: Cpu, shape: Shape) -> None:
        self._lanes, self._shape = cpu.lanes, shape
        self._columns = min(cpu.columns, shape.outputs // cpu.lanes)
        self._vector = ir.VectorType(FLOAT, cpu.lanes)
        self._pairs = ir.VectorType(BFloat16(), 2 * cpu.lanes)
        by_amx = shape.bf16 and cpu.amx
        block, together = (_AMX_BLOCK, amx.ROWS) if by_amx else (_BLOCK, _ROWS)
        if shape.bf16 and not by_amx:
            name = f"llvm.x86.avx512bf16.dpbf16ps.{cpu.lanes * 32}"
            kind = ir.FunctionType(self._vector, [self._vector, self._pairs, self._pairs])
            self._dot = module.globals.get(name) or ir.Function(module, kind, name)
        self._w = w = Writer(module, shape.name, pointers=7, integers=3)
        above, below, kernels, bias, slope, frequencies, products, rows, across, width = w.arguments
        self._registers = amx.Registers(module, w)
        if by_amx:
            self._registers.begin()
        with w.loop(rows) as row:
            sources, targets = self._addresses(above, row, WINDOW), self._addresses(below, row, TILE)
            with w.loop(across, block) as first:
                left = w.builder.sub(across, first)
                tiles = w.builder.select(w.builder.icmp_signed("<", left, INTEGER(block)), left, INTEGER(block))
                with w.loop(tiles) as tile, w.loop(shape.inputs, cpu.lanes) as channel:
                    self._enter(sources, w.builder.add(first, tile), tile, channel, frequencies)
                with w.loop(PLANES) as plane, w.loop(tiles, together) as tile:
                    multiply = self._multiply_by_amx if by_amx else self._multiply
                    multiply(frequencies, kernels, products, plane, tile)
                with w.loop(tiles) as tile, w.loop(shape.outputs, cpu.lanes) as channel:
                    self._leave(products, tile, channel, bias, slope, targets, w.builder.add(first, tile))
            beyond = w.builder.sub(w.builder.mul(across, INTEGER(TILE)), width)
            with w.loop(beyond) as column, w.loop(shape.outputs, cpu.lanes) as channel:
                for target in targets:
                    place = w.place(target, FLOAT, [shape.outputs], w.builder.add(width, column), channel)
                    w.store(self._zero, place)
        if by_amx:
            self._registers.end()
        w.builder.ret_void()

    @property
    def _zero(self) -> Lanes:
        return Lanes(self._w.builder, ir.Constant(self._vector, [0.0] * self._lanes))

    def _addresses(self, table: Any, row: Any, count: int) -> list[Any]:
        places = (self._w.place(table, POINTER, [TILE], row, i) for i in range(count))
        return [self._w.load(place, POINTER, align=8).value for place in places]

    def _pixels(self, row: Any, channels: int, tile: Any, across: int, channel: Any) -> Any:
        column = self._w.builder.add(self._w.builder.mul(tile, INTEGER(TILE)), INTEGER(across))
        return self._w.place(row, FLOAT, [channels], column, channel)

    def _enter(self, sources: list[Any], from_tile: Any, tile: Any, channel: Any, frequencies: Any) -> None:
        """6x6 pixels of a tile to its 36 frequencies. What the next tile reads beside them is on its way then."""
        w = self._w
        following = w.builder.add(from_tile, INTEGER(1))
        for row in sources:
            for j in range(WINDOW - TILE, WINDOW):
                w.prefetch(self._pixels(row, self._shape.inputs, following, j, channel))
        pixels = [
            [w.load(self._pixels(row, self._shape.inputs, from_tile, j, channel), self._vector) for row in sources]
            for j in range(WINDOW)
        ]
        columns = [to_frequencies(*column) for column in pixels]
        for i in range(WINDOW):
            for j, found in enumerate(to_frequencies(*[column[i] for column in columns])):
                if self._shape.bf16:
                    half = w.builder.fptrunc(found.value, ir.VectorType(BFloat16(), self._lanes))
                    place = w.place(frequencies, ir.IntType(16), [_PLANE, CHANNELS], i * WINDOW + j, tile, channel)
                    w.store(Lanes(w.builder, half), place, align=2)
                else:
                    w.store(found, w.place(frequencies, FLOAT, [_PLANE, CHANNELS], i * WINDOW + j, tile, channel))

    def _multiply(self, frequencies: Any, kernels: Any, products: Any, plane: Any, tile: Any) -> None:
        """The sum over the channels of frequency times kernel: six tiles by all outputs."""
        for column in range(0, self._shape.outputs, self._lanes * self._columns):
            self._multiply_some(frequencies, kernels, products, plane, tile, column)

    def _multiply_some(self, frequencies: Any, kernels: Any, products: Any, plane: Any, tile: Any, column: int) -> None:
        """See _multiply: as many outputs as registers hold."""
        w, shape, lanes = self._w, self._shape, self._lanes
        # In bfloat16 a number stands for two channels.
        number, inputs, width = (
            (WORD, shape.inputs // 2, CHANNELS // 2) if shape.bf16 else (FLOAT, shape.inputs, CHANNELS)
        )
        cells = [(r, c) for r in range(_ROWS) for c in range(self._columns)]
        sums = {}
        for cell in cells:
            with w.builder.goto_entry_block():
                sums[cell] = w.builder.alloca(self._vector)  # LLVM makes it a register
            w.store(self._zero, sums[cell])
        with w.loop(inputs) as k:
            across = [
                w.load(
                    w.place(kernels, number, [inputs, shape.outputs], plane, k, column + c * lanes),
                    ir.VectorType(number, lanes),
                )
                for c in range(self._columns)
            ]
            for r in range(_ROWS):
                row = w.builder.add(tile, INTEGER(r))
                one = w.load(w.place(frequencies, number, [_PLANE, width], plane, row, k), ir.VectorType(number, 1))
                down = one.pick([0] * lanes)
                for c in range(self._columns):
                    total = w.load(sums[r, c], self._vector)
                    w.store(self._multiplied(total, down, across[c]), sums[r, c])
        for r, c in cells:
            row = w.builder.add(tile, INTEGER(r))
            place = w.place(products, FLOAT, [_PLANE, CHANNELS], plane, row, column + c * lanes)
            w.store(w.load(sums[r, c], self._vector), place)

    def _multiply_by_amx(self, frequencies: Any, kernels: Any, products: Any, plane: Any, tile: Any) -> None:
        """See _multiply: sixteen tiles by all outputs, whose sums are in the first registers."""
        w, inputs, outputs = self._w, self._shape.inputs, self._shape.outputs
        groups, pairs = range(outputs // amx.ROWS), inputs // 2
        for group in groups:
            self._registers.clear(group)
        down, across = len(groups), range(len(groups) + 1, 8)
        for k in range(0, pairs, amx.ROWS):
            self._registers.load(
                down, w.place(frequencies, WORD, [_PLANE, CHANNELS // 2], plane, tile, k), CHANNELS // 2 * 4
            )
            for group in groups:
                register = across[group % len(across)]
                place = w.place(kernels, WORD, [pairs, outputs], plane, k, group * amx.ROWS)
                self._registers.load(register, place, outputs * 4)
                self._registers.add_products(group, down, register)
        for group in groups:
            place = w.place(products, FLOAT, [_PLANE, CHANNELS], plane, tile, group * amx.ROWS)
            self._registers.store(group, place, CHANNELS * 4)

    def _multiplied(self, total: Lanes, a: Lanes, b: Lanes) -> Lanes:
        """`total` + `a` * `b`; in bfloat16 the products of both channels of a pair, each exact (VDPBF16PS)."""
        builder = self._w.builder
        if not self._shape.bf16:
            return total + a * b
        pairs = [builder.bitcast(each.value, self._pairs) for each in (a, b)]
        return Lanes(builder, builder.call(self._dot, [total.value, *pairs]))

    def _leave(
        self, products: Any, tile: Any, channel: Any, bias: Any, slope: Any, targets: list[Any], to_tile: Any
    ) -> None:
        """The 36 frequencies of a tile to 4x4 pixels, with bias and PReLU."""
        w, vector = self._w, self._vector
        frequencies = [
            [
                w.load(w.place(products, FLOAT, [_PLANE, CHANNELS], i * WINDOW + j, tile, channel), vector)
                for i in range(WINDOW)
            ]
            for j in range(WINDOW)
        ]
        columns = [to_pixels(*column) for column in frequencies]
        shift, steepness = (w.load(w.place(table, FLOAT, [], channel), vector) for table in (bias, slope))
        for i, row in enumerate(targets):
            for j, pixel in enumerate(to_pixels(*[column[i] for column in columns])):
                shifted = pixel + shift
                place = self._pixels(row, self._shape.outputs, to_tile, j, channel)
                w.store(shifted.where("<", 0.0, shifted * steepness), place)

"""The machine code of a 3x3 convolution with bias and PReLU, by the formulas of winograd.py."""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from deployments.runtime.kernels.cpu import Cpu
from deployments.runtime.kernels.integers import Integers
from deployments.runtime.kernels.products import Products
from deployments.runtime.kernels.shape import ROWS, Shape, Tiles
from deployments.runtime.kernels.writer import FLOAT, HALF, INTEGER, POINTER, BFloat16, Lanes, Writer

_LINE = 64  # bytes of the cache


class Convolution:
    """Writes the function `shape.name(above, below, kernels, worth, bias, slope, frequencies, products, ...)`.

    It ends with the integers `rows`, `across` and `width`: `above` are the addresses of t * `rows` + 2 rows of pixels,
    each of t * `across` + 2 pixels of `inputs` numbers, where t are the pixels of a tile; `below` those of t * `rows`
    rows of t * `across` pixels of `outputs` numbers. Pixels from `width` on become zeros: the frame that the next
    convolution reads. `kernels` and `worth` are what packing.py makes of the weights.
    """

    def __init__(self, module: ir.Module, cpu: Cpu, shape: Shape) -> None:
        self._lanes, self._shape, self._formulas = cpu.lanes, shape, shape.formulas
        self._vector = ir.VectorType(FLOAT, cpu.lanes)
        self._reads, self._writes = (HALF if half else FLOAT for half in (shape.reads_half, shape.writes_half))
        self._w = w = Writer(module, shape.name, pointers=8, integers=3)
        above, below, kernels, self._worth, self._bias, self._slope, frequencies, products, rows, across, width = (
            w.arguments
        )
        tile_side, window = self._formulas.tile, self._formulas.window
        self._tiles = Tiles(w, cpu, shape)
        self._products = Products(w, cpu, shape, self._tiles)
        self._integers = Integers(w, cpu, shape, self._tiles) if shape.numbers == "int16" else None
        with w.loop(rows) as row:
            sources, targets = self._addresses(above, row, window), self._addresses(below, row, tile_side)
            with w.loop(across, self._tiles.count) as first:
                left, most = w.builder.sub(across, first), INTEGER(self._tiles.count)
                tiles = w.builder.select(w.builder.icmp_signed("<", left, most), left, most)
                with w.loop(tiles) as tile:
                    self._enter(sources, w.builder.add(first, tile), tile, frequencies)
                with w.loop(self._formulas.planes) as plane, w.loop(tiles, ROWS) as tile:
                    self._products.multiply(frequencies, kernels, products, plane, tile)
                with w.loop(tiles) as tile, w.loop(shape.outputs, cpu.lanes) as channel:
                    self._leave(products, tile, channel, targets, w.builder.add(first, tile))
            beyond = w.builder.sub(w.builder.mul(across, INTEGER(tile_side)), width)
            nothing = Lanes(w.builder, ir.Constant(ir.VectorType(self._writes, cpu.lanes), None))
            with w.loop(beyond) as column, w.loop(shape.outputs, cpu.lanes) as channel:
                for target in targets:
                    pixel = w.builder.add(width, column)
                    w.store(nothing, w.place(target, self._writes, [shape.outputs], pixel, channel), align=2)
        w.builder.ret_void()

    def _addresses(self, table: Any, row: Any, count: int) -> list[Any]:
        places = (self._w.place(table, POINTER, [self._formulas.tile], row, i) for i in range(count))
        return [self._w.load(place, POINTER, align=8).value for place in places]

    def _pixel(self, row: Any, kind: Any, channels: int, tile: Any, across: int, channel: Any) -> Any:
        column = self._w.builder.add(self._w.builder.mul(tile, INTEGER(self._formulas.tile)), INTEGER(across))
        return self._w.place(row, kind, [channels], column, channel)

    def _source(self, row: Any, tile: Any, across: int, channel: Any) -> Any:
        return self._pixel(row, self._reads, self._shape.inputs, tile, across, channel)

    def _enter(self, sources: list[Any], from_tile: Any, tile: Any, frequencies: Any) -> None:
        """The pixels of a tile to its frequencies. What the next tile reads beside them is on its way then."""
        w, formulas, inputs = self._w, self._formulas, self._shape.inputs
        following = w.builder.add(from_tile, INTEGER(1))
        if self._integers:
            self._integers.begin()
        line = min(_LINE // (2 if self._shape.reads_half else 4), inputs)
        with w.loop(inputs, line) as begin:
            for row in sources:
                for j in range(formulas.window - formulas.tile, formulas.window):
                    w.prefetch(self._source(row, following, j, begin))
            with w.loop(line, self._lanes) as lane:
                self._enter_some(sources, from_tile, tile, w.builder.add(begin, lane), frequencies)
        if self._integers:
            self._integers.round(frequencies, tile)

    def _enter_some(self, sources: list[Any], from_tile: Any, tile: Any, channel: Any, frequencies: Any) -> None:
        """See _enter: as many channels as there are lanes."""
        w, window, to_frequencies = self._w, self._formulas.window, self._formulas.to_frequencies
        columns = []
        for j in range(window):
            found = (w.load(self._source(row, from_tile, j, channel), self._read_vector, align=2) for row in sources)
            columns.append(to_frequencies(*(self._widened(each) for each in found)))
        for i in range(window):
            found, plane = to_frequencies(*(column[i] for column in columns)), i * window
            if self._integers:
                self._integers.keep(channel, plane, found)
                continue
            for j, frequency in enumerate(found):
                if self._shape.numbers == "bf16":
                    half = w.builder.fptrunc(frequency.value, ir.VectorType(BFloat16(), self._lanes))
                    place = self._tiles.shorts(frequencies, tile, plane + j, channel)
                    w.store(Lanes(w.builder, half), place, align=2)
                else:
                    w.store(frequency, self._tiles.numbers(frequencies, tile, plane + j, channel))

    @property
    def _read_vector(self) -> Any:
        return ir.VectorType(self._reads, self._lanes)

    def _widened(self, pixel: Lanes) -> Lanes:
        if self._reads is FLOAT:
            return pixel
        return Lanes(pixel.builder, pixel.builder.fpext(pixel.value, self._vector))

    def _leave(self, products: Any, tile: Any, channel: Any, targets: list[Any], to_tile: Any) -> None:
        """The frequencies of a tile to pixels, with bias and PReLU."""
        w, window, to_pixels = self._w, self._formulas.window, self._formulas.to_pixels
        columns = [
            to_pixels(*(self._sum(products, tile, i * window + j, channel) for i in range(window)))
            for j in range(window)
        ]
        shift, steepness = (
            w.load(w.place(table, FLOAT, [], channel), self._vector) for table in (self._bias, self._slope)
        )
        unit = self._integers.unit(tile) if self._integers else None
        for i, row in enumerate(targets):
            for j, pixel in enumerate(to_pixels(*(column[i] for column in columns))):
                shifted = pixel * unit + shift if unit else pixel + shift
                found = shifted.where("<", 0.0, shifted * steepness)
                if self._writes is HALF:
                    found = Lanes(w.builder, w.builder.fptrunc(found.value, ir.VectorType(HALF, self._lanes)))
                place = self._pixel(row, self._writes, self._shape.outputs, to_tile, j, channel)
                w.store(found, place, align=2)

    def _sum(self, products: Any, tile: Any, plane: int, channel: Any) -> Lanes:
        """Of products, as float32; of integers, in units of the tile."""
        w = self._w
        found = w.load(self._tiles.numbers(products, tile, plane, channel), self._products.kind)
        if not self._integers:
            return found
        worth = w.load(w.place(self._worth, FLOAT, [self._shape.outputs], plane, channel), self._vector)
        return Lanes(w.builder, w.builder.sitofp(found.value, self._vector)) * worth

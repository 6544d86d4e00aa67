"""The machine code that rounds the frequencies of a tile to integers of 16 bits.

Each tile has a unit of its own, in which the largest of its frequencies, over all channels, is the largest integer. So
no number is cut off, and a tile's result depends on nothing but its pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir

from deployments.models.compact_weights import CHANNELS
from deployments.runtime.kernels.cpu import Cpu
from deployments.runtime.kernels.packing import LARGEST
from deployments.runtime.kernels.shape import Shape, Tiles
from deployments.runtime.kernels.writer import FLOAT, INTEGER, SHORT, WORD, Lanes, Writer

_SIZE = 0x7FFFFFFF  # the bits of a float32 but its sign
_LEAST = 0x20000000  # 2^-63: of a tile of zeros, which has no unit
_WHOLE = 1.5 * 2**23  # the next float32 is one more


class Integers:
    """Writes it: for each tile `begin`, then `keep` for all frequencies, then `round`."""

    def __init__(self, w: Writer, cpu: Cpu, shape: Shape, tiles: Tiles) -> None:
        self._w, self._lanes, self._shape, self._tiles = w, cpu.lanes, shape, tiles
        self._vector, self._words = ir.VectorType(FLOAT, cpu.lanes), ir.VectorType(WORD, cpu.lanes)
        self._kept = w.memory(ir.ArrayType(FLOAT, shape.formulas.planes * CHANNELS))
        self._units = w.memory(ir.ArrayType(FLOAT, tiles.count))
        self._largest = w.memory(self._words)

    def begin(self) -> None:
        """Forget the tile before."""
        self._w.store(self._all(_LEAST), self._largest)

    def keep(self, channel: Any, plane: int, frequencies: Sequence[Lanes]) -> None:
        """Of `plane` and those that follow it, of as many channels as there are lanes."""
        w, builder = self._w, self._w.builder
        largest = w.load(self._largest, self._words)
        for i, frequency in enumerate(frequencies):
            size = builder.and_(builder.bitcast(frequency.value, self._words), self._all(_SIZE).value)
            # Sizes are in the order of their bits, and what is not finite is the largest.
            largest = Lanes(builder, w.intrinsic(f"umax.v{self._lanes}i32", self._words, largest.value, size))
            w.store(frequency, self._place(builder.udiv(channel, INTEGER(self._lanes)), plane + i))
        w.store(largest, self._largest)

    def round(self, frequencies: Any, tile: Any) -> None:
        """Write the integers to the places of pairs.

        What is added to a number as large as _WHOLE is rounded, and stands in its last bits. Where a frequency is not
        finite, neither is the unit.
        """
        w, builder, lanes = self._w, self._w.builder, self._lanes
        sizes = w.load(self._largest, self._words).value
        largest = builder.bitcast(w.intrinsic(f"vector.reduce.umax.v{lanes}i32", WORD, sizes), FLOAT)
        unit = builder.fdiv(largest, FLOAT(LARGEST))
        w.store(Lanes(builder, unit), w.place(self._units, FLOAT, [], tile))
        in_units = w.spread(builder.fdiv(FLOAT(LARGEST), largest), self._vector)
        both = ir.VectorType(SHORT, 2 * lanes)
        lower = ir.Constant(ir.VectorType(WORD, 2 * lanes), [*range(0, 4 * lanes, 2)])
        with w.loop(self._shape.inputs // (2 * lanes)) as pair, w.loop(self._shape.formulas.planes) as plane:
            sums = []
            for half in range(2):
                place = self._place(builder.add(builder.add(pair, pair), INTEGER(half)), plane)
                whole = in_units.like(_WHOLE) + w.load(place, self._vector) * in_units
                sums.append(builder.bitcast(whole.value, both))
            integers = Lanes(builder, builder.shuffle_vector(*sums, lower))
            w.store(integers, self._tiles.words(frequencies, tile, plane, pair))

    def unit(self, tile: Any) -> Lanes:
        """Of the tile, in all lanes."""
        place = self._w.place(self._units, FLOAT, [], tile)
        return self._w.load(place, ir.VectorType(FLOAT, 1)).pick([0] * self._lanes)

    def _place(self, group: Any, plane: Any) -> Any:
        return self._w.place(self._kept, FLOAT, [self._shape.formulas.planes, self._lanes], group, plane, 0)

    def _all(self, bits: int) -> Lanes:
        return Lanes(self._w.builder, ir.Constant(self._words, [bits] * self._lanes))

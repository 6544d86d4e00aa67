"""The machine code that makes pixels of the compact network's last features: shuffle, add the input, clamp, average."""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numpy.typing import NDArray

from deployments.models.compact_weights import COLORS, SCALE
from deployments.runtime.kernels.writer import FLOAT, Lanes, Writer


def area_weights(factor: int) -> NDArray[np.float64]:
    """(factor, 4) what each of `factor` pixels takes of 4: the areas that they share, as in OpenCV's INTER_AREA."""
    edges = np.arange(factor + 1)[:, None] * SCALE / factor
    overlap = np.minimum(edges[1:], np.arange(SCALE) + 1) - np.maximum(edges[:-1], np.arange(SCALE))
    return np.maximum(overlap, 0.0) * factor / SCALE


def write_finish(module: ir.Module, factor: int) -> str:
    """Write `finish_<factor>(features, image, output, feature_row, image_row, output_row, rows, columns)`.

    `features` are 48 numbers a pixel in the order (4 down, 4 across, 3 colors), `image` and `output` 3; the `_row`s are
    the numbers from one row to the next. The nearest pixel of `image` is added to each of the 4x4 before they are
    clamped to [0, 1] and averaged to `factor` x `factor`. A number that is not finite becomes NaN. Returns the name.
    """
    name = f"finish_{factor}"
    w = Writer(module, name, pointers=3, integers=5)
    features, image, output, feature_row, image_row, output_row, rows, columns = w.arguments
    line = ir.VectorType(FLOAT, SCALE * COLORS)
    weights = area_weights(factor)
    with w.loop(rows) as row, w.loop(columns) as column:

        def beginning(array: ir.Value, stride: ir.Value, down: ir.Value) -> ir.Value:
            return w.place(array, FLOAT, [], w.builder.mul(down, stride))

        pixel = w.place(beginning(image, image_row, row), FLOAT, [COLORS], column, 0)
        nearest = w.load(pixel, ir.VectorType(FLOAT, COLORS)).pick([*range(COLORS)] * SCALE)
        block = beginning(features, feature_row, row)
        lines = []
        for i in range(SCALE):
            place = w.place(block, FLOAT, [SCALE, SCALE * COLORS], column, i, 0)
            found = w.load(place, line) + nearest
            clamped = found.where("<", 0.0, found.like(0.0)).where(">", 1.0, found.like(1.0))
            lines.append(clamped + (found - found))  # 0, or NaN where `found` is not finite
        for a in range(factor):
            averaged = _total([lines[i] * float(weights[a, i]) for i in range(SCALE) if weights[a, i]])
            down = w.builder.add(w.builder.mul(row, row.type(factor)), row.type(a))
            place = w.place(beginning(output, output_row, down), FLOAT, [factor * COLORS], column, 0)
            w.store(_across(averaged, weights), place)
    w.builder.ret_void()
    return name


def _across(line: Lanes, weights: NDArray[np.float64]) -> Lanes:
    """4 pixels of 3 colors to as many as `weights` has rows; each takes the same number of them."""
    sources = [np.flatnonzero(row) for row in weights]
    terms = []
    for nth in range(len(sources[0])):
        lanes = [int(source[nth]) * COLORS + color for source in sources for color in range(COLORS)]
        shares = [float(weights[b, source[nth]]) for b, source in enumerate(sources) for _ in range(COLORS)]
        picked = line.pick(lanes)
        terms.append(picked * picked.like(*shares))
    return _total(terms)


def _total(terms: list[Lanes]) -> Lanes:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total

"""Real-ESRGAN's compact network (SRVGGNetCompact, Wang et al., 2021) on our own machine code."""

from __future__ import annotations

import ctypes
from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import pairwise

import numpy as np
from llvmlite import ir
from numpy.typing import NDArray

from deployments.contract import Image
from deployments.models.compact_weights import CHANNELS, COLORS, SCALE
from deployments.models.compact_weights import Layer as Weights
from deployments.runtime.kernels.balance import balanced
from deployments.runtime.kernels.convolution import Convolution
from deployments.runtime.kernels.cpu import Cpu, KernelUnavailable, MachineCode, Numbers
from deployments.runtime.kernels.finish import write_finish
from deployments.runtime.kernels.layer import Layer
from deployments.runtime.kernels.shape import Shape
from deployments.runtime.kernels.strips import MAX_WIDTH, Strips
from deployments.runtime.kernels.winograd import FOUR, SIX

_FACTORS = (1, 2, 3, 4)
_FINISH = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3, *[ctypes.c_int64] * 5)


class CompactKernel:
    """The function of an SRVGGNetCompact of 64 features that enlarges 4 times, and the averaging after it."""

    def __init__(self, weights: Sequence[Weights], cpu: Cpu, *, numbers: Numbers, threads: int) -> None:
        """`weights` by layer; `numbers`: what all layers multiply but the first, whose input is the picture itself, in
        float32. Where they are integers, tiles are larger, and pixels are float16 between the layers. Raises
        KernelUnavailable where no code can be made.
        """
        if numbers not in cpu.numbers:
            raise KernelUnavailable(f"this CPU has no products of {numbers}")
        by_amx, integers = numbers == "bf16" and cpu.amx, numbers == "int16"
        self.name = f"winograd {'amx' if by_amx else cpu.vectors} {numbers}"
        self.numbers = numbers
        self._threads = threads
        self._in_place = not by_amx and cpu.in_place
        first, *_, last = range(len(weights))
        formulas = SIX if integers else FOUR
        shapes = {index: Shape(CHANNELS, CHANNELS, numbers, formulas, integers, integers) for index in range(last)}
        shapes[first] = Shape(cpu.lanes, CHANNELS, "f32", formulas, writes_half=integers)
        shapes[last] = Shape(CHANNELS, COLORS * SCALE**2, numbers, formulas, reads_half=integers)
        text = ir.Module()
        for shape in dict.fromkeys(shapes.values()):
            Convolution(text, cpu, shape)
        finish = [write_finish(text, factor) for factor in _FACTORS]
        self._code = MachineCode(str(text), cpu)
        self._finish = {
            factor: self._code.function(name, _FINISH) for factor, name in zip(_FACTORS, finish, strict=True)
        }
        self._layers = []
        for index, (kernel, bias, slope) in enumerate(balanced(weights) if integers else weights):
            shape = shapes[index]
            if index == first:
                kernel = np.pad(kernel, ((0, 0), (0, shape.inputs - COLORS), (0, 0), (0, 0)))
            elif index == last:  # from (colors, 4, 4) to the order of pixels
                order = np.arange(len(bias)).reshape(COLORS, -1).T.ravel()
                kernel, bias, slope = kernel[order], bias[order], slope[order]
            self._layers.append(Layer.of(self._code, shape, (kernel, bias, slope)))

    def pieces(
        self, image: Image, output: Image, factor: int, surroundings: int = 0
    ) -> Generator[tuple[int, int], None, None]:
        """Write `image`, (H, W, 3), enlarged by `factor`, 1 to 4, to `output`, (H * factor, W * factor, 3).

        `surroundings` are pixels on each side of `image` that are only seen: `output` is smaller by them. The network's
        clamped output is averaged over areas where `factor` is below 4. Yields (pieces done, pieces in all) before
        each piece of at most 24,576 pixels, and at the end; when closed early, the work stops. Memory beside the
        arrays: at most 72 MB and 14 MB a thread. Raises MemoryError, and ArithmeticError where a number is not finite.
        """
        columns = _parts(image.shape[1], len(self._layers), self._layers[0].shape.formulas.tile)
        parts = [self._part(image, output, factor, surroundings, each) for each in columns]
        done, total = 0, sum(part.count for part in parts)
        while parts:
            with closing(parts.pop(0).run()) as run:  # the memory of a part goes with it
                for _ in run:
                    yield done, total
                    done += 1
        yield done, total

    def _part(
        self, image: Image, output: Image, factor: int, surroundings: int, columns: tuple[int, int, int, int]
    ) -> Strips:
        """`columns`: begin and end of what is seen, and of what is written, if it is not among the surroundings."""
        seen, until, begin, end = columns
        begin, end = max(begin, surroundings), min(end, image.shape[1] - surroundings)
        across = slice((begin - surroundings) * factor, (end - surroundings) * factor)

        def put(row: int, features: NDArray[np.float32]) -> None:
            top, bottom = max(row, surroundings), min(row + len(features), image.shape[0] - surroundings)
            if top >= bottom:
                return
            written = output[(top - surroundings) * factor : (bottom - surroundings) * factor, across]
            self._finish[factor](
                features[top - row :, begin - seen :].ctypes.data,
                image[top:, begin:].ctypes.data,
                written.ctypes.data,
                *(array.strides[0] // array.itemsize for array in (features, image, output)),
                bottom - top,
                end - begin,
            )
            if not np.isfinite(written).all():
                raise ArithmeticError("a number is not finite")

        return Strips(self._layers, image[:, seen:until], put, self._threads, self._in_place)


def _parts(width: int, margin: int, tile: int) -> list[tuple[int, int, int, int]]:
    """Columns of parts narrow enough: begin and end of what each sees, and of what it writes.

    Each begins where a tile of the whole begins, so that its tiles are rounded as those of the whole would be.
    """
    margin = -(-margin // tile) * tile
    count = 1 if width <= MAX_WIDTH else -(-width // (MAX_WIDTH - 2 * margin - tile))
    edges = [width * i // count // tile * tile for i in range(count)] + [width]
    return [(max(begin - margin, 0), min(end + margin, width), begin, end) for begin, end in pairwise(edges)]

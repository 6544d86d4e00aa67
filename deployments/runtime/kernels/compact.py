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
from deployments.runtime.kernels.direct import DirectConvolution, DirectShape
from deployments.runtime.kernels.finish import write_finish
from deployments.runtime.kernels.layer import Layer
from deployments.runtime.kernels.packing import in_parts, kernel_for_parts
from deployments.runtime.kernels.shape import Shape
from deployments.runtime.kernels.strips import MAX_WIDTH, Strips
from deployments.runtime.kernels.winograd import FOUR, SIX

_FACTORS = (1, 2, 3, 4)
_FINISH = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3, *[ctypes.c_int64] * 5)


class CompactKernel:
    """The function of an SRVGGNetCompact of 64 features that enlarges 4 times, and the averaging after it."""

    def __init__(self, weights: Sequence[Weights], cpu: Cpu, *, numbers: Numbers, threads: int) -> None:
        """`weights` by layer; `numbers`: what all layers multiply but the first, whose input is the picture itself, in
        float32, or by AMX in two parts of bfloat16. Where they are integers, tiles are larger, and pixels are float16
        between the layers. By AMX they are bfloat16, and there are no tiles. Raises KernelUnavailable where no code
        can be made.
        """
        if numbers not in cpu.numbers:
            raise KernelUnavailable(f"this CPU has no products of {numbers}")
        direct, integers = numbers == "bf16" and cpu.amx, numbers == "int16"
        self.name = f"direct amx {numbers}" if direct else f"winograd {cpu.vectors} {numbers}"
        self.numbers = numbers
        self._threads, self._in_place = threads, cpu.in_place
        self._entering = in_parts if direct else np.asarray
        shapes = _direct_shapes(len(weights)) if direct else _winograd_shapes(len(weights), cpu, numbers)
        text = ir.Module()
        for shape in dict.fromkeys(shapes):
            if isinstance(shape, DirectShape):
                DirectConvolution(text, shape)
            else:
                Convolution(text, cpu, shape)
        finish = [write_finish(text, factor) for factor in _FACTORS]
        self._code = MachineCode(str(text), cpu)
        self._finish = {
            factor: self._code.function(name, _FINISH) for factor, name in zip(_FACTORS, finish, strict=True)
        }
        first, *others, (kernel, bias, slope) = balanced(weights) if integers else weights
        entered = kernel_for_parts(first[0]) if direct else first[0]
        entered = np.pad(entered, ((0, 0), (0, shapes[0].inputs - entered.shape[1]), (0, 0), (0, 0)))
        order = np.arange(len(bias)).reshape(COLORS, -1).T.ravel()  # of pixels; the weights' is (colors, 4, 4)
        ordered = [(entered, *first[1:]), *others, (kernel[order], bias[order], slope[order])]
        self._layers = [Layer.of(self._code, shape, each) for shape, each in zip(shapes, ordered, strict=True)]

    def pieces(
        self, image: Image, output: Image, factor: int, surroundings: int = 0
    ) -> Generator[tuple[int, int], None, None]:
        """Write `image`, (H, W, 3), enlarged by `factor`, 1 to 4, to `output`, (H * factor, W * factor, 3).

        `surroundings` are pixels on each side of `image` that are only seen: `output` is smaller by them. The network's
        clamped output is averaged over areas where `factor` is below 4. Yields (pieces done, pieces in all) before
        each piece of at most 32,768 pixels, and at the end; when closed early, the work stops. Memory beside the
        arrays: at most 72 MB and 14 MB a thread. Raises MemoryError, and ArithmeticError where a number is not finite.
        """
        columns = _parts(image.shape[1], len(self._layers), self._layers[0].shape.tile[1])
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

        return Strips(self._layers, image[:, seen:until], put, self._threads, self._in_place, self._entering)


def _winograd_shapes(count: int, cpu: Cpu, numbers: Numbers) -> list[Shape | DirectShape]:
    """Those of the layers, in their order."""
    integers = numbers == "int16"
    formulas = SIX if integers else FOUR
    first = Shape(cpu.lanes, CHANNELS, "f32", formulas, writes_half=integers)
    inner = Shape(CHANNELS, CHANNELS, numbers, formulas, integers, integers)
    return [first, *[inner] * (count - 2), Shape(CHANNELS, COLORS * SCALE**2, numbers, formulas, reads_half=integers)]


def _direct_shapes(count: int) -> list[Shape | DirectShape]:
    """See _winograd_shapes."""
    first, inner = DirectShape(CHANNELS // 2, CHANNELS), DirectShape(CHANNELS, CHANNELS)
    return [first, *[inner] * (count - 2), DirectShape(CHANNELS, COLORS * SCALE**2, writes_float=True)]


def _parts(width: int, margin: int, tile: int) -> list[tuple[int, int, int, int]]:
    """Columns of parts narrow enough: begin and end of what each sees, and of what it writes.

    Each begins where a tile of the whole begins, so that its tiles are rounded as those of the whole would be.
    """
    margin = -(-margin // tile) * tile
    count = 1 if width <= MAX_WIDTH else -(-width // (MAX_WIDTH - 2 * margin - tile))
    edges = [width * i // count // tile * tile for i in range(count)] + [width]
    return [(max(begin - margin, 0), min(end + margin, width), begin, end) for begin, end in pairwise(edges)]

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
from deployments.runtime.kernels.convolution import Convolution, Shape
from deployments.runtime.kernels.cpu import Cpu, KernelUnavailable, MachineCode
from deployments.runtime.kernels.finish import write_finish
from deployments.runtime.kernels.layer import Layer
from deployments.runtime.kernels.strips import MAX_WIDTH, Strips

_FACTORS = (1, 2, 3, 4)
_FINISH = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3, *[ctypes.c_int64] * 5)


class CompactKernel:
    """The function of an SRVGGNetCompact of 64 features that enlarges 4 times, and the averaging after it."""

    def __init__(self, weights: Sequence[Weights], cpu: Cpu, *, bf16: bool, threads: int) -> None:
        """`weights` by layer; `bf16`: multiply in bfloat16 and add in float32, in all layers but the first, whose input
        is the picture itself. Raises KernelUnavailable where no code can be made.
        """
        if bf16 and not cpu.bf16:
            raise KernelUnavailable("this CPU has no products of bfloat16")
        self.name = f"winograd {'amx' if bf16 and cpu.amx else cpu.vectors} {'bf16' if bf16 else 'f32'}"
        self.bf16 = bf16
        self._threads = threads
        self._in_place = not bf16 and cpu.in_place
        first, *_, last = range(len(weights))
        shapes = {index: Shape(CHANNELS, CHANNELS, bf16) for index in range(last)}
        shapes[first] = Shape(cpu.lanes, CHANNELS, bf16=False)
        shapes[last] = Shape(CHANNELS, COLORS * SCALE**2, bf16)
        text = ir.Module()
        for shape in dict.fromkeys(shapes.values()):
            Convolution(text, cpu, shape)
        finish = [write_finish(text, factor) for factor in _FACTORS]
        self._code = MachineCode(str(text), cpu)
        self._finish = {
            factor: self._code.function(name, _FINISH) for factor, name in zip(_FACTORS, finish, strict=True)
        }
        self._layers = []
        for index, (kernel, bias, slope) in enumerate(weights):
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
        each piece of at most 16,384 pixels, and at the end; when closed early, the work stops. Memory beside the
        arrays: at most 72 MB and 14 MB a thread. Raises MemoryError, and ArithmeticError where a number is not finite.
        """
        columns = _parts(image.shape[1], len(self._layers))
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


def _parts(width: int, margin: int) -> list[tuple[int, int, int, int]]:
    """Columns of parts narrow enough: begin and end of what each sees, and of what it writes."""
    count = 1 if width <= MAX_WIDTH else -(-width // (MAX_WIDTH - 2 * margin))
    edges = [width * i // count for i in range(count + 1)]
    return [(max(begin - margin, 0), min(end + margin, width), begin, end) for begin, end in pairwise(edges)]

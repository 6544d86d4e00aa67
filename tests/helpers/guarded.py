"""Runs the kernel on arrays beside pages that nobody may touch: a single wrong read or write ends the process.

    python -m tests.helpers.guarded [trespass]

The arrays lie once right before a forbidden page and once right after one. `trespass` reads one on purpose.
"""

from __future__ import annotations

import ctypes
import math
import mmap
import sys
from dataclasses import replace
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from deployments.models.compact_weights import of_module
from deployments.runtime.kernels.compact import CompactKernel
from deployments.runtime.kernels.cpu import cpu_with, host_features
from tests.helpers.compact import RandomCompact, by_torch
from tests.helpers.images import noise

PAGE = mmap.PAGESIZE
_held: list[mmap.mmap] = []


def guarded(*shape: int, after: bool) -> NDArray[np.float32]:
    """Zeros with a forbidden page right after their last number, or right before their first."""
    size = math.prod(shape) * 4
    pages = -(-size // PAGE)
    memory = mmap.mmap(-1, (pages + 2) * PAGE)
    _held.append(memory)  # or numpy's view of it would outlive it
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    for page in (0, pages + 1):
        if protect(ctypes.c_void_p(address + page * PAGE), ctypes.c_size_t(PAGE), 0):
            raise OSError(ctypes.get_errno(), "mprotect")
    begin = (pages + 1) * PAGE - size if after else PAGE
    return np.frombuffer(memory, np.float32, math.prod(shape), begin).reshape(shape)


def run(*, after: bool) -> None:
    """Every mode of the kernel on small images, compared with torch."""

    def allocate(*shape: int) -> NDArray[np.float32]:
        return guarded(*shape, after=after)

    network, features = RandomCompact(2), host_features()
    cpu = cpu_with(features)
    narrow = cpu_with({name: there and "avx512" not in name for name, there in features.items()})
    with (
        mock.patch("deployments.runtime.kernels.strips.aligned", allocate),
        mock.patch("deployments.runtime.kernels.layer.aligned", allocate),
    ):
        kinds = {(each, numbers) for each in (cpu, replace(cpu, amx=False), narrow) for numbers in each.numbers}
        for vectors, numbers in kinds:
            kernel = CompactKernel(of_module(network).layers, vectors, numbers=numbers, threads=2)
            for height, width in ((1, 1), (3, 5), (9, 127), (21, 4)):
                for factor in (1, 2, 3, 4):
                    image, output = allocate(height, width, 3), allocate(height * factor, width * factor, 3)
                    image[:] = noise(height, width)
                    for _ in kernel.pieces(image, output, factor):
                        pass
                    apart = np.abs(output - by_torch(network, image, factor)).max()
                    assert apart < (1e-5 if numbers == "f32" else 0.1), (kernel.name, height, width, factor, apart)


if __name__ == "__main__":
    if "trespass" in sys.argv:
        ctypes.string_at(guarded(5, after=True).ctypes.data, 24)
    for side in (False, True):
        run(after=side)

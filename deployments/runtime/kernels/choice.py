"""Whether the kernel takes a network's place on this machine."""

from __future__ import annotations

import numpy as np

from deployments.models.compact_weights import SCALE, CompactWeights
from deployments.runtime.kernels.compact import CompactKernel
from deployments.runtime.kernels.cpu import KernelUnavailable, cpu_with, host_features

_MOST_APART = {"f32": 1e-4, "bf16": 0.02, "int16": 0.02}
"""Mean difference from torch on noise, by what is multiplied; wrong code is off by far more."""


def kernel_for(weights: CompactWeights, *, short: bool, threads: int) -> CompactKernel:
    """The kernel with `weights`, checked against what torch makes of their example.

    `short` asks for products of 16 bits; they are float32 where the CPU has none. Raises KernelUnavailable with the
    reason.
    """
    cpu = cpu_with(host_features())
    kernel = CompactKernel(weights.layers, cpu, numbers=cpu.numbers[-1 if short else 0], threads=threads)
    found = np.empty_like(weights.expected)
    for _ in kernel.pieces(weights.example, found, SCALE):
        pass
    apart = float(np.abs(found - weights.expected).mean())
    if not apart <= _MOST_APART[kernel.numbers]:
        raise KernelUnavailable(f"its result is {apart:.2g} from torch's")
    return kernel

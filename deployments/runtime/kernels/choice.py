"""Whether the kernel takes a network's place on this machine."""

from __future__ import annotations

import numpy as np

from deployments.models.compact_weights import SCALE, CompactWeights
from deployments.runtime.kernels.compact import CompactKernel
from deployments.runtime.kernels.cpu import KernelUnavailable, cpu_with, host_features

_MOST_APART = {False: 1e-4, True: 0.02}
"""Mean difference from torch on noise, without and with products of bfloat16; wrong code is off by far more."""


def kernel_for(weights: CompactWeights, *, bf16: bool, threads: int) -> CompactKernel:
    """The kernel with `weights`, checked against what torch makes of their example.

    `bf16` asks for products of bfloat16; they are float32 where the CPU has none. Raises
    KernelUnavailable with the reason.
    """
    cpu = cpu_with(host_features())
    kernel = CompactKernel(weights.layers, cpu, bf16=bf16 and cpu.bf16, threads=threads)
    found = np.empty_like(weights.expected)
    for _ in kernel.pieces(weights.example, found, SCALE):
        pass
    apart = float(np.abs(found - weights.expected).mean())
    if not apart <= _MOST_APART[kernel.bf16]:
        raise KernelUnavailable(f"its result is {apart:.2g} from torch's")
    return kernel

"""Whether the kernel takes a network's place on this machine."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from deployments.runtime.kernels.compact import CompactKernel
from deployments.runtime.kernels.cpu import KernelUnavailable, cpu_with, host_features

_MOST_APART = {False: 1e-4, True: 0.02}
"""Mean difference from torch on noise, without and with products of bfloat16; wrong code is off by far more."""


def kernel_for(module: nn.Module, *, bf16: bool, threads: int) -> CompactKernel:
    """The kernel for `module`, a network in float32, checked against torch on a small image.

    `bf16` asks for products of bfloat16; they are float32 where the CPU has none, or is no faster with them. Raises
    KernelUnavailable with the reason.
    """
    cpu = cpu_with(host_features())
    kernel = CompactKernel(module, cpu, bf16=bf16 and cpu.bf16 and not cpu.amx, threads=threads)
    image = np.random.default_rng(0).random((13, 18, 3), np.float32)
    found = np.empty((52, 72, 3), np.float32)
    for _ in kernel.pieces(image, found, 4):
        pass
    with torch.inference_mode():
        expected = module(torch.from_numpy(image).permute(2, 0, 1)[None])[0].clamp(0.0, 1.0).permute(1, 2, 0).numpy()
    apart = float(np.abs(found - expected).mean())
    if not apart <= _MOST_APART[kernel.bf16]:
        raise KernelUnavailable(f"its result is {apart:.2g} from torch's")
    return kernel

"""What this machine can do at most, measured in the same run as everything that is held against it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from deployments.models.network import build_network
from deployments.models.registry import architecture_of
from deployments.runtime.cpus import available_cpus

_SIDE = 2048
_ROUNDS = 5


@dataclass(frozen=True)
class Machine:
    """The CPU, and its measured peaks in GFLOP/s."""

    name: str
    cpus: int
    threads: int
    """That torch uses, which are those of the official pipeline."""
    float32: float
    bfloat16: float

    def __str__(self) -> str:
        return (
            f"{self.name}, {self.cpus} CPUs, {self.threads} threads in torch. Measured peak: "
            f"{self.float32:,.0f} GFLOP/s in float32, {self.bfloat16:,.0f} in bfloat16 "
            f"(torch, products of {_SIDE}x{_SIDE} matrices)."
        )


def measure() -> Machine:
    """Multiply matrices, the one thing that all libraries are fastest at."""
    return Machine(_name(), available_cpus(), torch.get_num_threads(), _gflops(torch.float32), _gflops(torch.bfloat16))


def flops_of_pixel(model: str) -> float:
    """Floating-point operations that a network of convolutions alone takes for one pixel of its input: two for each
    weight, at the resolution where that layer works. Winograd's algorithm needs fewer, so a kernel that uses it can
    pass the peak."""
    network = build_network(architecture_of(model).name)
    return float(sum(2 * layer.weight.numel() for layer in network.modules() if isinstance(layer, nn.Conv2d)))


def _gflops(dtype: torch.dtype) -> float:
    a, b = (torch.rand(_SIDE, _SIDE).to(dtype) for _ in range(2))
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        torch.mm(a, b)
        taken.append(time.perf_counter() - began)
    return 2 * _SIDE**3 / min(taken) / 1e9


def _name() -> str:
    """The CPU's, as Linux says it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "an unnamed CPU"

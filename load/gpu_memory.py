"""Memory of the device: what a piece of work took at most, and work that is denied the memory it needs."""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from deployments.config import RestorerConfig, UpscalerConfig
from deployments.contract import FACE_SIZE
from deployments.errors import OutOfMemory
from deployments.models.network import Network
from deployments.restorer import Restorer
from deployments.runtime.enlarger import MIRRORED
from deployments.runtime.torch_enlarger import TorchEnlarger
from deployments.upscaler import FACTORS, Upscaler
from load.gpu_cases import faces, network, photo

MIB = 2**20
TIGHT, NOTHING = 0.75, 0.02
"""Shares of the memory that the work took unhindered."""


def start_peak(device: str) -> None:
    """Forget earlier peaks, and return what is free to the device."""
    gc.collect()
    if device == "cuda":
        torch.cuda.synchronize()
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def peak_mib(device: str) -> float:
    """The most memory since `start_peak`: of tensors on a GPU; on a CPU of the process since it began."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated() / MIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def device_mib(device: str) -> float | None:
    """Memory in use on the whole GPU, contexts and other processes included."""
    if device != "cuda":
        return None
    free, total = torch.cuda.mem_get_info()
    return (total - free) / MIB


class _Crowded(nn.Module):
    """On a CPU, where nothing limits the memory: fails like a GPU for batches of more than `most` pixels."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner
        self.most = float("inf")
        self.largest = 0

    def forward(self, x: torch.Tensor, **options: Any) -> Any:
        size = x.shape[0] * x.shape[2] * x.shape[3]
        self.largest = max(self.largest, size)
        if size > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory (stand-in)")
        return self.inner(x, **options)


@dataclass(frozen=True)
class Outcome:
    """One thing that has to hold when memory runs out."""

    name: str
    passed: bool
    detail: str


def out_of_memory(device: str, side: int) -> list[Outcome]:
    """The upscaler and the restorer with three quarters of the memory they need, with none, and with all of it again.

    The upscaler's photo is side x side; from 200 pixels on a quarter of it, with its overlap, takes less than half.
    """
    upscaled, restored = network("realesr-general-x4v3"), network("visage-face")
    image, crops = photo(side), faces(2, FACE_SIZE)

    def upscaler(base: Network) -> Callable[[], Any]:
        config = UpscalerConfig(device=device, precision="float32")
        enlarger = TorchEnlarger(base, config, most_pixels=(side + 2 * MIRRORED) ** 2)
        stage = Upscaler(dict.fromkeys(FACTORS, enlarger), config)
        return lambda: stage.upscale(image, 4)

    def restorer(base: Network) -> Callable[[], Any]:
        config = RestorerConfig(device=device, precision="float32", max_batch_size=len(crops))
        stage = Restorer(base, None, config)
        return lambda: np.stack([face.image for face in stage.restore(crops)])

    return [*_starved("upscaler", upscaler, upscaled, device), *_starved("restorer", restorer, restored, device)]


def _starved(name: str, make: Callable[[Network], Callable[[], Any]], base: Network, device: str) -> Iterator[Outcome]:
    crowded = _Crowded(base.module)
    work = make(replace(base, module=crowded))
    if device == "cuda":
        work()  # what stays, such as cuDNN's workspaces, is there before memory is measured
    start_peak(device)
    before = torch.cuda.memory_allocated() if device == "cuda" else 0
    expected = work()
    needed = torch.cuda.max_memory_allocated() - before if device == "cuda" else crowded.largest
    with _limited(crowded, device, TIGHT * needed):
        found = work()
    difference = float(np.abs(found - expected).max()) * 255
    yield Outcome(f"{name}, three quarters of its memory", difference < 1.0, f"differs by {difference:.2g}/255")
    with _limited(crowded, device, NOTHING * needed):
        try:
            work()
            refused = "it ran all the same"
        except OutOfMemory as error:
            refused = type(error).__name__
    yield Outcome(f"{name}, next to none", refused == "OutOfMemory", refused)
    again = work()
    difference = float(np.abs(again - expected).max()) * 255
    left = torch.cuda.memory_allocated() - before if device == "cuda" else 0
    passed = difference < 1.0 and left < MIB
    yield Outcome(f"{name}, all again", passed, f"differs by {difference:.2g}/255, {left / MIB:.1f} MiB stayed")


@contextmanager
def _limited(crowded: _Crowded, device: str, share: float) -> Iterator[None]:
    """`share`: bytes on a GPU beside what is taken, pixels on a CPU."""
    if device != "cuda":
        crowded.most = share
        try:
            yield
        finally:
            crowded.most = float("inf")
        return
    start_peak(device)
    total = torch.cuda.mem_get_info()[1]
    taken = []  # torch reserves 20 MiB at a time: what is free in them would do for small work
    torch.cuda.set_per_process_memory_fraction(torch.cuda.memory_reserved() / total)
    with suppress(torch.OutOfMemoryError):
        while True:
            taken.append(torch.empty(MIB, dtype=torch.uint8, device=device))
    torch.cuda.set_per_process_memory_fraction(min(1.0, (torch.cuda.memory_reserved() + share) / total))
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)

"""The upscaler: enlarges the whole image by Real-ESRGAN, piece by piece, by any factor from 1 to 4."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import cv2
import numpy as np

from deployments.config import AUTO, UpscalerConfig
from deployments.contract import MEGAPIXEL, Image, StageReport, check_image
from deployments.errors import ContractViolation
from deployments.imaging.tiles import MIN_TILE_SIDE
from deployments.models import weights
from deployments.models.compact_weights import load_compact
from deployments.models.prepared import NotPrepared
from deployments.models.registry import architecture_of
from deployments.runtime.cpus import available_cpus, set_threads
from deployments.runtime.engines import on_cpu
from deployments.runtime.enlarger import MIRRORED, Enlarger, OnProgress
from deployments.runtime.inference_thread import IsCancelled, never_cancelled
from deployments.runtime.kernel_enlarger import KernelEnlarger
from deployments.runtime.kernels.cpu import KernelUnavailable
from deployments.runtime.stage import Stage
from deployments.stages import StageName

COMPACT = "realesr-general-x4v3"
FACTORS = (1, 2, 3, 4)


class Upscaler(Stage):
    """The Real-ESRGAN networks. A process whose only one runs on our kernel never loads torch."""

    name = StageName.UPSCALER

    def __init__(self, enlargers: Mapping[int, Enlarger], config: UpscalerConfig) -> None:
        """`enlargers` by factor, all FACTORS."""
        self._enlargers, self._cpu_threads = enlargers, config.cpu_threads
        self._each = {enlarger.name: enlarger for enlarger in enlargers.values()}
        self.device = enlargers[FACTORS[0]].device
        self.prepare_thread()

    @classmethod
    def load(cls, config: UpscalerConfig) -> Upscaler:
        """See Stage.load."""
        names = {factor: choose_model(config, factor, gpu=not on_cpu(config)) for factor in FACTORS}
        found = {name: load_enlarger(name, config) for name in dict.fromkeys(names.values())}
        upscaler = cls({factor: found[name] for factor, name in names.items()}, config)
        gray = np.full((MIN_TILE_SIDE, MIN_TILE_SIDE, 3), 0.5, np.float32)
        seen = (MIN_TILE_SIDE + 2 * MIRRORED) ** 2 / MEGAPIXEL  # by the network: of a photo the border is little
        for factor in {name: factor for factor, name in names.items()}.values():
            upscaler.warm_up(partial(upscaler.upscale, gray, factor), seen, config)
        return upscaler

    def prepare_thread(self) -> None:
        set_threads(self._cpu_threads)

    def probe(self) -> None:
        """See Stage.probe."""
        self._enlargers[FACTORS[0]].probe()

    @property
    def memory_retries(self) -> int:  # type: ignore[override]
        """See Stage.memory_retries."""
        return sum(enlarger.memory_retries for enlarger in self._each.values())

    @property
    def report(self) -> StageReport:
        """See Stage.report."""
        tiled = {name: each.tile_pixels for name, each in self._each.items() if each.tile_pixels is not None}
        last = [*self._each.values()][-1]
        return StageReport(
            self.name,
            tuple(self._each),
            self.device,
            last.precision,
            details={
                "kernel": last.kernel,
                "tile_pixels": tiled,
                "tiles_in_float32": sum(each.tiles_in_float32 for each in self._each.values()),
            },
        )

    def models_used(self, image: Image, factor: int) -> tuple[str, ...]:
        """See Stage.models_used."""
        return (self._enlargers[factor].name,) if factor in self._enlargers else ()

    def upscale(
        self,
        image: Image,
        factor: int,
        on_progress: OnProgress = lambda done, total: None,
        is_cancelled: IsCancelled = never_cancelled,
    ) -> Image:
        """Enlarge (H, W, 3) to (H * factor, W * factor, 3).

        Beyond its edges the image is mirrored for the network. Raises ContractViolation, OutOfMemory, InferenceFailed
        or Cancelled.
        """
        check_image(image, self.name)
        if factor not in FACTORS:
            raise ContractViolation(self.name, f"the factor must be 1, 2, 3 or 4, not {factor}")
        wide = cv2.copyMakeBorder(image, MIRRORED, MIRRORED, MIRRORED, MIRRORED, cv2.BORDER_REFLECT_101)
        output = np.empty((image.shape[0] * factor, image.shape[1] * factor, 3), np.float32)
        self._enlargers[factor](wide, output, factor, on_progress, is_cancelled)
        return output


def load_enlarger(name: str, config: UpscalerConfig) -> Enlarger:
    """A model on our kernel where it can be, else in torch, which says why.

    Raises ModelUnavailable where its weights are missing, and RuntimeError where the device or the precision cannot be
    had.
    """
    why = None
    has_kernel = architecture_of(name).has_kernel and config.kernel == AUTO and config.precision != "float16"
    if has_kernel and on_cpu(config):
        threads = config.cpu_threads or available_cpus()
        try:
            return KernelEnlarger(name, load_compact(name), short=config.precision != "float32", threads=threads)
        except (NotPrepared, KernelUnavailable) as reason:
            why = str(reason)
    from deployments.models.network import load_network
    from deployments.runtime.torch_enlarger import TorchEnlarger

    return TorchEnlarger(load_network(name), config, why=why)


def choose_model(config: UpscalerConfig, factor: int, *, gpu: bool) -> str:
    """The model that `config` names, or for auto the best one on this machine for `factor`.

    On a GPU that is x2plus up to twice the size, where it costs a quarter of x4plus, and x4plus beyond.
    """
    if config.model != AUTO:
        return config.model
    if not gpu:
        return COMPACT
    best: tuple[str, ...] = ("realesrgan-x4plus", "realesrgan-x4plus-ncnn", "realesrgan-x2plus")
    if factor <= 2:
        best = ("realesrgan-x2plus", *best)
    return next((name for name in best if weights.locate(name) is not None), COMPACT)

"""The upscaler: enlarges the whole image by Real-ESRGAN, piece by piece, by any factor from 1 to 4."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import cv2
import numpy as np
import torch

from deployments.config import AUTO, UpscalerConfig
from deployments.contract import Image, StageReport, check_image
from deployments.errors import ContractViolation, InferenceFailed, OutOfMemory
from deployments.imaging.resample import resample_lanczos
from deployments.imaging.tiles import MIN_TILE_SIDE, Tile, halve, pixels, plan_tiles, with_margin
from deployments.models import weights
from deployments.models.network import Network, load_network
from deployments.runtime.cpus import available_cpus
from deployments.runtime.device import dtype_name, free_gpu_memory, resolve_device, resolve_precision
from deployments.runtime.inference import inference
from deployments.runtime.inference_thread import IsCancelled, never_cancelled, raise_if_cancelled
from deployments.runtime.kernels.choice import kernel_for
from deployments.runtime.kernels.compact import CompactKernel
from deployments.runtime.kernels.cpu import KernelUnavailable
from deployments.runtime.memory import keep_freed_memory
from deployments.runtime.torch_stage import TorchStage
from deployments.stages import StageName

COMPACT = "realesr-general-x4v3"
FACTORS = (1, 2, 3, 4)
OnProgress = Callable[[int, int], None]
"""Called with (tiles or other pieces done, those in all)."""

MIRRORED = 20
"""Pixels that the image is continued by on each side before a network sees it. The networks' own zeros there are black
to them: with general-x4v3 the outermost rows of a result were up to 146/255 off those of a larger image. With 20 pixels
they are within 2/255, with 16 within 7/255."""
_MAX_TILE_PIXELS = 2**20
_CPU_TILE_BYTES = 200 * 2**20
# A little more than the overlap, so that resampling too sees what it would see in the whole image.
_RESAMPLING_MARGIN = 4


class Upscaler(TorchStage):
    """The Real-ESRGAN networks and the tiling around them; on a CPU the kernel in place of the compact one."""

    name = StageName.UPSCALER

    def __init__(self, networks: dict[int, Network], config: UpscalerConfig, tile_pixels: int | None = None) -> None:
        """`networks` by factor, all FACTORS. `tile_pixels` is the most input pixels, overlap included, that are on the
        device at once; by default what the memory has room for at the time of each call. Raises RuntimeError where a
        network does not support the precision.
        """
        super().__init__(config)
        self.config = config
        self.dtype = resolve_precision(config.precision, self.device, on_cpu="bfloat16", on_gpu="float16")
        self._networks = networks
        self._tile_pixels = tile_pixels
        self._latest_tile_pixels: dict[str, int] = {}
        self._tiles_in_float32 = 0
        self._kernels: dict[str, CompactKernel] = {}
        self._kernel = "torch"
        for network in {network.name: network for network in networks.values()}.values():
            network.require_precision(self.dtype)
            if self._take_kernel(network):
                continue
            network.module.to(self.device, self.dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
            self._latest_tile_pixels[network.name] = self._most_pixels(network)
        if self._latest_tile_pixels and self.device.type == "cpu":
            keep_freed_memory()

    @classmethod
    def load(cls, config: UpscalerConfig) -> Upscaler:
        """See Stage.load."""
        names = {factor: choose_model(config, resolve_device(config.device), factor) for factor in FACTORS}
        networks = {name: load_network(name) for name in dict.fromkeys(names.values())}
        upscaler = cls({factor: networks[name] for factor, name in names.items()}, config)
        for factor in {name: factor for factor, name in names.items()}.values():
            upscaler.upscale(np.full((MIN_TILE_SIDE, MIN_TILE_SIDE, 3), 0.5, np.float32), factor)
        return upscaler

    @property
    def report(self) -> StageReport:
        """See Stage.report."""
        return StageReport(
            self.name,
            tuple(dict.fromkeys(network.name for network in self._networks.values())),
            str(self.device),
            dtype_name(self.dtype),
            details={
                "kernel": self._kernel,
                "tile_pixels": dict(self._latest_tile_pixels),
                "tiles_in_float32": self._tiles_in_float32,
            },
        )

    def models_used(self, image: Image, factor: int) -> tuple[str, ...]:
        """See Stage.models_used."""
        return (self._networks[factor].name,) if factor in self._networks else ()

    def upscale(
        self,
        image: Image,
        factor: int,
        on_progress: OnProgress = lambda done, total: None,
        is_cancelled: IsCancelled = never_cancelled,
    ) -> Image:
        """Enlarge (H, W, 3) to (H * factor, W * factor, 3).

        Beyond its edges the image is mirrored for the network. The network's own output is reduced by area averaging
        where `factor` is below its scale, and enlarged by Lanczos interpolation where it is above. Raises
        ContractViolation, OutOfMemory, InferenceFailed or Cancelled.
        """
        check_image(image, self.name)
        if factor not in FACTORS:
            raise ContractViolation(self.name, f"the factor must be 1, 2, 3 or 4, not {factor}")
        network = self._networks[factor]
        wide = cv2.copyMakeBorder(image, MIRRORED, MIRRORED, MIRRORED, MIRRORED, cv2.BORDER_REFLECT_101)
        output = np.empty((image.shape[0] * factor, image.shape[1] * factor, 3), np.float32)
        if network.name in self._kernels:
            self._by_kernel(network, wide, output, factor, on_progress, is_cancelled)
        else:
            self._in_tiles(network, wide, output, factor, on_progress, is_cancelled)
        return output

    def _by_kernel(
        self,
        network: Network,
        image: Image,
        output: Image,
        factor: int,
        on_progress: OnProgress,
        is_cancelled: IsCancelled,
    ) -> None:
        """See upscale. The memory is bounded, so there is nothing to halve."""
        try:
            pieces = self._kernels[network.name].pieces(image, output, factor, MIRRORED)
            with inference(self.name), closing(pieces):
                for done, total in pieces:
                    raise_if_cancelled(self.name, is_cancelled)
                    on_progress(done, total)
        except ArithmeticError as error:
            raise InferenceFailed(self.name, f"{network.name} returned values that are no image: {error}") from error

    def _in_tiles(
        self,
        network: Network,
        image: Image,
        output: Image,
        factor: int,
        on_progress: OnProgress,
        is_cancelled: IsCancelled,
    ) -> None:
        """See upscale. Only one tile at a time is on the device. A tile that does not fit is halved, and so is in this
        call every later one of its size, down to 64 pixels a side; tiles that are done stay. A tile whose result is not
        finite in half precision is computed again in float32.
        """
        height, width = image.shape[:2]
        multiple = network.architecture.size_multiple
        margin = -(-(network.architecture.overlap + _RESAMPLING_MARGIN) // multiple) * multiple
        budget = self._most_pixels(network)
        tiles = plan_tiles(height, width, margin, budget, multiple)
        too_many = math.inf  # pixels that did not fit in this call
        done = 0
        while tiles:
            raise_if_cancelled(self.name, is_cancelled)
            on_progress(done, done + len(tiles))
            seen = with_margin(tiles[0], height, width, margin)
            halves = halve(tiles[0], multiple)
            if pixels(seen) >= too_many and len(halves) > 1:
                tiles[:1] = halves
                continue
            try:
                _put(output, tiles[0], seen, self._infer(network, _cut(image, seen)), factor)
            except OutOfMemory:
                if len(halves) == 1:
                    raise
                self.memory_retries += 1
                too_many = pixels(seen)
            else:
                done += 1
                del tiles[0]
        self._latest_tile_pixels[network.name] = int(min(budget, too_many))
        on_progress(done, done)
        np.clip(output, 0.0, 1.0, out=output)

    def _take_kernel(self, network: Network) -> bool:
        """Whether the kernel runs in the place of `network`; the report says which, or why not."""
        if self.config.kernel == "torch" or self.device.type != "cpu":
            return False
        threads = self.config.cpu_threads or available_cpus()
        try:
            kernel = kernel_for(network.module, bf16=self.dtype == torch.bfloat16, threads=threads)
        except KernelUnavailable as reason:
            self._kernel = f"torch: {reason}"
            return False
        self._kernels[network.name], self._kernel = kernel, kernel.name
        self.dtype = torch.bfloat16 if kernel.bf16 else torch.float32
        return True

    def _infer(self, network: Network, tile: Image) -> Image:
        """The network on one tile: (h, w, 3) to (h * scale, w * scale, 3)."""
        with inference(self.name):
            result = self._forward(network, tile)
            if result is None and self.dtype != torch.float32:
                self._tiles_in_float32 += 1
                result = self._forward(_in_float32(network), tile)
        if result is None:
            raise InferenceFailed(self.name, f"{network.name} returned values that are no image, in float32 too")
        return result

    def _forward(self, network: Network, tile: Image) -> Image | None:
        """See _infer; None where the result is not finite."""
        height, width = tile.shape[:2]
        scale, multiple = network.architecture.scale, network.architecture.size_multiple
        batch = torch.from_numpy(tile).to(self.device).permute(2, 0, 1)[None]
        if multiple > 1:
            batch = torch.nn.functional.pad(batch, (0, -width % multiple, 0, -height % multiple), "reflect")
        result = network(batch)[0].float()
        if not torch.isfinite(result).all():
            return None
        result = result[:, : height * scale, : width * scale].clamp_(0.0, 1.0)
        return result.permute(1, 2, 0).contiguous().cpu().numpy()

    def _most_pixels(self, network: Network) -> int:
        """The most input pixels of a tile that there is memory for now."""
        if self._tile_pixels:
            return self._tile_pixels
        budget = self.config.tile_memory_mb * 2**20
        if not budget:
            budget = free_gpu_memory() // 3 if self.device.type == "cuda" else _CPU_TILE_BYTES
        bytes_per_pixel = network.architecture.bytes_per_pixel * torch.finfo(self.dtype).bits // 32
        return max(_smallest_tile_pixels(network), min(budget // bytes_per_pixel, _MAX_TILE_PIXELS))


def _cut(image: Image, tile: Tile) -> Image:
    (top, bottom), (left, right) = tile
    return np.ascontiguousarray(image[top:bottom, left:right])


def _put(output: Image, tile: Tile, seen: Tile, enlarged: Image, factor: int) -> None:
    """Write a tile into the whole, but for what was mirrored around that; `enlarged` is what the network made of
    `seen`, the tile with its surroundings.
    """
    (y0, y1), (x0, x1) = seen
    enlarged = resample_lanczos(enlarged, (x1 - x0) * factor, (y1 - y0) * factor)
    target, source = [], []
    for (start, stop), origin, length in zip(tile, (y0, x0), output.shape[:2], strict=True):
        start, stop = max(start, MIRRORED), min(stop, length // factor + MIRRORED)
        target.append(slice((start - MIRRORED) * factor, (stop - MIRRORED) * factor))
        source.append(slice((start - origin) * factor, (stop - origin) * factor))
    output[tuple(target)] = enlarged[tuple(source)]


def _in_float32(network: Network) -> Network:
    """A copy for one tile: its weights in the precision that they were rounded to, its arithmetic in float32."""
    return replace(network, module=copy.deepcopy(network.module).float())


def _smallest_tile_pixels(network: Network) -> int:
    return (MIN_TILE_SIDE + 2 * network.architecture.overlap) ** 2


def choose_model(config: UpscalerConfig, device: torch.device, factor: int) -> str:
    """The model that `config` names, or for auto the best one on this machine for `factor`.

    On a GPU that is x2plus up to twice the size, where it costs a quarter of x4plus, and x4plus beyond.
    """
    if config.model != AUTO:
        return config.model
    if device.type == "cpu":
        return COMPACT
    best: tuple[str, ...] = ("realesrgan-x4plus", "realesrgan-x4plus-ncnn", "realesrgan-x2plus")
    if factor <= 2:
        best = ("realesrgan-x2plus", *best)
    return next((name for name in best if weights.locate(name) is not None), COMPACT)

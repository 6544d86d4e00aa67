"""Enlarges in torch, tile by tile, as many pixels at once as there is memory for."""

from __future__ import annotations

import copy
import math
from dataclasses import replace

import numpy as np
import torch

from deployments.config import UpscalerConfig
from deployments.contract import Image
from deployments.errors import InferenceFailed, OutOfMemory
from deployments.imaging.resample import resample_lanczos
from deployments.imaging.tiles import MIN_TILE_SIDE, Tile, halve, pixels, plan_tiles, with_margin
from deployments.models.network import Network
from deployments.runtime.device import dtype_name, free_gpu_memory, resolve_device, resolve_precision
from deployments.runtime.enlarger import MIRRORED, Enlarger, OnProgress
from deployments.runtime.inference import inference
from deployments.runtime.inference_thread import IsCancelled, raise_if_cancelled
from deployments.runtime.transfer import to_numpy
from deployments.stages import StageName

_MAX_TILE_PIXELS = 2**20
_CPU_TILE_BYTES = 200 * 2**20
# A little more than the overlap, so that resampling too sees what it would see in the whole image.
_RESAMPLING_MARGIN = 4


class TorchEnlarger(Enlarger):
    """See Enlarger."""

    def __init__(
        self, network: Network, config: UpscalerConfig, most_pixels: int | None = None, why: str | None = None
    ) -> None:
        """`most_pixels` is the most input pixels, overlap included, that are on the device at once; by default what the
        memory has room for at the time of each call. `why` says why no kernel runs. Raises RuntimeError where the
        device is not there or the network does not support the precision.
        """
        self.name = network.name
        self.kernel = f"torch: {why}" if why else "torch"
        self._budget_mb, self._most_pixels_given = config.tile_memory_mb, most_pixels
        self._device = resolve_device(config.device)
        self._dtype = resolve_precision(config.precision, self._device, on_cpu="bfloat16", on_gpu="float16")
        network.require_precision(self._dtype)
        network.module.to(self._device, self._dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._network = network
        self.device = str(self._device)
        self.precision = dtype_name(self._dtype)
        self.tile_pixels = self._most_pixels()

    def probe(self) -> None:
        """See Stage.probe. Asks whether the stream is idle: it does not wait, and fails once the context is lost."""
        if self._device.type == "cuda":
            torch.cuda.current_stream(self._device).query()

    def __call__(
        self, image: Image, output: Image, factor: int, on_progress: OnProgress, is_cancelled: IsCancelled
    ) -> None:
        """See Enlarger. Only one tile at a time is on the device. A tile that does not fit is halved, and so is in this
        call every later one of its size, down to 64 pixels a side; tiles that are done stay. A tile whose result is not
        finite in half precision is computed again in float32.
        """
        height, width = image.shape[:2]
        multiple = self._network.architecture.size_multiple
        margin = -(-(self._network.architecture.overlap + _RESAMPLING_MARGIN) // multiple) * multiple
        budget = self._most_pixels()
        tiles = plan_tiles(height, width, margin, budget, multiple)
        too_many = math.inf  # pixels that did not fit in this call
        done = 0
        while tiles:
            raise_if_cancelled(StageName.UPSCALER, is_cancelled)
            on_progress(done, done + len(tiles))
            seen = with_margin(tiles[0], height, width, margin)
            halves = halve(tiles[0], multiple)
            if pixels(seen) >= too_many and len(halves) > 1:
                tiles[:1] = halves
                continue
            try:
                _put(output, tiles[0], seen, self._infer(_cut(image, seen), factor), factor)
            except OutOfMemory:
                if len(halves) == 1:
                    raise
                self.memory_retries += 1
                too_many = pixels(seen)
            else:
                done += 1
                del tiles[0]
        self.tile_pixels = int(min(budget, too_many))
        on_progress(done, done)

    def _infer(self, tile: Image, factor: int) -> Image:
        """The network on one tile: (h, w, 3) to `factor` times its size where that divides the network's scale, else
        to `scale` times its size."""
        with inference(StageName.UPSCALER):
            result = self._forward(self._network, tile, factor)
            if result is None and self._dtype != torch.float32:
                self.tiles_in_float32 += 1
                result = self._forward(_in_float32(self._network), tile, factor)
        if result is None:
            reason = f"{self.name} returned values that are no image, in float32 too"
            raise InferenceFailed(StageName.UPSCALER, reason)
        return result

    def _forward(self, network: Network, tile: Image, factor: int) -> Image | None:
        """See _infer; None where the result is not finite."""
        height, width = tile.shape[:2]
        scale, multiple = network.architecture.scale, network.architecture.size_multiple
        batch = torch.from_numpy(tile).to(self._device).permute(2, 0, 1)[None]
        if multiple > 1:
            batch = torch.nn.functional.pad(batch, (0, -width % multiple, 0, -height % multiple), "reflect")
        result = network(batch)[0].float()
        if not torch.isfinite(result).all():
            return None
        result = result[:, : height * scale, : width * scale].clamp_(0.0, 1.0)
        if scale % factor == 0:  # on the device: sixteen times the pixels of the tile would have to leave a GPU
            result = torch.nn.functional.avg_pool2d(result, scale // factor)
        return to_numpy(result.permute(1, 2, 0).contiguous())

    def _most_pixels(self) -> int:
        """The most input pixels of a tile that there is memory for now."""
        if self._most_pixels_given:
            return self._most_pixels_given
        architecture = self._network.architecture
        budget = self._budget_mb * 2**20
        if not budget:
            budget = free_gpu_memory() // 3 if self._device.type == "cuda" else _CPU_TILE_BYTES
        bytes_per_pixel = architecture.bytes_per_pixel * torch.finfo(self._dtype).bits // 32
        smallest = (MIN_TILE_SIDE + 2 * architecture.overlap) ** 2
        return max(smallest, min(budget // bytes_per_pixel, _MAX_TILE_PIXELS))


def _cut(image: Image, tile: Tile) -> Image:
    (top, bottom), (left, right) = tile
    return np.ascontiguousarray(image[top:bottom, left:right])


def _put(output: Image, tile: Tile, seen: Tile, enlarged: Image, factor: int) -> None:
    """Write a tile into the whole, but for what was mirrored around that; `enlarged` is what the network made of
    `seen`, the tile with its surroundings.

    It is reduced by area averaging where `factor` is below the network's scale, and enlarged by Lanczos interpolation
    where it is above.
    """
    (y0, y1), (x0, x1) = seen
    size = (y1 - y0) * factor, (x1 - x0) * factor
    if enlarged.shape[:2] != size:
        enlarged = resample_lanczos(enlarged, *size[::-1])
        np.clip(enlarged, 0.0, 1.0, out=enlarged)
    target, source = [], []
    for (start, stop), origin, length in zip(tile, (y0, x0), output.shape[:2], strict=True):
        start, stop = max(start, MIRRORED), min(stop, length // factor + MIRRORED)
        target.append(slice((start - MIRRORED) * factor, (stop - MIRRORED) * factor))
        source.append(slice((start - origin) * factor, (stop - origin) * factor))
    output[tuple(target)] = enlarged[tuple(source)]


def _in_float32(network: Network) -> Network:
    """A copy for one tile: its weights in the precision that they were rounded to, its arithmetic in float32."""
    return replace(network, module=copy.deepcopy(network.module).float())

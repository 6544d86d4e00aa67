"""The background: the whole picture enlarged by Real-ESRGAN, tile by tile, to any factor from 1 to 4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import torch
from torch import nn

from deployments import weights
from deployments.config import UpscalerConfig
from deployments.contract import ContractViolation, Image, InferenceFailed, OutOfMemory, StageReport, check_image
from deployments.networks import load_network
from deployments.runtime import dtype_name, inference, resolve_device, resolve_precision, set_threads
from deployments.worker import Stop, never, raise_if_left

STAGE = "upscaler"
COMPACT = "realesr-general-x4v3"

FACTORS = (1, 2, 3, 4)
OnProgress = Callable[[int, int], None]
"""Told (tiles done, tiles in all)."""


@dataclass(frozen=True)
class _Traits:
    """What tiling has to know of a network."""

    scale: int
    overlap: int
    """Input pixels around a tile that can change it by more than 1/255."""
    bytes_per_pixel: int
    """Peak memory of one input pixel in float32, weights apart."""


# The compact network has 34 3x3 convolutions: 34 pixels each way are its whole receptive field, so tiles agree exactly.
# RRDBNet's field reaches 345; measured on x4plus, the largest difference from the untiled picture is 9/255 with 32
# pixels of overlap, 2/255 with 64 and 0.05/255 with 96. x2plus does its work at half size, hence twice that.
_TRAITS: dict[str, _Traits] = {
    COMPACT: _Traits(4, 34, 64 * 4 * 3),
    "realesrgan-x2plus": _Traits(2, 192, 64 * 4 * 4 * 3),
    "realesrgan-x4plus": _Traits(4, 96, 64 * 16 * 4 * 3),
    "realesrgan-x4plus-ncnn": _Traits(4, 96, 64 * 16 * 4 * 3),
}
_MIN_TILE = 64
_MAX_TILE_PIXELS = 2**20
_CPU_TILE_BYTES = 200 * 2**20


@dataclass
class _Network:
    """A network, what tiling has to know of it, and the tile that fits into memory today."""

    name: str
    module: nn.Module
    traits: _Traits
    tile_pixels: int
    """At most so many input pixels, overlap included, are on the device at once."""


class Upscaler:
    """The Real-ESRGAN networks and the tiling around them."""

    def __init__(self, config: UpscalerConfig) -> None:
        """Loads and warms up; raises ModelUnavailable where the weights are missing."""
        self.config = config
        self.device = resolve_device(config.device)
        self.dtype = resolve_precision(config.precision, self.device, on_cpu="bfloat16", on_gpu="float16")
        set_threads(config.cpu_threads)
        self._models = {factor: _choose(config, self.device, factor) for factor in FACTORS}
        self._networks = {name: self._load(name) for name in dict.fromkeys(self._models.values())}
        for factor in {name: factor for factor, name in self._models.items()}.values():
            self.upscale(np.full((_MIN_TILE, _MIN_TILE, 3), 0.5, np.float32), factor)

    def _load(self, name: str) -> _Network:
        module = load_network(name).to(self.device, self.dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
        traits = _TRAITS[name]
        return _Network(name, module, traits, self._tile_pixels(traits))

    @property
    def report(self) -> StageReport:
        """What runs here."""
        tiles = {name: network.tile_pixels for name, network in self._networks.items()}
        models = tuple(self._networks)
        return StageReport(STAGE, models, str(self.device), dtype_name(self.dtype), details={"tile_pixels": tiles})

    def upscale(
        self, image: Image, factor: int, on_progress: OnProgress = lambda done, total: None, stop: Stop = never
    ) -> Image:
        """Enlarge (H, W, 3) to (H * factor, W * factor, 3).

        The network's own output is reduced by area averaging where `factor` is below its scale, and enlarged by
        Lanczos interpolation where it is above. Only one tile at a time is on the device. A tile that does not fit is
        halved, down to 64 pixels a side. Raises ContractViolation, OutOfMemory, InferenceFailed or Abandoned.
        """
        check_image(image, STAGE)
        if factor not in FACTORS:
            raise ContractViolation(STAGE, f"the factor must be 1, 2, 3 or 4, not {factor}")
        network = self._networks[self._models[factor]]
        while True:
            try:
                return self._tiled(network, image, factor, on_progress, stop)
            except OutOfMemory:
                smallest = (_MIN_TILE + 2 * network.traits.overlap) ** 2
                if network.tile_pixels <= smallest:
                    raise
                network.tile_pixels = max(smallest, network.tile_pixels // 2)

    def _tiled(self, network: _Network, image: Image, factor: int, on_progress: OnProgress, stop: Stop) -> Image:
        height, width = image.shape[:2]
        output = np.empty((height * factor, width * factor, 3), np.float32)
        # A little more than the overlap, so that resampling too sees what it would see in the whole picture.
        around = network.traits.overlap + 4
        tiles = plan_tiles(height, width, around, network.tile_pixels)
        for done, ((top, bottom), (left, right)) in enumerate(tiles):
            raise_if_left(STAGE, stop)
            on_progress(done, len(tiles))
            y0, x0 = max(top - around, 0), max(left - around, 0)
            y1, x1 = min(bottom + around, height), min(right + around, width)
            enlarged = self._infer(network, image[y0:y1, x0:x1])
            enlarged = _resample(enlarged, (x1 - x0) * factor, (y1 - y0) * factor)
            output[top * factor : bottom * factor, left * factor : right * factor] = enlarged[
                (top - y0) * factor : (bottom - y0) * factor, (left - x0) * factor : (right - x0) * factor
            ]
        on_progress(len(tiles), len(tiles))
        return np.clip(output, 0.0, 1.0, out=output)

    def _infer(self, network: _Network, tile: Image) -> Image:
        """The network on one tile: (h, w, 3) to (h * scale, w * scale, 3)."""
        height, width = tile.shape[:2]
        scale = network.traits.scale
        with inference(STAGE):
            batch = torch.from_numpy(np.ascontiguousarray(tile)).to(self.device, self.dtype).permute(2, 0, 1)[None]
            if scale == 2:  # x2plus folds 2x2 pixels into channels first
                batch = torch.nn.functional.pad(batch, (0, width % 2, 0, height % 2), "reflect")
            result = network.module(batch)[0].float()
            if not torch.isfinite(result).all():
                raise InferenceFailed(
                    STAGE, f"{network.name} returned numbers that are no picture; set precision to float32 or bfloat16"
                )
            result = result[:, : height * scale, : width * scale].clamp_(0.0, 1.0)
            return result.permute(1, 2, 0).contiguous().cpu().numpy()  # type: ignore[no-any-return]

    def _tile_pixels(self, traits: _Traits) -> int:
        """The most input pixels that fit into the memory one tile may take."""
        budget = self.config.tile_memory_mb * 2**20
        if not budget:
            budget = torch.cuda.mem_get_info()[0] // 3 if self.device.type == "cuda" else _CPU_TILE_BYTES
        bytes_per_pixel = traits.bytes_per_pixel * torch.finfo(self.dtype).bits // 32
        smallest = (_MIN_TILE + 2 * traits.overlap) ** 2
        return max(smallest, min(budget // bytes_per_pixel, _MAX_TILE_PIXELS))


def _choose(config: UpscalerConfig, device: torch.device, factor: int) -> str:
    """On a GPU x2plus up to twice the size, where it costs a quarter of x4plus, and x4plus beyond."""
    if config.model != "auto":
        return config.model
    if device.type == "cpu":
        return COMPACT
    best: tuple[str, ...] = ("realesrgan-x4plus", "realesrgan-x4plus-ncnn", "realesrgan-x2plus")
    if factor <= 2:
        best = ("realesrgan-x2plus", *best)
    return next((name for name in best if weights.locate(name) is not None), COMPACT)


Span = tuple[int, int]


def plan_tiles(height: int, width: int, around: int, max_pixels: int) -> list[tuple[Span, Span]]:
    """Cut height x width into a grid of ((top, bottom), (left, right)), row by row.

    Of all grids whose tiles, with `around` more pixels on each side, have at most `max_pixels`, the one that makes
    the network see the fewest pixels: long pictures are cut into strips, which overlap on two sides only. Tiles are
    never planned smaller than 64 pixels, so with a very small `max_pixels` they may have more.
    """

    def seen(length: int, count: int) -> int:
        return length + 2 * around * (count - 1)

    def longest(length: int, count: int) -> int:
        return min(length, -(-length // count) + 2 * around)

    grids = [
        (rows, columns)
        for rows in range(1, max(1, height // _MIN_TILE) + 1)
        for columns in range(1, max(1, width // _MIN_TILE) + 1)
    ]
    fitting = [g for g in grids if longest(height, g[0]) * longest(width, g[1]) <= max_pixels] or [grids[-1]]
    rows, columns = min(fitting, key=lambda grid: seen(height, grid[0]) * seen(width, grid[1]))
    return [(row, column) for row in _spans(height, rows) for column in _spans(width, columns)]


def _spans(length: int, count: int) -> list[Span]:
    """Cut `length` into `count` pieces as equal as whole numbers allow."""
    edges = [length * i // count for i in range(count + 1)]
    return list(pairwise(edges))


def _resample(image: Image, width: int, height: int) -> Image:
    """Area averaging to make smaller, Lanczos over 8x8 pixels to make larger."""
    if image.shape[:2] == (height, width):
        return image
    smaller = width < image.shape[1]
    return cv2.resize(  # type: ignore[return-value]
        image, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LANCZOS4
    )

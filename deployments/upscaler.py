"""The upscaler: enlarges the whole image by Real-ESRGAN, tile by tile, by any factor from 1 to 4."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from deployments.config import AUTO, UpscalerConfig
from deployments.contract import Image, StageReport, check_image
from deployments.errors import ContractViolation, InferenceFailed, OutOfMemory
from deployments.imaging.resample import resample_lanczos
from deployments.imaging.tiles import MIN_TILE_SIDE, plan_tiles
from deployments.models import weights
from deployments.models.network import Network, load_network
from deployments.runtime.device import dtype_name, inference, resolve_device, resolve_precision
from deployments.runtime.inference_thread import IsCancelled, never_cancelled, raise_if_cancelled
from deployments.runtime.torch_stage import TorchStage
from deployments.stages import StageName

COMPACT = "realesr-general-x4v3"
FACTORS = (1, 2, 3, 4)
OnProgress = Callable[[int, int], None]
"""Called with (tiles done, tiles in all)."""

_MAX_TILE_PIXELS = 2**20
_CPU_TILE_BYTES = 200 * 2**20
# A little more than the overlap, so that resampling too sees what it would see in the whole image.
_RESAMPLING_MARGIN = 4


class Upscaler(TorchStage):
    """The Real-ESRGAN networks and the tiling around them."""

    name = StageName.UPSCALER

    def __init__(self, networks: dict[int, Network], config: UpscalerConfig, tile_pixels: int | None = None) -> None:
        """`networks` by factor, all FACTORS. `tile_pixels` is the most input pixels, overlap included, that are on the
        device at once; by default what the configured memory has room for. Raises RuntimeError where a network does
        not support the precision.
        """
        super().__init__(config)
        self.config = config
        self.dtype = resolve_precision(config.precision, self.device, on_cpu="bfloat16", on_gpu="float16")
        self._networks = networks
        for network in {network.name: network for network in networks.values()}.values():
            network.require_precision(self.dtype)
            network.module.to(self.device, self.dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._tile_pixels = {
            network.name: tile_pixels or self._tile_pixels_in_memory(network) for network in networks.values()
        }

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
            tuple(self._tile_pixels),
            str(self.device),
            dtype_name(self.dtype),
            details={"tile_pixels": dict(self._tile_pixels)},
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

        The network's own output is reduced by area averaging where `factor` is below its scale, and enlarged by
        Lanczos interpolation where it is above. Only one tile at a time is on the device. A tile that does not fit is
        halved, down to 64 pixels a side. Raises ContractViolation, OutOfMemory, InferenceFailed or Cancelled.
        """
        check_image(image, self.name)
        if factor not in FACTORS:
            raise ContractViolation(self.name, f"the factor must be 1, 2, 3 or 4, not {factor}")
        network = self._networks[factor]
        while True:
            try:
                return self._tiled(network, image, factor, on_progress, is_cancelled)
            except OutOfMemory:
                smallest = _smallest_tile_pixels(network)
                if self._tile_pixels[network.name] <= smallest:
                    raise
                self._tile_pixels[network.name] = max(smallest, self._tile_pixels[network.name] // 2)

    def _tiled(
        self, network: Network, image: Image, factor: int, on_progress: OnProgress, is_cancelled: IsCancelled
    ) -> Image:
        height, width = image.shape[:2]
        output = np.empty((height * factor, width * factor, 3), np.float32)
        margin = network.architecture.overlap + _RESAMPLING_MARGIN
        tiles = plan_tiles(height, width, margin, self._tile_pixels[network.name])
        for done, ((top, bottom), (left, right)) in enumerate(tiles):
            raise_if_cancelled(self.name, is_cancelled)
            on_progress(done, len(tiles))
            y0, x0 = max(top - margin, 0), max(left - margin, 0)
            y1, x1 = min(bottom + margin, height), min(right + margin, width)
            enlarged = self._infer(network, image[y0:y1, x0:x1])
            enlarged = resample_lanczos(enlarged, (x1 - x0) * factor, (y1 - y0) * factor)
            output[top * factor : bottom * factor, left * factor : right * factor] = enlarged[
                (top - y0) * factor : (bottom - y0) * factor, (left - x0) * factor : (right - x0) * factor
            ]
        on_progress(len(tiles), len(tiles))
        return np.clip(output, 0.0, 1.0, out=output)

    def _infer(self, network: Network, tile: Image) -> Image:
        """The network on one tile: (h, w, 3) to (h * scale, w * scale, 3)."""
        height, width = tile.shape[:2]
        scale, multiple = network.architecture.scale, network.architecture.size_multiple
        with inference(self.name):
            batch = torch.from_numpy(np.ascontiguousarray(tile)).to(self.device, self.dtype).permute(2, 0, 1)[None]
            if multiple > 1:
                batch = torch.nn.functional.pad(batch, (0, -width % multiple, 0, -height % multiple), "reflect")
            result = network(batch)[0].float()
            if not torch.isfinite(result).all():
                raise InferenceFailed(
                    self.name,
                    f"{network.name} returned values that are no image; set precision to float32 or bfloat16",
                )
            result = result[:, : height * scale, : width * scale].clamp_(0.0, 1.0)
            return result.permute(1, 2, 0).contiguous().cpu().numpy()

    def _tile_pixels_in_memory(self, network: Network) -> int:
        """The most input pixels that fit into the memory one tile may take."""
        budget = self.config.tile_memory_mb * 2**20
        if not budget:
            budget = torch.cuda.mem_get_info()[0] // 3 if self.device.type == "cuda" else _CPU_TILE_BYTES
        bytes_per_pixel = network.architecture.bytes_per_pixel * torch.finfo(self.dtype).bits // 32
        return max(_smallest_tile_pixels(network), min(budget // bytes_per_pixel, _MAX_TILE_PIXELS))


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

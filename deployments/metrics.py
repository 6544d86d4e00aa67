"""How far the result is from what it is compared with: PSNR and SSIM (scikit-image), LPIPS (AlexNet)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from pydantic import Field
from ray import serve
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from deployments.contract import ContractViolation, Image, InferenceFailed, StageReport, check_image
from deployments.networks import load_network
from deployments.runtime import Replica, StageConfig, Stop, Timed, inference, never, resolve_device, set_threads

STAGE = "metrics"
MODEL = "lpips-alex"
MIN_SIDE = 32  # below it nothing is left in AlexNet's last layers
MAX_PSNR = 100.0
"""dB; reported for identical pictures, whose PSNR is infinite, which JSON cannot say."""


class MetricsConfig(StageConfig):
    """Settings of the quality figures."""

    max_pixels: int = Field(
        1_048_576, ge=MIN_SIDE * MIN_SIDE, description="Larger pictures are reduced to so many pixels, both alike."
    )


@dataclass(frozen=True)
class Quality:
    """The three figures of one comparison."""

    psnr: float
    """dB, higher is closer; at most 100."""
    ssim: float
    """[-1, 1], 1 is identical."""
    lpips: float
    """0 is identical, higher is further for the eye."""


def comparable(result: Image, target: Image, max_pixels: int) -> tuple[Image, Image]:
    """Bring both pictures to the result's size, or to the largest of its shape within `max_pixels`.

    A smaller target is enlarged bicubically; what is made smaller is averaged over areas.
    """
    height, width = result.shape[:2]
    scale = min(1.0, (max_pixels / (height * width)) ** 0.5)
    size = max(MIN_SIDE, int(width * scale)), max(MIN_SIDE, int(height * scale))
    return _resize(result, size), _resize(target, size)


def _resize(image: Image, size: tuple[int, int]) -> Image:
    if image.shape[1::-1] == size:
        return image
    smaller = size[0] * size[1] < image.shape[0] * image.shape[1]
    resized = cv2.resize(image, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    return np.clip(resized, 0.0, 1.0)  # type: ignore[no-any-return]


class Metrics:
    """The three figures, on float32 pictures in [0, 1]."""

    def __init__(self, config: MetricsConfig) -> None:
        """Loads and warms up; raises ModelUnavailable where the weights are missing."""
        self.config = config
        self.device = resolve_device(config.device)
        set_threads(config.cpu_threads)
        self._lpips = load_network(MODEL).to(self.device)
        gray = np.full((64, 64, 3), 0.5, np.float32)
        self.measure(gray, gray)

    @property
    def report(self) -> StageReport:
        """What runs here."""
        details = {"max_pixels": self.config.max_pixels}
        return StageReport(STAGE, (MODEL,), str(self.device), "float32", details=details)

    def measure(self, result: Image, target: Image, stop: Stop = never) -> Quality:
        """Compare two pictures of one size; raises ContractViolation, OutOfMemory or InferenceFailed."""
        check_image(result, STAGE)
        check_image(target, STAGE)
        if result.shape != target.shape:
            raise ContractViolation(STAGE, f"pictures of {result.shape} and {target.shape} cannot be compared")
        if mean_squared_error(target, result) == 0.0:
            psnr = MAX_PSNR
        else:
            psnr = min(MAX_PSNR, float(peak_signal_noise_ratio(target, result, data_range=1.0)))
        ssim = float(structural_similarity(target, result, data_range=1.0, channel_axis=2))
        with inference(STAGE):
            lpips = float(self._lpips(self._tensor(result), self._tensor(target)).item())
        quality = Quality(psnr, ssim, lpips)
        if not np.isfinite([psnr, ssim, lpips]).all():
            raise InferenceFailed(STAGE, f"a figure is no number: {quality}")
        return quality

    def _tensor(self, image: Image) -> torch.Tensor:
        """LPIPS speaks RGB in [-1, 1]."""
        return torch.from_numpy(image).to(self.device).permute(2, 0, 1)[None] * 2.0 - 1.0


@serve.deployment(name="Metrics")
class MetricsDeployment(Replica):
    """The metrics as a deployment."""

    def __init__(self, config: MetricsConfig) -> None:
        self._metrics = Metrics(config)
        super().__init__(self._metrics.report, config.cpu_threads)

    async def measure(self, result: Image, target: Image) -> Timed[Quality]:
        """See Metrics.measure."""
        return await self._worker.run(self._metrics.measure, result, target)

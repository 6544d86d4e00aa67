"""How far the result is from what it is compared with: PSNR and SSIM (scikit-image), LPIPS (AlexNet)."""

from __future__ import annotations

import numpy as np
import torch
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from deployments.config import MetricsConfig
from deployments.contract import ContractViolation, Image, InferenceFailed, Quality, StageReport, check_image
from deployments.networks import load_network
from deployments.runtime import inference, resolve_device, set_threads
from deployments.worker import Stop, never

STAGE = "metrics"
MODEL = "lpips-alex"
MAX_PSNR = 100.0
"""dB; reported for identical pictures, whose PSNR is infinite, which JSON cannot say."""


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

"""The image metrics of the result against its target: PSNR and SSIM (scikit-image), LPIPS (AlexNet)."""

from __future__ import annotations

import numpy as np
import torch
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from deployments.config import MetricsConfig
from deployments.contract import Image, Quality, StageReport, check_image
from deployments.errors import ContractViolation, InferenceFailed
from deployments.models.network import Network, load_network
from deployments.runtime.device import inference
from deployments.runtime.inference_thread import IsCancelled, never_cancelled
from deployments.runtime.torch_stage import TorchStage
from deployments.stages import StageName

MODEL = "lpips-alex"
MAX_PSNR_DB = 100.0
"""Reported for identical images, whose PSNR is infinite, which JSON cannot express."""


class Metrics(TorchStage):
    """PSNR, SSIM and LPIPS of float32 images in [0, 1]."""

    name = StageName.METRICS

    def __init__(self, lpips: Network, config: MetricsConfig) -> None:
        super().__init__(config)
        self._lpips = lpips
        lpips.module.to(self.device)

    @classmethod
    def load(cls, config: MetricsConfig) -> Metrics:
        """See Stage.load."""
        metrics = cls(load_network(MODEL), config)
        gray = np.full((64, 64, 3), 0.5, np.float32)
        metrics.measure(gray, gray)
        return metrics

    @property
    def report(self) -> StageReport:
        """See Stage.report."""
        return StageReport(self.name, (self._lpips.name,), str(self.device), "float32")

    def measure(self, result: Image, target: Image, is_cancelled: IsCancelled = never_cancelled) -> Quality:
        """Compare two images of one size; raises ContractViolation, OutOfMemory or InferenceFailed."""
        check_image(result, self.name)
        check_image(target, self.name)
        if result.shape != target.shape:
            raise ContractViolation(self.name, f"images of {result.shape} and {target.shape} cannot be compared")
        if mean_squared_error(target, result) == 0.0:
            psnr = MAX_PSNR_DB
        else:
            psnr = min(MAX_PSNR_DB, float(peak_signal_noise_ratio(target, result, data_range=1.0)))
        ssim = float(structural_similarity(target, result, data_range=1.0, channel_axis=2))
        with inference(self.name):
            lpips = float(self._lpips(self._tensor(result), self._tensor(target)).item())
        quality = Quality(psnr, ssim, lpips)
        if not np.isfinite([psnr, ssim, lpips]).all():
            raise InferenceFailed(self.name, f"a metric is not finite: {quality}")
        return quality

    def _tensor(self, image: Image) -> torch.Tensor:
        return torch.from_numpy(image).to(self.device).permute(2, 0, 1)[None]

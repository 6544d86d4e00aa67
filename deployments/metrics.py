"""The image metrics of the result against its target: PSNR, SSIM and LPIPS (AlexNet)."""

from __future__ import annotations

import numpy as np
from skimage.metrics import mean_squared_error

from deployments.config import MetricsConfig
from deployments.contract import MEGAPIXEL, Image, Quality, StageReport, check_image
from deployments.errors import ContractViolation, InferenceFailed
from deployments.imaging import similarity
from deployments.runtime.engine import Batch
from deployments.runtime.engines import Model, engine_for, load_model
from deployments.runtime.inference import inference
from deployments.runtime.inference_thread import IsCancelled, never_cancelled
from deployments.runtime.network_stage import NetworkStage
from deployments.stages import StageName

MODEL = "lpips-alex"
MAX_PSNR_DB = 100.0
"""Reported for identical images, whose PSNR is infinite, which JSON cannot express."""

_WARM_UP_SIDE = 256


class Metrics(NetworkStage):
    """PSNR, SSIM and LPIPS of float32 images in [0, 1]."""

    name = StageName.METRICS

    def __init__(self, lpips: Model, config: MetricsConfig) -> None:
        self._lpips = engine_for(lpips, config)
        super().__init__(config, self._lpips)

    @classmethod
    def load(cls, config: MetricsConfig) -> Metrics:
        """See Stage.load."""
        metrics = cls(load_model(MODEL, config), config)
        gray = np.full((_WARM_UP_SIDE, _WARM_UP_SIDE, 3), 0.5, np.float32)
        metrics.warm_up(lambda: metrics.measure(gray, gray), _WARM_UP_SIDE**2 / MEGAPIXEL, config)
        return metrics

    @property
    def report(self) -> StageReport:
        """See Stage.report."""
        return StageReport(self.name, (self._lpips.name,), self.device, "float32", details={"engine": self.library})

    def measure(self, result: Image, target: Image, is_cancelled: IsCancelled = never_cancelled) -> Quality:
        """Compare two images of one size; raises ContractViolation, OutOfMemory or InferenceFailed."""
        check_image(result, self.name)
        check_image(target, self.name)
        if result.shape != target.shape:
            raise ContractViolation(self.name, f"images of {result.shape} and {target.shape} cannot be compared")
        with inference(self.name):
            error, ssim = self._error_and_ssim(result, target)
            lpips = float(self._lpips(_batch(result), _batch(target))[0].item())
        psnr = min(MAX_PSNR_DB, -10.0 * np.log10(error)) if error else MAX_PSNR_DB
        quality = Quality(psnr, ssim, lpips)
        if not np.isfinite([psnr, ssim, lpips]).all():
            raise InferenceFailed(self.name, f"a metric is not finite: {quality}")
        return quality

    def _error_and_ssim(self, result: Image, target: Image) -> tuple[float, float]:
        """The mean squared error and the mean structural similarity, on a GPU where LPIPS runs on one."""
        if self.device == "cpu":
            return float(mean_squared_error(target, result)), similarity.on_cpu(result, target)
        from deployments.runtime import torch_similarity

        return torch_similarity.error_and_ssim(result, target, self.device)


def _batch(image: Image) -> Batch:
    return image.transpose(2, 0, 1)[None]

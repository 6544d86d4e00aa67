"""The image metrics of the result against its target: PSNR, SSIM and LPIPS (AlexNet)."""

from __future__ import annotations

import cv2
import numpy as np
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from deployments.config import MetricsConfig
from deployments.contract import MEGAPIXEL, Image, Mask, Quality, StageReport, check_image
from deployments.errors import ContractViolation, InferenceFailed
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
_SSIM_SIDE = 7
_SSIM_C1, _SSIM_C2 = 0.01**2, 0.03**2


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
        if mean_squared_error(target, result) == 0.0:
            psnr = MAX_PSNR_DB
        else:
            psnr = min(MAX_PSNR_DB, float(peak_signal_noise_ratio(target, result, data_range=1.0)))
        ssim = float(np.mean([_ssim(target[..., c], result[..., c]) for c in range(3)]))
        with inference(self.name):
            lpips = float(self._lpips(_batch(result), _batch(target))[0].item())
        quality = Quality(psnr, ssim, lpips)
        if not np.isfinite([psnr, ssim, lpips]).all():
            raise InferenceFailed(self.name, f"a metric is not finite: {quality}")
        return quality


def _batch(image: Image) -> Batch:
    return image.transpose(2, 0, 1)[None]


def _ssim(first: Mask, second: Mask) -> float:
    """The mean structural similarity (Wang et al., IEEE TIP 2004) of one channel in [0, 1].

    Windows of 7x7 pixels with equal weights and sample covariances: what scikit-image's structural_similarity computes,
    to a millionth, in a quarter of the time. Its own filter is SciPy's, in one thread and by index.
    """

    def mean(image: Mask) -> Mask:
        return np.asarray(cv2.boxFilter(image, cv2.CV_32F, (_SSIM_SIDE, _SSIM_SIDE)), np.float32)

    first, second = np.ascontiguousarray(first), np.ascontiguousarray(second)
    mean_first, mean_second = mean(first), mean(second)
    sample = np.float32(_SSIM_SIDE**2 / (_SSIM_SIDE**2 - 1))
    products = mean_first * mean_second
    squares = mean_first * mean_first + mean_second * mean_second
    covariance = sample * (mean(first * second) - products)
    variances = sample * (mean(first * first + second * second) - squares)
    similarity = ((2 * products + _SSIM_C1) * (2 * covariance + _SSIM_C2)) / (
        (squares + _SSIM_C1) * (variances + _SSIM_C2)
    )
    margin = _SSIM_SIDE // 2
    return float(similarity[margin:-margin, margin:-margin].mean(dtype=np.float64))

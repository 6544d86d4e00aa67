"""The three figures against the libraries themselves, and what is compared with what."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from deployments.config import MetricsConfig
from deployments.contract import MIN_METRICS_SIDE, check_image
from deployments.errors import ContractViolation, Step
from deployments.imaging.resample import to_common_size
from deployments.metrics import MAX_PSNR_DB, MODEL, Metrics
from deployments.models.network import load_network
from deployments.runtime.torch_similarity import error_and_ssim
from tests.helpers.images import astronaut, noise, waves

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def metrics() -> Metrics:
    return Metrics.load(MetricsConfig(device="cpu"))


def test_the_figures_are_the_libraries(metrics: Metrics) -> None:
    target = np.ascontiguousarray(astronaut()[:200, 100:320])
    result = np.clip(cv2.GaussianBlur(target, (0, 0), 1.5) + 0.02, 0, 1)
    found = metrics.measure(result, target)
    assert found.psnr == pytest.approx(peak_signal_noise_ratio(target, result, data_range=1.0), rel=1e-6)
    assert found.ssim == pytest.approx(structural_similarity(target, result, data_range=1.0, channel_axis=2), rel=1e-6)
    a, b = (torch.from_numpy(x.transpose(2, 0, 1).copy())[None] for x in (result, target))
    with torch.no_grad():
        lpips = load_network(MODEL).module(a, b, normalize=True)  # normalize: lpips itself takes [0, 1] to [-1, 1]
    assert found.lpips == pytest.approx(float(lpips), abs=1e-6)
    assert 0.01 < found.lpips < 1


def test_a_gpu_computes_the_libraries_figures_too() -> None:
    target = np.ascontiguousarray(astronaut()[:200, 100:320])
    result = np.clip(cv2.GaussianBlur(target, (0, 0), 1.5) + 0.02, 0, 1)
    error, ssim = error_and_ssim(result, target, "cpu")
    pair = target.astype(np.float64), result.astype(np.float64)
    assert error == pytest.approx(mean_squared_error(*pair), rel=1e-6)
    assert ssim == pytest.approx(structural_similarity(*pair, data_range=1.0, channel_axis=2), rel=1e-6)


def test_identical_pictures_have_the_largest_psnr_that_json_can_say(metrics: Metrics) -> None:
    found = metrics.measure(waves(64, 64), waves(64, 64))
    assert found.psnr == MAX_PSNR_DB
    assert found.ssim == pytest.approx(1.0) and found.lpips == pytest.approx(0.0, abs=1e-6)


def test_a_difference_of_a_millionth_is_capped_too(metrics: Metrics) -> None:
    image = waves(64, 64)
    assert metrics.measure(image + np.float32(1e-7), image).psnr <= MAX_PSNR_DB


def test_a_worse_picture_has_worse_figures(metrics: Metrics) -> None:
    target = np.ascontiguousarray(astronaut()[:160, 140:300])
    near, far = (metrics.measure(cv2.GaussianBlur(target, (0, 0), sigma), target) for sigma in (0.7, 4.0))
    assert near.psnr > far.psnr and near.ssim > far.ssim and near.lpips < far.lpips


def test_pictures_of_different_sizes_are_not_compared(metrics: Metrics) -> None:
    with pytest.raises(ContractViolation, match="cannot be compared"):
        metrics.measure(waves(64, 64), waves(64, 65))


def test_the_smallest_picture_that_is_compared_can_be_compared(metrics: Metrics) -> None:
    side = MIN_METRICS_SIDE
    assert np.isfinite(metrics.measure(noise(side, side), noise(side, side, seed=1)).lpips)


@pytest.mark.parametrize(
    ("result", "target", "most", "size"),
    [
        ((200, 300), (100, 150), 10**6, (200, 300)),
        ((200, 300), (200, 300), 10**6, (200, 300)),
        ((200, 300), (400, 600), 10**6, (200, 300)),
        ((400, 600), (200, 300), 60_000, (200, 300)),
        ((2000, 40), (1000, 20), 5_000, (500, MIN_METRICS_SIDE)),
    ],
)
def test_both_pictures_come_to_the_results_size_or_the_largest_allowed(
    result: tuple[int, int], target: tuple[int, int], most: int, size: tuple[int, int]
) -> None:
    pair = to_common_size(waves(*result), waves(*target), most)
    for image in pair:
        assert check_image(image, Step.DECODE).shape[:2] == size


def test_what_is_compared_shows_the_same_place() -> None:
    a, b = to_common_size(waves(400, 600, 2), waves(200, 300), 60_000)
    assert np.abs(a - b).max() < 0.01

"""The wide Gaussian, held against OpenCV's at full size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from deployments.imaging.low_pass import low_pass
from tests.helpers.images import noise, one_face


@pytest.mark.parametrize("sigma", [1.5, 4.0, 8.5, 16.0, 33.0])
@pytest.mark.parametrize("size", [(512, 512), (333, 217), (31, 500)])
def test_it_is_opencvs_gaussian_up_to_the_edges(sigma: float, size: tuple[int, int]) -> None:
    for image in (
        cv2.resize(one_face(), size[::-1]).astype(np.float32) / 255,
        noise(*size, 3),
        noise(*size, 1)[..., 0],
    ):
        blurred = low_pass(image, sigma)
        difference = np.abs(blurred - cv2.GaussianBlur(image, (0, 0), sigma))
        assert blurred.shape == image.shape and difference.max() < 1.5 / 255

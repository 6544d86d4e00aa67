"""Brings the result and what it is compared with to one size, small enough to be measured cheaply."""

from __future__ import annotations

import cv2
import numpy as np

from deployments.config import MIN_METRICS_SIDE
from deployments.contract import Image


def comparable(result: Image, target: Image, max_pixels: int) -> tuple[Image, Image]:
    """Bring both pictures to the result's size, or to the largest of its shape within `max_pixels`.

    A smaller target is enlarged bicubically; what is made smaller is averaged over areas.
    """
    height, width = result.shape[:2]
    scale = min(1.0, (max_pixels / (height * width)) ** 0.5)
    size = max(MIN_METRICS_SIDE, int(width * scale)), max(MIN_METRICS_SIDE, int(height * scale))
    return _resize(result, size), _resize(target, size)


def _resize(image: Image, size: tuple[int, int]) -> Image:
    if image.shape[1::-1] == size:
        return image
    smaller = size[0] * size[1] < image.shape[0] * image.shape[1]
    resized = cv2.resize(image, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    return np.clip(resized, 0.0, 1.0)  # type: ignore[no-any-return]

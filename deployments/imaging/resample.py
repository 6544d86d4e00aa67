"""Every change of an image's size. What gets smaller is averaged over areas; nothing here skips pixels."""

from __future__ import annotations

import cv2
import numpy as np

from deployments.contract import MIN_METRICS_SIDE, Image, Mask


def enlarge_bicubic(image: Image | Mask, factor: int) -> Image:
    """Enlarge (H, W, 3) or (H, W) by a whole factor: the background without Real-ESRGAN, and the alpha channel."""
    if factor == 1:
        return image
    enlarged = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return np.clip(enlarged, 0.0, 1.0)


def resample_lanczos(image: Image, width: int, height: int) -> Image:
    """Bring a network's output to `width` x `height`: area averaging to reduce, Lanczos over 8x8 pixels to enlarge.

    Not clipped: Lanczos may overshoot [0, 1].
    """
    if image.shape[:2] == (height, width):
        return image
    smaller = width < image.shape[1]
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LANCZOS4)


def to_common_size(result: Image, target: Image, max_pixels: int) -> tuple[Image, Image]:
    """Bring both images to the result's size, or to the largest of its shape within `max_pixels`, to be compared.

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
    return np.clip(resized, 0.0, 1.0)

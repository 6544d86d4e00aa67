"""Every change of an image's size. What gets smaller is averaged over areas; nothing here skips pixels."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image as PILImage

from deployments.contract import MIN_METRICS_SIDE, Image, Mask
from deployments.imaging.geometry import Scale


def scale_of(before: Image, after: Image) -> Scale:
    """The size of `after` over that of `before`: horizontal, vertical."""
    return after.shape[1] / before.shape[1], after.shape[0] / before.shape[0]


def enlarge_bicubic(image: Image | Mask, factor: Scale) -> Image:
    """Enlarge (H, W, 3) or (H, W): the background without Real-ESRGAN, and the alpha channel. See `resize` for less."""
    horizontal, vertical = np.broadcast_to(factor, 2)
    width, height = round(image.shape[1] * horizontal), round(image.shape[0] * vertical)
    if width < image.shape[1] or height < image.shape[0]:
        return resize(image, width, height)
    if image.shape[:2] == (height, width):
        return image
    return np.clip(cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC), 0.0, 1.0)


def resize(image: Image | Mask, width: int, height: int) -> Image:
    """Bring (H, W, 3) or (H, W) to any size: a Lanczos filter of three lobes to reduce, over 8x8 pixels to enlarge.

    Where a size falls by a fraction, averaging over areas loses 1 to 2 dB of what Lanczos keeps (docs/decisions.md).
    """
    if image.shape[:2] == (height, width):
        return image
    if width >= image.shape[1] and height >= image.shape[0]:
        enlarged = cv2.resize(image, (width, height), interpolation=cv2.INTER_LANCZOS4)
        return np.clip(enlarged, 0.0, 1.0, out=enlarged)
    reduced = np.empty((height, width, *image.shape[2:]), np.float32)
    for channel in np.ndindex(image.shape[2:]):  # Pillow has no color image of floats
        plane = PILImage.fromarray(np.ascontiguousarray(image[(..., *channel)]))
        reduced[(..., *channel)] = plane.resize((width, height), PILImage.Resampling.LANCZOS)
    return np.clip(reduced, 0.0, 1.0, out=reduced)


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


def reduced_to(image: Image | Mask, max_side: int) -> Image:
    """(H, W, 3) or (H, W) averaged over areas, so that its longer side has at most `max_side` pixels."""
    height, width = image.shape[:2]
    scale = max_side / max(height, width)
    if scale >= 1.0:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def _resize(image: Image, size: tuple[int, int]) -> Image:
    if image.shape[1::-1] == size:
        return image
    smaller = size[0] * size[1] < image.shape[0] * image.shape[1]
    resized = cv2.resize(image, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    return np.clip(resized, 0.0, 1.0)

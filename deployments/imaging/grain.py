"""Gives a pasted face the grain of what surrounds it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image, Mask

_SIGMA = 1.0
_MEDIAN_OF_GAUSSIAN = 0.6745  # the median of |x| for a standard normal x: most of an area decides, edges do not
_WHITE_NOISE_LEFT = 0.871
"""The standard deviation of white noise of 1 after subtracting its Gaussian of _SIGMA pixels:
sqrt(1 - 1 / (pi sigma^2) + 1 / (4 pi sigma^2)), with the kernel's sampled values."""
_AROUND, _INSIDE = 0.05, 0.9
_MIN_PIXELS = 64


def add_grain(face: Image, surroundings: Image, mask: Mask) -> Image:
    """`face` with as much fine noise as `surroundings` have where the mask is nearly zero; equal in all channels.

    All three have the same size, that of the patch in the output into which `face` is blended under `mask`. A face
    that has as much already stays as it is. The noise is always the same for a size: equal requests, equal results.
    """
    around, inside = mask < _AROUND, mask > _INSIDE
    if min(around.sum(), inside.sum()) < _MIN_PIXELS:
        return face
    missing = _grain(surroundings, around) ** 2 - _grain(face, inside) ** 2
    if missing <= 0.0:
        return face
    noise = np.random.default_rng(0).standard_normal(face.shape[:2], np.float32)
    return np.clip(face + noise[..., None] * np.float32(missing**0.5 / _WHITE_NOISE_LEFT), 0.0, 1.0)


def _grain(image: Image, where: NDArray[np.bool_]) -> float:
    """The standard deviation of the luma's finest noise, robust against edges."""
    luma = cv2.cvtColor(np.clip(image, 0.0, 1.0), cv2.COLOR_RGB2GRAY)
    fine = luma - cv2.GaussianBlur(luma, (0, 0), _SIGMA)
    return float(np.median(np.abs(fine[where]))) / _MEDIAN_OF_GAUSSIAN

"""Where, and by how much, a result differs from its input."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image, Mask
from deployments.imaging.resample import to_common_size

FULL_SCALE = 32 / 255
"""The difference that gets the brightest color, and all above it; the same for all pictures, so that they compare."""
VISIBLE = 4 / 255
"""Smaller differences are not counted as a change."""
_COLORS = cv2.COLORMAP_INFERNO


@dataclass(frozen=True)
class ChangeMap:
    """The mean absolute difference of the three channels, at each pixel."""

    difference: Mask
    """[0, 1], (H, W)."""

    @classmethod
    def between(cls, before: Image, after: Image, max_pixels: int) -> ChangeMap:
        """Of two images of one shape, in whatever sizes; both are compared at `max_pixels` at most."""
        result, target = to_common_size(after, before, max_pixels)
        return cls(np.abs(result - target).mean(axis=2))

    @property
    def mean(self) -> float:
        """Over the whole picture, [0, 1]."""
        return float(self.difference.mean())

    @property
    def share(self) -> float:
        """Of the picture's pixels, how many differ by more than VISIBLE, [0, 1]."""
        return float((self.difference > VISIBLE).mean())

    def colors(self) -> NDArray[np.uint8]:
        """(H, W, 3) RGB: black where nothing changed, over red to pale yellow at FULL_SCALE."""
        return heat(self.difference / np.float32(FULL_SCALE))


def heat(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(H, W, 3) RGB in the colors of a change map; `values` are (H, W), 1 is the brightest."""
    levels = np.rint(np.clip(values, 0.0, 1.0) * 255).astype(np.uint8)
    return np.ascontiguousarray(cv2.applyColorMap(levels, _COLORS)[..., ::-1], np.uint8)

"""Keeps the fine details of a restored face as strong as the photograph shows them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image
from deployments.imaging.geometry import Affine, as_photographed, enlargement

_INNER = np.s_[150:430, 150:362]
"""Of the crop: the face itself, which every crop has."""
_MAX_GAIN = 1.5
_SURE_GAIN = 0.1
"""Beyond 1: from there on the photograph is taken to be sharper than the restored face."""
_MEDIAN_OF_GAUSSIAN = 0.6745


def match_detail(restored: Image, crop: Image, transform: Affine) -> Image:
    """`restored` with the details of about a pixel of the photograph as strong as they are there, and with those lost.

    Both are aligned (512, 512, 3) faces, `transform` the map from the photograph to them; returns a new image. A
    network's best guess at details is too weak, by a fifth on small faces. How much follows by regression of the
    photograph's details on those that the restored face would have at the photograph's size: noise, which it does not
    have, leaves that as it is, and in a blurred photograph details are weaker, and nothing is done. Of what the
    regression does not explain, that share is added which is no noise. Noise is everywhere, details are at
    edges: the median tells the first (Donoho and Johnstone, Biometrika 1994), the variance both, and the share is
    Wiener's.
    """
    scale = enlargement(transform)
    if scale <= 1.0:
        return restored  # the photograph has more pixels than the crop
    luma = cv2.cvtColor(restored, cv2.COLOR_RGB2GRAY)
    photographed = _details(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), scale)
    seen = _details(as_photographed(luma, transform), scale)
    variance = float((seen[_INNER] ** 2).mean())
    gain = float((photographed[_INNER] * seen[_INNER]).mean()) / max(variance, 1e-12)
    if gain <= 1.0:
        return restored
    gain = min(gain, _MAX_GAIN)
    rest = photographed - gain * seen
    share = _share_of_details(rest[_INNER]) * min(1.0, (gain - 1.0) / _SURE_GAIN)
    more = (gain - 1.0) * _details(luma, scale) + share * rest
    return np.clip(restored + more[..., None], 0.0, 1.0)


def _details(luma: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """(512, 512): those finer than `sigma` pixels."""
    return np.asarray(luma - cv2.GaussianBlur(luma, (0, 0), sigma), np.float32)


def _share_of_details(rest: NDArray[np.float32]) -> float:
    """Of the variance of `rest`, what noise that is the same all over does not explain; [0, 1]."""
    noise = float(np.median(np.abs(rest))) / _MEDIAN_OF_GAUSSIAN
    return max(0.0, 1.0 - noise**2 / max(float(rest.var()), 1e-12))

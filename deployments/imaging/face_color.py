"""Keeps the colors of a restored face those of the photograph, whichever network restored it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image
from deployments.imaging.low_pass import low_pass

_LOW_PASS_SIGMA = 32.0
"""Pixels of the 512x512 crop. Shades and casts are wider, features narrower. On degraded faces PSNR to the truth rises
by up to 0.04 dB and LPIPS by 0.000 to 0.002; with half of it LPIPS rises by up to 0.007 (docs/figures.md)."""
_STAIN_SIGMA = 16.0

# Whether a face is monochrome is seen on the crop reduced to 64x64 and blurred a little: there JPEG's chroma noise and
# grain are gone, and lips (8 pixels) are not.
_SMALL_SIDE, _SMALL_SIGMA, _INNER = 64, 1.5, slice(12, -12)
# CIELAB units. Measured: the median distance from the tone curve is 0.0 to 0.6 for black-and-white photographs with
# JPEG's chroma noise, 1.4 for sepia under strong color noise, and 2.5 and more for 45 color photographs, a hand-colored
# one and much degraded ones among them. The second limit, over the face itself, is for pale faces before gray walls:
# 2.1 and 3.4 are the values between which it lies.
_MAX_MEDIAN, _MAX_INNER = 2.0, 3.0
_MAX_STAIN = 4.0
_CURVE_STEPS = 5


def match_colors(restored: Image, crop: Image) -> Image:
    """`restored` with the low frequencies of `crop`: its shades and casts, but neither its blur nor its grain.

    The split of StableSR's wavelet color correction (Wang et al., IJCV 2024), with one Gaussian for its five levels.
    Both are aligned (512, 512, 3) faces; returns a new image.
    """
    return np.clip(restored + low_pass(crop - restored, _LOW_PASS_SIGMA), 0.0, 1.0)


def keep_monochrome(restored: Image, crop: Image) -> Image:
    """`restored` in the one tone of `crop` where that is monochrome; `restored` itself where it is in color.

    Monochrome is what has one color for each lightness: black-and-white, sepia, cyanotype, or what a scanner tints,
    also if a minority of the crop, such as a stamp, is in color. The restored face then gets the color that the crop
    has at the same lightness, and the crop's slow changes of tint: no network can give it a second hue. Both are
    aligned (512, 512, 3) faces.
    """
    curve = _tone_curve(crop)
    if curve is None:
        return restored
    before, after = (cv2.cvtColor(image, cv2.COLOR_RGB2LAB) for image in (crop, restored))
    stain = np.clip(before[..., 1:] - curve.at(before[..., 0]), -_MAX_STAIN, _MAX_STAIN)
    after[..., 1:] = curve.at(after[..., 0]) + low_pass(stain, _STAIN_SIGMA)
    return np.clip(cv2.cvtColor(after, cv2.COLOR_LAB2RGB), 0.0, 1.0)


@dataclass(frozen=True)
class _ToneCurve:
    """The color of a monochrome image at each lightness: a* and b* as cubic polynomials."""

    coefficients: NDArray[np.float32]
    """(4, 2)."""
    range: tuple[float, float]
    """The lightnesses that were seen; beyond them the color is that of the nearest."""

    def at(self, lightness: NDArray[np.float32]) -> NDArray[np.float32]:
        """(..., 2) colors."""
        return _powers(np.clip(lightness, *self.range)) @ self.coefficients


def _tone_curve(crop: Image) -> _ToneCurve | None:
    """The curve of an aligned face, or None where it is in color.

    Fitted to most of the pixels (least absolute distances, by reweighting), so that a stamp does not bend it.
    """
    small = cv2.resize(crop, (_SMALL_SIDE, _SMALL_SIDE), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), _SMALL_SIGMA), cv2.COLOR_RGB2LAB)
    powers, colors = _powers(lab[..., 0]).reshape(-1, 4), lab[..., 1:].reshape(-1, 2)
    distance = np.ones(len(colors), np.float32)
    for _ in range(_CURVE_STEPS):
        weight = 1.0 / np.sqrt(np.maximum(distance, 1.0))[:, None]
        curve = np.linalg.lstsq(powers * weight, colors * weight, rcond=None)[0]
        distance = np.linalg.norm(colors - powers @ curve, axis=1)
    inner = distance.reshape(_SMALL_SIDE, _SMALL_SIDE)[_INNER, _INNER]
    is_monochrome = np.median(distance) < _MAX_MEDIAN and np.quantile(inner, 0.8) < _MAX_INNER
    if not is_monochrome:
        return None
    return _ToneCurve(curve.astype(np.float32), (float(lab[..., 0].min()), float(lab[..., 0].max())))


def _powers(lightness: NDArray[np.float32]) -> NDArray[np.float32]:
    unit = lightness / np.float32(100.0)
    return np.stack([np.ones_like(unit), unit, unit**2, unit**3], axis=-1)

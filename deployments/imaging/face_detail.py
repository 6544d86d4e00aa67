"""Keeps what the photograph shows of a face: its fine details, and its features where they are not blurred."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image
from deployments.imaging.geometry import Affine, as_photographed, enlargement
from deployments.imaging.low_pass import low_pass

_INNER = np.s_[150:430, 150:362]
"""Of the crop: the face itself, which every crop has."""
_MAX_GAIN = 1.5
_SURE_GAIN = 0.1
"""Beyond 1: from there on the photograph is taken to be sharper than the restored face."""
_BLURRED, _SHARP = 0.55, 0.8
"""Of the restored face's details: with less the photograph is taken to be blurred, with more to be sharp. Faces of
190 pixels had 0.67 to 1.1 as they are, and 0.34 to 0.48 under a Gaussian of 1.5 pixels."""
_STEPS = 2  # where the photograph is clean; else one
_WINDOW = 7.0  # pixels of the photograph, in which a difference is held against the noise
_NOISE_SHARE = 2.0  # times the noise's variance is taken off: more of JPEG's blocks comes back with 1
_CLEAN, _SPOILED = 0.02, 0.04
"""Variance of the noise over that of the restored face's details. On 13 faces of 32 to 90 pixels it was 0.003 to 0.028
in photographs that were only reduced, 0.01 to 0.05 in JPEGs of quality 80, 0.01 to 0.10 of 40, and from 0.06 in noise
of 8/255."""
_NOISY, _IN_FOCUS = (0.06, 0.15), (0.45, 0.6)
"""Of the same, and of the photograph's details over the restored face's: where noise hides the person, and nothing else
does. In noise of 8/255 faces of 96 and 190 pixels had 0.08 to 0.95 and 0.6 to 1.1, JPEGs of quality 40 at most 0.07."""
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
    gain = _gain(photographed[_INNER], seen[_INNER])
    if gain <= 1.0:
        return restored
    gain = min(gain, _MAX_GAIN)
    rest = photographed - gain * seen
    share = _share_of_details(rest[_INNER]) * min(1.0, (gain - 1.0) / _SURE_GAIN)
    more = (gain - 1.0) * _details(luma, scale) + share * rest
    return np.clip(restored + more[..., None], 0.0, 1.0)


def keep_features(restored: Image, crop: Image, transform: Affine) -> tuple[Image, float]:
    """`restored` with the photograph's own features: eyes, lips and shades as it shows them, where it is not blurred.

    Arguments and image are those of match_detail; with it comes how much the photograph, sharp by itself, is spoiled by
    noise, [0, 1]. The restored face, seen in the photograph's pixels, should be the
    photograph: the difference is added to it (Irani and Peleg's back-projection, CVGIP 1991) as far as the photograph
    is as sharp as the restored face. Unless that is clean, only lightness is added, around each pixel as far as it is
    more than noise (Lee's local form of Wiener's filter, PAMI 1980): JPEG spoils color most.
    """
    scale = enlargement(transform)
    if scale <= 1.0:
        return restored, 0.0  # the photograph has more pixels than the crop
    side = 2 * round(_WINDOW * scale / 2) + 1
    photographed = _details(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), scale)[_INNER]
    again, spoiled = 1.0, 0.0
    for step in range(_STEPS):
        rest = crop - as_photographed(restored, transform)
        missing = cv2.cvtColor(rest, cv2.COLOR_RGB2GRAY)
        unknown = _details(missing, scale)[_INNER]
        seen = photographed - unknown
        noise = _noise(unknown) ** 2
        gain, noisy = _gain(photographed, seen), noise / max(float((seen**2).mean()), 1e-12)
        if step == 0:
            spoiled = _between(noisy, *_NOISY) * _between(gain, *_IN_FOCUS)
        trust = again * _between(gain, _BLURRED, _SHARP)
        if trust == 0.0:
            break
        clean = 1.0 - _between(noisy, _CLEAN, _SPOILED)
        variance = np.maximum(cv2.blur(missing**2, (side, side)), 1e-12)
        share = np.maximum(np.clip(1.0 - _NOISE_SHARE * noise / variance, 0.0, 1.0), clean)
        lightness, color = (share * missing)[..., None], clean * (rest - missing[..., None])
        restored = np.clip(restored + np.float32(trust) * (lightness + color), 0.0, 1.0, dtype=np.float32)
        again = clean
    return restored, spoiled


def _between(value: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high`, and linear between them."""
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))


def _gain(photographed: NDArray[np.float32], seen: NDArray[np.float32]) -> float:
    """The regression of one on the other."""
    return float((photographed * seen).mean()) / max(float((seen**2).mean()), 1e-12)


def _details(luma: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """(512, 512): those finer than `sigma` pixels."""
    return np.asarray(luma - low_pass(luma, sigma), np.float32)


def _share_of_details(rest: NDArray[np.float32]) -> float:
    """Of the variance of `rest`, what noise that is the same all over does not explain; [0, 1]."""
    return max(0.0, 1.0 - _noise(rest) ** 2 / max(float(rest.var()), 1e-12))


def _noise(details: NDArray[np.float32]) -> float:
    """The standard deviation of the noise among details, which are at edges alone."""
    return float(np.median(np.abs(details))) / _MEDIAN_OF_GAUSSIAN

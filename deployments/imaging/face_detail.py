"""Keeps what the photograph shows of a face: its fine details, and its features where they are not blurred."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image
from deployments.imaging.geometry import Affine, as_photographed, enlargement
from deployments.imaging.low_pass import low_pass

_INNER = np.s_[150:430, 150:362]
"""Of the crop: the face itself, which every crop has."""
_AROUND = 40
"""Pixels of the crop around that, of which a blur knows."""
_MAX_GAIN = 1.5
_SURE_GAIN = 0.1
"""Beyond 1: from there on the photograph is taken to be sharper than the restored face."""
_PIXEL = 0.29
"""The standard deviation of a pixel's own area, in pixels: no photograph is sharper."""
_BLURS = (0.4, 0.55, 0.75, 1.0, 1.4, 1.9, 2.6)
"""The Gaussians that are tried after it, in pixels of the photograph."""
_SURE = 0.85
"""Of the blur that fits best: where that is too wide, what is sharp already would grow, as in faces sharper than the
network makes them."""
_SOFT = 0.7, 0.85
"""Blurs between which the second step fades, and the first where the photograph is not clean: what is sharper than the
blur, a scratch or a block of JPEG's, would grow with each."""
_LENS = 0.5
"""That of a photograph in focus."""
_STEPS = 2  # where the photograph is clean; else one
_WINDOW = 7.0  # pixels of the photograph, in which a difference is held against the noise
_NOISE_SHARE = 2.0  # times the noise's variance is taken off: more of JPEG's blocks comes back with 1
_CLEAN = 0.02, 0.04
"""Variance of the noise over that of the restored face's details. On 13 faces of 32 to 90 pixels it was 0.003 to 0.028
in photographs that were only reduced, 0.01 to 0.05 in JPEGs of quality 80, 0.01 to 0.10 of 40, and from 0.06 in noise
of 8/255."""
_ROUNDED = 0.5 / 255  # noise below that is no noise: 8 bits have 0.3 / 255
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
    seen = _details(as_photographed(luma, transform, _in_focus(scale)), scale)
    gain = _gain(photographed[_INNER], seen[_INNER])
    if gain <= 1.0:
        return restored
    gain = min(gain, _MAX_GAIN)
    rest = photographed - gain * seen
    share = _share_of_details(rest[_INNER]) * min(1.0, (gain - 1.0) / _SURE_GAIN)
    more = (gain - 1.0) * _details(luma, scale) + share * rest
    return np.clip(restored + more[..., None], 0.0, 1.0)


@dataclass(frozen=True)
class KeptFace:
    """A restored face with the photograph's features, and what was seen of the photograph."""

    image: Image
    """(512, 512, 3)."""
    spoiled: float
    """How much the photograph, sharp by itself, is spoiled by noise, [0, 1]."""
    clean: float
    """How free the photograph is of noise and of JPEG's blocks, [0, 1]."""


def keep_features(restored: Image, crop: Image, transform: Affine) -> KeptFace:
    """`restored` with the photograph's own features: eyes, lips and shades as it shows them.

    Arguments are those of match_detail. The restored face, seen through the photograph's blur and in its pixels, should
    be the photograph: the difference is added to it (Irani and Peleg's back-projection, CVGIP 1991). Unless the
    photograph is clean, only lightness is added, around each pixel as far as it is more than noise (Lee's local form of
    Wiener's filter, PAMI 1980): JPEG spoils color most.
    """
    scale = enlargement(transform)
    unit = max(1.0, scale)  # pixels of the crop
    side = 2 * round(_WINDOW * unit / 2) + 1
    before, after = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (crop, restored))
    blur = _blur(after, before, transform)
    photographed = _details(before, unit)[_INNER]
    spoiled = 0.0
    if scale > 1.0:
        seen = _details(as_photographed(after, transform, _in_focus(scale)), unit)[_INNER]
        unknown = photographed - seen
        spoiled = _between(_noise_in(unknown, seen), *_NOISY) * _between(_gain(photographed, seen), *_IN_FOCUS)
    sharp = 1.0 - _between(blur, *_SOFT)
    clean, again = 0.0, 1.0
    for step in range(_STEPS):
        rest = crop - as_photographed(restored, transform, blur * unit)
        missing = cv2.cvtColor(rest, cv2.COLOR_RGB2GRAY)
        unknown = _details(missing, unit)[_INNER]
        now = 1.0 - _between(_noise_in(unknown, photographed - unknown), *_CLEAN)
        if now < 1.0:
            variance = np.maximum(cv2.blur(missing**2, (side, side)), 1e-12)
            share = np.maximum(np.clip(1.0 - _NOISE_SHARE * _noise(unknown) ** 2 / variance, 0.0, 1.0), now)
            rest = (share * missing)[..., None] + (now * (rest - missing[..., None]) if now > 0.0 else 0.0)
        restored = np.clip(restored + np.float32(again * max(now, sharp)) * rest, 0.0, 1.0)
        if step == 0:
            clean, again = now, now * sharp
        if again == 0.0:
            break
    return KeptFace(restored, spoiled, clean)


def _blur(restored: NDArray[np.float32], crop: NDArray[np.float32], transform: Affine) -> float:
    """The standard deviation of the photograph's blur, in its pixels or in those of the crop, whichever are larger.

    It is a little less than that of the Gaussian behind which the restored face is most like the photograph. Noise does
    not change which one that is. The error has one minimum, so that the search ends behind it.
    """
    rows, columns = (slice(inside.start - _AROUND, inside.stop + _AROUND) for inside in _INNER)
    restored, crop = restored[rows, columns], crop[rows, columns]
    transform = transform.copy()
    transform[:, 2] -= columns.start, rows.start
    inner = slice(_AROUND, -_AROUND), slice(_AROUND, -_AROUND)
    scale = enlargement(transform)
    unit = max(1.0, scale)
    photographed = _details(crop, 2.0 * unit)[inner]
    best, least = 0.0, np.inf
    for blur in (_PIXEL if scale >= 1.0 else 0.0, *_BLURS):
        seen = _details(as_photographed(restored, transform, blur * unit), 2.0 * unit)[inner]
        error = float(((photographed - seen) ** 2).mean())
        if error > least:
            break
        best, least = blur, error
    return _SURE * best


def _in_focus(scale: float) -> float:
    """The blur of a photograph in focus, of which a pixel is `scale` of the crop, in pixels of the crop."""
    return _LENS * float(np.sqrt(scale**2 - 1.0))


def _between(value: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high`, and linear between them."""
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))


def _gain(photographed: NDArray[np.float32], seen: NDArray[np.float32]) -> float:
    """The regression of one on the other."""
    return float((photographed * seen).mean()) / max(float((seen**2).mean()), 1e-12)


def _noise_in(unknown: NDArray[np.float32], seen: NDArray[np.float32]) -> float:
    """The variance of the noise in the one over that of the other."""
    return max(0.0, _noise(unknown) ** 2 - _ROUNDED**2) / max(float((seen**2).mean()), 1e-12)


def _details(luma: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """(H, W): those finer than `sigma` pixels."""
    return np.asarray(luma - low_pass(luma, sigma), np.float32)


def _share_of_details(rest: NDArray[np.float32]) -> float:
    """Of the variance of `rest`, what noise that is the same all over does not explain; [0, 1]."""
    return max(0.0, 1.0 - _noise(rest) ** 2 / max(float(rest.var()), 1e-12))


def _noise(details: NDArray[np.float32]) -> float:
    """The standard deviation of the noise among details, which are at edges alone."""
    return float(np.median(np.abs(details))) / _MEDIAN_OF_GAUSSIAN

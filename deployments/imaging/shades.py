"""Keeps an enlarged picture what the photograph shows: its shades and colors, and its details beside the noise."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image
from deployments.imaging.strips import on_strips

_SIGMA = 3.0
"""Pixels of the photograph. Coarser than what sharpening does to an edge; of white noise a tenth of the amplitude is
left."""
_ENLARGED = 1.5  # times, from where the network's details are finer than the photograph's
_WEAK, _STRONG = 0.4, 0.6
"""The photograph's details over the network's: up to the first nothing is taken back, from the second everything. In 7
portraits, their halves and quarters it was 0.5 to 0.8, out of focus 0.33 to 0.40, where it leaves halos."""
_NOISE_SHARE = 2.0  # times the noise's variance is taken off
_WINDOW, _AROUND = 7, 21  # pixels of the photograph; beside an edge that was sharpened everything is weaker
_NOTHING = 1e-12
_FLAT = 20  # percent of the photograph is flat at least, so that differences there are noise
_ROUNDED = 1.5 / 255  # noise below that is no noise
# Mean over root of the mean square: 0.80 of Gaussian noise, 1 of stripes and checks.
_NOISE, _PATTERN = 0.9, 0.97
# Linear interpolation, averaged over each of the pixels that it is of.
_AVERAGED = np.array([0.125, 0.75, 0.125], np.float32)


def keep_shades(enlarged: Image, photo: Image) -> Image:
    """(H, W, 3) `enlarged` with the low frequencies of the (h, w, 3) `photo`, which is no larger; else as it is.

    Networks darken what is dark and bleach what is bright, mostly in soft pictures. The split is that of
    face_color.match_colors; averaging over areas is how a viewer reduces a picture. Where it is well enlarged, details
    of a pixel are the photograph's too (Irani and Peleg's back-projection, CVGIP 1991), as far as they are no noise.
    """
    height, width = photo.shape[:2]
    if enlarged.shape[0] < height or enlarged.shape[1] < width:
        return enlarged
    reduced = cv2.resize(enlarged, (width, height), interpolation=cv2.INTER_AREA)
    missing = photo - reduced
    shades = cv2.GaussianBlur(missing, (0, 0), _SIGMA)
    size, keeps_details = enlarged.shape[1::-1], min(enlarged.shape[0] / height, enlarged.shape[1] / width) >= _ENLARGED
    if keeps_details:
        details = np.subtract(missing, shades, out=missing)
        details *= _share_of_details(details, reduced, photo)[..., None]
        shades += details
    result = cv2.resize(shades, size, interpolation=cv2.INTER_LINEAR)
    if keeps_details:
        # What linear interpolation smoothed is added in whole pixels, so that the average of each is the photograph's.
        shades -= cv2.sepFilter2D(shades, -1, _AVERAGED, _AVERAGED, borderType=cv2.BORDER_REPLICATE)
        nearest = np.arange(size[1]) * height // size[1]

    def add(rows: slice) -> None:
        part = result[rows]
        if keeps_details:
            part += cv2.resize(shades[nearest[rows]], part.shape[1::-1], interpolation=cv2.INTER_NEAREST)
        np.clip(np.add(enlarged[rows], part, out=part), 0.0, 1.0, out=part)

    on_strips(add, *result.shape[:2])
    return np.asarray(result, np.float32)


def _share_of_details(missing: Image, reduced: Image, photo: Image) -> NDArray[np.float32]:
    """(h, w) in [0, 1]: how much of the details that the photograph has over `reduced` is to be added to that.

    Around each pixel what is no noise (Lee's local form of Wiener's filter, PAMI 1980), and nothing where the network
    made the photograph's details much stronger.
    """
    over, made, before = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (missing, reduced, photo))
    energy = _mean(over * over, _WINDOW)
    noise = _NOISE_SHARE * max(0.0, float(np.percentile(energy[::3, ::3], _FLAT)) - _ROUNDED**2)
    share = np.ones_like(energy)
    if noise > 0.0:
        is_pattern = np.clip((_mean(np.abs(over), _WINDOW) / np.sqrt(energy) - _NOISE) / (_PATTERN - _NOISE), 0.0, 1.0)
        share = np.clip(1.0 - noise * (1.0 - is_pattern) / energy, 0.0, 1.0)
    before, made = (_mean((each - cv2.GaussianBlur(each, (0, 0), 1.0)) ** 2, _AROUND) for each in (before, made))
    share *= np.clip((np.sqrt(before / made) - _WEAK) / (_STRONG - _WEAK), 0.0, 1.0)
    return share


def _mean(values: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    """(h, w) of what is not negative, over the window around each; sums that run along a row may round below 0."""
    return np.maximum(cv2.blur(values, (window, window)), _NOTHING)

"""Keeps the shades and colors of an enlarged picture those of the photograph, whichever network enlarged it."""

from __future__ import annotations

import cv2
import numpy as np

from deployments.contract import Image
from deployments.imaging.strips import on_strips

_SIGMA = 3.0
"""Pixels of the photograph. Coarser than what sharpening does to an edge; of white noise a tenth of the amplitude is
left."""


def keep_shades(enlarged: Image, photo: Image) -> Image:
    """(H, W, 3) `enlarged` with the low frequencies of the (h, w, 3) `photo`, which is no larger; else as it is.

    Networks darken what is dark and bleach what is bright, mostly in soft pictures. The split is that of
    face_color.match_colors; averaging over areas is how a viewer reduces a picture.
    """
    height, width = photo.shape[:2]
    if enlarged.shape[0] < height or enlarged.shape[1] < width:
        return enlarged
    reduced = cv2.resize(enlarged, (width, height), interpolation=cv2.INTER_AREA)
    missing = cv2.resize(
        cv2.GaussianBlur(photo - reduced, (0, 0), _SIGMA), enlarged.shape[1::-1], interpolation=cv2.INTER_LINEAR
    )

    def add(rows: slice) -> None:
        part = missing[rows]
        np.clip(np.add(enlarged[rows], part, out=part), 0.0, 1.0, out=part)

    on_strips(add, *missing.shape[:2])
    return np.asarray(missing, np.float32)

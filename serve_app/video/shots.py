"""Whether a frame is the one before again, and whether a new shot begins."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from serve_app.video.film import THUMBNAIL

Pixels = NDArray[np.uint8]

_HELD = 2.0
"""Mean difference of a block, of 255, up to which a frame is the one before: what encoders leave of a held picture."""
_BLOCK = 16
_GRAY = 4
"""Difference of the channels of a thumbnail, of 255, up to which it has no color: the coding of chroma leaves less."""
_CUT_DIFFERENCE = 24.0
"""Mean difference of two thumbnails, of 255."""
_CUT_CORRELATION = 0.75
"""Of two histograms of color; a pan keeps it, a cut does not."""


def is_held(before: Pixels, now: Pixels) -> bool:
    """Whether nothing has changed: telecine, and drawings that are held for two frames. No block may move."""
    grays = [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (before, now)]
    difference = cv2.absdiff(*grays).astype(np.float32)
    height, width = difference.shape
    blocks = cv2.resize(difference, (max(1, width // _BLOCK), max(1, height // _BLOCK)), interpolation=cv2.INTER_AREA)
    return float(blocks.max()) <= _HELD


def is_gray(thumbnail: Pixels) -> bool:
    """Whether it has no color anywhere. Tints, such as sepia, are color."""
    return int((thumbnail.max(axis=2) - thumbnail.min(axis=2)).max()) <= _GRAY


def is_cut(before: Pixels, now: Pixels) -> bool:
    """Whether the two are of different shots: they differ nearly everywhere, and in their colors."""
    small = [cv2.resize(each, THUMBNAIL, interpolation=cv2.INTER_AREA) for each in (before, now)]
    if float(cv2.absdiff(*small).mean()) < _CUT_DIFFERENCE:
        return False
    first, second = (
        cv2.calcHist([each], [0, 1, 2], None, [8, 8, 8], [0, 256, 0, 256, 0, 256]).flatten() for each in small
    )
    return float(cv2.compareHist(first, second, cv2.HISTCMP_CORREL)) < _CUT_CORRELATION

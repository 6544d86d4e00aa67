"""The windows through which a detector looks at a picture that is too large to be looked at whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deployments.imaging.tiles import Tile, plan_tiles, with_margin

MARGIN = 128
"""Pixels that a window sees around its own part. Neighbors share twice as many."""
WHOLE = 192
"""Every face of up to so many pixels lies whole in some window, with EDGE pixels to spare."""
EDGE = 2 * MARGIN - WHOLE - 32
"""What ends closer than these pixels to where a window cuts the picture may be part of something larger."""


def plan_windows(height: int, width: int, side: int) -> list[Tile]:
    """Overlapping ((top, bottom), (left, right)) of at most side * side pixels that cover height x width, row by row.

    `side` is at least 640. Together they have at most 2.7 times the pixels at 640 and 1.3 times at 2048.
    """
    tiles = plan_tiles(height, width, MARGIN, side * side)
    return [with_margin(tile, height, width, MARGIN) for tile in tiles]


def is_whole(boxes: NDArray[np.float32], window: Tile, height: int, width: int) -> NDArray[np.bool_]:
    """Which of the (N, 4) boxes (left, top, right, bottom in pixels of the picture) the window does not cut.

    A window's edge cuts where the picture goes on behind it.
    """
    (top, bottom), (left, right) = window
    low = np.array([left + EDGE if left > 0 else -np.inf, top + EDGE if top > 0 else -np.inf])
    high = np.array([right - EDGE if right < width else np.inf, bottom - EDGE if bottom < height else np.inf])
    return np.asarray(((boxes[:, :2] >= low) & (boxes[:, 2:4] <= high)).all(axis=1), np.bool_)

"""Transparent pixels: what a viewer sees of them, and colors for what nobody sees."""

from __future__ import annotations

import cv2
import numpy as np

from deployments.contract import Image, Mask
from deployments.imaging.strips import strips

_INVISIBLE = 2 / 255  # alpha; beneath it the colors are often leftovers: black, or what was erased
_ONE_COLOR = 2 / 255


def over_white(image: Image, alpha: Mask | None) -> Image:
    """(H, W, 3) as a viewer sees it on white; the very same array where everything is opaque."""
    if alpha is None or alpha.min() == 1.0:
        return image
    seen = np.empty_like(image)
    for rows in strips(*alpha.shape):
        opacity = alpha[rows, :, None]
        seen[rows] = image[rows] * opacity + (1.0 - opacity)
    return seen


def fill_invisible(image: Image, alpha: Mask) -> None:
    """Give what nobody sees in (H, W, 3) the color of the nearest pixel that is seen; white if there is none.

    Enlarging then mixes nothing hidden into the edges of a cut-out, and no stage sees what was erased. It comes close
    to premultiplied resampling, and unlike that it works for networks too.
    """
    hidden = (alpha <= _INVISIBLE).view(np.uint8)
    if not hidden.any():
        return
    # The nearest pixel is one at the edge of what is seen.
    edge = cv2.dilate(hidden, np.ones((3, 3), np.uint8)) - hidden
    if not edge.any():
        image[:] = 1.0
        return
    _, nearest = cv2.distanceTransformWithLabels(1 - edge, cv2.DIST_L2, cv2.DIST_MASK_3, labelType=cv2.DIST_LABEL_PIXEL)
    colors = np.empty((int(nearest.max()) + 1, 3), np.float32)
    is_edge = edge.view(bool)
    colors[nearest[is_edge]] = image[is_edge]
    for rows in strips(*alpha.shape):
        unseen = hidden[rows].view(bool)
        image[rows][unseen] = colors[nearest[rows][unseen]]


def is_picture_in_alpha(image: Image, alpha: Mask) -> bool:
    """Whether alpha alone shows something: `image`, filled by fill_invisible, has one color and alpha has shades."""
    one_color = bool((image.max(axis=(0, 1)) - image.min(axis=(0, 1))).max() <= _ONE_COLOR)
    return one_color and bool(((alpha > 0.1) & (alpha < 0.9)).mean() > 0.1)

"""Turned heads: how far a face is turned, and pictures turned so that it is upright."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.transform import SimilarityTransform

from deployments.contract import Image, Landmarks
from deployments.imaging.geometry import FFHQ_TEMPLATE, Affine

_TEMPLATE_EYES = float(np.linalg.norm(FFHQ_TEMPLATE[1] - FFHQ_TEMPLATE[0]))


def pose(landmarks: Landmarks) -> tuple[float, float]:
    """How far a face is turned, and how little its landmarks look like one seen from the front.

    The turn in degrees, (-180, 180], positive clockwise as seen; the residual is the root mean square distance from
    FFHQ_TEMPLATE after the best similarity, over the distance of its eyes. Landmarks in one place are (0, inf).
    """
    similarity = SimilarityTransform.from_estimate(landmarks.astype(np.float64), FFHQ_TEMPLATE)
    if not similarity or not np.isfinite(similarity.params).all():
        return 0.0, float("inf")
    away = similarity(landmarks.astype(np.float64)) - FFHQ_TEMPLATE
    residual = float(np.sqrt((away**2).sum(axis=1).mean())) / _TEMPLATE_EYES
    return -float(np.degrees(similarity.rotation)), residual


def quarter_turned(image: Image, quarters: int) -> tuple[Image, Affine]:
    """`image` turned clockwise by that many times 90 degrees, and the way back from its pixels. Moves pixels only."""
    height, width = image.shape[:2]
    turned = np.ascontiguousarray(np.rot90(image, -quarters))
    back = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, 1, 0], [-1, 0, height - 1]],
        2: [[-1, 0, width - 1], [0, -1, height - 1]],
        3: [[0, -1, width - 1], [1, 0, 0]],
    }
    return turned, np.array(back[quarters % 4], np.float64)


def upright_cut(
    image: Image, box: NDArray[np.float32], roll: float, max_face: float, surroundings: float
) -> tuple[Image, Affine]:
    """A square around the face in `box`, turned by `roll` degrees, in which it is upright, and the way back from it.

    A face whose longer side has more than `max_face` pixels is reduced to that (averaged over areas). The square's
    side is at least `surroundings` times the face's, a multiple of 32; around the image its edge repeats.
    """
    longest = float(max((box[2:4] - box[:2]).max(), 1.0))
    scale = min(1.0, max_face / longest)
    side = -(-int(surroundings * longest * scale) // 32) * 32
    center = (box[:2] + box[2:4]) / 2
    reach = side / scale * 0.75  # a little more than half the square's diagonal
    low = np.clip(np.floor(center - reach), 0, np.array(image.shape[1::-1]) - 1).astype(int)
    high = np.maximum(np.ceil(center + reach).astype(int), low + 1)
    part = image[low[1] : high[1], low[0] : high[0]]
    if scale < 1.0:
        size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
        part = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    angle = np.deg2rad(-roll)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    into = np.hstack([matrix, ((side - 1) / 2 - matrix @ ((center - low) * scale))[:, None]])
    cut = cv2.warpAffine(part, into, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    back = cv2.invertAffineTransform(into) / scale
    back[:, 2] += low
    return cut, back


def map_points(points: NDArray[np.floating], turn: Affine) -> NDArray[np.float64]:
    """(N, 2) points carried by `turn`."""
    carried: NDArray[np.float64] = points @ turn[:, :2].T + turn[:, 2]
    return carried

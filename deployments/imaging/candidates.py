"""Rows of face candidates: (N, 15) float32 with box, score and landmarks, and which of them are a face each."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import Image
from deployments.imaging.geometry import Affine
from deployments.imaging.turns import map_points, pose

Candidates: TypeAlias = NDArray[np.float32]
"""(N, 15): left, top, right, bottom, score, then x and y of five landmarks; pixels."""

NONE: Candidates = np.empty((0, 15), np.float32)

# The largest anchors have 256 and 512 pixels. Sides of faces in the fine pass, in pixels: beyond the first it may miss
# them, beyond the second its landmarks are worse (10% of the eye distance at 810 pixels) than the coarse pass's (4%).
_MISSED_FACE, _BLURRED_FACE = 320, 640
SAME_FACE = 0.5  # intersection over union of the two passes' boxes
PART_OF_FACE = 0.7  # of the smaller box: more than that inside a larger one and it is the same face, or part of it
# An upright face's landmarks leave 0.03 to 0.26 (see pose), a head's that the network took for upright and is not up
# to 0.4. Tilts are estimated some 15 degrees too small at 45.
DOUBTFUL_ROLL, _DOUBTFUL_RESIDUAL = 35.0, 0.2
SURE_SCORE = 0.99  # stricter than the default setting: turning a picture asks the network four times
SURE_ROLL = 50.0
_MIRRORED = [7, 8, 5, 6, 9, 10, 13, 14, 11, 12]  # the landmarks' columns
_PAINT_SIGMA = 2.0  # pixels: a hard edge looks like something


def merge_passes(
    fine: Candidates,
    coarse: Candidates,
    fine_scale: float,
    missed_face: float = _MISSED_FACE,
    blurred_face: float = _BLURRED_FACE,
) -> Candidates:
    """The candidates of two passes over one image; `fine_scale` is the fine one's reduction.

    Large faces, which the fine pass may miss, are added from the coarse one: those of more than `missed_face` pixels
    in the fine pass. Where both see the same face, the fine candidate stays, up to `blurred_face` pixels, from where
    its landmarks are worse than the coarse one's.
    """
    side = (coarse[:, 2:4] - coarse[:, :2]).max(axis=1, initial=0.0) * fine_scale
    same = intersection_over_union(fine, coarse) > SAME_FACE
    blurred = side > blurred_face
    missed = (side > missed_face) & ~same.any(axis=0)
    return np.concatenate([fine[~same[:, blurred].any(axis=1)], coarse[blurred | missed]])


def distinct(candidates: Candidates, min_face_size: float) -> list[int]:
    """Indices of the rows that are a whole face each, largest first.

    Drops boxes whose shorter side is below `min_face_size` pixels, that lie inside a larger face, or whose eyes
    coincide.
    """
    width, height = (candidates[:, 2:4] - candidates[:, :2]).T
    eyes = np.linalg.norm(candidates[:, 5:7] - candidates[:, 7:9], axis=1)
    plausible = (np.minimum(width, height) >= min_face_size) & (eyes > 0.1 * np.minimum(width, height))
    kept: list[int] = []
    for index in largest_first(candidates):
        if plausible[index] and all(overlap(candidates[index], candidates[other]) <= PART_OF_FACE for other in kept):
            kept.append(index)
    return kept


def largest_first(candidates: Candidates) -> list[int]:
    """Indices of the rows. Boxes of one size are ordered by their position, from the top and the left."""
    areas = (candidates[:, 2:4] - candidates[:, :2]).prod(axis=1)
    return [int(i) for i in np.lexsort((candidates[:, 0], candidates[:, 1], -areas))]


def beside(known: Candidates, more: Candidates, same_face: float = SAME_FACE) -> Candidates:
    """`known`, and those of `more` that show none of the same faces: more than `same_face` of the smaller box is."""
    new = [row for row in more if all(overlap(row, other) <= same_face for other in known)]
    return np.concatenate([known, np.array(new, np.float32).reshape(-1, 15)])


def roll_of(row: NDArray[np.float32]) -> float:
    """Degrees by which the face is turned clockwise; see pose."""
    return pose(row[5:].reshape(5, 2))[0]


def is_doubtful(row: NDArray[np.float32]) -> bool:
    """Whether the landmarks look like those of a head that is not upright, or fit no face well."""
    roll, residual = pose(row[5:].reshape(5, 2))
    return abs(roll) > DOUBTFUL_ROLL or residual > _DOUBTFUL_RESIDUAL


def is_upright(row: NDArray[np.float32]) -> bool:
    """Whether the landmarks look like those of an upright face."""
    roll, residual = pose(row[5:].reshape(5, 2))
    return abs(roll) <= SURE_ROLL and residual <= _DOUBTFUL_RESIDUAL


def is_certain(row: NDArray[np.float32]) -> bool:
    """Whether this is an upright face beyond doubt: stricter than what the detector's settings accept."""
    return bool(row[4] >= SURE_SCORE) and is_upright(row)


def quality(row: NDArray[np.float32]) -> float:
    """How much this looks like a face seen the right way up: score less residual, at most 1."""
    return float(row[4]) - pose(row[5:].reshape(5, 2))[1]


def mapped(candidates: Candidates, turn: Affine) -> Candidates:
    """The rows with their points carried by `turn`; boxes become the upright ones around their carried corners.

    Where `turn` mirrors, left and right landmarks change places.
    """
    result = candidates.copy()
    if np.linalg.det(turn[:, :2]) < 0:
        result[:, 5:] = result[:, _MIRRORED]
    for row in result:
        left, top, right, bottom = row[:4]
        corners = map_points(np.array([[left, top], [right, top], [left, bottom], [right, bottom]], np.float64), turn)
        row[:2], row[2:4] = corners.min(axis=0), corners.max(axis=0)
        row[5:] = map_points(row[5:].reshape(5, 2), turn).ravel()
    return result


def intersection_over_union(first: Candidates, second: Candidates) -> NDArray[np.float32]:
    """(N, M) of the boxes of N and M rows."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:4], second[None, :, 2:4])
    common = np.maximum(high - low, 0.0).prod(axis=2)
    areas = [np.maximum(rows[:, 2:4] - rows[:, :2], 0.0).prod(axis=1) for rows in (first, second)]
    union = areas[0][:, None] + areas[1][None] - common
    ratio: NDArray[np.float32] = common / np.maximum(union, 1e-6)
    return ratio


def painted_over(image: Image, candidates: Candidates, color: tuple[float, float, float], larger: float = 1.0) -> Image:
    """A copy of (H, W, 3) in which an ellipse in each candidate's box has `color`, with a soft edge.

    Its axes are `larger` times the box's sides.
    """
    mask = np.zeros(image.shape[:2], np.float32)
    for left, top, right, bottom in candidates[:, :4].astype(float):
        box = ((left + right) / 2, (top + bottom) / 2), (larger * (right - left), larger * (bottom - top)), 0.0
        cv2.ellipse(mask, box, 1.0, thickness=-1)
    mask = cv2.GaussianBlur(mask, (0, 0), _PAINT_SIGMA)[..., None]
    return np.asarray(image + (np.array(color, np.float32) - image) * mask, np.float32)


def overlap(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """The boxes' common area over the smaller one's."""
    common = np.minimum(first[2:4], second[2:4]) - np.maximum(first[:2], second[:2])
    smaller = min(float(np.prod(box[2:4] - box[:2])) for box in (first, second))
    return float(np.prod(np.maximum(common, 0.0))) / max(smaller, 1e-6)

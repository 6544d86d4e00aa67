"""Which of two faces a pixel belongs to where their crops overlap, so that pasting one does not damage the other."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.contract import FACE_SIZE, Mask
from deployments.imaging.geometry import FFHQ_TEMPLATE, Affine, FaceLayer

_CENTER = FFHQ_TEMPLATE.mean(axis=0)
_SOFTNESS = 4.0  # pixels of the crop: over some ten of them one face gives way to the other
_AROUND = 16  # pixels of the crop, beyond the middles of eyes and the corners of the mouth
_UNCOVERED = 0.05
_RADIUS = FACE_SIZE * 0.75  # from a crop's face to its farthest corner, a little more than that


def keep_apart(masks: list[Mask], transforms: list[Affine]) -> list[Mask]:
    """The (512, 512) masks of faces that are pasted in this order, each kept off the faces before it.

    `transforms` map the image to each crop. A pixel belongs to the face whose middle is nearer, measured in pixels of
    each face's own crop, so that a small face before a large one has its share. A later face gives up what belongs
    to an earlier one, as far as that one's mask covers it, and covers itself what is its own; so nothing of the
    background shows between them. Masks without overlap are returned as they are.
    """
    apart = []
    for index, (mask, transform) in enumerate(zip(masks, transforms, strict=True)):
        back = cv2.invertAffineTransform(transform)
        for place, (other, others) in enumerate(zip(masks, transforms, strict=True)):
            to_other = others @ np.vstack([back, [0.0, 0.0, 1.0]])
            if place == index or _far_apart(to_other):
                continue
            covered = _seen_from(to_other, other)
            features = _seen_from(to_other, _features()) * (1.0 - _features())
            given_up = (
                np.maximum(features, covered)
                if place < index
                else features * np.clip((1.0 - covered) / _UNCOVERED, 0.0, 1.0)
            )
            if given_up.any():
                mask = mask * (1.0 - given_up * _share_of_other(to_other))
        apart.append(mask)
    return apart


def _seen_from(to_other: Affine, other: Mask) -> Mask:
    """(512, 512): what covers the other crop, to which `to_other` leads."""
    # Sampling `other` at to_other(p): warpAffine takes the map from the target to the source with this flag.
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(other, to_other, other.shape[::-1], flags=flags), np.float32)


@lru_cache(maxsize=1)
def _features() -> Mask:
    """(512, 512): 1 between the eyes and the mouth of an aligned face, and 0 away from there."""
    inside = cv2.fillConvexPoly(
        np.zeros((FACE_SIZE, FACE_SIZE), np.float32), np.rint(FFHQ_TEMPLATE[[0, 1, 4, 3]]).astype(np.int32), 1.0
    )
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _AROUND + 1, 2 * _AROUND + 1))
    features = np.asarray(cv2.GaussianBlur(cv2.dilate(inside, kernel), (0, 0), _AROUND / 2), np.float32)
    features.flags.writeable = False
    return features


def stacked(layers: list[FaceLayer]) -> list[FaceLayer]:
    """The layers, each with the mask that is left of it where later ones lie over it in full strength.

    The masks then add up to 1 at most, so that the sum of the layers is what pasting one after the other is, and stays
    linear in the strength of each.
    """
    found = []
    for index, layer in enumerate(layers):
        mask = layer.mask
        for over in layers[index + 1 :]:
            rows, columns = _common(layer.top, over.top, 0, layer, over), _common(layer.left, over.left, 1, layer, over)
            if rows is not None and columns is not None:
                mask = mask.copy() if mask is layer.mask else mask
                mask[rows[0], columns[0]] *= 1.0 - over.mask[rows[1], columns[1]]
        found.append(replace(layer, mask=mask))
    return found


def _common(start: int, other: int, axis: int, layer: FaceLayer, over: FaceLayer) -> tuple[slice, slice] | None:
    """Where both layers lie along an axis, in pixels of each; None where they do not meet."""
    low, high = max(start, other), min(start + layer.mask.shape[axis], other + over.mask.shape[axis])
    return (slice(low - start, high - start), slice(low - other, high - other)) if low < high else None


def _far_apart(to_other: Affine) -> bool:
    """Whether no corner of a crop, mapped by `to_other`, can reach the other one."""
    away = float(np.linalg.norm(to_other[:, :2] @ _CENTER + to_other[:, 2] - _CENTER))
    scale = float(np.sqrt(abs(np.linalg.det(to_other[:, :2]))))
    return away > _RADIUS * (1.0 + scale)


def _share_of_other(to_other: Affine) -> NDArray[np.float32]:
    """(512, 512) in [0, 1]: how much each of a crop's pixels belongs to the face of the crop that `to_other` leads to.

    The logistic function of the difference of the distances from the two faces' middles.
    """
    x, y = np.meshgrid(np.arange(FACE_SIZE, dtype=np.float32), np.arange(FACE_SIZE, dtype=np.float32))
    (a, b, c), (d, e, f) = to_other.astype(np.float32)
    own = np.hypot(x - np.float32(_CENTER[0]), y - np.float32(_CENTER[1]))
    others = np.hypot(a * x + b * y + c - np.float32(_CENTER[0]), d * x + e * y + f - np.float32(_CENTER[1]))
    share: NDArray[np.float32] = 1.0 / (1.0 + np.exp(np.clip((others - own) / np.float32(_SOFTNESS), -60, 60)))
    return share

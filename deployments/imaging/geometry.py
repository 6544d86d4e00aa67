"""Geometry of faces: alignment, soft masks and layers to be pasted back, all pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.transform import SimilarityTransform

from deployments.contract import FACE_SIZE, IDENTITY_SIZE, Image, Landmarks, Mask
from deployments.imaging.low_pass import low_pass

Affine = NDArray[np.float64]
"""(2, 3), maps (x, y, 1) of one image to (x, y) of another; pixel centers have whole coordinates."""
Scale = float | tuple[float, float]
"""The size of one image over that of another; (horizontal, vertical) where rounding makes the two differ."""

FFHQ_TEMPLATE = np.array(
    [
        [192.98138, 239.94708],
        [318.90277, 240.1936],
        [256.63416, 314.01935],
        [201.26117, 371.41043],
        [313.08905, 371.15118],
    ]
)
"""Where facexlib puts the five landmarks in the 512x512 crop (FaceRestoreHelper.face_template)."""
ARCFACE_TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)
"""Where insightface puts them in the 112x112 crop (insightface.utils.face_align.arcface_dst)."""
_MIN_REGION = 0.02  # of the crop: a smaller region is a parser that saw no face, not a face
_GAP, _TAIL = 20, 52  # pixels of the crop
_REGION_REDUCED = 4
_MASK_SIGMA = 11.0  # facexlib blurs its parsing mask twice with this
_MASK_BORDER = 10  # facexlib clears this many pixels along the crop's edge
_MASK_FADE = 42  # further pixels over which ours rises to one, so that hair cut by the crop leaves no straight edge


def face_transform(landmarks: Landmarks) -> Affine:
    """The similarity that takes an image's pixels to the aligned 512x512 crop.

    Least median of squares, as in facexlib's align_warp_face. Raises ValueError where the points have no solution
    (all in one place).
    """
    matrix = cv2.estimateAffinePartial2D(landmarks.astype(np.float64), FFHQ_TEMPLATE, method=cv2.LMEDS)[0]
    if matrix is None or not np.isfinite(matrix).all() or enlargement(matrix) < 1e-6:
        raise ValueError("the landmarks do not span a face")
    return matrix.astype(np.float64)


def align_face(image: Image, transform: Affine) -> Image:
    """Cut the aligned (512, 512, 3) face out of `image`; beyond its edge the image is mirrored, as in FFHQ's crops.

    facexlib puts gray there, which a restorer spreads into the face and the mask then pastes along the edge.
    """
    crop = _warp(image, transform, (FACE_SIZE, FACE_SIZE), cv2.BORDER_REFLECT_101)
    return np.clip(crop, 0.0, 1.0)  # filters round to 1.0000001


def as_photographed(face: NDArray[np.float32], transform: Affine, sigma: float) -> NDArray[np.float32]:
    """What align_face would cut out of a photograph that shows the aligned (H, W[, C]) `face` in its own pixels.

    `transform` is that from the photograph to the face, `sigma` the photograph's blur in pixels of the face, that of
    its lens and of averaging over a pixel. The face is blurred, sampled on the photograph's grid, and enlarged again; a
    photograph with more pixels than the face shows all that is left.
    """
    face = low_pass(face, sigma) if sigma > 0.0 else face
    if enlargement(transform) <= 1.0:
        return face
    height, width = face.shape[:2]
    back = cv2.invertAffineTransform(transform)
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]]) @ back.T
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0)) + 1
    back[:, 2] -= low
    columns, rows = (high - low).astype(int).tolist()
    there = cv2.warpAffine(face, back, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    again = transform.copy()
    again[:, 2] += transform[:, :2] @ low
    return _warp(there, again, (width, height), cv2.BORDER_REFLECT_101)


def align_identity(image: Image, landmarks: Landmarks) -> Image:
    """Cut the (112, 112, 3) crop that ArcFace was trained on (insightface.utils.face_align.norm_crop)."""
    similarity = SimilarityTransform.from_estimate(landmarks.astype(np.float64), ARCFACE_TEMPLATE)
    if not similarity:
        raise ValueError("the landmarks do not span a face")
    return np.clip(_warp(image, similarity.params[:2], (IDENTITY_SIZE, IDENTITY_SIZE), cv2.BORDER_CONSTANT), 0.0, 1.0)


def enlarge_points(points: NDArray[np.float32], factor: Scale) -> NDArray[np.float32]:
    """Carry (N, 2) pixel coordinates to the image enlarged `factor` times, pixel centers on whole numbers.

    The center of pixel x covers the area around factor * (x + 1/2) - 1/2, which is how every resampler here sees it.
    """
    return (points + np.float32(0.5)) * np.asarray(factor, np.float32) - np.float32(0.5)


def output_transform(transform: Affine, factor: Scale) -> Affine:
    """The map from the aligned crop to the output image, `factor` times the size of the one it was cut from.

    facexlib adds half an output pixel too much here (0.5 * factor instead of 0.5 * factor - 0.5), which shifts the
    pasted face right and down.
    """
    scale = np.broadcast_to(np.asarray(factor, np.float64), 2)
    inverse = cv2.invertAffineTransform(transform) * scale[:, None]
    inverse[:, 2] += 0.5 * scale - 0.5
    return inverse


def soft_mask(region: Mask | None) -> Mask:
    """A (512, 512) blending mask that is zero on the crop's border and has no visible edge.

    `region` is 1 where face parsing saw the face and its hair; it is feathered as in facexlib. Without one, or
    where the parser saw hardly any face, the whole crop counts, feathered towards its border.
    """
    window = _window()
    whole = None if region is None else _without_tails(region)
    if whole is None or float(whole.mean()) < _MIN_REGION:
        return window
    blurred = low_pass(whole, _MASK_SIGMA * float(np.sqrt(2)))
    return np.minimum(blurred, window)


def _without_tails(region: Mask) -> Mask:
    """The largest part of `region` without its gaps and without what is narrower than _TAIL.

    In small and old photographs the parser takes strips of collars and walls for hair, and the mask's edge is ragged.
    """
    small = cv2.resize(region, None, fx=1 / _REGION_REDUCED, fy=1 / _REGION_REDUCED, interpolation=cv2.INTER_AREA)
    inside = (small > 0.5).astype(np.uint8)
    for operation, width in ((cv2.MORPH_CLOSE, _GAP), (cv2.MORPH_OPEN, _TAIL)):
        side = width // _REGION_REDUCED
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        border = cv2.copyMakeBorder(inside, side, side, side, side, cv2.BORDER_REPLICATE)
        inside = cv2.morphologyEx(border, operation, kernel)[side:-side, side:-side]
    count, parts, sizes, _ = cv2.connectedComponentsWithStats(inside)
    if count > 1:
        inside = (parts == 1 + int(sizes[1:, cv2.CC_STAT_AREA].argmax())).astype(np.uint8)
    enlarged = cv2.resize(inside.astype(np.float32), region.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.minimum(enlarged, cv2.dilate(region, np.ones((_GAP, _GAP), np.uint8)))


@lru_cache(maxsize=1)
def _window() -> Mask:
    """Smoothstep from the border inwards, in both directions."""
    distance = np.minimum(np.arange(FACE_SIZE), np.arange(FACE_SIZE)[::-1])
    t = np.clip((distance - _MASK_BORDER) / _MASK_FADE, 0.0, 1.0)
    rise = (t * t * (3 - 2 * t)).astype(np.float32)
    window = np.outer(rise, rise)
    window.flags.writeable = False
    return window


@dataclass(frozen=True)
class FaceLayer:
    """A restored face as it lies on the output image: all of its blending but the strength."""

    left: int
    top: int
    image: Image
    """(h, w, 3), full strength."""
    mask: Mask
    """(h, w): how much of each pixel is the face's."""

    def part_of(self, image: Image) -> Image:
        """The view of the output image, or of its background, that lies under the layer."""
        height, width = self.mask.shape
        return image[self.top : self.top + height, self.left : self.left + width]

    def add_to(self, canvas: Image, background: Image, strength: float) -> None:
        """Blend into `canvas` in place, which began as `background` and may have other layers by now.

        The sum of such layers is linear in each strength. Masks of several layers add up to 1 at most.
        """
        self.part_of(canvas)[:] += (self.image - self.part_of(background)) * (self.mask * np.float32(strength))[
            ..., None
        ]


def lay_face(face: Image, mask: Mask, to_canvas: Affine, width: int, height: int) -> FaceLayer:
    """The layer of an aligned `face` and its `mask` on an output image of `width` x `height`.

    It covers only the rectangle that the crop does (facexlib warps the whole image for every face). A face beyond the
    image has no pixels.
    """
    left, top, right, bottom = _covered(to_canvas, width, height)
    if left >= right or top >= bottom:
        return FaceLayer(0, 0, np.empty((0, 0, 3), np.float32), np.empty((0, 0), np.float32))
    local = to_canvas.copy()
    local[:, 2] -= (left, top)
    size = (right - left, bottom - top)
    warped = np.clip(_warp(face, local, size, cv2.BORDER_REPLICATE, back=True), 0.0, 1.0)
    alpha = np.clip(_warp(mask, local, size, cv2.BORDER_CONSTANT, back=True), 0.0, 1.0)
    return FaceLayer(left, top, warped, alpha)


def _covered(transform: Affine, width: int, height: int) -> tuple[int, int, int, int]:
    """The whole pixels of a width x height image that the transformed 512x512 crop can reach."""
    corners = np.array([[0, 0, 1], [FACE_SIZE, 0, 1], [0, FACE_SIZE, 1], [FACE_SIZE, FACE_SIZE, 1]]) - [0.5, 0.5, 0.0]
    points = corners @ transform.T
    low, high = np.floor(points.min(axis=0)).astype(int), np.ceil(points.max(axis=0)).astype(int) + 1
    return max(low[0], 0), max(low[1], 0), min(high[0], width), min(high[1], height)


def enlargement(transform: Affine) -> float:
    """How many target pixels one source pixel becomes, along a side."""
    return float(np.sqrt(abs(np.linalg.det(transform[:, :2]))))


def _warp(
    image: NDArray[np.float32], transform: Affine, size: tuple[int, int], border: int, back: bool = False
) -> NDArray[np.float32]:
    """Warp to `size` (width, height): bilinear, or bicubic where it enlarges on the way `back`; where it shrinks, the
    source is low-passed first. `border` is OpenCV's name for what is around the source; a constant one is black.

    Without that a face larger than the target aliases (bilinear sampling skips pixels). The Gaussian's variance is
    what is missing between one source and one target pixel: sigma^2 = ((1/s)^2 - 1) / 4. Bicubic may overshoot.
    """
    scale = enlargement(transform)
    if scale < 1.0:
        image, transform = _reachable(image, transform, size)
        if image.size == 0:
            return np.zeros((size[1], size[0], *image.shape[2:]), np.float32)
        image = low_pass(image, 0.5 * float(np.sqrt(1.0 / scale**2 - 1.0)))
    flags = cv2.INTER_CUBIC if back and scale > 1.0 else cv2.INTER_LINEAR
    return cv2.warpAffine(image, transform, size, flags=flags, borderMode=border)


def _reachable(
    image: NDArray[np.float32], transform: Affine, size: tuple[int, int]
) -> tuple[NDArray[np.float32], Affine]:
    """Cut `image` to what the warp can reach, mirrored at the edges, with a margin for the blur; shift `transform`."""
    inverse = cv2.invertAffineTransform(transform)
    corners = np.array([[0, 0, 1], [size[0], 0, 1], [0, size[1], 1], [size[0], size[1], 1]]) @ inverse.T
    margin = int(np.ceil(2.0 / enlargement(transform))) + 2
    extent = np.array(image.shape[1::-1])
    low = np.floor(corners.min(axis=0)).astype(int) - margin
    high = np.ceil(corners.max(axis=0)).astype(int) + margin
    # What lies beyond one edge is seen as far inside of it.
    inner_low, inner_high = np.minimum(low, 2 * extent - high), np.maximum(high, -low)
    low, high = np.clip(inner_low, 0, extent), np.clip(inner_high, 0, extent)
    shifted = transform.copy()
    shifted[:, 2] += transform[:, :2] @ low
    return image[low[1] : high[1], low[0] : high[0]], shifted

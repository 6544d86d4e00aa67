"""Alignment, masks, color transfer and paste-back, against facexlib, insightface and exact mathematics."""

from __future__ import annotations

from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from insightface.utils import face_align
from numpy.typing import NDArray

import deployments.models.torchvision_compat  # noqa: F401 - before facexlib, which imports torchvision
from deployments.contract import FACE_SIZE, IDENTITY_SIZE, Image, Landmarks, Mask, check_image
from deployments.errors import Step
from deployments.imaging.geometry import (
    ARCFACE_TEMPLATE,
    FFHQ_TEMPLATE,
    Affine,
    align_face,
    align_identity,
    enlarge_points,
    face_transform,
    lay_face,
    output_transform,
    soft_mask,
)
from tests.helpers.images import ASTRONAUT, T1_LARGEST, astronaut, landmarks_at, noise, six_people, to_bytes, waves

# What RetinaFace finds in skimage's astronaut, and of the left-most and largest face in insightface's t1.
ONE = np.ones((FACE_SIZE, FACE_SIZE), np.float32)


def paste_face(canvas: Image, face: Image, mask: Mask, to_canvas: Affine, strength: float) -> None:
    """One face into `canvas`, in place."""
    layer = lay_face(face, mask, to_canvas, canvas.shape[1], canvas.shape[0])
    layer.add_to(canvas, canvas.copy(), strength)


def _facexlib(image: Image, landmarks: Landmarks) -> NDArray[np.uint8]:
    """facexlib's own align_warp_face, on what it needs of a helper: no networks; RGB in and out."""
    from facexlib.utils.face_restoration_helper import FaceRestoreHelper

    helper = SimpleNamespace(
        pad_blur=False,
        face_size=(512, 512),
        face_template=FFHQ_TEMPLATE,
        all_landmarks_5=[landmarks],
        affine_matrices=[],
        cropped_faces=[],
        input_img=np.ascontiguousarray(to_bytes(image)[..., ::-1]),
    )
    FaceRestoreHelper.align_warp_face(helper, border_mode="reflect101")
    aligned: NDArray[np.uint8] = helper.cropped_faces[0]
    return aligned[..., ::-1]


def _center_of_mass(image: NDArray[np.float32]) -> NDArray[np.float64]:
    """(x, y) of a light blob, pixel centers on whole numbers."""
    y, x = np.indices(image.shape)
    return np.array([(x * image).sum(), (y * image).sum()]) / image.sum()


# ---- Alignment -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "landmarks"),
    [
        (astronaut(), ASTRONAUT),
        (six_people(), T1_LARGEST),
        (astronaut(), landmarks_at(20, 30, 0.4)),
        (astronaut(), landmarks_at(250, 250, 0.3, degrees=140)),
    ],
    ids=["astronaut", "t1", "half outside", "upside down"],
)
def test_an_aligned_face_is_facexlibs_within_one_grey_level(image: Image, landmarks: Landmarks) -> None:
    ours = align_face(image, face_transform(landmarks)) * 255
    # Where the crop's edge meets the picture's, OpenCV rounds facexlib's 8 bits before it mixes, ours after.
    assert np.abs(ours - _facexlib(image, landmarks)).max() <= 1.0 + 0.5


def test_the_template_is_facexlibs() -> None:
    from facexlib.utils.face_restoration_helper import FaceRestoreHelper

    names = FaceRestoreHelper.__init__.__code__.co_consts
    numbers = {value for value in names if isinstance(value, float)}
    assert numbers >= set(FFHQ_TEMPLATE.ravel().tolist())


def test_the_identity_template_is_insightfaces() -> None:
    np.testing.assert_array_equal(ARCFACE_TEMPLATE.astype(np.float32), face_align.arcface_dst)


@pytest.mark.parametrize("degrees", [0, 20, -75])
def test_an_identity_crop_is_insightfaces_within_one_grey_level(degrees: float) -> None:
    image = astronaut()
    landmarks = landmarks_at(224, 120, 0.16, degrees)  # eyes 20 pixels apart: the crop enlarges
    expected = face_align.norm_crop(to_bytes(image), landmarks)
    assert np.abs(align_identity(image, landmarks) * 255 - expected).max() <= 1.0


@pytest.mark.parametrize("scale", [0.02, 0.2, 1.0, 3.0])
@pytest.mark.parametrize("degrees", [0.0, 33.0, 180.0])
def test_the_landmarks_come_to_lie_on_the_template(scale: float, degrees: float) -> None:
    landmarks = landmarks_at(300, 200, scale, degrees)
    transform = face_transform(landmarks)
    found = np.column_stack([landmarks, np.ones(5)]) @ transform.T
    assert np.abs(found - FFHQ_TEMPLATE).max() < 0.1


@pytest.mark.parametrize("align", [face_transform, lambda points: align_identity(noise(64, 64), points)])
def test_landmarks_in_one_place_are_refused(align: object) -> None:
    with pytest.raises(ValueError, match="do not span a face"):
        align(np.full((5, 2), 30.0, np.float32))  # type: ignore[operator]


@pytest.mark.parametrize("scale", [0.04, 0.3, 2.0])
@pytest.mark.parametrize("edge", ["left", "top", "corner"])
def test_beyond_the_pictures_edge_a_crop_sees_the_picture_mirrored(scale: float, edge: str) -> None:
    image, wide = waves(1200, 1000), 900
    mirrored = cv2.copyMakeBorder(image, wide, wide, wide, wide, cv2.BORDER_REFLECT_101)
    landmarks = landmarks_at(500 if edge == "top" else 12, 600 if edge == "left" else 9, scale)
    crop = align_face(image, face_transform(landmarks))
    expected = align_face(mirrored, face_transform(landmarks + np.float32(wide)))
    np.testing.assert_allclose(crop, expected, atol=2e-3)


def test_a_crop_that_lies_wholly_outside_is_an_image_all_the_same() -> None:
    for landmarks in (landmarks_at(-2000, -2000, 1.0), landmarks_at(-9000, 4000, 4.0), landmarks_at(70, 9000, 0.1)):
        check_image(align_face(waves(64, 64), face_transform(landmarks)), Step.DECODE, side=FACE_SIZE)


@pytest.mark.slow
@pytest.mark.parametrize("side", ["face", "identity"])
def test_a_face_larger_than_its_crop_does_not_alias(side: str) -> None:
    """A pattern finer than the crop's pixels must come out flat, not as a coarse pattern that was never there."""
    y, x = np.indices((2600, 2600))
    stripes = np.repeat((0.5 + 0.5 * np.sin((x + 0.3 * y) * 2.2))[..., None], 3, axis=2).astype(np.float32)
    landmarks = landmarks_at(1300, 1300, 5.0)
    crop = align_face(stripes, face_transform(landmarks)) if side == "face" else align_identity(stripes, landmarks)
    assert crop[20:-20, 20:-20].std() < 0.02
    naive = cv2.warpAffine(stripes, face_transform(landmarks), (FACE_SIZE, FACE_SIZE))
    assert naive[20:-20, 20:-20].std() > 0.2, "the pattern would not have aliased anyway"


@pytest.mark.parametrize("scale", [0.4, 0.7, 1.3, 2.6, 5.0])
def test_a_white_picture_stays_within_the_contract(scale: float) -> None:
    """Filters add up to a little more than one, which the next stage's door would refuse."""
    white = np.ones((1400, 1400, 3), np.float32)
    landmarks = landmarks_at(700, 700, scale)
    check_image(align_face(white, face_transform(landmarks)), Step.DECODE, side=FACE_SIZE)
    check_image(align_identity(white, landmarks), Step.DECODE, side=IDENTITY_SIZE)


# ---- There and back --------------------------------------------------------------------------------------------------


def _round_trip(factor: int, landmarks: Landmarks, extra_shift: float = 0.0) -> tuple[Image, Image, Image]:
    """The error inside the mask, of a face cut out and pasted back unrestored; the canvas before; the mask."""
    small, large = waves(300, 320), waves(300 * factor, 320 * factor, factor)
    transform = face_transform(landmarks)
    crop = align_face(small, transform)
    back = output_transform(transform, factor)
    back[:, 2] += extra_shift
    canvas = large.copy()
    paste_face(canvas, crop, soft_mask(None), back, 1.0)
    return np.abs(canvas - large), large, canvas


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
@pytest.mark.parametrize("degrees", [0.0, 25.0])
def test_a_face_that_is_pasted_back_unrestored_changes_nothing(factor: int, degrees: float) -> None:
    error, _, _ = _round_trip(factor, landmarks_at(160, 150, 0.35, degrees))
    assert error.max() < 1.5 / 255


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_the_offset_that_facexlib_adds_would_be_worse(factor: int) -> None:
    """facexlib adds 0.5 * factor where 0.5 * factor - 0.5 is right: half an output pixel too much."""
    landmarks = landmarks_at(160, 150, 0.35)
    ours, _, _ = _round_trip(factor, landmarks)
    facexlibs, _, _ = _round_trip(factor, landmarks, extra_shift=0.5)
    assert ours.max() < 0.5 * facexlibs.max()


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_a_pasted_face_lies_where_it_was_to_a_twentieth_of_a_pixel(factor: int) -> None:
    """A soft blob in the picture, enlarged by OpenCV, and the same blob by way of the crop: the same place."""
    y, x = np.indices((256, 256))
    blob = np.exp(-((x - 130.3) ** 2 + (y - 121.7) ** 2) / (2 * 8.0**2)).astype(np.float32)
    picture = np.repeat(blob[..., None], 3, axis=2)
    transform = face_transform(landmarks_at(128, 128, 0.4))
    canvas = np.zeros((256 * factor, 256 * factor, 3), np.float32)
    paste_face(canvas, align_face(picture, transform), soft_mask(None), output_transform(transform, factor), 1.0)
    enlarged = cv2.resize(blob, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    assert np.abs(_center_of_mass(canvas[..., 0]) - _center_of_mass(enlarged)).max() < 0.05 * factor


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_points_are_enlarged_to_the_same_place_as_pixels(factor: int) -> None:
    blob = np.zeros((60, 60), np.float32)
    blob[20:25, 30:35] = 1.0  # its center: x 32, y 22
    enlarged = cv2.resize(blob, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    expected = enlarge_points(np.array([[32, 22]], np.float32), factor)[0]
    np.testing.assert_allclose(_center_of_mass(enlarged), expected, atol=1e-3)


# ---- Paste-back ------------------------------------------------------------------------------------------------------


def _rectangle(landmarks: Landmarks, factor: int, height: int, width: int) -> NDArray[np.bool_]:
    """Which pixels the crop's outline can touch, with a pixel to spare."""
    outline = np.array([[0, 0], [512, 0], [512, 512], [0, 512]]) - 0.5
    inverse = output_transform(face_transform(landmarks), factor)
    points = np.column_stack([outline, np.ones(4)]) @ inverse.T
    touched = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(touched, np.rint(points).astype(np.int32), 1)
    return cv2.dilate(touched, np.ones((5, 5))).astype(bool)


@pytest.mark.parametrize("degrees", [0.0, 45.0])
def test_nothing_outside_the_face_changes_by_a_single_bit(degrees: float) -> None:
    landmarks = landmarks_at(150, 140, 0.2, degrees)
    canvas, before = noise(300, 320), noise(300, 320)
    paste_face(canvas, noise(512, 512, seed=9), ONE, output_transform(face_transform(landmarks), 1), 1.0)
    changed = (canvas != before).any(axis=2)
    assert changed.any()
    if degrees == 0.0:
        assert not changed[~_rectangle(landmarks, 1, 300, 320)].any()
    else:  # the crop is turned, the touched rectangle is not; the mask, zero at the border, hides the difference
        canvas = before.copy()
        mask = soft_mask(None)
        paste_face(canvas, noise(512, 512, seed=9), mask, output_transform(face_transform(landmarks), 1), 1.0)
        assert not (canvas != before).any(axis=2)[~_rectangle(landmarks, 1, 300, 320)].any()


@pytest.mark.parametrize(
    "landmarks",
    [
        landmarks_at(0, 0, 0.4),
        landmarks_at(319, 299, 0.4, 45),
        landmarks_at(-60, 150, 0.2, 10),
        landmarks_at(160, 150, 5.0),
        landmarks_at(160, 150, 5.0, 30),
        landmarks_at(160, 150, 0.02),
        landmarks_at(160, 150, 0.02, 200),
        # The rectangle around a turned crop may reach into the picture where the crop itself does not.
        *(landmarks_at(-45, -45, scale, 45) for scale in (0.15, 0.2, 0.25)),
        landmarks_at(-5000, -5000, 1.0),
    ],
    ids=lambda points: f"{points.mean(axis=0).round().tolist()}",
)
@pytest.mark.parametrize("factor", [1, 3])
def test_a_face_may_lie_anywhere_and_have_any_size(landmarks: Landmarks, factor: int) -> None:
    image = waves(300, 320)
    transform = face_transform(landmarks)
    crop = align_face(image, transform)
    assert crop.shape == (512, 512, 3) and np.isfinite(crop).all()
    canvas = waves(300 * factor, 320 * factor, factor)
    paste_face(canvas, crop, soft_mask(None), output_transform(transform, factor), 1.0)
    assert canvas.shape == (300 * factor, 320 * factor, 3) and np.isfinite(canvas).all()
    assert canvas.min() > -0.1 and canvas.max() < 1.1


def test_strength_is_a_blend_between_background_and_face() -> None:
    transform = output_transform(face_transform(landmarks_at(150, 140, 0.3)), 1)
    face, mask = noise(512, 512, seed=4), soft_mask(None)
    canvases = {strength: noise(300, 320) for strength in (0.0, 0.5, 1.0)}
    for strength, canvas in canvases.items():
        paste_face(canvas, face, mask, transform, strength)
    np.testing.assert_array_equal(canvases[0.0], noise(300, 320))
    np.testing.assert_allclose(canvases[0.5], (canvases[0.0] + canvases[1.0]) / 2, atol=1e-6)
    assert np.abs(canvases[1.0] - canvases[0.0]).max() > 0.3


# ---- Masks -----------------------------------------------------------------------------------------------------------


def _region() -> NDArray[np.float32]:
    region = np.zeros((FACE_SIZE, FACE_SIZE), np.float32)
    cv2.ellipse(region, (256, 280), (150, 230), 0, 0, 360, 1.0, -1)
    return region


@pytest.mark.parametrize("region", [None, ONE, _region()], ids=["unparsed", "everywhere", "oval"])
def test_a_mask_is_zero_at_the_border_one_in_the_middle_and_soft_between(region: NDArray[np.float32] | None) -> None:
    mask = soft_mask(region)
    assert mask.shape == (FACE_SIZE, FACE_SIZE) and mask.dtype == np.float32
    border = np.ones_like(mask, bool)
    border[10:-10, 10:-10] = False
    assert (mask[border] == 0).all()
    assert mask[280, 256] > 0.99 and mask.min() >= 0 and mask.max() <= 1
    # An edge shows where the mask jumps: at most 4% from one pixel to the next.
    assert max(np.abs(np.diff(mask, axis=axis)).max() for axis in (0, 1)) < 0.04


def test_a_mask_of_nothing_pastes_nothing() -> None:
    canvas, nothing = noise(200, 200), np.zeros((FACE_SIZE, FACE_SIZE), np.float32)
    transform = output_transform(face_transform(landmarks_at(100, 90, 0.3)), 1)
    paste_face(canvas, noise(FACE_SIZE, FACE_SIZE), nothing, transform, 1.0)
    np.testing.assert_array_equal(canvas, noise(200, 200))


def test_the_shared_window_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        soft_mask(None)[0, 0] = 1.0


# ---- Choice ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("degrees", [0, 15, 45, 70])
@pytest.mark.parametrize("eyes_px", [3, 5, 8])
def test_nothing_of_a_tiny_turned_face_leaks_out_of_its_crop(degrees: float, eyes_px: float) -> None:
    transform = face_transform(landmarks_at(60, 60, eyes_px / 126, degrees))
    canvas = np.zeros((120, 120, 3), np.float32)
    to_canvas = output_transform(transform, 1)
    paste_face(canvas, np.ones((FACE_SIZE, FACE_SIZE, 3), np.float32), soft_mask(None), to_canvas, 1.0)
    corners = np.array([[0, 0, 1], [FACE_SIZE, 0, 1], [FACE_SIZE, FACE_SIZE, 1], [0, FACE_SIZE, 1]], np.float64)
    inside = np.zeros(canvas.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.rint(corners @ to_canvas.T).astype(np.int32), 1)
    outside = cv2.dilate(inside, np.ones((3, 3), np.uint8)) == 0
    assert canvas.max() > 0.3 and canvas[outside].max() < 0.004


@pytest.mark.parametrize("pixels", [0, 40])
def test_where_the_parser_saw_no_face_the_whole_crop_is_pasted(pixels: int) -> None:
    region = np.zeros((FACE_SIZE, FACE_SIZE), np.float32)
    region[:pixels, :pixels] = 1.0
    np.testing.assert_array_equal(soft_mask(region), soft_mask(None))


def test_strips_and_islands_of_a_region_are_left_out_and_gaps_closed() -> None:
    """What the parser takes for hair along a collar and in a wall behind, and a hole that it leaves in a cheek."""
    head = np.zeros((FACE_SIZE, FACE_SIZE), np.float32)
    cv2.ellipse(head, (256, 240), (130, 170), 0.0, 0, 360, 1.0, -1)
    ragged = head.copy()
    cv2.line(ragged, (200, 380), (60, 500), 1.0, 30)
    cv2.circle(ragged, (450, 90), 40, 1.0, -1)
    cv2.circle(ragged, (310, 300), 8, 0.0, -1)
    found, expected = soft_mask(ragged), soft_mask(head)
    assert found[460, 107] < 0.02 and found[90, 450] < 0.02 and found[300, 310] > 0.98
    assert np.abs(found - expected).max() < 0.35 and np.abs(found - expected).mean() < 0.01
    as_parsed = cv2.GaussianBlur(cv2.GaussianBlur(head, (0, 0), 11.0), (0, 0), 11.0)
    assert np.abs(expected - np.minimum(as_parsed, soft_mask(None))).max() < 0.05

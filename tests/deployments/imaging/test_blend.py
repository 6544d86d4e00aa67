"""Restored faces onto the background: what changes, what must not, and black-and-white stays black-and-white."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from deployments.contract import Image, Landmarks, check_image
from deployments.errors import Step
from deployments.imaging.blend import PlacedFace, blend_faces, blend_layers, face_layers, fit_face
from deployments.imaging.geometry import align_face, face_transform
from deployments.imaging.resample import enlarge_bicubic
from tests.helpers.images import ASTRONAUT, astronaut, landmarks_at, noise, waves


def _unlike(crop: Image, seed: int) -> Image:
    """Another face in every pixel, that agrees with the crop once both are blurred."""
    return np.clip(crop + 0.6 * (noise(512, 512, seed=seed) - 0.5), 0.0, 1.0)


def _placed(seed: int = 5, strength: float = 1.0) -> PlacedFace:
    transform = face_transform(landmarks_at(100, 90, 0.3))
    crop = align_face(waves(200, 220), transform)
    return PlacedFace(crop, _unlike(crop, seed), None, transform, strength)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [1, 2, 4])
@pytest.mark.parametrize("blur", [0.0, 2.0], ids=["perfect restorer", "blurring restorer"])
def test_a_face_cut_by_the_edge_is_pasted_as_if_the_picture_went_on(factor: int, blur: float) -> None:
    """The picture's outermost rows and columns, beside those of the same picture padded by what a mirror would show."""
    image, wide = waves(300, 260), 200
    padded = cv2.copyMakeBorder(image, wide, wide, wide, wide, cv2.BORDER_REFLECT_101)
    landmarks = landmarks_at(30, 40, 0.35)  # hair and an ear are outside

    inner = slice(wide * factor, -wide * factor)
    background = enlarge_bicubic(padded, factor)

    def pasted(picture: Image, points: Landmarks, behind: Image) -> Image:
        transform = face_transform(points)
        crop = align_face(picture, transform)
        restored = cv2.GaussianBlur(crop, (0, 0), blur) if blur else crop
        return blend_faces(behind, [PlacedFace(crop, restored, None, transform)], factor, False, False)

    result = pasted(image, landmarks, background[inner, inner])
    expected = pasted(padded, landmarks + np.float32(wide), background)[inner, inner]
    for rows in (np.s_[:8], np.s_[-8:], np.s_[:, :8], np.s_[:, -8:]):
        assert np.abs(result[rows] - expected[rows]).max() < 3 / 255


def test_without_faces_the_background_comes_back_bitwise() -> None:
    background = noise(200, 220)
    result = blend_faces(background, [], 1, False, False)
    np.testing.assert_array_equal(result, background)


@pytest.mark.parametrize("match_color", [False, True])
def test_strength_zero_leaves_the_background_bitwise_and_the_argument_untouched(match_color: bool) -> None:
    background = noise(400, 440)
    result = blend_faces(background, [_placed(strength=0.0)], 2, match_color, False)
    np.testing.assert_array_equal(result, noise(400, 440))
    np.testing.assert_array_equal(background, noise(400, 440))


def test_half_strength_is_the_midpoint() -> None:
    results = [
        blend_faces(waves(400, 440, 2), [_placed(strength=strength)], 2, False, False) for strength in (0.0, 0.5, 1.0)
    ]
    assert np.abs(results[1] - (results[0] + results[2]) / 2).max() < 1e-6
    assert np.abs(results[2] - results[0]).max() > 0.1


@pytest.mark.slow
@pytest.mark.parametrize("grain", [False, True])
def test_layers_are_prepared_once_and_blended_at_any_strengths(grain: bool) -> None:
    background, faces = waves(400, 440, 2), [_placed(), _placed(seed=6)]
    layers = face_layers(background, [fit_face(face, True) for face in faces], 2, False, grain)
    for strengths in ([1.0, 1.0], [0.25, 0.75], [0.0, 0.5]):
        again = [replace(face, strength=strength) for face, strength in zip(faces, strengths, strict=True)]
        expected = blend_faces(background, again, 2, True, False, grain)
        np.testing.assert_array_equal(blend_layers(background, layers, strengths), expected)


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_the_result_keeps_the_contract_at_every_factor(factor: int) -> None:
    background = waves(200 * factor, 220 * factor, factor)
    result = blend_faces(background, [_placed(), _placed(seed=6)], factor, True, False)
    assert check_image(result, Step.DECODE).shape == background.shape
    assert (result != background).any()


def test_a_black_and_white_picture_stays_black_and_white() -> None:
    background = np.repeat(waves(200, 220)[..., :1], 3, axis=2)
    result = blend_faces(background, [_placed()], 1, False, True)
    assert (result == result[..., :1]).all()
    colored = blend_faces(background, [_placed()], 1, False, False)
    assert (colored != colored[..., :1]).any(), "the face brought no color, so the test proves nothing"
    np.testing.assert_allclose(result[0, 0], background[0, 0], atol=1e-6)


def test_what_covers_a_face_keeps_its_pixels() -> None:
    """A restorer that paints a mouth where a mask is: the mask stays, and the rest of the face is restored."""
    sharp, transform = astronaut(), face_transform(ASTRONAUT)
    background = cv2.GaussianBlur(sharp, (0, 0), 1.5)
    mask = np.zeros(background.shape[:2], bool)
    mask[128:160, 195:255] = True
    background[mask] = (0.6, 0.75, 0.85)
    crop = align_face(background, transform)
    painted = align_face(sharp, transform)
    result = blend_faces(background, [PlacedFace(crop, painted, None, transform)], 1, False, False)
    inside = cv2.erode(mask.astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
    assert np.abs(result - background)[inside].max() < 4 / 255
    eyes = np.s_[95:112, 195:255]
    pasted = blend_faces(background, [PlacedFace(painted, painted, None, transform)], 1, False, False)
    assert np.abs(pasted - background)[inside].mean() > 20 / 255, "nothing was painted over the mask"
    off = [float(np.abs(each - sharp)[eyes].mean()) for each in (result, background)]
    assert off[0] < 0.5 * off[1], "the rest of the face was not restored"


def test_grain_is_given_to_a_smooth_face_among_grain_and_to_no_other() -> None:
    clean, transform = cv2.GaussianBlur(astronaut(), (0, 0), 1.5), face_transform(ASTRONAUT)
    grain = np.random.default_rng(1).normal(0, 8 / 255, (512, 512, 1)).astype(np.float32)
    face, beside = np.s_[95:160, 195:255], np.s_[20:60, 380:480]

    def energy(image: Image, where: tuple[slice, slice]) -> float:
        luma = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        return float(np.median(np.abs(luma - cv2.GaussianBlur(luma, (0, 0), 1.0))[where]))

    def pasted(background: Image, wanted: bool) -> Image:
        smooth = align_face(clean, transform)
        return blend_faces(background, [PlacedFace(smooth, smooth, None, transform)], 1, False, False, wanted)

    grainy = np.clip(clean + grain, 0, 1)
    plain, grained = pasted(grainy, False), pasted(grainy, True)
    assert energy(plain, face) < 0.5 * energy(grainy, beside), "the face had grain anyway"
    assert 0.75 < energy(grained, face) / energy(grainy, beside) < 1.3
    np.testing.assert_array_equal(pasted(grainy, True), grained)
    np.testing.assert_array_equal(pasted(clean, True), pasted(clean, False))


def test_matching_colours_brings_the_restored_face_nearer_to_the_crop() -> None:
    sharp, transform = astronaut(), face_transform(ASTRONAUT)
    background, tint = cv2.GaussianBlur(sharp, (0, 0), 2.0), np.array([1.05, 0.95, 0.85], np.float32)
    tinted = np.clip(align_face(sharp, transform) * tint, 0, 1)
    grain = np.random.default_rng(0).normal(0, 0.04, sharp.shape).astype(np.float32)  # else its colors are kept anyway
    face = PlacedFace(align_face(np.clip(background + grain, 0, 1), transform), tinted, None, transform)
    results = [blend_faces(background, [face], 1, match, False) for match in (False, True)]
    errors = [np.abs(cv2.GaussianBlur(result - background, (0, 0), 4.0)).mean() for result in results]
    assert errors[1] < 0.8 * errors[0]


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_enlarging_is_opencvs_bicubic_within_range(factor: int) -> None:
    for image in (noise(40, 50), noise(40, 50, 1)[..., 0]):
        found = enlarge_bicubic(image, factor)
        expected = np.clip(cv2.resize(image, (50 * factor, 40 * factor), interpolation=cv2.INTER_CUBIC), 0, 1)
        np.testing.assert_allclose(found, expected, atol=1e-6)
        assert found.min() >= 0 and found.max() <= 1

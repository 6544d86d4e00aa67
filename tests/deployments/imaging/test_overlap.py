"""Two faces that overlap do not damage each other."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from deployments.contract import FACE_SIZE, Image
from deployments.imaging.blend import PlacedFace, blend_faces
from deployments.imaging.geometry import FFHQ_TEMPLATE, enlarge_points, face_transform, soft_mask
from deployments.imaging.overlap import keep_apart
from deployments.imaging.turns import map_points
from tests.helpers.images import landmarks_at, noise

pytestmark = pytest.mark.slow

FACE = 0.4
"""Crop pixels to image pixels; a box is some 110 pixels wide."""
WIDTH = 110


def _placed(x: float, y: float, seed: int, scale: float = FACE, degrees: float = 0.0) -> PlacedFace:
    coarse = cv2.resize(noise(16, 16, seed=seed), (FACE_SIZE, FACE_SIZE), interpolation=cv2.INTER_CUBIC)
    restored = np.clip(coarse, 0.0, 1.0)  # colors that a network could have meant
    return PlacedFace(restored, restored, None, face_transform(landmarks_at(x, y, scale, degrees)))


def _blend(faces: list[PlacedFace], factor: int = 1) -> Image:
    background = np.full((360 * factor, 480 * factor, 3), 0.5, np.float32)
    return blend_faces(background, faces, factor, match_color=False, gray=False)


def _own(face: PlacedFace, other: PlacedFace, factor: int = 1) -> np.ndarray:
    """Pixels within the face that are nearer to its middle than to the other's, by 20 pixels of the crop and more."""
    y, x = np.mgrid[: 360 * factor, : 480 * factor]
    points = enlarge_points(np.stack([x.ravel(), y.ravel()], 1).astype(np.float32), 1 / factor)
    away = [
        np.linalg.norm(map_points(points, each.transform) - FFHQ_TEMPLATE.mean(axis=0), axis=1).reshape(x.shape)
        for each in (face, other)
    ]
    own: np.ndarray = (away[0] < 150) & (away[0] + 24 < away[1])
    return own


@pytest.mark.parametrize(("share", "factor"), [(0.2, 1), (0.4, 1), (0.6, 1), (0.6, 2)])
@pytest.mark.parametrize(("dx", "dy"), [(1, 0), (0, 1), (0.7, -0.7)])
def test_a_faces_own_pixels_are_as_if_it_were_restored_alone(share: float, dx: float, dy: float, factor: int) -> None:
    apart = WIDTH * (1 - share)
    first, second = _placed(200, 180, 1), _placed(200 + dx * apart, 180 + dy * apart, 2)
    both = _blend([first, second], factor)
    for face, other in ((first, second), (second, first)):
        own = _own(face, other, factor)
        assert own.sum() > 1000
        assert np.abs(both - _blend([face], factor))[own].max() < 3 / 255


def test_a_small_face_before_a_large_one_keeps_its_own_pixels_in_either_order() -> None:
    large, small = _placed(220, 180, 1, scale=0.6), _placed(290, 230, 2, scale=0.25, degrees=90)
    for faces in ([large, small], [small, large]):
        both = _blend(faces)
        own = _own(small, large)
        assert own.sum() > 300
        assert np.abs(both - _blend([small]))[own].max() < 3 / 255


@pytest.mark.parametrize("behind_first", [True, False])
def test_what_is_between_eyes_and_mouth_is_its_faces_where_another_covers_the_mask(behind_first: bool) -> None:
    region = np.ones((FACE_SIZE, FACE_SIZE), np.float32)
    region[:, 290:] = 0.0
    behind, before = replace(_placed(200, 180, 1), region=region), _placed(277, 180, 2)
    faces = [behind, before] if behind_first else [before, behind]
    y, x = np.mgrid[:360, :480].astype(np.float32)
    points = map_points(np.stack([x.ravel(), y.ravel()], 1), behind.transform)
    inside = (np.abs(points - (256, 306)) < (60, 60)).all(axis=1).reshape(x.shape)
    assert np.abs(_blend(faces) - _blend([behind]))[inside].max() < 3 / 255


def test_nothing_of_the_background_shows_between_two_faces() -> None:
    first, second = _placed(200, 180, 1), _placed(255, 180, 1)
    white = np.ones((FACE_SIZE, FACE_SIZE, 3), np.float32)
    faces = [PlacedFace(white, white, None, face.transform) for face in (first, second)]
    assert _blend(faces)[170:190, 190:265].min() > 0.99


def test_faces_without_a_common_pixel_keep_their_masks() -> None:
    faces = [_placed(100, 100, 1), _placed(400, 300, 2)]
    masks = [soft_mask(None), soft_mask(None)]
    apart = keep_apart(masks, [face.transform for face in faces])
    assert all(new is old for new, old in zip(apart, masks, strict=True))

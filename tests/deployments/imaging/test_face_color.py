"""A restored face keeps the photograph's colors, behind a network that gives every face skin, lips and blue eyes."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from deployments.contract import Image
from deployments.imaging.face_color import keep_monochrome, match_colors
from deployments.imaging.geometry import align_face, face_transform
from tests.helpers.images import ASTRONAUT, T1_LARGEST, as_jpeg, astronaut, six_people

FACE = np.s_[120:440, 130:380]
FACES = {
    "astronaut": align_face(astronaut(), face_transform(ASTRONAUT)),
    "one of six": align_face(six_people(), face_transform(T1_LARGEST)),
}


def lab(image: Image) -> NDArray[np.float32]:
    return cv2.cvtColor(image, cv2.COLOR_RGB2LAB)


def in_tone(image: Image, light: tuple[float, float, float], dark: tuple[float, float, float]) -> Image:
    """Black-and-white in which white is `light` and black is `dark`."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None]
    return np.ascontiguousarray(np.array(dark, np.float32) * (1 - gray) + np.array(light, np.float32) * gray)


def with_stamp(image: Image) -> Image:
    stamped = in_tone(image, (1, 1, 1), (0, 0, 0))
    stamped[400:, 330:] = (0.8, 0.3, 0.1)
    stamped[:, :12] = (0.9, 0.1, 0.1)
    return stamped


def noisy(image: Image) -> Image:
    rng = np.random.default_rng(3)
    grain = cv2.GaussianBlur(rng.normal(0, 0.05, image.shape).astype(np.float32), (0, 0), 2.0) * 4
    return np.clip(image + grain, 0, 1)


TONES: dict[str, Callable[[Image], Image]] = {
    "black and white": lambda image: in_tone(image, (1, 1, 1), (0, 0, 0)),
    "JPEG's chroma": lambda image: as_jpeg(in_tone(image, (1, 0.99, 0.97), (0.01, 0, 0)), quality=50),
    "a scanner's tint": lambda image: in_tone(image, (0.97, 1, 0.96), (0.1, 0.02, 0.08)),
    "sepia": lambda image: in_tone(image, (1.0, 0.87, 0.68), (0, 0, 0)),
    "blurred sepia": lambda image: cv2.GaussianBlur(in_tone(image, (1.0, 0.87, 0.68), (0.12, 0.05, 0)), (0, 0), 3.0),
    "cyanotype": lambda image: in_tone(image, (0.95, 0.98, 1.0), (0.02, 0.12, 0.35)),
    "black and white beside a stamp": with_stamp,
    "grainy sepia": lambda image: noisy(in_tone(image, (0.98, 0.85, 0.66), (0.1, 0.04, 0))),
}


def colored(face: Image) -> Image:
    """What a network makes that knows faces in color only: warm skin, red lips, blue eyes, sharper."""
    sharp = np.clip(face + 0.5 * (face - cv2.GaussianBlur(face, (0, 0), 2.0)), 0, 1)
    found = lab(sharp)
    found[..., 1:] += (12.0, 16.0)
    found[350:395, 200:315, 1] += 25.0
    for x in (193, 319):
        found[230:250, x - 12 : x + 12, 1:] += (-15.0, -40.0)
    return np.clip(cv2.cvtColor(found, cv2.COLOR_LAB2RGB), 0, 1)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("corrected", [True, False])
def test_a_face_in_one_tone_stays_in_it(face: str, tone: str, corrected: bool) -> None:
    crop = TONES[tone](FACES[face])
    tinted = colored(crop)
    result = keep_monochrome(match_colors(tinted, crop) if corrected else tinted, crop)
    before, after, tempted = (lab(image)[FACE][..., 1:].reshape(-1, 2) for image in (crop, result, tinted))
    assert np.abs(tempted.mean(0) - before.mean(0)).max() > 8, "the network brought no tint, so this proves nothing"
    assert np.abs(after.mean(0) - before.mean(0)).max() < 3
    assert (after.std(0) <= before.std(0) + 1).all(), "a second hue, in lips or eyes"
    assert np.abs(lab(result)[..., 0] - lab(tinted)[..., 0])[FACE].mean() < 4, "the restoration itself is lost"


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("blur", [0.0, 3.0, 6.0])
def test_a_face_in_color_is_left_as_it_was_restored(face: str, blur: float) -> None:
    crop = cv2.GaussianBlur(FACES[face], (0, 0), blur) if blur else FACES[face]
    assert keep_monochrome(FACES[face], crop) is FACES[face]
    pale = lab(crop) * np.array([1, 0.5, 0.5], np.float32)
    assert keep_monochrome(FACES[face], np.clip(cv2.cvtColor(pale, cv2.COLOR_LAB2RGB), 0, 1)) is FACES[face]


def test_black_and_white_comes_out_without_any_color() -> None:
    crop = TONES["black and white"](FACES["astronaut"])
    result = keep_monochrome(colored(crop), crop)
    assert (result.max(axis=2) - result.min(axis=2)).max() < 0.5 / 255


def test_matching_removes_a_cast_and_brings_neither_grain_nor_blur() -> None:
    face = FACES["astronaut"]
    rng = np.random.default_rng(0)
    crop = np.clip(cv2.GaussianBlur(face, (0, 0), 4.0) + rng.normal(0, 0.06, face.shape), 0, 1).astype(np.float32)
    cast = np.clip(face * np.array([0.8, 1.0, 0.9], np.float32) + 0.05, 0, 1)
    found = match_colors(cast, crop)
    assert np.abs((cast - crop).mean(axis=(0, 1))).max() > 0.03
    assert np.abs((found - crop).mean(axis=(0, 1))).max() < 0.01

    def detail(image: Image) -> Image:
        return image - cv2.GaussianBlur(image, (0, 0), 2.0)

    assert np.abs(detail(found) - detail(cast))[FACE].max() < 0.02
    assert np.abs(detail(crop) - detail(cast))[FACE].max() > 0.2


def test_matching_equal_faces_changes_nothing() -> None:
    face = FACES["one of six"]
    np.testing.assert_allclose(match_colors(face, face), face, atol=1e-6)
